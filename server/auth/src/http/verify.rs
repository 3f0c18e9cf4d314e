//! `/v1/verify`: where the links in mails lead.
//!
//! Programs that look at mails follow links too, so a look changes nothing: the page says what is being approved, and its
//! button posts the token. In the browser that asked for the link the page presses the button itself, where scripts run. The
//! post is bound by its token; the page tells nobody where it was (`no-referrer`), so that browsers may call its origin
//! `null`. What the page may load, and where its form may lead, its own policy says.

use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use thyra_wire::{ErrorCode, RedirectPolicy, Timestamp};

use super::redirect::with_query;
use super::reply::set_cookies;
use crate::error::ApiError;
use crate::instance::SharedInstance;
use crate::params::Params;
use crate::service::{EmailLinkService, LinkEnd, OpenLink, Visit};
use crate::settings::Settings;
use crate::token::random_token;

/// The page of a link. Changes nothing.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    RawQuery(query): RawQuery,
    visit: Visit,
) -> Response {
    let token = token_of(query.as_deref());
    let looked = EmailLinkService(&auth).look(&visit, &token).await;
    match looked {
        Ok(Some(Ok(link))) => page(&auth.settings, &link, &token),
        Ok(Some(Err(end))) => lead_on(&end),
        Ok(None) => nothing_here(&auth.settings),
        Err(error) => error.into_response(),
    }
}

/// The press of its button.
pub(super) async fn follow(
    State(auth): State<SharedInstance>,
    mut visit: Visit,
    params: Params,
) -> Response {
    let token = match params.required("token") {
        Ok(token) => token,
        Err(error) => return error.into_response(),
    };
    let followed = EmailLinkService(&auth).follow(&mut visit, &token).await;
    let mut response = match followed {
        Ok(Some(end)) => lead_on(&end),
        Ok(None) => nothing_here(&auth.settings),
        Err(error) => error.into_response(),
    };
    set_cookies(&auth, &visit, response.headers_mut());
    response
}

fn token_of(query: Option<&str>) -> String {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let token = pairs.find(|(name, _)| name == "token");
    token
        .map(|(_, token)| token.into_owned())
        .unwrap_or_default()
}

/// To the page that the client named, with what became of the link.
fn lead_on(end: &LinkEnd) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("__clerk_status", end.status.as_str());
    if let Some(session_id) = &end.session_id {
        query.append_pair("__clerk_created_session", session_id);
    }
    let target = with_query(&end.redirect_url, &query.finish());
    let Ok(location) = HeaderValue::from_str(&target) else {
        return ApiError::new(ErrorCode::FormParamValueInvalid).into_response();
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    tell_nobody(response.headers_mut());
    response
}

fn page(settings: &Settings, link: &OpenLink, token: &str) -> Response {
    let app = escaped(&settings.app_name);
    let nonce = random_token();
    let script = if link.is_same_client {
        "document.forms[0].submit()"
    } else {
        ""
    };
    let body = format!(
        "<h1>Sign in to {app}</h1>\
         <p>Somebody asked at {asked} to sign in as <strong>{address}</strong>. If that was you, go on. If it was not, \
         close this page: nothing happens then.</p>\
         <form method=\"post\"><input type=\"hidden\" name=\"token\" value=\"{token}\">\
         <button>Sign in</button></form>\
         <script nonce=\"{nonce}\">history.replaceState(null,'',location.pathname);{script}</script>",
        asked = time_of_day(link.asked_at),
        address = escaped(&link.address),
        token = escaped(token),
    );
    let target = origin_of(settings, &link.redirect_url);
    html(StatusCode::OK, &app, &body, &nonce, &target)
}

/// A link that never was one of ours, or is forgotten.
fn nothing_here(settings: &Settings) -> Response {
    let app = escaped(&settings.app_name);
    let body = "<h1>This link doesn\u{2019}t work</h1><p>It may be incomplete, or too old. Go back to where you signed in, \
                and ask for another.</p>";
    html(StatusCode::NOT_FOUND, &app, body, &random_token(), "")
}

fn html(status: StatusCode, title: &str, body: &str, nonce: &str, form_target: &str) -> Response {
    const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:15vh auto;padding:0 1rem}\
                         h1{font-size:1.25rem}button{font:inherit;padding:.5rem 1rem}\
                         :root{color-scheme:light dark}";
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style nonce=\"{nonce}\">{STYLE}</style></head><body><main>{body}</main></body></html>"
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self' {form_target}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = (status, Html(page)).into_response();
    tell_nobody(response.headers_mut());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The token stands in the address: no other page gets to know it.
pub(super) fn tell_nobody(headers: &mut HeaderMap) {
    let pairs: [(HeaderName, &'static str); 2] = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in pairs {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The origin to which the form's answer leads: browsers hold redirects of a form to its policy too.
fn origin_of(settings: &Settings, url: &str) -> String {
    let policy: RedirectPolicy = settings.redirect_policy();
    let target = policy.check(url);
    let origin = target.as_ref().and_then(|target| target.origin());
    origin.unwrap_or_default().to_owned()
}

/// `14:05 UTC`.
fn time_of_day(at: Timestamp) -> String {
    let minutes = at.as_seconds().rem_euclid(24 * 3600) / 60;
    format!("{:02}:{:02} UTC", minutes / 60, minutes % 60)
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_f09_nothing_that_is_shown_ends_a_tag_or_an_attribute() {
        let safe = escaped("<b>\"'&");

        assert_eq!(safe, "&lt;b&gt;&quot;&#39;&amp;");
    }

    #[test]
    fn a_time_of_day_is_that_of_utc() {
        assert_eq!(
            time_of_day(Timestamp::from_seconds(3600 * 14 + 305)),
            "14:05 UTC"
        );
    }
}
