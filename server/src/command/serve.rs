//! `thyra`: the server.

use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use thyra_auth::SystemClock;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::CommandError;
use crate::backend::Backend;
use crate::config::Config;
use crate::http::{Parts, Site, Stopping, router};
use crate::serve::ConnectionLimits;

/// Serves until the process is asked to stop.
pub(super) async fn run(config: &Config) -> Result<(), CommandError> {
    let listener = bind(config.addr).await?;
    let bound = listener.local_addr().unwrap_or(config.addr);
    let public_url = config.public_url(bound);
    let backend = Backend::open(config, &public_url, Arc::new(SystemClock)).await?;
    let stopping = Stopping::default();
    let parts = Parts {
        backend: backend.clone(),
        site: Site::find(config.site_root.as_deref()),
        stopping: stopping.clone(),
        extra: Router::new(),
    };
    let router = router(config, &public_url, parts);
    let (stop, stopped) = watch::channel(false);
    let wish = wish_to_stop();
    tokio::spawn(async move {
        wish.await;
        let _ = stop.send(true);
    });
    crate::log::keep_panics_discreet();
    greet(config, &public_url);
    let limits = ConnectionLimits::of_process(&config.trusted_proxies);
    crate::serve::serve(listener, router, limits, stopping, until(stopped)).await;
    if let Some(auth) = backend.embedded() {
        auth.close().await;
    }
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| CommandError::Bind {
            address,
            reason: match error.kind() {
                ErrorKind::AddrInUse => "another program is using".to_owned(),
                ErrorKind::AddrNotAvailable => "is not an address of this machine".to_owned(),
                ErrorKind::PermissionDenied => "needs more rights than this process has".to_owned(),
                _ => format!("cannot be listened on ({error})"),
            },
        })
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, and with it whoever could have said it.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Standard output, not the log: this is what the command says to whoever started it. Nobody has to listen.
fn greet(config: &Config, public_url: &str) {
    let last = match &config.auth_api_url {
        Some(url) => format!("  Auth API {url}\n"),
        None if config.is_production() => String::new(),
        None => format!("  Outbox   {public_url}/dev/outbox\n"),
    };
    let limits = match config.limits {
        true => "",
        false => "  Limits   off: anybody may guess as fast as the machine can\n",
    };
    let greeting = format!(
        "Thyra is up.\n  Sign in  {public_url}/sign-in\n  Sign up  {public_url}/sign-up\n{last}{limits}Ctrl-C stops it.\n"
    );
    let mut output = std::io::stdout().lock();
    let _ = output
        .write_all(greeting.as_bytes())
        .and_then(|()| output.flush());
}

/// The wish to stop, noticed from this call on.
fn wish_to_stop() -> impl Future<Output = ()> {
    let terminate = signal(SignalKind::terminate());
    let interrupt = signal(SignalKind::interrupt());
    async move {
        match (terminate, interrupt) {
            (Ok(mut terminate), Ok(mut interrupt)) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
            // Without handlers the signals end the process by themselves.
            _ => std::future::pending().await,
        }
    }
}
