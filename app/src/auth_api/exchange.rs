//! What one request of the browser makes of the auth API: the calls, the cookies between them, the client after them.

use axum::body::Body;
use axum::http::header::{
    ACCEPT_LANGUAGE, COOKIE, HOST, HeaderName, ORIGIN, RETRY_AFTER, USER_AGENT,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response};
use serde::de::DeserializeOwned;
use thyra_wire::{Client, Envelope};

use super::call::decode;
use super::cookies::SessionCookieNames;
use super::origin::text;
use super::{AuthApi, Call, Jar};
use crate::AuthError;

/// The calls made for one request of the browser.
pub(crate) struct Exchange {
    api: AuthApi,
    parts: Parts,
    jar: Jar,
    client: Option<Client>,
    retry_after: Option<HeaderValue>,
}

impl Exchange {
    pub(crate) fn new(api: AuthApi, parts: Parts) -> Self {
        let jar = Jar::from_headers(&parts.headers);
        Self {
            api,
            parts,
            jar,
            client: None,
            retry_after: None,
        }
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(crate) fn api(&self) -> &AuthApi {
        &self.api
    }

    pub(crate) fn jar(&self) -> &Jar {
        &self.jar
    }

    /// The client after the last call that told about it.
    pub(crate) fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// How long the auth API asks to wait, when it does.
    pub(crate) fn retry_after(&self) -> Option<&HeaderValue> {
        self.retry_after.as_ref()
    }

    /// Makes a call whose answer is an envelope, and keeps the client that comes with it.
    pub(crate) async fn call<T: DeserializeOwned>(&mut self, call: Call) -> Result<T, AuthError> {
        let response = self.send(call).await?;
        let result = decode::<Envelope<T>>(response).await;
        match &result {
            Ok(envelope) => self.keep(envelope.client.clone()),
            Err(AuthError::Api(errors)) => self.keep(errors.client.as_deref().cloned()),
            Err(_) => {}
        }
        result.map(|envelope| envelope.response)
    }

    /// Makes a call whose answer is the resource itself.
    pub(crate) async fn call_bare<T: DeserializeOwned>(
        &mut self,
        call: Call,
    ) -> Result<T, AuthError> {
        let response = self.send(call).await?;
        decode(response).await
    }

    /// The client as it is now; no call is made for a browser that the auth API does not know.
    pub(crate) async fn load_client(&mut self) -> Result<Option<&Client>, AuthError> {
        if self.jar.has_client() {
            let client = self.call::<Option<Client>>(Call::get("/v1/client")).await?;
            self.keep(client);
        }
        Ok(self.client.as_ref())
    }

    /// Writes or clears the session cookie, as the client says.
    pub(crate) fn sync_session_cookie(&mut self) {
        let Some(client) = &self.client else { return };
        let names = self.session_cookie_names();
        match client.active_session() {
            Some(session) => {
                if let Some(token) = session.token() {
                    self.jar.set_session(token, &names);
                }
            }
            None => self.jar.clear_session(&names),
        }
    }

    /// Takes the session cookie away, whatever the client says.
    pub(crate) fn clear_session_cookie(&mut self) {
        let names = self.session_cookie_names();
        self.jar.clear_session(&names);
    }

    fn session_cookie_names(&self) -> SessionCookieNames {
        let (origins, headers) = (self.api.origins(), &self.parts.headers);
        SessionCookieNames {
            suffixes: origins.cookie_suffixes(headers),
            is_secure: origins.is_secure(headers),
        }
    }

    /// The `Set-Cookie` lines for the browser.
    pub(crate) fn into_set_cookies(self) -> impl Iterator<Item = HeaderValue> {
        self.jar.set_cookie_lines()
    }

    fn keep(&mut self, client: Option<Client>) {
        if client.is_some() {
            self.client = client;
        }
    }

    async fn send(&mut self, call: Call) -> Result<Response<Body>, AuthError> {
        let mut request = call.into_request()?;
        let own = self.api.origins().own(&self.parts.headers);
        forward_headers(&self.parts.headers, &own, request.headers_mut());
        if let Some(cookies) = self.jar.to_header() {
            request.headers_mut().insert(COOKIE, cookies);
        }
        self.api
            .forward_extensions(&self.parts.extensions, request.extensions_mut());
        let response = self.api.send(request).await;
        self.jar.absorb(response.headers());
        self.retry_after = response.headers().get(RETRY_AFTER).cloned();
        Ok(response)
    }
}

/// What the auth API may know of the browser's request. We vouch for the origin: whoever got this far passed our own
/// check, and a page rendered for a plain navigation has no `Origin` header to show.
fn forward_headers(from: &HeaderMap, own_origin: &str, to: &mut HeaderMap) {
    const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    for name in [USER_AGENT, ACCEPT_LANGUAGE, HOST] {
        if let Some(value) = from.get(&name) {
            to.insert(name, value.clone());
        }
    }
    if let Ok(origin) = HeaderValue::from_str(own_origin) {
        to.insert(ORIGIN, origin);
    }
    if text(from, SEC_FETCH_SITE.as_str()).is_some() {
        to.insert(SEC_FETCH_SITE, HeaderValue::from_static("same-origin"));
    }
}
