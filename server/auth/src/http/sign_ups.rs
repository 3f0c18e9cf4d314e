//! `/v1/client/sign_ups`.

use axum::extract::State;
use axum::response::Response;
use thyra_wire::{ErrorCode, Strategy};

use super::render;
use super::reply::envelope;
use super::resource_id::ResourceId;
use super::visitor::LogicalMethod;
use crate::error::ApiError;
use crate::flow::SignUp;
use crate::instance::SharedInstance;
use crate::metadata::{MetadataProblem, check_metadata};
use crate::params::Params;
use crate::service::{SignUpFields, SignUpService, Visit};
use crate::strategy::ticket_id_in;

/// Fields and ways to begin that this server does not have.
const NOT_HERE: [&str; 5] = [
    "token",
    "phone_number",
    "web3_wallet",
    "legal_accepted",
    "external_account_strategy",
];

/// Begins an attempt.
pub(super) async fn create(
    State(auth): State<SharedInstance>,
    mut visit: Visit,
    params: Params,
) -> Response {
    let created = match begin(&auth, &params) {
        Ok(fields) => SignUpService(&auth).create(&mut visit, fields).await,
        Err(error) => Err(error),
    };
    answer(&auth, visit, created).await
}

/// The fields of a new attempt, and what was proven before it begins.
fn begin(auth: &SharedInstance, params: &Params) -> Result<SignUpFields, ApiError> {
    if params.text("strategy")?.as_deref() == Some(Strategy::Ticket.as_str()) {
        let ticket_id = ticket_id_in(auth.tools(), params)?;
        return Ok(SignUpFields {
            ticket_id: Some(ticket_id),
            ..given(params)?
        });
    }
    check_strategy(params)?;
    // Without the strategy that reads it, a ticket would be passed over.
    params.refuse(&["ticket"])?;
    Ok(SignUpFields {
        transfer: params.flag("transfer")?.unwrap_or_default(),
        ..given(params)?
    })
}

/// The attempt.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    visit: Visit,
) -> Response {
    let found = SignUpService(&auth).find(&visit, &id).await;
    answer(&auth, visit, found).await
}

/// Adds or changes fields.
pub(super) async fn update(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    method: LogicalMethod,
    mut visit: Visit,
    params: Params,
) -> Response {
    let updated = match fields(&params) {
        Ok(fields) if method.0 == "PATCH" => {
            SignUpService(&auth).update(&mut visit, &id, fields).await
        }
        Ok(_) => Err(ApiError::new(ErrorCode::MethodNotAllowed)),
        Err(error) => Err(error),
    };
    answer(&auth, visit, updated).await
}

/// Sends a code to the address.
pub(super) async fn prepare_verification(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    mut visit: Visit,
    params: Params,
) -> Response {
    let prepared = match only_email_code(&params) {
        Ok(()) => {
            SignUpService(&auth)
                .prepare_email_code(&mut visit, &id)
                .await
        }
        Err(error) => Err(error),
    };
    answer(&auth, visit, prepared).await
}

/// Lets a code prove the address.
pub(super) async fn attempt_verification(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    mut visit: Visit,
    params: Params,
) -> Response {
    let attempted = match only_email_code(&params).and_then(|()| params.secret("code")) {
        Ok(code) => {
            SignUpService(&auth)
                .attempt_email_code(&mut visit, &id, code.as_ref())
                .await
        }
        Err(error) => Err(error),
    };
    answer(&auth, visit, attempted).await
}

fn only_email_code(params: &Params) -> Result<(), ApiError> {
    let is_email_code = params.required("strategy")? == "email_code";
    is_email_code
        .then_some(())
        .ok_or_else(|| ApiError::of(ErrorCode::FormParamValueInvalid, "strategy"))
}

/// The fields of an attempt that is there.
fn fields(params: &Params) -> Result<SignUpFields, ApiError> {
    check_strategy(params)?;
    params.refuse(&["ticket", "transfer"])?;
    given(params)
}

fn check_strategy(params: &Params) -> Result<(), ApiError> {
    let strategy = params.text("strategy")?;
    match strategy.as_deref() {
        None | Some("password" | "email_code") => Ok(()),
        Some(_) => Err(ApiError::of(ErrorCode::FormParamValueInvalid, "strategy")),
    }
}

/// The fields a browser may set. Whatever else it sends (metadata that belongs to the server, a verification, a role)
/// is not looked at.
fn given(params: &Params) -> Result<SignUpFields, ApiError> {
    params.refuse(&NOT_HERE)?;
    Ok(SignUpFields {
        email_address: params.text("email_address")?,
        password: params.secret("password")?,
        username: params.text("username")?,
        first_name: params.text("first_name")?,
        last_name: params.text("last_name")?,
        unsafe_metadata: metadata(params)?,
        locale: params.text("locale")?,
        ticket_id: None,
        transfer: false,
    })
}

fn metadata(params: &Params) -> Result<Option<serde_json::Value>, ApiError> {
    const NAME: &str = "unsafe_metadata";
    let given = params.object(NAME)?;
    let checked = given.as_ref().map_or(Ok(()), check_metadata);
    let refused = |problem| match problem {
        MetadataProblem::TooLong => ErrorCode::FormParamMaxLengthExceeded,
        MetadataProblem::TooDeep => ErrorCode::FormParamFormatInvalid,
    };
    checked.map_err(|problem| ApiError::of(refused(problem), NAME))?;
    Ok(given)
}

async fn answer(auth: &SharedInstance, visit: Visit, result: Result<SignUp, ApiError>) -> Response {
    let now = visit.now;
    envelope(
        auth,
        visit,
        result.map(|attempt| render::sign_up(auth, &attempt, now)),
    )
    .await
}
