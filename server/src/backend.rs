//! The auth API behind the pages: the embedded one, or a remote one.

use std::sync::Arc;

use thyra::{AuthApi, PROXY_PATH, RemoteConfig, RemoteConfigError};
use thyra_auth::{Auth, Clock, OpenError, StoreError};

use crate::config::Config;

/// Why there is nothing to answer calls.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// The embedded API's data cannot be opened.
    #[error("{}", crate::config::with_variable_names(.0))]
    Embedded(#[from] OpenError),
    /// The remote API cannot be addressed.
    #[error("THYRA_AUTH_API_URL: {0}")]
    Remote(#[from] RemoteConfigError),
}

/// Whatever answers the auth API's calls.
#[derive(Clone)]
pub struct Backend {
    api: AuthApi,
    embedded: Option<Auth>,
}

impl Backend {
    /// Opens what the configuration asks for. With a remote API nothing embedded is opened at all.
    ///
    /// # Errors
    /// The embedded API's data cannot be opened. A remote API is not called yet: it may come up later than we do.
    pub async fn open(
        config: &Config,
        public_url: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BackendError> {
        if let Some(url) = &config.auth_api_url {
            let api = remote(config, public_url, url)?;
            return Ok(Self {
                api,
                embedded: None,
            });
        }
        let auth = Auth::open_with_clock(config.auth_settings(public_url), clock).await?;
        Ok(Self {
            api: AuthApi::from(auth.clone()),
            embedded: Some(auth),
        })
    }

    /// The service that pages, server functions and `/__clerk` call.
    pub fn api(&self) -> AuthApi {
        self.api.clone()
    }

    /// The embedded API; `None` when calls go elsewhere.
    pub fn embedded(&self) -> Option<&Auth> {
        self.embedded.as_ref()
    }

    /// Whether calls can be answered.
    ///
    /// # Errors
    /// The data store does not answer. Of a remote API nothing is asked: its troubles are not cured by taking this
    /// server out of service.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        match &self.embedded {
            Some(auth) => auth.is_ready().await,
            None => Ok(()),
        }
    }
}

fn remote(config: &Config, public_url: &str, url: &str) -> Result<AuthApi, RemoteConfigError> {
    let api = AuthApi::remote(RemoteConfig {
        frontend_api_url: url.to_owned(),
        proxy_url: Some(format!("{public_url}{PROXY_PATH}")),
        secret_key: config.secret_key.clone(),
    })?;
    let api = api.with_public_url(public_url);
    Ok(api.with_allowed_origins(config.allowed_origins.iter().cloned()))
}
