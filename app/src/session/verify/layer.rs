//! A layer that keeps the session cookie fresh and authenticated pages out of caches.

use std::task::{Context, Poll};

use axum::extract::Request;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use leptos::server_fn::redirect::REDIRECT_HEADER;
use tower::{Layer, Service};

use super::{Resolved, from_cookie, of_client};
use crate::AuthError;
use crate::auth_api::{AuthApi, Exchange, Jar};
use crate::clock::now;
use crate::server_fns::{AuthState, load_state};

/// Loads the state of a page before it is rendered, and keeps the session cookie fresh.
///
/// A session token lives for a minute; a page opened after that would look signed out to everything that reads the
/// cookie. For every document this layer loads what `<AuthProvider>` needs, with a fresh token, and sets the cookie
/// when the old one is about to end.
/// Whatever the page is, HTML for a browser with auth cookies is marked as nobody else's
/// (`Cache-Control: no-store, private`), and all HTML as depending on cookies (`Vary: Cookie`).
///
/// [`mount`](crate::mount()) adds it in the right place. By hand it goes inside of `Extension(AuthApi)`:
///
/// ```
/// use axum::{Extension, Router};
/// use thyra::{AuthApi, SessionLayer};
///
/// # fn auth_router() -> Router { Router::new() }
/// let app: Router = Router::new()
///     .layer(SessionLayer)
///     .layer(Extension(AuthApi::in_process(auth_router())));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionLayer;

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> SessionService<S> {
        SessionService { inner }
    }
}

/// What [`SessionLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct SessionService<S> {
    inner: S,
}

impl<S> Service<Request> for SessionService<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The clone may not be ready; the one that was polled is the one to call.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let has_auth_cookies = Jar::from_headers(request.headers()).to_header().is_some();
            let is_page = is_document(request.method(), request.headers());
            let (request, cookies) = resolve(request).await;
            let mut response = inner.call(request).await?;
            for cookie in cookies {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            if is_page {
                redirect_everybody(&mut response);
            }
            mark(response.headers_mut(), has_auth_cookies);
            Ok(response)
        })
    }
}

/// What the layer has loaded for the page, for `<AuthProvider>`.
#[derive(Clone)]
pub(crate) struct Preloaded(pub(crate) Result<AuthState, AuthError>);

/// Says that the layer saw the request, and whether it could do its work.
#[derive(Clone, Copy)]
pub(crate) struct LayerWasHere {
    pub(crate) found_api: bool,
}

/// Loads the state for a document request, and finds its session.
async fn resolve(request: Request) -> (Request, Vec<HeaderValue>) {
    let (mut parts, body) = request.into_parts();
    let api = AuthApi::from_parts(&parts);
    parts.extensions.insert(LayerWasHere {
        found_api: api.is_some(),
    });
    let Some(api) = api.filter(|_| is_document(&parts.method, &parts.headers)) else {
        return (Request::from_parts(parts, body), Vec::new());
    };
    let mut exchange = Exchange::new(api, parts.clone());
    let state = load_state(&mut exchange).await;
    let session = if state.is_ok() && exchange.client().is_some() {
        // The auth API's word is newer than the cookie's: whoever was signed out elsewhere is signed out here.
        of_client(&exchange, now()).await
    } else {
        from_cookie(exchange.api(), &parts, now()).await
    };
    parts.extensions.insert(Preloaded(state));
    parts.extensions.insert(Resolved(session));
    (
        Request::from_parts(parts, body),
        exchange.into_set_cookies().collect(),
    )
}

/// Whether a page is asked for. Browsers say so; what they load into a page takes anything, and says what it is for. Who
/// takes anything and says nothing more (curl, a crawler, a test) may be asking for a page.
fn is_document(method: &Method, headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let accepts_html = match accept {
        Some(accept) if accept.contains("text/html") => true,
        Some(accept) => accept.contains("*/*") && !headers.contains_key("sec-fetch-dest"),
        None => !headers.contains_key("sec-fetch-dest"),
    };
    [Method::GET, Method::HEAD].contains(method) && accepts_html
}

/// Leptos redirects those who say that they take HTML, and leaves all others to its own script, which follows a header of
/// its own. Whoever asked for a page and has no script would stay at a page that only says that it leads on.
fn redirect_everybody(response: &mut Response) {
    let headers = response.headers_mut();
    let is_for_script = headers.remove(REDIRECT_HEADER).is_some();
    if is_for_script && headers.contains_key(LOCATION) && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::FOUND;
    }
}

/// Keeps HTML that may show who is signed in out of every cache.
fn mark(headers: &mut HeaderMap, has_auth_cookies: bool) {
    let is_html = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_html {
        return;
    }
    if !headers.get_all(VARY).iter().any(|name| name == "Cookie") {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
    if has_auth_cookies {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, private"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks_for_a_page(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        });
        is_document(&Method::GET, &headers.collect())
    }

    #[test]
    fn a_page_is_a_page_for_those_too_who_are_no_browser() {
        assert!(asks_for_a_page(&[
            ("accept", "text/html,*/*;q=0.8"),
            ("sec-fetch-dest", "document")
        ]));
        assert!(asks_for_a_page(&[("accept", "*/*")]));
        assert!(asks_for_a_page(&[]));
    }

    #[test]
    fn what_a_browser_loads_into_a_page_is_none() {
        assert!(!asks_for_a_page(&[
            ("accept", "*/*"),
            ("sec-fetch-dest", "script")
        ]));
        assert!(!asks_for_a_page(&[("accept", "application/json")]));
        assert!(!asks_for_a_page(&[
            ("accept", "image/avif,*/*"),
            ("sec-fetch-dest", "image")
        ]));
    }
}
