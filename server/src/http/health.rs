//! Two questions of whoever runs the server.
//!
//! `/healthz`: does the process live? Always yes, or nobody answers. A restart is the cure when not.
//! `/readyz`: should it get requests? Not when its data cannot be reached, and not when it is about to stop. A
//! restart would not help; sending requests elsewhere does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::backend::Backend;

/// Whether the server is about to stop. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// From now on `/readyz` says no.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) fn routes(backend: Backend, stopping: Stopping) -> Router {
    Router::new()
        .route(
            "/healthz",
            get(|| async { Json(json!({ "status": "alive" })) }),
        )
        .route("/readyz", get(is_ready))
        .with_state((backend, stopping))
}

async fn is_ready(
    State((backend, stopping)): State<(Backend, Stopping)>,
) -> (StatusCode, Json<Value>) {
    if stopping.has_begun() {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "status": "stopping" })),
        );
    }
    match backend.is_ready().await {
        Ok(()) => (StatusCode::OK, Json(json!({ "status": "ready" }))),
        Err(error) => {
            tracing::error!(%error, "not ready");
            let answer =
                json!({ "status": "not ready", "because": "the data store does not answer" });
            (StatusCode::SERVICE_UNAVAILABLE, Json(answer))
        }
    }
}
