//! What a session token says, and when it is believed.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thyra_wire::Timestamp;

/// How long a session token lives.
pub(crate) const TOKEN_LIFETIME: Duration = Duration::from_secs(60);

/// How far the clocks of those who check may be apart.
pub(crate) const CLOCK_LEEWAY: Duration = Duration::from_secs(5);

/// How far before its making a token begins to count, for clocks that are behind.
const BACKDATING: Duration = Duration::from_secs(10);

/// The version of the claims: organizations in the compact form.
const CLAIMS_VERSION: u8 = 2;

/// The status of a session that opens something.
const ACTIVE: &str = "active";

/// What a session token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionClaims {
    /// The origin of the app that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
    pub exp: i64,
    /// Minutes since the first and the second factor were verified; -1 for never.
    pub fva: [i64; 2],
    pub iat: i64,
    pub iss: String,
    pub nbf: i64,
    pub sid: String,
    /// `active` or `pending`.
    pub sts: String,
    pub sub: String,
    pub v: u8,
}

impl SessionClaims {
    /// The claims of an active session's token made now.
    pub(crate) fn new(
        issuer: &str,
        user_id: &str,
        session_id: &str,
        origin: Option<String>,
        factor_ages: [i64; 2],
        now: Timestamp,
    ) -> Self {
        Self {
            azp: origin,
            exp: (now + TOKEN_LIFETIME).as_seconds(),
            fva: factor_ages,
            iat: now.as_seconds(),
            iss: issuer.to_owned(),
            nbf: (now - BACKDATING).as_seconds(),
            sid: session_id.to_owned(),
            sts: ACTIVE.to_owned(),
            sub: user_id.to_owned(),
            v: CLAIMS_VERSION,
        }
    }

    /// Whether the claims, once their signature is proven, are to be believed now and here.
    pub(crate) fn check(&self, now: Timestamp, rules: &VerifyRules<'_>) -> Result<(), TokenError> {
        let (now, leeway) = (now.as_seconds(), CLOCK_LEEWAY.as_secs() as i64);
        if now >= self.exp.saturating_add(leeway) {
            return Err(TokenError::Expired);
        }
        if now < self.nbf.max(self.iat).saturating_sub(leeway) {
            return Err(TokenError::NotYetValid);
        }
        if self.iss != rules.issuer {
            return Err(TokenError::WrongIssuer);
        }
        let party = self.azp.as_deref().ok_or(TokenError::WrongParty)?;
        if !rules.authorized_parties.iter().any(|known| known == party) {
            return Err(TokenError::WrongParty);
        }
        // A session that is not done opens nothing, whatever word it has for that.
        if self.sts != ACTIVE {
            return Err(TokenError::Pending);
        }
        Ok(())
    }
}

/// Whose tokens count here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VerifyRules<'a> {
    /// The exact `iss`.
    pub issuer: &'a str,
    /// The origins of which one has to be the `azp`. Nothing is believed when there are none.
    pub authorized_parties: &'a [String],
}

/// Why a session token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It does not have the form of our tokens.
    #[error("the token is not one of ours")]
    Malformed,
    /// Its header is none that we write for a published key.
    #[error("no published key has the token's header")]
    UnknownKey,
    /// It was not signed by the key that it names.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come; a clock is wrong.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Another instance made it.
    #[error("the token is another issuer's")]
    WrongIssuer,
    /// It was made for an origin that is not listed.
    #[error("the token is for another app")]
    WrongParty,
    /// Its session has something left to do and opens nothing until then.
    #[error("the token's session is pending")]
    Pending,
}
