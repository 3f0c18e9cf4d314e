//! Attacks on the verifier, and the ways on which a session is found.

mod tokens;
mod ways;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

const MODULUS: &str = include_str!("../testdata/rsa_modulus.txt");
const ORIGIN: &str = "https://app.example.com";

fn private_key() -> EncodingKey {
    let der = STANDARD
        .decode(include_str!("../testdata/rsa_private_key.der.b64"))
        .unwrap();
    EncodingKey::from_rsa_der(&der)
}

fn claims_at(seconds: i64) -> Value {
    json!({
        "iss": ORIGIN, "azp": ORIGIN, "sub": "user_1", "sid": "sess_1", "sts": "active",
        "iat": seconds, "nbf": seconds - 10, "exp": seconds + 60, "fva": [3, -1],
    })
}

fn header() -> Header {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some("ins_1".to_owned());
    header
}

fn sign(claims: &Value) -> String {
    jsonwebtoken::encode(&header(), claims, &private_key()).unwrap()
}
