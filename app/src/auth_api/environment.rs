//! What the instance allows, kept for ten seconds: every page needs it, and it hardly ever changes.

use std::time::Duration;

use thyra_wire::{Environment, Timestamp};
use tokio::sync::RwLock;

use super::{Call, Exchange};
use crate::AuthError;
use crate::clock::now;

/// How long a change of the instance's settings may take to show.
const MAX_AGE: Duration = Duration::from_secs(10);

/// The last answer, and when it came.
#[derive(Default)]
pub(crate) struct EnvironmentCache {
    last: RwLock<Option<(Timestamp, Environment)>>,
}

impl EnvironmentCache {
    async fn get(&self, now: Timestamp) -> Option<Environment> {
        let last = self.last.read().await;
        let (fetched_at, environment) = last.as_ref()?;
        (now.since(*fetched_at) < MAX_AGE).then(|| environment.clone())
    }

    async fn put(&self, environment: Environment, now: Timestamp) {
        *self.last.write().await = Some((now, environment));
    }
}

impl Exchange {
    /// What the instance allows.
    pub(crate) async fn environment(&mut self) -> Result<Environment, AuthError> {
        let api = self.api().clone();
        if let Some(environment) = api.environments().get(now()).await {
            return Ok(environment);
        }
        let environment: Environment = self.call_bare(Call::get("/v1/environment")).await?;
        api.environments().put(environment.clone(), now()).await;
        Ok(environment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_serves_for_ten_seconds() {
        let cache = EnvironmentCache::default();
        let start = Timestamp::from_seconds(1_780_000_000);
        assert_eq!(cache.get(start).await, None);

        cache.put(Environment::default(), start).await;

        assert!(cache.get(start + Duration::from_secs(9)).await.is_some());
        assert_eq!(cache.get(start + Duration::from_secs(10)).await, None);
    }
}
