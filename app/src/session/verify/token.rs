//! Verifying a session token.
//!
//! One algorithm, RS256, chosen by us and not by the token; keys only from the auth API's own key set; every claim we
//! rely on is checked here and nowhere else. Headers that bring a key along, or point to one, are refused rather than
//! ignored. A token of a pending session opens nothing.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use thyra_wire::Timestamp;

use crate::auth_api::Origins;

/// How far the clocks of two servers may be apart.
const LEEWAY_SECONDS: i64 = 5;
/// Longer texts are no session tokens.
const MAX_TOKEN_BYTES: usize = 8192;

/// The claims of a session token.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) sid: String,
    #[serde(default)]
    pub(crate) azp: Option<String>,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
    #[serde(default)]
    pub(crate) nbf: Option<i64>,
    #[serde(default)]
    pub(crate) sts: Option<String>,
    #[serde(default)]
    pub(crate) fva: Option<[i64; 2]>,
}

/// The parts of a token's header that decide.
#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    cat: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
    #[serde(default)]
    jku: Option<serde_json::Value>,
    #[serde(default)]
    jwk: Option<serde_json::Value>,
    #[serde(default)]
    x5u: Option<serde_json::Value>,
    #[serde(default)]
    x5c: Option<serde_json::Value>,
}

/// The category that Clerk's servers write into the header of session tokens.
const SESSION_CATEGORY: &str = "cl_B7d4PD111AAA";

/// The id of the key a token says it is signed with, when the rest of its header is acceptable.
pub(crate) fn key_id(token: &str) -> Option<String> {
    if token.len() > MAX_TOKEN_BYTES || token.split('.').count() != 3 {
        return None;
    }
    let encoded = token.split('.').next()?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()?;
    let brings_a_key = [
        &header.crit,
        &header.jku,
        &header.jwk,
        &header.x5u,
        &header.x5c,
    ]
    .iter()
    .any(|part| part.is_some());
    let is_acceptable = header.alg == "RS256"
        && header
            .typ
            .as_deref()
            .is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"))
        && header
            .cat
            .as_deref()
            .is_none_or(|cat| cat == SESSION_CATEGORY)
        && !brings_a_key;
    is_acceptable.then_some(header.kid)
}

/// The claims of a token that is signed with this key, is for us, and is valid now.
pub(crate) fn verify(
    token: &str,
    key: &DecodingKey,
    origins: &Origins,
    headers: &HeaderMap,
    now: Timestamp,
) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::RS256);
    // Times and parties are checked below, against a clock that tests can move and origins that requests know.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims = decode::<Claims>(token, key, &validation).ok()?.claims;
    let is_for_us = origins.is_issuer(&claims.iss, headers)
        && claims
            .azp
            .as_deref()
            .is_some_and(|party| origins.is_party(party, headers));
    let is_active = claims.sts.as_deref() != Some("pending");
    let is_whole = !claims.sub.is_empty() && !claims.sid.is_empty();
    (is_for_us && is_active && is_whole && is_timely(&claims, now)).then_some(claims)
}

fn is_timely(claims: &Claims, now: Timestamp) -> bool {
    let now = now.as_seconds();
    let latest_start = now.saturating_add(LEEWAY_SECONDS);
    claims.exp > now.saturating_sub(LEEWAY_SECONDS)
        && claims.nbf.is_none_or(|nbf| nbf <= latest_start)
        && claims.iat <= latest_start
}

/// Whether a token has more than this many seconds to live, by its own word: good for deciding about a refresh only.
pub(crate) fn outlives(token: &str, seconds: i64, now: Timestamp) -> bool {
    #[derive(Deserialize)]
    struct Life {
        exp: i64,
    }
    let life = token
        .split('.')
        .nth(1)
        .and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok())
        .and_then(|payload| serde_json::from_slice::<Life>(&payload).ok());
    life.is_some_and(|life| life.exp > now.as_seconds().saturating_add(seconds))
}
