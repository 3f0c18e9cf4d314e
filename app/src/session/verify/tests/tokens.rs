//! Attacks on the verifier.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde_json::{Value, json};
use thyra_wire::Timestamp;

use super::super::token::{key_id, verify};
use super::{MODULUS, ORIGIN, claims_at, private_key, sign};
use crate::auth_api::Origins;

const NOW: i64 = 1_780_000_000;

fn public_key() -> DecodingKey {
    DecodingKey::from_rsa_components(MODULUS, "AQAB").unwrap()
}

fn claims(change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = claims_at(NOW);
    change(&mut claims);
    claims
}

/// A token whose parts are exactly these texts, signed all the same.
fn sign_raw(header: &str, claims: &str) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &private_key(), Algorithm::RS256).unwrap();
    format!("{message}.{signature}")
}

fn origins() -> Origins {
    let mut origins = Origins::default();
    origins.set_public_url(ORIGIN);
    origins
}

fn accepts_at(token: &str, now: i64) -> bool {
    let is_known_key = key_id(token).as_deref() == Some("ins_1");
    let now = Timestamp::from_seconds(now);
    is_known_key && verify(token, &public_key(), &origins(), &HeaderMap::new(), now).is_some()
}

fn accepts(token: &str) -> bool {
    accepts_at(token, NOW)
}

#[test]
fn a_good_token_is_accepted_and_read() {
    let token = sign(&claims(|_| {}));

    let now = Timestamp::from_seconds(NOW);
    let claims = verify(&token, &public_key(), &origins(), &HeaderMap::new(), now).unwrap();

    assert_eq!(
        (claims.sub.as_str(), claims.sid.as_str()),
        ("user_1", "sess_1")
    );
    assert_eq!(claims.fva, Some([3, -1]));
}

#[test]
fn sec_e08_times_have_five_seconds_of_leeway_and_no_more() {
    let token = sign(&claims(|_| {}));
    assert!(accepts_at(&token, NOW + 64));
    assert!(!accepts_at(&token, NOW + 65));
    assert!(accepts_at(&token, NOW - 5));
    assert!(!accepts_at(&token, NOW - 6), "made in the future");
    assert!(
        !accepts(&sign(&claims(|c| c["nbf"] = json!(NOW + 6)))),
        "not valid yet"
    );
    assert!(!accepts(&sign(&claims(|c| c["exp"] = json!(i64::MIN)))));
}

#[test]
fn sec_e08_issuer_and_party_are_exact() {
    for (claim, value) in [
        ("iss", json!("https://app.example.com.evil")),
        ("iss", json!("https://app.example.com/")),
        ("iss", json!("")),
        ("azp", json!("https://evil.example")),
        ("azp", json!("https://app.example.com.evil")),
        ("azp", Value::Null),
        ("sub", json!("")),
        ("sid", json!("")),
    ] {
        assert!(
            !accepts(&sign(&claims(|c| c[claim] = value.clone()))),
            "{claim} {value}"
        );
    }
    for claim in ["iss", "azp", "sub", "sid", "exp", "iat"] {
        let without = claims(|c| {
            c.as_object_mut().unwrap().remove(claim);
        });
        assert!(!accepts(&sign(&without)), "without {claim}");
    }
}

#[test]
fn sec_e13_a_pending_session_opens_nothing() {
    assert!(!accepts(&sign(&claims(|c| c["sts"] = json!("pending")))));
}

#[test]
fn sec_e08_the_algorithm_is_ours_to_choose() {
    let payload = URL_SAFE_NO_PAD.encode(claims(|_| {}).to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"ins_1"}"#);
    assert!(!accepts(&format!("{none}.{payload}.")));

    // The public key is public: whoever takes it for an HMAC secret believes everybody.
    let mut hmac_header = Header::new(Algorithm::HS256);
    hmac_header.kid = Some("ins_1".to_owned());
    for secret in [
        MODULUS.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(MODULUS).unwrap(),
    ] {
        let key = EncodingKey::from_secret(&secret);
        let token = jsonwebtoken::encode(&hmac_header, &claims(|_| {}), &key).unwrap();
        assert!(!accepts(&token));
    }
    let mut stronger = Header::new(Algorithm::RS512);
    stronger.kid = Some("ins_1".to_owned());
    let token = jsonwebtoken::encode(&stronger, &claims(|_| {}), &private_key()).unwrap();
    assert!(!accepts(&token), "only what is on the list");
}

#[test]
fn sec_e08_headers_that_bring_a_key_along_are_refused() {
    let body = claims(|_| {}).to_string();
    assert!(accepts(&sign_raw(
        r#"{"alg":"RS256","kid":"ins_1","typ":"JWT"}"#,
        &body
    )));
    for part in [
        r#""jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        r#""jku":"https://evil.example/jwks.json""#,
        r#""x5u":"https://evil.example/cert""#,
        r#""x5c":["MIIB"]"#,
        r#""crit":["exp"]"#,
        r#""typ":"at+jwt""#,
        r#""cat":"cl_B7d4PD333AAA""#,
        r#""kid":"ins_1""#,
    ] {
        let header = format!(r#"{{"alg":"RS256","kid":"ins_1",{part}}}"#);
        assert!(!accepts(&sign_raw(&header, &body)), "{part}");
    }
    for kid in ["../../dev/null", "", "ins_2", "ins_1'--"] {
        let header = json!({"alg": "RS256", "kid": kid}).to_string();
        assert!(!accepts(&sign_raw(&header, &body)), "{kid}");
    }
    assert!(
        !accepts(&sign_raw(r#"{"alg":"RS256"}"#, &body)),
        "no key id"
    );
}

#[test]
fn sec_e08_a_claim_given_twice_is_refused() {
    let body = claims(|_| {}).to_string();
    let twice = body.replacen('{', r#"{"sub":"user_evil","#, 1);
    assert!(!accepts(&sign_raw(
        r#"{"alg":"RS256","kid":"ins_1"}"#,
        &twice
    )));
}

#[test]
fn sec_e08_what_was_changed_or_is_no_token_is_refused() {
    let token = sign(&claims(|_| {}));
    let other = URL_SAFE_NO_PAD.encode(claims(|c| c["sub"] = json!("user_2")).to_string());
    let parts: Vec<&str> = token.split('.').collect();

    assert!(!accepts(&format!("{}.{other}.{}", parts[0], parts[2])));
    assert!(!accepts(&format!("{}.{}.", parts[0], parts[1])));
    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "é.é.é",
        &"a".repeat(10_000),
        &format!("{token}.x"),
    ] {
        assert!(!accepts(text), "{text:.40}");
    }
}
