//! How much the network of a request may ask for.
//!
//! Every request that changes something passes here, whichever strategy it is about: a route that is not named below has
//! the widest of the budgets. Without an address nothing can be counted; whoever mounts the API hears of that elsewhere.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use thyra_wire::ErrorCode;

use super::visitor::network;
use crate::error::ApiError;
use crate::guard::{Network, Work};
use crate::instance::{Instance, SharedInstance};

/// Answers 429 with `Retry-After` when the budget of the network is used up.
pub(super) async fn guard(
    State(auth): State<SharedInstance>,
    request: Request,
    next: Next,
) -> Response {
    let network = network(request.extensions()).filter(|_| auth.settings.limits);
    let work = work_of(request.method(), request.uri().path());
    if let Some((network, work)) = network.zip(work)
        && let Err(wait) = admit(&auth, network, work)
    {
        return ApiError::new(ErrorCode::TooManyRequests)
            .with_retry_after(wait)
            .into_response();
    }
    next.run(request).await
}

fn admit(auth: &Instance, network: Network, work: Work) -> Result<(), Duration> {
    let now = auth.clock.now();
    if matches!(work, Work::Begin | Work::Answer)
        && let Some(wait) = auth.stuffing.blocked_for(network, now)
    {
        return Err(wait);
    }
    auth.network_limits.take(network, work, now)
}

/// What a request asks for; nothing when it only reads.
fn work_of(method: &Method, path: &str) -> Option<Work> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    Some(match parts[..] {
        ["v1", "client", "sign_ins" | "sign_ups"] | ["v1", "client", "sign_ups", _] => Work::Begin,
        ["v1", "client", "sign_ins" | "sign_ups", _, action] if is_sending(action) => Work::Send,
        ["v1", "client", "sign_ins" | "sign_ups", ..] | ["v1", "verify"] => Work::Answer,
        ["v1", "me", .., action] if is_sending(action) => Work::Send,
        // Making backup codes takes as much work as trying ten passwords.
        [
            "v1",
            "me",
            ..,
            "attempt_verification" | "change_password" | "backup_codes",
        ] => Work::Answer,
        _ => Work::Refresh,
    })
}

fn is_sending(action: &str) -> bool {
    action.starts_with("prepare_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_c06_each_road_has_its_budget_and_reading_has_none() {
        for (path, work) in [
            ("/v1/client/sign_ins", Work::Begin),
            ("/v1/client/sign_ups", Work::Begin),
            ("/v1/client/sign_ups/sua_1", Work::Begin),
            ("/v1/client/sign_ins/sia_1/prepare_first_factor", Work::Send),
            ("/v1/client/sign_ups/sua_1/prepare_verification", Work::Send),
            (
                "/v1/client/sign_ins/sia_1/attempt_first_factor",
                Work::Answer,
            ),
            (
                "/v1/client/sign_ins/sia_1/attempt_second_factor",
                Work::Answer,
            ),
            ("/v1/client/sign_ins/sia_1/reset_password", Work::Answer),
            (
                "/v1/client/sign_ups/sua_1/attempt_verification",
                Work::Answer,
            ),
            (
                "/v1/client/sign_ins/sia_1/whatever_comes_next",
                Work::Answer,
            ),
            ("/v1/verify", Work::Answer),
            ("/v1/me/totp/attempt_verification", Work::Answer),
            ("/v1/me/backup_codes/", Work::Answer),
            ("/v1/client/sessions/sess_1/tokens", Work::Refresh),
            ("/v1/client", Work::Refresh),
        ] {
            assert_eq!(work_of(&Method::POST, path), Some(work), "{path}");
            assert_eq!(work_of(&Method::GET, path), None, "{path}");
        }
    }
}
