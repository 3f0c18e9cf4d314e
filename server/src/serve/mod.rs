//! Listening, answering, stopping.
//!
//! Connections are accepted by a loop of ours rather than axum's, for two things that one cannot be asked for: what
//! connections may cost is limited (see [`ConnectionLimits`]), and stopping has a limited time too. A stop is orderly:
//! `/readyz` says no, nothing new is accepted, requests under way get up to 30 seconds, then the process ends. What
//! the store has acknowledged is on disk before that, so a cut connection loses nothing.

mod admission;
mod impatient;
mod limits;

use std::future::Future;
use std::io::Write;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::http::Stopping;

use admission::{Admission, Place};
use impatient::Impatient;
pub use limits::ConnectionLimits;

/// The largest head of a request, its first line and headers, in bytes. More is answered with 431. Browsers send up to some
/// 10 KiB, and proxies on the way take no more than this.
pub const MAX_HEAD: usize = 32 * 1024;

/// How long requests under way may take when the server stops, or their connection has become too old.
pub const DRAIN: Duration = Duration::from_secs(30);

/// What everybody is told for whom there is no place.
const NO_PLACE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Answers connections until `stop` is done, then ends in an orderly way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stopping: Stopping,
    stop: impl Future<Output = ()>,
) {
    let limits = Arc::new(limits);
    let admission = Admission::new(limits.clone());
    let (end, ended) = watch::channel(false);
    let mut turned_away: u64 = 0;
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener) => accepted,
        };
        match admission.admit(peer.ip()) {
            Some(place) => {
                let answered = answer(stream, peer, router.clone(), limits.clone(), ended.clone());
                tokio::spawn(keep(place, answered));
            }
            None => turn_away(stream, &mut turned_away),
        }
    }
    stopping.begin();
    drop((listener, ended));
    tracing::info!(connections = end.receiver_count(), "stopping");
    end.send_replace(true);
    // Each connection has a receiver: when there is none, all of them have ended.
    if timeout(DRAIN, end.closed()).await.is_err() {
        tracing::warn!(
            seconds = DRAIN.as_secs(),
            "some requests did not end in time"
        );
    }
}

/// The next connection. Running out of file handles passes by itself: waiting beats ending the server.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn keep(_place: Place, connection: impl Future<Output = ()>) {
    connection.await;
}

/// Answers the requests of one connection, until it ends, is too old, or the server stops.
async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Arc<ConnectionLimits>,
    mut ended: watch::Receiver<bool>,
) {
    // Small answers must not wait for each other's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |request: axum::http::Request<_>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let io = TokioIo::new(Impatient::new(stream, limits.unread));
    let service = TowerToHyperService::new(service);
    let mut connection = pin!(builder(&limits).serve_connection(io, service));
    let early = tokio::select! {
        result = connection.as_mut() => Some(result),
        _ = ended.wait_for(|ended| *ended) => None,
        () = sleep(limits.age) => None,
    };
    let result = match early {
        Some(result) => result,
        None => {
            connection.as_mut().graceful_shutdown();
            timeout(DRAIN, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn builder(limits: &ConnectionLimits) -> Builder {
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_header_size(MAX_HEAD)
        // What is read ahead and not yet understood. The default would keep half a megabyte for half a head.
        .max_buf_size(MAX_HEAD);
    builder
}

/// Says in a word that there is no place. The log hears of the first, the second, the fourth, the eighth: whoever asks for
/// more than there is must not fill it as well.
fn turn_away(stream: TcpStream, count: &mut u64) {
    *count += 1;
    if count.is_power_of_two() {
        tracing::warn!(count, "connections turned away: there are too many");
    }
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(NO_PLACE);
    }
}
