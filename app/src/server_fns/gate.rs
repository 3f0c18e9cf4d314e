//! The way into a server function, and the way out of it.
//!
//! In: is the request from our own pages, and is there an auth API. Out: cookies, the status, the redirect of a form
//! that was posted without scripts, and nothing secret in what the page gets. Every server function goes through both.

use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, REFERER, RETRY_AFTER, SET_COOKIE, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use leptos::prelude::use_context;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_axum::ResponseOptions;
use thyra_wire::{Client, ErrorCode};

use super::own_site::is_own_site;
use super::{AuthState, Outcome};
use crate::auth_api::{AuthApi, Exchange, origin_of, text};
use crate::step::SignInRoute;
use crate::{AuthError, Flow};

/// Begins the work of a server function.
///
/// # Errors
/// [`AuthError::CrossSite`] for a request from elsewhere, `unsupported_content_type` for one that is no form,
/// [`AuthError::NotConfigured`] without an `AuthApi`.
pub(super) fn enter() -> Result<Exchange, AuthError> {
    let parts = use_context::<Parts>().ok_or(AuthError::NotConfigured)?;
    let api = AuthApi::require(&parts)?;
    if let Some(response) = use_context::<ResponseOptions>() {
        response.append_header(VARY, HeaderValue::from_static("Sec-Fetch-Site, Origin"));
        response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store, private"));
    }
    let refusal = if !is_own_site(&parts, api.origins()) {
        AuthError::CrossSite
    } else if !is_form(&parts) {
        let sentence = "The request is not a form.";
        AuthError::api(ErrorCode::UnsupportedContentType, sentence)
    } else {
        return Ok(Exchange::new(api, parts));
    };
    // Also for a plain form post: the redirect back that the framework has prepared would lead to the other site.
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status_of(&refusal));
    }
    Err(refusal)
}

/// Whether the request says that its body is what every server function takes: the fields of a form. The framework reads
/// a body as that whatever it is called.
fn is_form(parts: &Parts) -> bool {
    let Some(kind) = parts.headers.get(CONTENT_TYPE) else {
        let length = text(&parts.headers, CONTENT_LENGTH.as_str());
        return length.is_none_or(|length| length == "0");
    };
    let kind = kind.to_str().unwrap_or_default().split(';').next();
    let is_form = |kind: &str| {
        kind.trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    };
    parts.method.is_safe() || kind.is_some_and(is_form)
}

/// Begins the work of a form: what it says about its page is dropped where it does not pass the redirect validator.
///
/// # Errors
/// As [`enter`].
fn enter_form(flow: Flow) -> Result<(Exchange, Flow), AuthError> {
    let exchange = enter()?;
    let policy = exchange.api().origins().redirects(exchange.headers());
    let safe = |target: Option<String>| target.filter(|target| policy.check(target).is_some());
    let is_own_path = flow.path.starts_with('/') && policy.check(&flow.path).is_some();
    let flow = Flow {
        path: if is_own_path {
            flow.path
        } else {
            String::new()
        },
        redirect_url: safe(flow.redirect_url),
        force_redirect_url: safe(flow.force_redirect_url),
        fallback_redirect_url: safe(flow.fallback_redirect_url),
        factor: flow.factor,
        address: flow.address,
        level: flow.level,
        attempt: flow.attempt,
    };
    Ok((exchange, flow))
}

/// Where a form stands, as far as it matters for the way back to it.
pub(super) struct Place<'a> {
    /// The path of the component's first form.
    pub(super) start: &'static str,
    /// The step it stands on.
    pub(super) step: &'static str,
    /// The strategy that step is about, where the form itself does not say.
    pub(super) factor: Option<&'static str>,
    /// What was typed, by the names under which the page takes it over. Never a secret.
    pub(super) typed: &'a [(&'a str, &'a str)],
}

/// The form whose work is done.
struct Form<'a> {
    flow: &'a Flow,
    place: Place<'a>,
}

impl Form<'_> {
    /// The path of the page it stands on.
    fn path(&self) -> String {
        let step = self.step();
        let Some(default) = self.place.factor else {
            return self.flow.step(step, &[]);
        };
        let factor = self.flow.factor.as_deref().unwrap_or(default);
        let address = self.flow.address.as_deref();
        let query: Vec<_> = std::iter::once(("factor", factor))
            .chain(address.map(|address| ("address", address)))
            .collect();
        self.flow.step(step, &query)
    }

    /// The step it stands on: forms of a factor stand on those of both levels.
    fn step(&self) -> &'static str {
        match SignInRoute::parse(self.place.step) {
            Some(SignInRoute::FactorOne) => SignInRoute::of_factor(self.flow.level).as_str(),
            Some(SignInRoute::Methods) => SignInRoute::of_methods(self.flow.level).as_str(),
            _ => self.place.step,
        }
    }
}

/// The whole of a server function that answers with an outcome: in, its work, out.
pub(super) async fn run(
    work: impl AsyncFnOnce(&mut Exchange) -> Result<Outcome, AuthError>,
) -> Result<Outcome, AuthError> {
    let mut exchange = enter()?;
    let result = work(&mut exchange).await;
    leave_from(exchange, result, None)
}

/// The whole of a server function that a form of a step posts to. When its work fails, and scripts are off, the way back
/// carries what nobody else remembers.
pub(super) async fn run_form(
    flow: Flow,
    place: Place<'_>,
    work: impl AsyncFnOnce(&mut Exchange, &Flow) -> Result<Outcome, AuthError>,
) -> Result<Outcome, AuthError> {
    let (mut exchange, flow) = enter_form(flow)?;
    let result = work(&mut exchange, &flow).await;
    let form = Form { flow: &flow, place };
    leave_from(exchange, result, Some(&form))
}

/// Ends the work of a server function that answers with an outcome.
fn leave_from(
    mut exchange: Exchange,
    result: Result<Outcome, AuthError>,
    form: Option<&Form<'_>>,
) -> Result<Outcome, AuthError> {
    exchange.sync_session_cookie();
    let is_form_post = accepts_html(exchange.parts());
    let result = match result {
        Ok(outcome) => Ok(finish(outcome, &exchange, is_form_post, form)),
        Err(error) => Err(finish_error(error, &exchange, is_form_post)),
    };
    if let (true, Err(error)) = (is_form_post, &result)
        && let Some(back) = way_back(&exchange, error, form)
    {
        redirect_to(&back);
    }
    send_cookies(exchange);
    result
}

/// Ends the work of a server function that only reads.
pub(super) fn leave_with<T>(
    exchange: Exchange,
    result: Result<T, AuthError>,
) -> Result<T, AuthError> {
    let is_form_post = accepts_html(exchange.parts());
    let result = result.map_err(|error| finish_error(error, &exchange, is_form_post));
    send_cookies(exchange);
    result
}

fn finish(
    mut outcome: Outcome,
    exchange: &Exchange,
    is_form_post: bool,
    form: Option<&Form<'_>>,
) -> Outcome {
    if outcome.client.is_none() {
        outcome.client = exchange.client().cloned();
    }
    outcome.client.iter_mut().for_each(strip_tokens);
    if !is_form_post {
        return outcome;
    }
    match &outcome.redirect {
        Some(redirect) => redirect_to(redirect.as_str()),
        // What leads nowhere leads back. The error of the time before is over.
        None => {
            if let Some(mut page) = page_of(exchange, form) {
                ServerFnUrlError::<AuthError>::strip_error_info(&mut page);
                redirect_to(relative(exchange, page).trim_end_matches('?'));
            }
        }
    }
    outcome
}

/// The page that a form stands on, as a whole URL: the one the browser names, or, where it names none or another than
/// the component's (an app's `Referrer-Policy` may say so), the one that the form's own fields name.
fn page_of(exchange: &Exchange, form: Option<&Form<'_>>) -> Option<String> {
    let headers = exchange.headers();
    let origins = exchange.api().origins();
    let base = form.map_or("", |form| form.flow.base());
    let is_ours = |page: &&str| {
        let path = page[origin_of(page).len()..].strip_prefix(base);
        let is_below =
            path.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
        is_below && origins.is_own(origin_of(page), headers)
    };
    let named = text(headers, REFERER.as_str()).filter(is_ours);
    let own = |form: &Form<'_>| format!("{}{}", origins.own(headers), form.path());
    named.map(str::to_owned).or_else(|| form.map(own))
}

/// A URL of the own origin as a path: behind a proxy the browser may know us by another origin than we do. A path that
/// would be read as another host stays as it is.
fn relative(exchange: &Exchange, page: String) -> String {
    let own = exchange.api().origins().own(exchange.headers());
    match page.strip_prefix(&own) {
        Some(path) if path.starts_with('/') && !path[1..].starts_with(['/', '\\']) => {
            path.to_owned()
        }
        _ => page,
    }
}

/// The page to go back to, with the error and what was typed. In place of the framework's own, which keeps the error of
/// the time before as well.
fn way_back(exchange: &Exchange, error: &AuthError, form: Option<&Form<'_>>) -> Option<String> {
    let parts = exchange.parts();
    let (mut page, of_form) = match form {
        // The step has nothing to go on with: the start does, and its form shows the error.
        Some(form) if error.is(&ErrorCode::ResourceNotFound) && !form.flow.path.is_empty() => {
            let own = exchange.api().origins().own(&parts.headers);
            (
                format!("{own}{}", form.flow.step("", &[])),
                form.place.start,
            )
        }
        _ => (page_of(exchange, form)?, parts.uri.path()),
    };
    ServerFnUrlError::<AuthError>::strip_error_info(&mut page);
    let error = ServerFnUrlError::new(of_form, error.clone().without_words());
    let mut back = error.to_url(&page).ok()?;
    let typed = form.map_or(&[][..], |form| form.place.typed);
    let is_typed = |name: &str| typed.iter().any(|(typed, _)| *typed == name);
    let others: Vec<(String, String)> = back
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| !is_typed(name))
        .collect();
    let kept = typed
        .iter()
        .filter(|(_, value)| !value.is_empty() && value.len() <= MAX_KEPT);
    back.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .extend_pairs(kept);
    Some(relative(exchange, back.into()))
}

/// What is longer was not typed by a person; it would not fit into an address either.
const MAX_KEPT: usize = 256;

/// The one place that redirects. The target was validated; what no header can hold would panic, so it is checked once
/// more.
fn redirect_to(target: &str) {
    if HeaderValue::from_str(target).is_ok() {
        leptos_axum::redirect(target);
    }
}

fn finish_error(error: AuthError, exchange: &Exchange, is_form_post: bool) -> AuthError {
    let wait = exchange
        .retry_after()
        .and_then(|wait| wait.to_str().ok()?.parse().ok());
    let error = match wait {
        Some(seconds) => error.with_wait(seconds),
        None => error,
    };
    let Some(response) = use_context::<ResponseOptions>() else {
        return error.without_client();
    };
    if let Some(wait) = exchange.retry_after() {
        response.insert_header(RETRY_AFTER, wait.clone());
    }
    if is_form_post {
        // A status of ours would undo the redirect back to the form. The error travels in its address.
        return error.without_client();
    }
    response.set_status(status_of(&error));
    match error {
        AuthError::Api(mut errors) => {
            errors
                .client
                .iter_mut()
                .for_each(|client| strip_tokens(client));
            AuthError::Api(errors)
        }
        other => other,
    }
}

/// Whether a form is being read, and no page rendered, whose address may hold something unreadable as well.
pub(crate) fn reads_a_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| !parts.method.is_safe())
}

/// Gives a form that could not be read its status: the framework answers with 500 to every error of its own. A form of
/// a page of ours is led back to it.
pub(crate) fn answer_bad_request() {
    let leads_back = use_context::<Parts>().is_none_or(|parts| {
        let referer = text(&parts.headers, REFERER.as_str()).map(origin_of);
        let api = AuthApi::from_parts(&parts);
        let is_own = api.zip(referer).is_some_and(|(api, origin)| {
            let origins = api.origins();
            origins.is_own(origin, &parts.headers) && is_own_site(&parts, origins)
        });
        accepts_html(&parts) && is_own
    });
    if let (false, Some(response)) = (leads_back, use_context::<ResponseOptions>()) {
        response.set_status(StatusCode::BAD_REQUEST);
    }
}

/// Gives the answer of the server function that is running a status. Not where a form was posted without scripts: the redirect
/// back to it is a status as well.
pub(crate) fn answer_with_status(status: StatusCode) {
    let is_form_post = use_context::<Parts>().is_some_and(|parts| accepts_html(&parts));
    if let (false, Some(response)) = (is_form_post, use_context::<ResponseOptions>()) {
        response.set_status(status);
    }
}

fn send_cookies(exchange: Exchange) {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    for line in exchange.into_set_cookies() {
        response.append_header(SET_COOKIE, line);
    }
}

/// Whether the browser posts a form on its own, without our script.
fn accepts_html(parts: &Parts) -> bool {
    text(&parts.headers, ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html"))
}

/// Takes the session tokens out of what goes to the page: a page can be read by everything that runs in it, and be
/// stored on disk.
fn strip_tokens(client: &mut Client) {
    for session in &mut client.sessions {
        session.last_active_token = None;
    }
}

/// The state of a page, without what it must not hold.
pub(super) fn without_tokens(mut state: AuthState) -> AuthState {
    state.client.iter_mut().for_each(strip_tokens);
    state
}

fn status_of(error: &AuthError) -> StatusCode {
    match error {
        AuthError::Api(errors) => match errors.first().map(|error| &error.code) {
            Some(ErrorCode::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
            Some(ErrorCode::AuthenticationInvalid) => StatusCode::UNAUTHORIZED,
            Some(ErrorCode::OriginInvalid) => StatusCode::FORBIDDEN,
            Some(ErrorCode::ResourceNotFound) => StatusCode::NOT_FOUND,
            Some(ErrorCode::RequestInvalid) => StatusCode::BAD_REQUEST,
            Some(ErrorCode::UnsupportedContentType) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Some(ErrorCode::RequestTooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Some(ErrorCode::ServiceUnavailable) => StatusCode::SERVICE_UNAVAILABLE,
            Some(ErrorCode::InternalError) => StatusCode::BAD_GATEWAY,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
        AuthError::Transport { .. } | AuthError::Unreadable => StatusCode::BAD_GATEWAY,
        AuthError::CrossSite => StatusCode::FORBIDDEN,
        AuthError::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
