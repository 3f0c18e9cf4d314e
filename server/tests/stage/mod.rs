//! The stage of the server's tests: the whole server on a free port, with a folder and a clock of its own, and
//! browsers that keep their cookies.

#![allow(
    dead_code,
    unused_imports,
    reason = "every test file uses its own part of the stage"
)]

mod browser;
pub mod crowd;
mod program;

use std::sync::Arc;

use axum::Router;
use tempfile::TempDir;
use thyra_auth::{Auth, TestClock};
use thyra_server::backend::Backend;
use thyra_server::config::Config;
use thyra_server::http::{Parts, Site, Stopping, router};
use thyra_server::serve::{ConnectionLimits, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use browser::{Answer, Browser};
pub use program::{Program, free_address, run_to_end};

/// A password that is nobody's and easy to find in a log.
pub const PASSWORD: &str = "canary horse battery staple";

/// A running server. It stops when it is dropped.
pub struct Stage {
    pub origin: String,
    pub clock: Arc<TestClock>,
    pub backend: Backend,
    pub stopping: Stopping,
    pub folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
}

/// What a stage is made of, before the curtain rises.
pub struct Setting {
    variables: Vec<(String, String)>,
    extra: Router,
    listener: Option<TcpListener>,
    limits: ConnectionLimits,
}

impl Stage {
    /// A development server with an empty database.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A server with these variables in its environment.
    pub async fn with(variables: &[(&str, &str)]) -> Self {
        Self::set(variables).start().await
    }

    /// A production server.
    pub async fn production() -> Self {
        Self::with(PRODUCTION).await
    }

    /// The first step of a stage with more than variables.
    pub fn set(variables: &[(&str, &str)]) -> Setting {
        let variables = variables
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Setting {
            variables: variables.collect(),
            extra: Router::new(),
            listener: None,
            limits: ConnectionLimits::default(),
        }
    }

    /// A new browser in front of the server.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
    }

    /// The embedded auth API.
    pub fn auth(&self) -> &Auth {
        self.backend
            .embedded()
            .expect("the stage has an embedded auth API")
    }

    /// Asks the server to stop, as SIGTERM does.
    pub fn stop(&mut self) {
        self.stop = None;
    }

    /// The code that was sent to this address last.
    pub async fn last_code(&self, to: &str) -> String {
        let messages = self.auth().outbox(50).await.unwrap();
        let message = messages.into_iter().find(|message| message.to == to);
        message
            .and_then(|message| message.code)
            .expect("a code was sent to the address")
    }

    /// A browser whose owner just signed up.
    pub async fn signed_up(&self, email_address: &str) -> Browser {
        let browser = self.browser();
        browser.sign_up(email_address, PASSWORD).await;
        browser
    }
}

/// The least that production asks for.
pub const PRODUCTION: &[(&str, &str)] = &[
    ("THYRA_MODE", "production"),
    ("THYRA_PUBLIC_URL", "https://auth.example.com"),
    ("THYRA_SMTP_URL", "smtp://mailer:canary-smtp@127.0.0.1:1"),
];

impl Setting {
    /// More routes, inside of all layers.
    pub fn routes(mut self, extra: Router) -> Self {
        self.extra = extra;
        self
    }

    /// A port that was taken before.
    pub fn listener(mut self, listener: TcpListener) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Other limits of connections than a server has that is not a test's.
    pub fn limits(mut self, limits: ConnectionLimits) -> Self {
        self.limits = limits;
        self
    }

    pub async fn start(mut self) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}/thyra.db", folder.path().display());
        let has = |name: &str| self.variables.iter().any(|(given, _)| given == name);
        let database = ("THYRA_DATABASE_URL", database.as_str());
        // Stories hurry, and all of them come from one address; production takes no such thing.
        let limits = ("THYRA_LIMITS", "off");
        let (is_remote, has_mode) = (has("THYRA_AUTH_API_URL"), has("THYRA_MODE"));
        let defaults = [
            Some(("THYRA_ADDR", "127.0.0.1:0")),
            Some(database).filter(|_| !is_remote),
            Some(limits).filter(|_| !is_remote && !has_mode),
        ];
        for (name, text) in defaults.into_iter().flatten() {
            self.variables.insert(0, (name.to_owned(), text.to_owned()));
        }
        let config = Config::load(None, self.variables).unwrap();
        let listener = match self.listener {
            Some(listener) => listener,
            None => TcpListener::bind(config.addr).await.unwrap(),
        };
        raise(config, listener, self.limits, self.extra, folder).await
    }
}

async fn raise(
    config: Config,
    listener: TcpListener,
    limits: ConnectionLimits,
    extra: Router,
    folder: TempDir,
) -> Stage {
    let bound = listener.local_addr().unwrap();
    let public_url = config.public_url(bound);
    let clock = Arc::new(TestClock::at_system_time());
    let backend = Backend::open(&config, &public_url, clock.clone())
        .await
        .unwrap();
    let stopping = Stopping::default();
    let parts = Parts {
        backend: backend.clone(),
        site: Site::find(Some(folder.path())),
        stopping: stopping.clone(),
        extra,
    };
    let router = router(&config, &public_url, parts);
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(serve(listener, router, limits, stopping.clone(), async {
        let _ = stopped.await;
    }));
    Stage {
        origin: format!("http://localhost:{}", bound.port()),
        clock,
        backend,
        stopping,
        folder,
        stop: Some(stop),
    }
}
