//! The development outbox: messages that would have been sent, to be read by whoever tries the instance out.
//!
//! It shows live codes to anybody who can reach the port, so it exists in development only: in production these
//! routes are not there at all, rather than there and guarded.

use std::fmt;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderName, header};

use super::Auth;
use crate::delivery::{Channel, OutboxMessage};
use crate::error::ApiError;
use crate::markup::Text;

const SHOWN: u32 = 50;

/// What a page without a script needs.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const NEVER_CACHED: [(HeaderName, &str); 2] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

impl Auth {
    /// The pages of the outbox.
    pub(super) fn outbox_router(&self) -> Router {
        Router::new()
            .route("/dev/outbox", get(page))
            .route("/dev/outbox.json", get(list))
            .route("/dev/outbox.css", get(styles))
            .with_state(self.without_handle())
    }
}

async fn list(State(auth): State<Auth>) -> Result<impl IntoResponse, ApiError> {
    let messages = auth.outbox(SHOWN).await?;
    Ok((NEVER_CACHED, Json(messages)))
}

async fn page(State(auth): State<Auth>) -> Result<Response, ApiError> {
    let messages = auth.outbox(SHOWN).await?;
    let page = Page {
        sign_in_url: &auth.0.settings.sign_in_url,
        sign_up_url: &auth.0.settings.sign_up_url,
        messages: &messages,
    };
    let policy = [(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)];
    Ok((NEVER_CACHED, policy, Html(page.to_string())).into_response())
}

async fn styles() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("outbox.css"))
}

struct Page<'a> {
    sign_in_url: &'a str,
    sign_up_url: &'a str,
    messages: &'a [OutboxMessage],
}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign_in, sign_up) = (Text(self.sign_in_url), Text(self.sign_up_url));
        write!(
            f,
            r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="5">
<title>Outbox</title><link rel="icon" href="data:,"><link rel="stylesheet" href="outbox.css"></head>
<body><main><h1>Outbox</h1>
<p class="quiet">Messages this development server would have sent, newest first.
<a href="{sign_in}">Sign in</a> · <a href="{sign_up}">Sign up</a> · <a href="outbox.json">JSON</a></p>"#
        )?;
        if self.messages.is_empty() {
            f.write_str(r#"<p class="card">Nothing was sent yet.</p>"#)?;
        }
        f.write_str(r#"<ol class="messages">"#)?;
        self.messages
            .iter()
            .try_for_each(|message| write_message(message, f))?;
        f.write_str("</ol></main></body></html>")
    }
}

fn write_message(message: &OutboxMessage, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (to, subject) = (Text(&message.to), Text(&message.subject));
    let channel = match message.channel {
        Channel::Email => "E-mail",
        Channel::Sms => "SMS",
        Channel::Whatsapp => "WhatsApp",
    };
    let time = ClockTime(message.created_at.as_seconds());
    write!(
        f,
        r#"<li class="card" data-thyra-part="outbox-message"><div class="head"><h2>{subject}</h2><time>{time}</time></div>
<p class="label">{channel} to {to}</p>"#
    )?;
    if let Some(code) = &message.code {
        let code = Text(code);
        write!(
            f,
            r#"<p class="code" data-thyra-part="outbox-code">{code}</p>"#
        )?;
    }
    if let Some(link) = &message.link {
        let link = Text(link);
        write!(f, r#"<p><a href="{link}">{link}</a></p>"#)?;
    }
    let body = Text(&message.body);
    write!(f, r#"<pre class="body">{body}</pre></li>"#)
}

/// The time of day in UTC. The outbox is about the last minutes; a date would only be in the way.
struct ClockTime(i64);

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_day = self.0.rem_euclid(86_400);
        let (hours, minutes, seconds) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02} UTC")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_f08_a_text_of_the_outbox_stays_a_text() {
        let text = Text(r#"</p><img src="x" onerror='a&b'>é"#).to_string();
        assert_eq!(
            text,
            "&lt;/p&gt;&lt;img src=&quot;x&quot; onerror=&#39;a&amp;b&#39;&gt;é"
        );
        assert_eq!(Text("plain").to_string(), "plain");
    }

    #[test]
    fn the_time_is_that_of_the_day() {
        assert_eq!(ClockTime(1_780_000_000).to_string(), "20:26:40 UTC");
        assert_eq!(ClockTime(-1).to_string(), "23:59:59 UTC");
    }
}
