//! What an open instance does by itself, and how that ends.
//!
//! Handles that hosts hold (and the routers made of them) share one [`Handle`]; the background has none. So the last of
//! them that is dropped takes the channel along by which the background is told to stop.

use std::sync::{Arc, OnceLock};

use axum::Router;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use super::Auth;

/// What all handles of hosts share.
#[derive(Default)]
pub(super) struct Handle {
    /// The routes, made at the first request.
    pub(super) router: OnceLock<Router>,
    background: Option<Background>,
}

struct Background {
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Auth {
    /// The same instance with its deliveries and sweeps under way.
    pub(super) fn started(self) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(in_the_background(self.without_handle(), stopped));
        let background = Background {
            stop,
            task: Mutex::new(Some(task)),
        };
        let handle = Handle {
            router: OnceLock::new(),
            background: Some(background),
        };
        Self(self.0, Some(Arc::new(handle)))
    }

    /// The instance for its own use: it keeps nothing going.
    pub(super) fn without_handle(&self) -> Self {
        Self(self.0.clone(), None)
    }
}

impl Handle {
    /// Ends the background, and waits for it.
    pub(super) async fn end(&self) {
        let Some(background) = &self.background else {
            return;
        };
        background.stop.send_replace(true);
        if let Some(task) = background.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the deliveries did not end in an orderly way");
        }
    }
}

async fn in_the_background(auth: Auth, mut stopped: watch::Receiver<bool>) {
    // An error means that the last handle is gone.
    let stop = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
    auth.run_deliveries(stop).await;
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;
    use crate::instance::Instance;
    use crate::settings::Settings;

    async fn opened() -> (Auth, TempDir) {
        let folder = TempDir::new().expect("the system has a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
        let settings = Settings::development("http://localhost:3000", &url);
        (
            Auth::open(settings).await.expect("the settings work"),
            folder,
        )
    }

    async fn is_over(instance: &Weak<Instance>) {
        while instance.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn the_background_ends_with_the_last_handle() {
        let (auth, _folder) = opened().await;
        let instance = Arc::downgrade(&auth.0);
        let router = auth.router();
        drop(auth);
        tokio::task::yield_now().await;
        assert!(
            instance.strong_count() > 1,
            "the router is a handle as well"
        );

        drop(router);

        let ended = tokio::time::timeout(Duration::from_secs(10), is_over(&instance)).await;
        ended.expect("nothing holds the instance any more");
    }

    #[tokio::test]
    async fn closing_ends_the_background_whoever_has_a_handle() {
        let (auth, _folder) = opened().await;
        let another = auth.clone();

        another.close().await;
        another.close().await;

        // The two handles are left, and nothing that runs.
        assert_eq!(Arc::strong_count(&auth.0), 2);
    }
}
