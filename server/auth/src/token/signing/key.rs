//! One signing key, parsed once.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{SessionClaims, TokenError};
use crate::token::digest::base64url;
use crate::token::random::random_id;

/// The category that marks a session token.
const SESSION_CATEGORY: &str = "cl_B7d4PD111AAA";

/// A key pair with everything that a signature needs made beforehand.
pub(crate) struct SigningKey {
    kid: String,
    /// The header of every token this key signs, encoded.
    header: String,
    pair: KeyPair,
    public: ParsedPublicKey,
    modulus: String,
    exponent: String,
}

/// The members in the order of the alphabet, as they are written.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    cat: &'static str,
    kid: &'a str,
    typ: &'static str,
}

impl SigningKey {
    /// A new key with a new id. Takes a good part of a second of work: not for an async thread.
    pub(crate) fn generate() -> Result<Self, KeyMakingError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyMakingError)?;
        Self::new(random_id("ins_"), pair)
    }

    /// From what [`SigningKey::to_pkcs8`] gave.
    pub(crate) fn from_pkcs8(kid: &str, der: &[u8]) -> Result<Self, KeyMakingError> {
        let pair = KeyPair::from_pkcs8(der).map_err(|_| KeyMakingError)?;
        Self::new(kid.to_owned(), pair)
    }

    fn new(kid: String, pair: KeyPair) -> Result<Self, KeyMakingError> {
        let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
            .map_err(|_| KeyMakingError)?;
        let modulus = base64url(
            pair.public_key()
                .modulus()
                .big_endian_without_leading_zero(),
        );
        let exponent = base64url(
            pair.public_key()
                .exponent()
                .big_endian_without_leading_zero(),
        );
        let header = encoded_header(&kid);
        Ok(Self {
            kid,
            header,
            pair,
            public,
            modulus,
            exponent,
        })
    }

    /// The private key as PKCS#8 in DER.
    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyMakingError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| KeyMakingError)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// The modulus, base64url.
    pub(crate) fn modulus(&self) -> &str {
        &self.modulus
    }

    /// The exponent, base64url.
    pub(crate) fn exponent(&self) -> &str {
        &self.exponent
    }

    /// The public half as it stands in the key set.
    pub(crate) fn public_jwk(&self) -> serde_json::Value {
        serde_json::json!({
            "use": "sig", "kty": "RSA", "kid": self.kid, "alg": "RS256",
            "n": self.modulus, "e": self.exponent,
        })
    }

    /// The header every token of this key begins with, encoded.
    pub(crate) fn header(&self) -> &str {
        &self.header
    }

    /// A token that says this.
    pub(crate) fn sign(&self, claims: &SessionClaims) -> Result<String, KeyMakingError> {
        let claims = serde_json::to_vec(claims).map_err(|_| KeyMakingError)?;
        self.sign_payload(&claims)
    }

    pub(super) fn sign_payload(&self, payload: &[u8]) -> Result<String, KeyMakingError> {
        let mut token = format!("{}.{}", self.header, base64url(payload));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .map_err(|_| KeyMakingError)?;
        token.push('.');
        token.push_str(&base64url(&signature));
        Ok(token)
    }

    /// Whether this key signed the message.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        self.public
            .verify_sig(message, signature)
            .map_err(|_| TokenError::BadSignature)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// A key could not be made, read or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key cannot be made, read or used")]
pub(crate) struct KeyMakingError;

fn encoded_header(kid: &str) -> String {
    let header = Header {
        alg: "RS256",
        cat: SESSION_CATEGORY,
        kid,
        typ: "JWT",
    };
    base64url(&serde_json::to_vec(&header).expect("four texts are always JSON"))
}
