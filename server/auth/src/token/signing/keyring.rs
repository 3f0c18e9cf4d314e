//! All signing keys of the instance.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thyra_wire::Timestamp;

use super::claims::CLOCK_LEEWAY;
use super::key::KeyMakingError;
use super::{SessionClaims, SigningKey, TOKEN_LIFETIME, TokenError, VerifyRules};
use crate::token::master_key::{MasterKey, OpenSealedError, Purpose};

/// How long the official SDKs keep our key set before they ask again.
pub(crate) const KEY_SET_CACHE_TIME: Duration = Duration::from_secs(300);

/// Past this, a token is not ours: ours have well under 1 KiB.
const MAX_TOKEN_LENGTH: usize = 4096;

/// A signing key as it lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredKey {
    pub kid: String,
    /// PKCS#8, sealed by the master key.
    pub sealed_private_key: Vec<u8>,
    /// The modulus, base64url: for people who look; the private key holds it too.
    pub public_n: String,
    /// The exponent, base64url.
    pub public_e: String,
    pub created_at: Timestamp,
    /// When it begins to sign.
    pub active_from: Timestamp,
    /// When it leaves the key set; absent as long as no younger key follows it.
    pub retire_at: Option<Timestamp>,
}

/// What a rotation changes in the database. Afterwards all rows go to [`Keyring::replace`].
#[derive(Debug)]
pub(crate) struct RotationPlan {
    /// The row to add.
    pub new_key: StoredKey,
    /// Set as `retire_at` on every row that has none.
    pub retire_others_at: Timestamp,
}

/// Why the keys cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyringError {
    #[error("signing key {kid}: {cause}")]
    Sealed { kid: String, cause: OpenSealedError },
    #[error("signing key {kid}: {cause}")]
    Key { kid: String, cause: KeyMakingError },
    #[error("there is no signing key")]
    Empty,
}

/// The keys that are published. Cheap to clone; all clones see a rotation at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keyring {
    keys: Arc<RwLock<Arc<[PublishedKey]>>>,
}

#[derive(Clone, Debug)]
struct PublishedKey {
    key: Arc<SigningKey>,
    active_from: Timestamp,
    retire_at: Option<Timestamp>,
}

impl PublishedKey {
    fn is_published(&self, now: Timestamp) -> bool {
        self.retire_at.is_none_or(|retire_at| now < retire_at)
    }
}

impl Keyring {
    /// The keys from the database.
    #[cfg(test)]
    pub(crate) fn open(rows: &[StoredKey], master: &MasterKey) -> Result<Self, KeyringError> {
        let keyring = Self::default();
        keyring.replace(rows, master)?;
        Ok(keyring)
    }

    /// Takes over what the database holds now. Keys that are known already are not parsed again; a new one takes a
    /// moment of work.
    pub(crate) fn replace(
        &self,
        rows: &[StoredKey],
        master: &MasterKey,
    ) -> Result<(), KeyringError> {
        let known = self.snapshot();
        let published = |row| publish(row, &known, master);
        let keys: Arc<[PublishedKey]> = rows.iter().map(published).collect::<Result<_, _>>()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// Plans a new key: published at once, signing when every cached key set has it. The first key of all signs at
    /// once. Work for a good part of a second: not for an async thread.
    pub(crate) fn plan_rotation(
        &self,
        master: &MasterKey,
        now: Timestamp,
    ) -> Result<RotationPlan, KeyringError> {
        let is_first = self.snapshot().is_empty();
        let active_from = if is_first {
            now
        } else {
            now + KEY_SET_CACHE_TIME
        };
        Ok(RotationPlan {
            new_key: make_key(master, now, active_from)?,
            retire_others_at: active_from + TOKEN_LIFETIME + CLOCK_LEEWAY,
        })
    }

    /// A token that says this, signed with the newest key whose time has come.
    pub(crate) fn sign(
        &self,
        claims: &SessionClaims,
        now: Timestamp,
    ) -> Result<String, KeyringError> {
        let keys = self.snapshot();
        let key = signing_key(&keys, now).ok_or(KeyringError::Empty)?;
        key.sign(claims).map_err(|cause| KeyringError::Key {
            kid: key.kid().to_owned(),
            cause,
        })
    }

    /// The key set for all who check our tokens.
    pub(crate) fn jwks(&self, now: Timestamp) -> serde_json::Value {
        let keys = self.snapshot();
        let published = keys.iter().filter(|key| key.is_published(now));
        let jwks: Vec<_> = published.map(|key| key.key.public_jwk()).collect();
        serde_json::json!({ "keys": jwks })
    }

    /// What a token says, if it is to be believed.
    pub(crate) fn verify(
        &self,
        token: &str,
        now: Timestamp,
        rules: &VerifyRules<'_>,
    ) -> Result<SessionClaims, TokenError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(TokenError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(TokenError::Malformed)?;
        let keys = self.snapshot();
        let key = keys
            .iter()
            .find(|key| key.is_published(now) && key.key.header() == header)
            .ok_or(TokenError::UnknownKey)?;
        key.key.verify(message.as_bytes(), &decode(signature)?)?;
        let claims: SessionClaims =
            serde_json::from_slice(&decode(payload)?).map_err(|_| TokenError::Malformed)?;
        claims.check(now, rules)?;
        Ok(claims)
    }

    fn snapshot(&self) -> Arc<[PublishedKey]> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The newest key that signs. When the clock was set back before all of them, the oldest: everybody has that one.
fn signing_key(keys: &[PublishedKey], now: Timestamp) -> Option<&SigningKey> {
    let active = keys.iter().filter(|key| key.active_from <= now);
    active
        .max_by_key(|key| key.active_from)
        .or_else(|| keys.iter().min_by_key(|key| key.active_from))
        .map(|key| key.key.as_ref())
}

fn publish(
    row: &StoredKey,
    known: &[PublishedKey],
    master: &MasterKey,
) -> Result<PublishedKey, KeyringError> {
    let key = match known.iter().find(|known| known.key.kid() == row.kid) {
        Some(known) => known.key.clone(),
        None => Arc::new(open_key(row, master)?),
    };
    Ok(PublishedKey {
        key,
        active_from: row.active_from,
        retire_at: row.retire_at,
    })
}

fn open_key(row: &StoredKey, master: &MasterKey) -> Result<SigningKey, KeyringError> {
    let der = master
        .open(Purpose::SigningKey, &row.sealed_private_key)
        .map_err(|cause| KeyringError::Sealed {
            kid: row.kid.clone(),
            cause,
        })?;
    SigningKey::from_pkcs8(&row.kid, &der).map_err(|cause| KeyringError::Key {
        kid: row.kid.clone(),
        cause,
    })
}

fn make_key(
    master: &MasterKey,
    created_at: Timestamp,
    active_from: Timestamp,
) -> Result<StoredKey, KeyringError> {
    let not_made = |cause| KeyringError::Key {
        kid: "(new)".to_owned(),
        cause,
    };
    let key = SigningKey::generate().map_err(not_made)?;
    let private_key = key.to_pkcs8().map_err(not_made)?;
    Ok(StoredKey {
        kid: key.kid().to_owned(),
        sealed_private_key: master.seal(Purpose::SigningKey, &private_key),
        public_n: key.modulus().to_owned(),
        public_e: key.exponent().to_owned(),
        created_at,
        active_from,
        retire_at: None,
    })
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::Malformed)
}
