//! `/v1/me/totp` and `/v1/me/backup_codes`: second factors, set up by the user they belong to.

use axum::extract::State;
use axum::response::Response;
use thyra_wire::{BackupCodes, DeletedObject, ErrorCode, Secret, Totp};

use super::me::CurrentSession;
use super::reply::envelope;
use super::visitor::LogicalMethod;
use crate::error::ApiError;
use crate::instance::{Instance, SharedInstance};
use crate::params::Params;
use crate::service::{SecondFactorService, Visit};
use crate::token::random_id;

/// `POST`: offers a secret. `DELETE`: removes the app.
pub(super) async fn change_totp(
    State(auth): State<SharedInstance>,
    method: LogicalMethod,
    session: CurrentSession,
    mut visit: Visit,
) -> Response {
    match method.0.as_str() {
        "POST" => {
            let offered = offer(&auth, &mut visit, session).await;
            envelope(&auth, visit, offered).await
        }
        "DELETE" => {
            let removed = remove(&auth, &mut visit, session).await;
            envelope(&auth, visit, removed).await
        }
        _ => {
            let refused = Err::<(), _>(ApiError::new(ErrorCode::MethodNotAllowed));
            envelope(&auth, visit, refused).await
        }
    }
}

/// Takes the offered secret into use.
pub(super) async fn verify_totp(
    State(auth): State<SharedInstance>,
    session: CurrentSession,
    mut visit: Visit,
    params: Params,
) -> Response {
    let verified = verify(&auth, &mut visit, session, &params).await;
    envelope(&auth, visit, verified).await
}

/// Makes backup codes, in the place of all there were.
pub(super) async fn make_backup_codes(
    State(auth): State<SharedInstance>,
    session: CurrentSession,
    mut visit: Visit,
) -> Response {
    let made = make_codes(&auth, &mut visit, session).await;
    envelope(&auth, visit, made).await
}

async fn offer(
    auth: &Instance,
    visit: &mut Visit,
    session: CurrentSession,
) -> Result<Totp, ApiError> {
    let id = session.id(visit)?;
    let offered = SecondFactorService(auth).offer_totp(visit, &id).await?;
    let app_name = &auth.settings.app_name;
    Ok(Totp {
        secret: Some(Secret::from(offered.secret.to_base32())),
        uri: offered
            .secret
            .uri(app_name, &offered.account)
            .map(Secret::from),
        ..totp(offered.totp)
    })
}

async fn verify(
    auth: &Instance,
    visit: &mut Visit,
    session: CurrentSession,
    params: &Params,
) -> Result<Totp, ApiError> {
    let id = session.id(visit)?;
    let code = params.secret("code")?;
    let verified = SecondFactorService(auth)
        .verify_totp(visit, &id, code.as_ref())
        .await?;
    Ok(Totp {
        backup_codes: verified.backup_codes,
        ..totp(verified.totp)
    })
}

async fn remove(
    auth: &Instance,
    visit: &mut Visit,
    session: CurrentSession,
) -> Result<DeletedObject, ApiError> {
    let id = session.id(visit)?;
    let id = SecondFactorService(auth).remove_totp(visit, &id).await?;
    Ok(DeletedObject {
        object: "totp".to_owned(),
        id,
        deleted: true,
    })
}

async fn make_codes(
    auth: &Instance,
    visit: &mut Visit,
    session: CurrentSession,
) -> Result<BackupCodes, ApiError> {
    let id = session.id(visit)?;
    let codes = SecondFactorService(auth)
        .make_backup_codes(visit, &id)
        .await?;
    Ok(BackupCodes {
        object: "backup_code".to_owned(),
        id: random_id("backup_code_"),
        codes,
        created_at: visit.now,
        updated_at: visit.now,
    })
}

/// Without the secret, which is shown only when it is offered.
fn totp(totp: crate::store::Totp) -> Totp {
    Totp {
        object: "totp".to_owned(),
        id: totp.id,
        secret: None,
        uri: None,
        verified: totp.verified_at.is_some(),
        backup_codes: None,
        created_at: totp.created_at,
        updated_at: totp.verified_at.unwrap_or(totp.created_at),
    }
}
