//! What the official SDKs append to the names of cookies, to keep several instances on one host apart.
//!
//! It is made of the publishable key, and that of the host of the auth API, which issuers name. A browser sends cookies with
//! any suffix that anybody planted: only the own ones are ever written, or a few planted names would make an answer's head
//! larger than proxies take.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// How many characters of the key's digest are appended.
const LENGTH: usize = 8;

/// The suffixes that an instance which writes this issuer can have: it has one of them, by its key.
pub(super) fn suffixes_of(issuer: &str) -> Vec<String> {
    let Some(host) = issuer.strip_prefix("https://") else {
        return Vec::new();
    };
    let host = format!("{host}$");
    let encodings = [STANDARD_NO_PAD.encode(&host), STANDARD.encode(&host)];
    let keys = encodings
        .iter()
        .flat_map(|host| ["pk_live_", "pk_test_"].map(|kind| format!("{kind}{host}")));
    let mut suffixes: Vec<_> = keys.map(|key| suffix_of(&key)).collect();
    suffixes.dedup();
    suffixes
}

fn suffix_of(publishable_key: &str) -> String {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, publishable_key.as_bytes());
    let mut suffix = URL_SAFE_NO_PAD.encode(hash);
    suffix.truncate(LENGTH);
    suffix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instances_suffix_is_the_one_the_official_sdks_compute() {
        let suffixes = suffixes_of("https://clerk.example.com");

        assert!(suffixes.contains(&"naoXFJnI".to_owned()), "{suffixes:?}");
        assert!(!suffixes_of("https://evil.example").contains(&"naoXFJnI".to_owned()));
        assert!(suffixes_of("http://127.0.0.1:3000/__clerk").is_empty());
    }
}
