//! Tokens that must not be believed, and rotations that must not be felt.

use std::sync::OnceLock;

use serde_json::{Value, json};
use thyra_wire::Timestamp;

use super::*;
use crate::token::digest::base64url;
use crate::token::master_key::MasterKey;

const ISSUER: &str = "https://auth.example.com";
const ORIGIN: &str = "https://app.example.com";
const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

fn seconds(count: u64) -> std::time::Duration {
    std::time::Duration::from_secs(count)
}

fn master() -> MasterKey {
    MasterKey::from_bytes([9; 32])
}

/// Making keys takes its time: the tests share two.
fn stored_keys() -> &'static [StoredKey; 2] {
    static KEYS: OnceLock<[StoredKey; 2]> = OnceLock::new();
    KEYS.get_or_init(|| {
        let make = || {
            Keyring::default()
                .plan_rotation(&master(), NOW)
                .unwrap()
                .new_key
        };
        [make(), make()]
    })
}

fn keyring() -> Keyring {
    Keyring::open(&stored_keys()[..1], &master()).unwrap()
}

fn signing_key() -> SigningKey {
    let row = &stored_keys()[0];
    let der = master()
        .open(crate::token::Purpose::SigningKey, &row.sealed_private_key)
        .unwrap();
    SigningKey::from_pkcs8(&row.kid, &der).unwrap()
}

fn claims() -> SessionClaims {
    SessionClaims::new(
        ISSUER,
        "user_1",
        "sess_1",
        Some(ORIGIN.to_owned()),
        [0, -1],
        NOW,
    )
}

fn verify_at(keyring: &Keyring, token: &str, now: Timestamp) -> Result<SessionClaims, TokenError> {
    let rules = VerifyRules {
        issuer: ISSUER,
        authorized_parties: &[ORIGIN.to_owned()],
    };
    keyring.verify(token, now, &rules)
}

fn verify(token: &str) -> Result<SessionClaims, TokenError> {
    verify_at(&keyring(), token, NOW)
}

/// A token with this header over an honest payload, signed with the right key all the same.
fn with_header(header: &Value) -> String {
    let honest = keyring().sign(&claims(), NOW).unwrap();
    let parts: Vec<&str> = honest.split('.').collect();
    format!(
        "{}.{}.{}",
        base64url(header.to_string().as_bytes()),
        parts[1],
        parts[2]
    )
}

fn with_payload(payload: &str) -> String {
    signing_key().sign_payload(payload.as_bytes()).unwrap()
}

#[test]
fn a_token_says_what_was_signed() {
    let token = keyring().sign(&claims(), NOW).unwrap();

    assert_eq!(verify(&token), Ok(claims()));
}

#[test]
fn the_header_and_claims_are_as_the_official_sdks_expect() {
    let token = keyring().sign(&claims(), NOW).unwrap();

    let part = |index| -> Value {
        let encoded = token.split('.').nth(index).unwrap();
        use base64::Engine;
        let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(encoded)
            .unwrap();
        serde_json::from_slice(&decoded).unwrap()
    };
    let kid = &stored_keys()[0].kid;
    assert!(kid.starts_with("ins_"));
    assert_eq!(
        part(0),
        json!({"alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": kid, "typ": "JWT"})
    );
    assert_eq!(
        part(1),
        json!({
            "iss": ISSUER, "sub": "user_1", "sid": "sess_1", "azp": ORIGIN, "iat": 1_780_000_000,
            "nbf": 1_779_999_990, "exp": 1_780_000_060, "fva": [0, -1], "sts": "active", "v": 2,
        })
    );
}

#[test]
fn another_library_verifies_the_token_by_our_key_set() {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    let keyring = keyring();
    let token = keyring.sign(&claims(), NOW).unwrap();

    let jwks = keyring.jwks(NOW);
    let text = |name: &str| jwks["keys"][0][name].as_str().unwrap().to_owned();
    assert_eq!(text("e"), "AQAB");
    let key = DecodingKey::from_rsa_components(&text("n"), &text("e")).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;

    let read = jsonwebtoken::decode::<SessionClaims>(&token, &key, &validation).unwrap();
    assert_eq!(read.claims, claims());
}

#[test]
fn sec_e04_a_token_is_dead_after_60_seconds_and_the_leeway() {
    let token = keyring().sign(&claims(), NOW).unwrap();

    assert!(verify_at(&keyring(), &token, NOW + seconds(64)).is_ok());
    assert_eq!(
        verify_at(&keyring(), &token, NOW + seconds(65)),
        Err(TokenError::Expired)
    );
    assert!(claims().exp - claims().iat <= 60);
}

#[test]
fn sec_e08_the_algorithm_none_is_refused() {
    let kid = &stored_keys()[0].kid;
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({"alg": alg, "cat": "cl_B7d4PD111AAA", "kid": kid, "typ": "JWT"});
        let token = with_header(&header);
        assert_eq!(verify(&token), Err(TokenError::UnknownKey));
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert!(verify(&unsigned).is_err());
    }
}

#[test]
fn sec_e08_hs256_with_the_public_key_as_secret_is_refused() {
    use jsonwebtoken::{Algorithm, EncodingKey, Header};
    let row = &stored_keys()[0];
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(row.kid.clone());

    for secret in [
        row.public_n.as_bytes(),
        keyring().jwks(NOW).to_string().as_bytes(),
    ] {
        let key = EncodingKey::from_secret(secret);
        let token = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
        assert_eq!(verify(&token), Err(TokenError::UnknownKey));
    }
}

#[test]
fn sec_e08_headers_that_ask_for_anything_else_are_refused() {
    let kid = stored_keys()[0].kid.as_str();
    let session = "cl_B7d4PD111AAA";
    let headers = [
        json!({"alg": "RS256", "cat": session, "kid": "../../../dev/null", "typ": "JWT"}),
        json!({"alg": "RS256", "cat": session, "kid": "' OR 1=1 --", "typ": "JWT"}),
        json!({"alg": "RS256", "cat": session, "kid": "ins_unknown", "typ": "JWT"}),
        json!({"alg": "RS256", "cat": session, "typ": "JWT"}),
        json!({"alg": "RS512", "cat": session, "kid": kid, "typ": "JWT"}),
        json!({"alg": "PS256", "cat": session, "kid": kid, "typ": "JWT"}),
        json!({"alg": "ES256", "cat": session, "kid": kid, "typ": "JWT"}),
        json!({"alg": "RS256", "cat": session, "kid": kid, "typ": "at+jwt"}),
        json!({"alg": "RS256", "cat": session, "kid": kid, "typ": 1}),
        json!({"alg": "RS256", "cat": "cl_B7d4PD333AAA", "kid": kid, "typ": "JWT"}),
        json!({"alg": "RS256", "cat": session, "kid": kid, "typ": "JWT", "jwk": {"kty": "RSA"}}),
        json!({"alg": "RS256", "cat": session, "kid": kid, "typ": "JWT", "jku": "https://evil.example"}),
        json!({"alg": "RS256", "cat": session, "kid": kid, "typ": "JWT", "x5u": "https://evil.example"}),
        json!({"alg": "RS256", "cat": session, "kid": kid, "typ": "JWT", "crit": ["exp"]}),
    ];
    for header in headers {
        assert_eq!(
            verify(&with_header(&header)),
            Err(TokenError::UnknownKey),
            "{header}"
        );
    }
}

#[test]
fn sec_e08_a_token_signed_with_an_embedded_key_is_refused() {
    let der = master()
        .open(
            crate::token::Purpose::SigningKey,
            &stored_keys()[1].sealed_private_key,
        )
        .unwrap();
    let attacker = SigningKey::from_pkcs8(&stored_keys()[0].kid, &der).unwrap();

    assert_eq!(
        verify(&attacker.sign(&claims()).unwrap()),
        Err(TokenError::BadSignature)
    );
}

#[test]
fn sec_e08_duplicate_members_are_refused() {
    let payload = serde_json::to_string(&claims()).unwrap();
    let twice = payload.replacen('{', r#"{"sub":"user_2","#, 1);

    assert_eq!(verify(&with_payload(&twice)), Err(TokenError::Malformed));
    let header = format!(
        r#"{{"alg":"none","alg":"RS256","cat":"cl_B7d4PD111AAA","kid":"{}","typ":"JWT"}}"#,
        stored_keys()[0].kid
    );
    let honest = keyring().sign(&claims(), NOW).unwrap();
    let rest = honest.split_once('.').unwrap().1;
    let token = format!("{}.{rest}", base64url(header.as_bytes()));
    assert_eq!(verify(&token), Err(TokenError::UnknownKey));
}

#[test]
fn sec_e08_every_claim_that_is_wrong_has_its_refusal() {
    let check = |change: fn(&mut SessionClaims)| {
        let mut changed = claims();
        change(&mut changed);
        verify(&signing_key().sign(&changed).unwrap()).unwrap_err()
    };

    assert_eq!(
        check(|claims| claims.exp = claims.iat - 60),
        TokenError::Expired
    );
    assert_eq!(check(|claims| claims.nbf += 20), TokenError::NotYetValid);
    assert_eq!(check(|claims| claims.iat += 20), TokenError::NotYetValid);
    assert_eq!(
        check(|claims| claims.iss.push('/')),
        TokenError::WrongIssuer
    );
    assert_eq!(
        check(|claims| claims.azp = Some("https://app.example.com.evil".to_owned())),
        TokenError::WrongParty
    );
    assert_eq!(check(|claims| claims.azp = None), TokenError::WrongParty);
    assert_eq!(
        check(|claims| claims.sts = "pending".to_owned()),
        TokenError::Pending
    );
    assert_eq!(check(|claims| claims.exp = i64::MIN), TokenError::Expired);
    assert_eq!(
        check(|claims| claims.nbf = i64::MAX),
        TokenError::NotYetValid
    );
}

#[test]
fn sec_e08_a_token_changed_anywhere_is_refused() {
    let token = keyring().sign(&claims(), NOW).unwrap();

    for position in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        assert!(
            verify(&String::from_utf8(bytes).unwrap()).is_err(),
            "at {position}"
        );
    }
}

#[test]
fn sec_p03_no_text_makes_the_check_panic() {
    let long = "a.".repeat(5000);
    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "ä.ö.ü",
        "a.b.c.d.e",
        long.as_str(),
    ] {
        assert!(verify(text).is_err());
    }
    for payload in ["", "null", "[]", "{}", "\u{0}", r#"{"exp":"soon"}"#] {
        assert_eq!(verify(&with_payload(payload)), Err(TokenError::Malformed));
    }
}

#[test]
fn sec_n01_a_rotation_under_load_fails_no_verification() {
    let mut rows = vec![stored_keys()[0].clone()];
    let keyring = Keyring::open(&rows, &master()).unwrap();
    // Somebody elsewhere, whose key set is as old as a cache may be.
    let mut cached = (NOW, Keyring::open(&rows, &master()).unwrap());
    let mut alive: Vec<(Timestamp, String)> = Vec::new();
    let mut signers = std::collections::BTreeSet::new();

    for second in 0..=500 {
        let now = NOW + seconds(second);
        if second == 10 {
            rotate(&mut rows, &keyring, now);
        }
        if now.since(cached.0) >= KEY_SET_CACHE {
            cached = (now, Keyring::open(&rows, &master()).unwrap());
        }
        let claims = SessionClaims::new(ISSUER, "u", "s", Some(ORIGIN.to_owned()), [0, -1], now);
        let token = keyring.sign(&claims, now).unwrap();
        signers.insert(token.split_once('.').unwrap().0.to_owned());
        alive.push((now, token));
        alive.retain(|(made, _)| now.since(*made) < TOKEN_LIFETIME);
        for (_, token) in alive.iter().step_by(7) {
            assert!(verify_at(&keyring, token, now).is_ok(), "after {second} s");
            assert!(
                verify_at(&cached.1, token, now).is_ok(),
                "cached, after {second} s"
            );
        }
    }

    assert_eq!(signers.len(), 2, "the new key took over");
    assert_eq!(
        jwks_kids(&keyring, NOW + seconds(500)),
        [stored_keys()[1].kid.as_str()]
    );
}

const KEY_SET_CACHE: std::time::Duration = super::keyring::KEY_SET_CACHE_TIME;

fn rotate(rows: &mut Vec<StoredKey>, keyring: &Keyring, now: Timestamp) {
    let plan = keyring.plan_rotation(&master(), now).unwrap();
    for row in rows.iter_mut().filter(|row| row.retire_at.is_none()) {
        row.retire_at = Some(plan.retire_others_at);
    }
    // The shared second key in place of the new one: the test asserts by its id.
    rows.push(StoredKey {
        active_from: plan.new_key.active_from,
        ..stored_keys()[1].clone()
    });
    keyring.replace(rows, &master()).unwrap();
}

fn jwks_kids(keyring: &Keyring, now: Timestamp) -> Vec<String> {
    let jwks = keyring.jwks(now);
    let keys = jwks["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn sec_n01_a_new_key_is_published_before_it_signs() {
    let plan = keyring().plan_rotation(&master(), NOW).unwrap();

    assert_eq!(plan.new_key.active_from, NOW + KEY_SET_CACHE);
    assert_eq!(plan.retire_others_at, NOW + KEY_SET_CACHE + seconds(65));
}

#[test]
fn the_first_key_signs_at_once() {
    assert_eq!(stored_keys()[0].active_from, NOW);
    assert_eq!(
        Keyring::default().sign(&claims(), NOW),
        Err(KeyringError::Empty)
    );
}

#[test]
fn a_clock_that_was_set_back_still_signs() {
    let earlier = NOW - seconds(3600);

    assert!(keyring().sign(&claims(), earlier).is_ok());
}

#[test]
fn sec_n02_the_stored_key_needs_the_master_key() {
    let stranger = MasterKey::from_bytes([8; 32]);

    let error = Keyring::open(&stored_keys()[..1], &stranger).unwrap_err();

    assert!(matches!(error, KeyringError::Sealed { .. }));
    assert!(error.to_string().contains(&stored_keys()[0].kid));
}
