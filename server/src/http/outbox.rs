//! The development outbox: messages that would have been sent, to be read by whoever tries the server out.
//!
//! It shows live codes to anybody who can reach the port, so it exists in development only: in production these
//! routes are not there at all, rather than there and guarded.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use leptos::prelude::*;
use thyra_auth::{Auth, OutboxMessage};

use super::headers::PLAIN_PAGE_POLICY;
use super::problem::Problem;

const SHOWN: u32 = 50;

pub(super) fn routes(auth: Auth) -> Router {
    Router::new()
        .route("/dev/outbox", get(page))
        .route("/dev/outbox.json", get(list))
        .with_state(auth)
}

async fn list(State(auth): State<Auth>) -> Response {
    match messages(&auth).await {
        Ok(messages) => Json(messages).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn page(State(auth): State<Auth>) -> Response {
    match messages(&auth).await {
        Ok(messages) => {
            let html = Owner::new().with(|| view! { <Page messages/> }.to_html());
            let html = format!("<!DOCTYPE html>{html}");
            ([(CONTENT_SECURITY_POLICY, PLAIN_PAGE_POLICY)], Html(html)).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn messages(auth: &Auth) -> Result<Vec<OutboxMessage>, Problem> {
    auth.outbox(SHOWN).await.map_err(|error| {
        tracing::error!(%error, "the outbox cannot be read");
        Problem(StatusCode::SERVICE_UNAVAILABLE)
    })
}

#[component]
fn Page(messages: Vec<OutboxMessage>) -> impl IntoView {
    let is_empty = messages.is_empty();
    view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta http-equiv="refresh" content="5"/>
                <title>"Outbox"</title>
                <link rel="stylesheet" href="/plain.css"/>
            </head>
            <body>
                <main>
                    <h1>"Outbox"</h1>
                    <p class="quiet">
                        "Messages this development server would have sent, newest first. "
                        <a href="/sign-in">"Sign in"</a> " · " <a href="/sign-up">"Sign up"</a> " · "
                        <a href="/dev/outbox.json">"JSON"</a>
                    </p>
                    {is_empty.then(|| view! { <p class="card">"Nothing was sent yet."</p> })}
                    <ol class="messages">
                        {messages.into_iter().map(|message| view! { <Message message/> }).collect_view()}
                    </ol>
                </main>
            </body>
        </html>
    }
}

#[component]
fn Message(message: OutboxMessage) -> impl IntoView {
    let OutboxMessage {
        to,
        subject,
        body,
        code,
        link,
        created_at,
        ..
    } = message;
    let time = clock_time(created_at.as_seconds());
    view! {
        <li class="card" data-thyra-part="outbox-message">
            <div class="head"><h2>{subject}</h2><time>{time}</time></div>
            <p class="label">{format!("To {to}")}</p>
            {code.map(|code| view! { <p class="code" data-thyra-part="outbox-code">{code}</p> })}
            {link.map(|link| view! { <p><a href=link.clone()>{link.clone()}</a></p> })}
            <pre class="body">{body}</pre>
        </li>
    }
}

/// The time of day in UTC. The outbox is about the last minutes; a date would only be in the way.
fn clock_time(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    format!(
        "{:02}:{:02}:{:02} UTC",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}
