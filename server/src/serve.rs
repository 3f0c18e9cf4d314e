//! Listening, answering, stopping.
//!
//! Connections are accepted by a loop of ours rather than axum's, for two things that one cannot be asked for: a
//! client has a limited time to send a request's head, and stopping has a limited time too. A stop is orderly:
//! `/readyz` says no, nothing new is accepted, requests under way get up to 30 seconds, then the process ends. What
//! the store has acknowledged is on disk before that, so a cut connection loses nothing.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::http::Stopping;

/// How long a client may take to send a request's head, and a kept connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest head of a request, its first line and headers, in bytes. More is answered with 431. Browsers send up to some
/// 10 KiB, and proxies on the way take no more than this.
pub const MAX_HEAD: usize = 32 * 1024;

/// How long requests under way may take when the server stops.
pub const DRAIN: Duration = Duration::from_secs(30);

/// Answers connections until `stop` is done, then ends in an orderly way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stopping: Stopping,
    stop: impl Future<Output = ()>,
) {
    let builder = connection_builder();
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener) => accepted,
        };
        spawn_connection(&builder, &graceful, router.clone(), stream, peer);
    }
    stopping.begin();
    drop(listener);
    tracing::info!(connections = graceful.count(), "stopping");
    if tokio::time::timeout(DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            seconds = DRAIN.as_secs(),
            "some requests did not end in time"
        );
    }
}

fn connection_builder() -> Builder {
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_header_size(MAX_HEAD)
        // What is read ahead and not yet understood. The default would keep half a megabyte for half a head.
        .max_buf_size(MAX_HEAD);
    builder
}

/// The next connection. Running out of file handles passes by itself: waiting beats ending the server.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn spawn_connection(
    builder: &Builder,
    graceful: &GracefulShutdown,
    router: Router,
    stream: TcpStream,
    peer: SocketAddr,
) {
    // Small answers must not wait for each other's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |request: axum::http::Request<_>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let service = TowerToHyperService::new(service);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}
