//! An app with Thyra embedded, and routes that need a signed-in user.
//!
//! It is written as a user of the crates would write it: the auth API in the same process, the library's extractor in
//! front of the handler. Nothing here knows that it is measured.

use std::env;
use std::error::Error;
use std::net::SocketAddr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use thyra::VerifiedSession;
use thyra_auth::{Auth, Settings};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(env::var("THYRA_ADDR")?).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let database = env::var("THYRA_DATABASE_URL")?;
    let mut settings = Settings::development(&origin, &database);
    settings.limits = false;
    let auth = Auth::open(settings).await?;

    let app = Router::new()
        .route("/me", get(who_am_i))
        .route("/me/live", get(who_am_i_this_moment))
        .route("/readyz", get(async || "ready"))
        .with_state(auth.clone());
    let app = thyra::mount(app, auth);
    axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .await?;
    Ok(())
}

/// The token's word: signed by the auth API less than a minute ago.
async fn who_am_i(session: VerifiedSession) -> Json<Value> {
    Json(json!({ "user_id": session.user_id() }))
}

/// The database's word on top of it, for routes where a session that ended must be refused at once.
async fn who_am_i_this_moment(
    State(auth): State<Auth>,
    session: VerifiedSession,
) -> Result<Json<Value>, StatusCode> {
    let is_live = auth.is_session_live(session.session_id()).await;
    if !is_live.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)? {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(Json(json!({ "user_id": session.user_id() })))
}
