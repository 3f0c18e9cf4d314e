//! The auth API's public keys, kept for five minutes.
//!
//! A key id that is not known makes us ask again, but at most once a minute: tokens with made-up key ids must not
//! turn into load on the auth API.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use thyra_wire::Timestamp;
use tokio::sync::RwLock;

/// How long the keys are believed without asking again.
const MAX_AGE: Duration = Duration::from_secs(5 * 60);
/// How long an unknown key id has to wait for the next look.
const MIN_WAIT: Duration = Duration::from_secs(60);
/// How long nobody asks again after a failure: a slow auth API must not hold up one request after the other.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The keys by their ids.
#[derive(Default)]
pub(crate) struct KeyCache {
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    keys: HashMap<String, Arc<DecodingKey>>,
    fetched_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
}

/// Where keys come from.
pub(crate) trait KeySource: Sync {
    /// Fetches the key set; `None` when it cannot be had at the moment.
    fn fetch(&self) -> impl Future<Output = Option<KeySet>> + Send;
}

/// What a look for a key gave.
pub(crate) enum Found {
    /// The key.
    Key(Arc<DecodingKey>),
    /// The auth API has no key with this id.
    Unknown,
    /// The auth API did not answer, and nothing is known from earlier.
    Unavailable,
}

impl KeyCache {
    /// Finds a key, asking the source when that is due.
    pub(crate) async fn find(&self, kid: &str, now: Timestamp, source: &impl KeySource) -> Found {
        if let Some(found) = self.state.read().await.find(kid, now) {
            return found;
        }
        // One request refreshes; those that waited for the lock find the fresh keys.
        let mut state = self.state.write().await;
        if let Some(found) = state.find(kid, now) {
            return found;
        }
        match source.fetch().await {
            Some(set) => state.replace(set, now),
            None if state.fetched_at.is_none() => {
                state.failed_at = Some(now);
                return Found::Unavailable;
            }
            // Signed-in people stay so while the auth API is away: the old keys serve on.
            None => state.fetched_at = Some(now),
        }
        state
            .keys
            .get(kid)
            .map_or(Found::Unknown, |key| Found::Key(Arc::clone(key)))
    }
}

impl State {
    /// What is known without asking, unless it is time to ask.
    fn find(&self, kid: &str, now: Timestamp) -> Option<Found> {
        let Some(fetched_at) = self.fetched_at else {
            let failed_at = self.failed_at?;
            return (now.since(failed_at) < PAUSE_AFTER_FAILURE).then_some(Found::Unavailable);
        };
        let age = now.since(fetched_at);
        match self.keys.get(kid) {
            Some(key) if age < MAX_AGE => Some(Found::Key(Arc::clone(key))),
            None if age < MIN_WAIT => Some(Found::Unknown),
            _ => None,
        }
    }

    fn replace(&mut self, set: KeySet, now: Timestamp) {
        self.keys = set.keys.into_iter().filter_map(Key::decoding_key).collect();
        self.fetched_at = Some(now);
    }
}

/// A key set, as far as it is of use.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct KeySet {
    keys: Vec<Key>,
}

#[derive(Clone, Debug, Deserialize)]
struct Key {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    usage: Option<String>,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
}

impl Key {
    /// The key, when it is one that may sign session tokens.
    fn decoding_key(self) -> Option<(String, Arc<DecodingKey>)> {
        let fits = self.kty == "RSA"
            && self.alg.as_deref().is_none_or(|alg| alg == "RS256")
            && self.usage.as_deref().is_none_or(|usage| usage == "sig");
        if !fits {
            return None;
        }
        let key = DecodingKey::from_rsa_components(&self.n, &self.e).ok()?;
        Some((self.kid?, Arc::new(key)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// A key set that counts how often it was asked for.
    #[derive(Default)]
    struct Source {
        asked: AtomicU32,
        is_down: bool,
    }

    impl KeySource for Source {
        async fn fetch(&self) -> Option<KeySet> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let json = r#"{"keys": [
                {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "good", "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw", "e": "AQAB"},
                {"kty": "oct", "kid": "symmetric", "k": "AAAA"},
                {"kty": "RSA", "use": "enc", "kid": "encryption", "n": "AQAB", "e": "AQAB"}]}"#;
            (!self.is_down).then(|| serde_json::from_str(json).unwrap())
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_780_000_000 + seconds)
    }

    #[tokio::test]
    async fn keys_are_asked_for_once_in_five_minutes() {
        let (cache, source) = (KeyCache::default(), Source::default());

        for second in [0, 10, 299] {
            assert!(matches!(
                cache.find("good", at(second), &source).await,
                Found::Key(_)
            ));
        }
        assert_eq!(source.asked.load(Ordering::Relaxed), 1);

        cache.find("good", at(300), &source).await;
        assert_eq!(source.asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn sec_e08_made_up_key_ids_ask_at_most_once_a_minute() {
        let (cache, source) = (KeyCache::default(), Source::default());

        for second in 0..120 {
            let found = cache
                .find(&format!("kid_{second}"), at(second), &source)
                .await;
            assert!(matches!(found, Found::Unknown));
        }

        assert_eq!(source.asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn sec_e08_only_rsa_signing_keys_count() {
        let (cache, source) = (KeyCache::default(), Source::default());
        for kid in ["symmetric", "encryption"] {
            assert!(matches!(
                cache.find(kid, at(0), &source).await,
                Found::Unknown
            ));
        }
    }

    #[tokio::test]
    async fn known_keys_serve_on_while_the_auth_api_is_away() {
        let cache = KeyCache::default();
        let away = Source {
            is_down: true,
            ..Source::default()
        };
        assert!(matches!(
            cache.find("good", at(0), &away).await,
            Found::Unavailable
        ));

        cache.find("good", at(6), &Source::default()).await;

        assert!(matches!(
            cache.find("good", at(1000), &away).await,
            Found::Key(_)
        ));
    }

    #[tokio::test]
    async fn after_a_failure_nobody_asks_for_five_seconds() {
        let cache = KeyCache::default();
        let away = Source {
            is_down: true,
            ..Source::default()
        };

        for second in 0..5 {
            assert!(matches!(
                cache.find("good", at(second), &away).await,
                Found::Unavailable
            ));
        }

        assert_eq!(away.asked.load(Ordering::Relaxed), 1);
    }
}
