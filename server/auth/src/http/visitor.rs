//! Who makes a request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use thyra_wire::ClientAddress;

use crate::error::ApiError;
use crate::guard::Network;
use crate::instance::SharedInstance;
use crate::service::{Presented, Visit};
use crate::settings::Settings;
use crate::token::{CLIENT_COOKIE, read_cookie, seal_cookie_name};

impl FromRequestParts<SharedInstance> for Visit {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        auth: &SharedInstance,
    ) -> Result<Self, ApiError> {
        let headers = &parts.headers;
        let seal = read_cookie(headers, seal_cookie_name(auth.settings.is_https()));
        let presented = client_token(headers).map(|token| Presented::new(auth, token, seal));
        let origin = app_origin(&auth.settings, headers).to_owned();
        let mut visit = Self::of_cookie(auth, presented, origin, auth.clock.now()).await?;
        visit.network = network(&parts.extensions);
        Ok(visit)
    }
}

/// The network of a request, when whoever mounted the API said whose it is.
pub(super) fn network(extensions: &http::Extensions) -> Option<Network> {
    let address = extensions.get::<ClientAddress>()?;
    Some(Network::of(address.0))
}

/// What names the browser to us.
pub(super) fn client_token(headers: &HeaderMap) -> Option<&str> {
    read_cookie(headers, CLIENT_COOKIE).filter(|token| !token.is_empty())
}

/// The origin for which a token is made: the page's when it is allowed, else the own one.
pub(super) fn app_origin<'a>(settings: &'a Settings, headers: &'a HeaderMap) -> &'a str {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    origin
        .filter(|origin| settings.is_allowed_origin(origin))
        .unwrap_or(&settings.public_url)
}

/// The logical method of a request: clients that cannot send others tunnel them through POST.
pub(super) struct LogicalMethod(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for LogicalMethod {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let tunnelled = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "_method")
            .map(|(_, value)| value.to_ascii_uppercase());
        let is_post = parts.method == http::Method::POST;
        Ok(Self(
            tunnelled
                .filter(|_| is_post)
                .unwrap_or_else(|| parts.method.as_str().to_owned()),
        ))
    }
}
