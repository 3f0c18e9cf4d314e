//! `/v1/client/sign_ins`.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use thyra_wire::{ErrorCode, Strategy};

use super::render;
use super::reply::envelope;
use super::resource_id::ResourceId;
use crate::error::ApiError;
use crate::flow::{Level, SignIn};
use crate::instance::SharedInstance;
use crate::params::Params;
use crate::service::{SignInService, Visit};

/// Ways to begin that this server does not have.
const NOT_HERE: [&str; 1] = ["token"];

/// Begins an attempt, or begins again.
pub(super) async fn create(
    State(auth): State<SharedInstance>,
    mut visit: Visit,
    params: Params,
) -> Response {
    let created = begin(&auth, &mut visit, &params).await;
    answer(&auth, visit, created).await
}

async fn begin(
    auth: &SharedInstance,
    visit: &mut Visit,
    params: &Params,
) -> Result<SignIn, ApiError> {
    params.refuse(&NOT_HERE)?;
    // Without the strategy that reads it, a ticket would be passed over.
    if params.text("strategy")?.as_deref() != Some(Strategy::Ticket.as_str()) {
        params.refuse(&["ticket"])?;
    }
    // What a sign-up has of a provider would be taken over, and there are none here.
    if params.flag("transfer")? == Some(true) {
        return Err(ApiError::new(ErrorCode::AccountTransferInvalid));
    }
    SignInService(auth).create(visit, params).await
}

/// The attempt.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    visit: Visit,
) -> Response {
    let found = SignInService(&auth).find(&visit, &id).await;
    answer(&auth, visit, found).await
}

/// Chooses a factor of this level.
pub(super) fn prepare_factor(level: Level) -> MethodRouter<SharedInstance> {
    let prepare_and_show = async move |State(auth): State<SharedInstance>,
                                       ResourceId(id): ResourceId,
                                       mut visit: Visit,
                                       params: Params| {
        let prepared = prepare(&auth, &mut visit, &id, level, &params).await;
        answer(&auth, visit, prepared).await
    };
    post(prepare_and_show)
}

/// Answers for a factor of this level.
pub(super) fn attempt_factor(level: Level) -> MethodRouter<SharedInstance> {
    let attempt_and_show = async move |State(auth): State<SharedInstance>,
                                       ResourceId(id): ResourceId,
                                       mut visit: Visit,
                                       params: Params| {
        let attempted = attempt(&auth, &mut visit, &id, level, &params).await;
        answer(&auth, visit, attempted).await
    };
    post(attempt_and_show)
}

/// Sets the new password that the attempt asks for.
pub(super) async fn reset_password(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    mut visit: Visit,
    params: Params,
) -> Response {
    let reset = SignInService(&auth)
        .reset_password(&mut visit, &id, &params)
        .await;
    answer(&auth, visit, reset).await
}

async fn prepare(
    auth: &SharedInstance,
    visit: &mut Visit,
    id: &str,
    level: Level,
    params: &Params,
) -> Result<SignIn, ApiError> {
    let service = SignInService(auth);
    let strategy = Strategy::from(params.required("strategy")?.as_str());
    let target = target(params)?;
    let target = target.as_ref().map(|(name, id)| (*name, id.as_str()));
    let open = service.open(visit, id).await?;
    let factor = service.factor(&open.attempt, level, &strategy, target)?;
    service.prepare(visit, open, level, factor, params).await
}

/// What the factor is about, when the request names it: the field and the id in it.
fn target(params: &Params) -> Result<Option<(&'static str, String)>, ApiError> {
    for name in ["email_address_id", "phone_number_id"] {
        if let Some(id) = params.text(name)? {
            return Ok(Some((name, id)));
        }
    }
    Ok(None)
}

async fn attempt(
    auth: &SharedInstance,
    visit: &mut Visit,
    id: &str,
    level: Level,
    params: &Params,
) -> Result<SignIn, ApiError> {
    let service = SignInService(auth);
    let strategy = Strategy::from(params.required("strategy")?.as_str());
    service.check(&strategy, params)?;
    let open = service.open(visit, id).await?;
    if visit.is_repeated() && open.attempt.is_over() {
        return Ok(open.attempt);
    }
    let factor = service.factor(&open.attempt, level, &strategy, None)?;
    service.prove(visit, open, level, factor, params).await
}

async fn answer(auth: &SharedInstance, visit: Visit, result: Result<SignIn, ApiError>) -> Response {
    let now = visit.now;
    envelope(
        auth,
        visit,
        result.map(|attempt| render::sign_in(auth, &attempt, now)),
    )
    .await
}
