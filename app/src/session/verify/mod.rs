//! Verified sessions on the server: an extractor for handlers, a function for server functions.
//!
//! The session token is read from the cookie `__session` (and its suffixed spellings) only, never from a header or
//! query string: a page that can set neither cannot choose whose session a request carries. When it is missing or
//! has expired, and the browser is known to the auth API, a fresh one is asked for. Any doubt is a rejection.

mod keys;
mod layer;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use keys::KeyCache;
pub use layer::SessionLayer;
pub(crate) use layer::{LayerWasHere, Preloaded};
pub(crate) use token::outlives;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::Request;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use leptos::prelude::use_context;
use thyra_wire::{Secret, Timestamp};

use super::SessionRejection;
use crate::auth_api::{AuthApi, Exchange, Jar};
use crate::clock::now;
use crate::server_fns::answer_with_status;
use keys::{Found, KeySet, KeySource};

/// Proof that the request comes from somebody who is signed in.
///
/// As an axum extractor it answers 401 when nobody is. The router needs [`mount`](crate::mount()).
///
/// ```
/// use axum::{Router, routing::get};
/// use thyra::VerifiedSession;
///
/// async fn inbox(session: VerifiedSession) -> String {
///     format!("Hello, {}", session.user_id())
/// }
///
/// let router: Router = Router::new().route("/inbox", get(inbox));
/// ```
#[derive(Clone, Debug)]
pub struct VerifiedSession {
    claims: token::Claims,
    token: Secret,
}

impl VerifiedSession {
    /// The user (`user_…`).
    pub fn user_id(&self) -> &str {
        &self.claims.sub
    }

    /// The session (`sess_…`).
    pub fn session_id(&self) -> &str {
        &self.claims.sid
    }

    /// When the token was made.
    pub fn issued_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.claims.iat)
    }

    /// When the token ends; about 60 seconds after it was made.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.claims.exp)
    }

    /// Minutes since the first factor was verified; `None` when it never was in this session.
    pub fn first_factor_age_minutes(&self) -> Option<u64> {
        self.claims.fva.and_then(|ages| u64::try_from(ages[0]).ok())
    }

    /// Minutes since the second factor was verified; `None` when it never was in this session.
    pub fn second_factor_age_minutes(&self) -> Option<u64> {
        self.claims.fva.and_then(|ages| u64::try_from(ages[1]).ok())
    }

    /// The token itself, for calling services that verify it on their own.
    pub fn token(&self) -> &Secret {
        &self.token
    }
}

/// The session when somebody is signed in: an extractor that rejects only when that cannot be found out.
#[derive(Clone, Debug)]
pub struct OptionalSession(
    /// The session; `None` when nobody is signed in.
    pub Option<VerifiedSession>,
);

impl<S: Send + Sync> FromRequestParts<S> for VerifiedSession {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionRejection> {
        of_parts(parts).await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OptionalSession {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionRejection> {
        match of_parts(parts).await {
            Ok(session) => Ok(Self(Some(session))),
            Err(SessionRejection::NotSignedIn) => Ok(Self(None)),
            Err(rejection) => Err(rejection),
        }
    }
}

/// An async function for server functions and components: the verified session of the request that they run for. To ask
/// who is there, and go on when it is nobody; [`require_session`] is for those who do not.
///
/// # Errors
/// [`SessionRejection::NotSignedIn`] when nobody is signed in; the others when that cannot be found out. As the error of a
/// server function it has its status.
///
/// ```no_run
/// use thyra::current_session;
///
/// async fn greeting() -> String {
///     match current_session().await {
///         Ok(session) => format!("Hello, {}", session.user_id()),
///         Err(_) => "Hello, stranger".to_owned(),
///     }
/// }
/// ```
pub async fn current_session() -> Result<VerifiedSession, SessionRejection> {
    let parts = use_context::<Parts>().ok_or(SessionRejection::NotConfigured)?;
    of_parts(&parts).await
}

/// An async function for server functions that are for signed-in people only: the verified session, or an answer with the
/// status of the refusal (401 when nobody is signed in), whatever error type the server function has. A form that was posted
/// without scripts is led back to its page with the error, as Leptos does with all errors.
///
/// # Errors
/// As [`current_session`].
///
/// ```no_run
/// use leptos::prelude::*;
/// use thyra::SessionRejection;
///
/// #[server]
/// async fn my_name() -> Result<String, SessionRejection> {
///     Ok(thyra::require_session().await?.user_id().to_owned())
/// }
///
/// #[server]
/// async fn add_note(text: String) -> Result<(), ServerFnError> {
///     let session = thyra::require_session().await.map_err(ServerFnError::new)?;
///     println!("{} writes {text}", session.user_id());
///     Ok(())
/// }
/// ```
pub async fn require_session() -> Result<VerifiedSession, SessionRejection> {
    let session = current_session().await;
    if let Err(rejection) = &session {
        answer_with_status(rejection.status());
    }
    session
}

async fn of_parts(parts: &Parts) -> Result<VerifiedSession, SessionRejection> {
    if let Some(Resolved(session)) = parts.extensions.get::<Resolved>() {
        return session.clone();
    }
    let api = AuthApi::require(parts).map_err(|_| SessionRejection::NotConfigured)?;
    match from_cookie(&api, parts, now()).await {
        Err(SessionRejection::NotSignedIn) => {
            let mut exchange = Exchange::new(api, parts.clone());
            refresh(&mut exchange, now()).await
        }
        result => result,
    }
}

/// What the layer found out about this request, so that nobody has to look again.
#[derive(Clone)]
struct Resolved(Result<VerifiedSession, SessionRejection>);

/// The session of the token in the request's cookies.
async fn from_cookie(
    api: &AuthApi,
    parts: &Parts,
    now: Timestamp,
) -> Result<VerifiedSession, SessionRejection> {
    let jar = Jar::from_headers(&parts.headers);
    // A browser has one token, or one more for each suffix; whoever sends many is trying something.
    for token in jar.session_tokens().take(4) {
        match verify(api, token, parts, now).await {
            Err(SessionRejection::NotSignedIn) => {}
            result => return result,
        }
    }
    Err(SessionRejection::NotSignedIn)
}

/// Asks the auth API for a fresh token, when it knows the browser.
async fn refresh(
    exchange: &mut Exchange,
    now: Timestamp,
) -> Result<VerifiedSession, SessionRejection> {
    exchange.load_client().await.map_err(|error| match error {
        crate::AuthError::Api(_) => SessionRejection::NotSignedIn,
        _ => SessionRejection::Unavailable,
    })?;
    of_client(exchange, now).await
}

/// The session of the client that was loaded.
async fn of_client(
    exchange: &Exchange,
    now: Timestamp,
) -> Result<VerifiedSession, SessionRejection> {
    let token = exchange
        .client()
        .and_then(|client| client.active_session())
        .and_then(|session| session.token())
        .ok_or(SessionRejection::NotSignedIn)?;
    verify(exchange.api(), token, exchange.parts(), now).await
}

async fn verify(
    api: &AuthApi,
    token: &str,
    parts: &Parts,
    now: Timestamp,
) -> Result<VerifiedSession, SessionRejection> {
    let kid = token::key_id(token).ok_or(SessionRejection::NotSignedIn)?;
    match api.keys().find(&kid, now, api).await {
        Found::Key(key) => token::verify(token, &key, api.origins(), &parts.headers, now)
            .map(|claims| VerifiedSession {
                claims,
                token: token.into(),
            })
            .ok_or(SessionRejection::NotSignedIn),
        Found::Unknown => Err(SessionRejection::NotSignedIn),
        Found::Unavailable => Err(SessionRejection::Unavailable),
    }
}

impl KeySource for AuthApi {
    async fn fetch(&self) -> Option<KeySet> {
        let request = Request::builder()
            .uri("/.well-known/jwks.json")
            .header(ACCEPT, "application/json")
            .body(Body::empty())
            .expect("a fixed path and header make a request");
        let response = self.send(request).await;
        let is_success = response.status().is_success();
        let bytes = axum::body::to_bytes(response.into_body(), 256 << 10)
            .await
            .ok()?;
        if !is_success {
            tracing::error!("the auth API does not answer with its key set");
            return None;
        }
        serde_json::from_slice(&bytes).ok()
    }
}
