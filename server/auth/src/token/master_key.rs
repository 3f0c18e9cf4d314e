//! The one key outside the database.
//!
//! Digests of codes and tokens are keyed with it and private keys are sealed with it, so a copy of the database alone
//! opens nothing. It is never used itself: every [`Purpose`] has its own keys, derived by HMAC, so that what is made
//! for one purpose is worth nothing for another. Losing the file ends all sessions and makes new signing keys
//! necessary; passwords do not depend on it.

mod file;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::digest::Digest;
use super::random::random_bytes;

pub use file::MasterKeyError;

/// How many bytes the master key has.
pub(crate) const KEY_LENGTH: usize = 32;

/// The first byte of everything sealed: AES-256-GCM under the subkey of its purpose.
const SEAL_VERSION: u8 = 1;

/// What a derived key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Codes that are sent to people.
    OneTimeCode,
    /// Links that are sent to people.
    LinkToken,
    /// What a challenge keeps for the moment it is answered.
    ChallengePayload,
    /// The long-lived secret in the `__client` cookie.
    ClientSecret,
    /// The private halves of the signing keys.
    SigningKey,
    /// Messages that wait in the outbox.
    Message,
    /// The Backend API's secret key.
    SecretKey,
    /// Identifiers that nobody has, in the table of failed tries.
    UnknownAccount,
    /// Addresses that somebody wants to prove as theirs, in the same table.
    NewAddress,
    /// Addresses in the table of mails that were sent.
    Recipient,
    /// Ids made up for identifiers that nobody has.
    Decoy,
    /// What shows that a `__client` cookie was set by us in this very browser.
    ClientSeal,
    /// The secret of the `__client` cookie that follows another.
    Successor,
    /// The secrets of authenticator apps.
    TotpSecret,
    /// The salts with which backup codes are hashed.
    BackupCode,
    /// Tickets that app servers let people in by.
    Ticket,
}

impl Purpose {
    /// Part of what is derived and sealed: never renamed.
    fn label(self) -> &'static str {
        match self {
            Self::OneTimeCode => "one_time_code",
            Self::LinkToken => "link_token",
            Self::ChallengePayload => "challenge_payload",
            Self::ClientSecret => "client_secret",
            Self::SigningKey => "signing_key",
            Self::Message => "message",
            Self::SecretKey => "secret_key",
            Self::UnknownAccount => "unknown_account",
            Self::NewAddress => "new_address",
            Self::Recipient => "recipient",
            Self::Decoy => "decoy",
            Self::ClientSeal => "client_seal",
            Self::Successor => "successor",
            Self::TotpSecret => "totp_secret",
            Self::BackupCode => "backup_code",
            Self::Ticket => "ticket",
        }
    }
}

/// The key all others are derived from.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; KEY_LENGTH]>);

impl MasterKey {
    /// From these bytes.
    #[cfg(test)]
    pub(crate) fn from_bytes(bytes: [u8; KEY_LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The keyed digest of a code or token.
    pub(crate) fn mac(&self, purpose: Purpose, bytes: &[u8]) -> Digest {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.subkey("mac", purpose).as_ref());
        digest_of(&hmac::sign(&key, bytes))
    }

    /// Encrypts for the database.
    pub(crate) fn seal(&self, purpose: Purpose, plaintext: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut sealed =
            Vec::with_capacity(1 + NONCE_LEN + plaintext.len() + AES_256_GCM.tag_len());
        sealed.push(SEAL_VERSION);
        sealed.extend_from_slice(&nonce);
        let mut text = plaintext.to_vec();
        self.sealing_key(purpose)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                associated_data(purpose),
                &mut text,
            )
            .expect("nothing of ours is longer than AES-GCM can seal");
        sealed.extend_from_slice(&text);
        sealed
    }

    /// Decrypts what [`MasterKey::seal`] gave for the same purpose.
    pub(crate) fn open(
        &self,
        purpose: Purpose,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenSealedError> {
        let (&version, rest) = sealed.split_first().ok_or(OpenSealedError)?;
        if version != SEAL_VERSION || rest.len() < NONCE_LEN {
            return Err(OpenSealedError);
        }
        let (nonce, text) = rest.split_at(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenSealedError)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .sealing_key(purpose)
            .open_in_place(nonce, associated_data(purpose), &mut text)
            .map_err(|_| OpenSealedError)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    fn sealing_key(&self, purpose: Purpose) -> LessSafeKey {
        let subkey = self.subkey("seal", purpose);
        let key = UnboundKey::new(&AES_256_GCM, subkey.as_ref())
            .expect("a subkey has the length of an AES-256 key");
        LessSafeKey::new(key)
    }

    fn subkey(&self, usage: &str, purpose: Purpose) -> Zeroizing<[u8; KEY_LENGTH]> {
        let master = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_ref());
        let label = format!("thyra/1/{usage}/{}", purpose.label());
        let tag = hmac::sign(&master, label.as_bytes());
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        key.copy_from_slice(tag.as_ref());
        key
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Something sealed could not be opened: it was changed, cut, made for another purpose, or by another master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed data in the database does not belong to this master key, or is damaged")]
pub(crate) struct OpenSealedError;

fn associated_data(purpose: Purpose) -> Aad<[u8; 32]> {
    // A fixed width keeps version and label from running into each other.
    let mut data = [0; 32];
    data[0] = SEAL_VERSION;
    let label = purpose.label().as_bytes();
    data[1..=label.len()].copy_from_slice(label);
    Aad::from(data)
}

fn digest_of(tag: &hmac::Tag) -> Digest {
    Digest::from_bytes(tag.as_ref()).expect("HMAC-SHA-256 gives 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master() -> MasterKey {
        MasterKey::from_bytes([1; KEY_LENGTH])
    }

    #[test]
    fn sec_d06_a_digest_depends_on_key_purpose_and_text() {
        let digest = master().mac(Purpose::OneTimeCode, b"123456");

        assert!(digest.matches(&master().mac(Purpose::OneTimeCode, b"123456")));
        assert!(!digest.matches(&master().mac(Purpose::OneTimeCode, b"123457")));
        assert!(!digest.matches(&master().mac(Purpose::ClientSecret, b"123456")));
        let other = MasterKey::from_bytes([2; KEY_LENGTH]);
        assert!(!digest.matches(&other.mac(Purpose::OneTimeCode, b"123456")));
    }

    #[test]
    fn sec_n02_sealed_text_opens_for_its_purpose_only() {
        let sealed = master().seal(Purpose::SigningKey, b"private");

        let opened = master().open(Purpose::SigningKey, &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"private");
        assert!(master().open(Purpose::Message, &sealed).is_err());
        let other = MasterKey::from_bytes([2; KEY_LENGTH]);
        assert!(other.open(Purpose::SigningKey, &sealed).is_err());
    }

    #[test]
    fn sec_n02_sealed_text_hides_and_never_repeats() {
        let one = master().seal(Purpose::Message, b"your code is 123456");
        let two = master().seal(Purpose::Message, b"your code is 123456");

        assert_ne!(one, two);
        assert!(!one.windows(6).any(|part| part == b"123456"));
    }

    #[test]
    fn sec_n02_changed_or_cut_sealed_text_does_not_open() {
        let sealed = master().seal(Purpose::Message, b"text");

        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(master().open(Purpose::Message, &changed).is_err());
            assert!(
                master()
                    .open(Purpose::Message, &sealed[..position])
                    .is_err()
            );
        }
    }

    #[test]
    fn sec_a12_the_master_key_does_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", master()), "MasterKey(…)");
    }
}
