//! An auth API on another server.
//!
//! The upstream is fixed when the service is made: nothing in a request can choose another host. Paths that two
//! servers could read differently are refused. Nothing is retried: whether a call that broke off was carried out is
//! not known, and a form can be sent again by the person who knows.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, UPGRADE};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode};
use thyra_wire::Secret;
use tower::util::BoxCloneSyncService;

use super::headers;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a call may take in all.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest body that is passed on.
const MAX_BODY_BYTES: usize = 64 << 10;

/// Where a remote auth API is.
#[derive(Clone, Debug, Default)]
pub struct RemoteConfig {
    /// Its origin, for example `https://clerk.example.com`. Calls go to paths below it, as `/v1/client`.
    pub frontend_api_url: String,
    /// The URL at which browsers see our proxy, for example `https://app.example.com/__clerk`; sent along as
    /// `Clerk-Proxy-Url` when set. Clerk needs it, and the secret key with it.
    pub proxy_url: Option<String>,
    /// The instance's secret key; sent along as `Clerk-Secret-Key` when set, and never to a browser.
    pub secret_key: Option<Secret>,
}

/// What is wrong with a [`RemoteConfig`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemoteConfigError {
    /// The address is not an `http(s)` origin.
    NotAnOrigin(String),
    /// The proxy URL or the secret key has characters that no header may have.
    NotAHeader(&'static str),
    /// No TLS client could be made.
    NoClient,
}

impl std::fmt::Display for RemoteConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAnOrigin(url) => write!(
                f,
                "frontend_api_url: read {url:?}, expected an origin like https://clerk.example.com"
            ),
            Self::NotAHeader(name) => write!(f, "{name}: expected visible ASCII characters only"),
            Self::NoClient => f.write_str("the TLS client could not be set up"),
        }
    }
}

impl std::error::Error for RemoteConfigError {}

#[derive(Clone)]
struct Remote {
    http: reqwest::Client,
    origin: String,
    extra: Vec<(&'static str, HeaderValue)>,
}

pub(super) fn service(config: RemoteConfig) -> Result<super::Inner, RemoteConfigError> {
    let remote = Remote::new(config)?;
    Ok(BoxCloneSyncService::new(tower::service_fn(
        move |request| {
            let remote = remote.clone();
            async move { Ok::<_, Infallible>(remote.answer(request).await) }
        },
    )))
}

impl Remote {
    fn new(config: RemoteConfig) -> Result<Self, RemoteConfigError> {
        let origin = config.frontend_api_url.trim_end_matches('/').to_owned();
        let is_origin = ["https://", "http://"]
            .iter()
            .filter_map(|scheme| origin.strip_prefix(scheme))
            .any(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', '\\', ' ']));
        if !is_origin {
            return Err(RemoteConfigError::NotAnOrigin(config.frontend_api_url));
        }
        let secret = config.secret_key.as_ref().map(Secret::expose);
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| RemoteConfigError::NoClient)?;
        Ok(Self {
            http,
            origin,
            extra: extra_headers(config.proxy_url.as_deref(), secret)?,
        })
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        if is_refused(&request) {
            return refusal(
                StatusCode::BAD_REQUEST,
                "request_invalid",
                "The request cannot be passed on.",
            );
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
            return refusal(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request_too_large",
                "The request is too large.",
            );
        };
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut upstream_headers = headers::for_upstream(&parts.headers);
        for (name, value) in &self.extra {
            upstream_headers.insert(*name, value.clone());
        }
        let sent = self
            .http
            .request(parts.method, format!("{}{path}", self.origin))
            .headers(upstream_headers)
            .body(body)
            .send()
            .await;
        match sent {
            Ok(response) => into_axum(response).await.unwrap_or_else(unreachable),
            Err(error) => unreachable(error),
        }
    }
}

fn extra_headers(
    proxy_url: Option<&str>,
    secret_key: Option<&str>,
) -> Result<Vec<(&'static str, HeaderValue)>, RemoteConfigError> {
    let given = [
        ("clerk-proxy-url", "proxy_url", proxy_url),
        ("clerk-secret-key", "secret_key", secret_key),
    ];
    given
        .into_iter()
        .filter_map(|(header, setting, value)| Some((header, setting, value?)))
        .map(|(header, setting, value)| {
            let mut value =
                HeaderValue::from_str(value).map_err(|_| RemoteConfigError::NotAHeader(setting))?;
            value.set_sensitive(true);
            Ok((header, value))
        })
        .collect()
}

/// Whether two servers could read the request differently, or it is not one for an API at all.
fn is_refused(request: &Request<Body>) -> bool {
    let path = request.uri().path();
    let lower = path.to_ascii_lowercase();
    request.method() == Method::CONNECT
        || request.method() == Method::TRACE
        || request.headers().contains_key(UPGRADE)
        || request.uri().authority().is_some()
        || !path.starts_with('/')
        || path.starts_with("//")
        || ["..", "%2e", "%2f", "%5c", "%00", "\\", "/./"]
            .iter()
            .any(|part| lower.contains(part))
}

async fn into_axum(response: reqwest::Response) -> reqwest::Result<Response<Body>> {
    let status = response.status();
    let headers = headers::for_browser(response.headers());
    let mut answer = Response::new(Body::from(response.bytes().await?));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

fn unreachable(error: reqwest::Error) -> Response<Body> {
    // The URL may hold query values of the browser; they do not belong into a log.
    tracing::warn!(error = %error.without_url(), "the remote auth API did not answer");
    refusal(
        StatusCode::BAD_GATEWAY,
        "service_unavailable",
        "Sign-in is not available at the moment. Try again in a minute.",
    )
}

fn refusal(status: StatusCode, code: &str, sentence: &str) -> Response<Body> {
    let body = format!(
        r#"{{"errors":[{{"code":"{code}","message":"{sentence}","long_message":"{sentence}","meta":{{}}}}]}}"#
    );
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> RemoteConfig {
        RemoteConfig {
            frontend_api_url: url.to_owned(),
            ..RemoteConfig::default()
        }
    }

    #[test]
    fn sec_o01_only_an_origin_can_be_upstream() {
        for url in ["https://clerk.example.com", "http://127.0.0.1:4000/"] {
            assert!(Remote::new(config(url)).is_ok(), "{url}");
        }
        for url in [
            "",
            "clerk.example.com",
            "https://",
            "https://a/b",
            "https://u@a",
            "ftp://a",
            "https://a?b",
        ] {
            assert!(Remote::new(config(url)).is_err(), "{url}");
        }
    }

    #[test]
    fn sec_o01_paths_that_leave_the_api_are_refused() {
        let request = |method: &str, uri: &str| {
            Request::builder()
                .method(method)
                .uri(uri)
                .body(Body::empty())
                .unwrap()
        };
        for uri in [
            "/v1/client",
            "/v1/client/sign_ins/sia_1?x=..",
            "/.well-known/jwks.json",
        ] {
            assert!(!is_refused(&request("GET", uri)), "{uri}");
        }
        for uri in [
            "/v1/../admin",
            "/v1/%2e%2e/admin",
            "//evil.example/",
            "/v1%2fclient",
            "/v1/%5c",
            "http://evil.example/v1/client",
            "/a/./b",
        ] {
            assert!(is_refused(&request("GET", uri)), "{uri}");
        }
        assert!(is_refused(&request("CONNECT", "evil.example:443")));
    }

    #[test]
    fn sec_o02_the_secret_key_is_marked_as_sensitive() {
        let headers = extra_headers(None, Some("sk_test_1")).unwrap();
        assert!(headers[0].1.is_sensitive());
        assert_eq!(
            extra_headers(None, Some("line\nbreak")).unwrap_err(),
            RemoteConfigError::NotAHeader("secret_key")
        );
    }

    #[tokio::test]
    async fn an_upstream_that_is_not_there_gives_an_answer_all_the_same() {
        // Port 1 is reserved and nobody listens there.
        let remote = Remote::new(config("http://127.0.0.1:1")).unwrap();
        let request = Request::builder()
            .uri("/v1/client")
            .body(Body::empty())
            .unwrap();

        let response = remote.answer(request).await;

        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    }

    /// An upstream on the loopback interface that tells what it was sent.
    async fn upstream() -> String {
        let echo = |request: Request<Body>| async move {
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, 1 << 20).await.unwrap();
            let told = format!(
                "{} {} {:?} {:?}",
                parts.method, parts.uri, parts.headers, body
            );
            let cookies = [(
                "set-cookie",
                "__client=a; Domain=.example.com; Path=/; HttpOnly",
            )];
            (StatusCode::CREATED, cookies, told)
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app: axum::Router = axum::Router::new().fallback(echo);
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}")
    }

    #[tokio::test]
    async fn sec_o02_a_call_reaches_the_upstream_with_our_key_and_without_the_browsers_own_words() {
        let remote = Remote::new(RemoteConfig {
            frontend_api_url: upstream().await,
            proxy_url: Some("https://app.example.com/__clerk".to_owned()),
            secret_key: Some("sk_live_1".into()),
        })
        .unwrap();
        let request = Request::builder()
            .method("POST")
            .uri("/v1/client/sign_ins?__clerk_api_version=1")
            .header("cookie", "theme=dark; __client=c")
            .header("clerk-secret-key", "sk_evil")
            .header("x-forwarded-for", "6.6.6.6")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("identifier=ada"))
            .unwrap();

        let response = remote.answer(request).await;

        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(
            response.headers()["set-cookie"],
            "__client=a; Path=/; HttpOnly"
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
        let told = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let told = String::from_utf8(told.to_vec()).unwrap();
        assert!(
            told.starts_with("POST /v1/client/sign_ins?__clerk_api_version=1 "),
            "{told}"
        );
        for part in [
            "identifier=ada",
            "sk_live_1",
            "__client=c",
            "https://app.example.com/__clerk",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
        for part in ["sk_evil", "6.6.6.6", "theme"] {
            assert!(!told.contains(part), "{part} in {told}");
        }
    }

    #[tokio::test]
    async fn sec_o06_a_body_that_is_too_large_is_not_passed_on() {
        let remote = Remote::new(config(&upstream().await)).unwrap();
        let request = Request::builder()
            .method("POST")
            .uri("/v1/client/sign_ins")
            .body(Body::from(vec![b'a'; MAX_BODY_BYTES + 1]))
            .unwrap();

        assert_eq!(
            remote.answer(request).await.status(),
            StatusCode::PAYLOAD_TOO_LARGE
        );
    }
}
