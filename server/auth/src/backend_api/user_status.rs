//! Banning, locking, and taking both back.

use axum::Json;
use axum::extract::State;

use super::user_json::UserJson;
use super::users::find;
use crate::error::ApiError;
use crate::guard::Lockout;
use crate::http::ResourceId;
use crate::instance::{Instance, SharedInstance};
use crate::store::{Connection, Durability, StoreError, UserUpdate, lockouts, sessions, users};

/// What is done to the user.
#[derive(Clone, Copy)]
enum Action {
    Ban,
    Unban,
    Lock,
    Unlock,
}

/// `POST /v1/users/{id}/ban`: nobody signs in as this user any more, and all sessions end.
pub(super) async fn ban(
    state: State<SharedInstance>,
    id: ResourceId,
) -> Result<Json<UserJson>, ApiError> {
    apply(state, id, Action::Ban).await
}

/// `POST /v1/users/{id}/unban`.
pub(super) async fn unban(
    state: State<SharedInstance>,
    id: ResourceId,
) -> Result<Json<UserJson>, ApiError> {
    apply(state, id, Action::Unban).await
}

/// `POST /v1/users/{id}/lock`: no factor is tried until it is taken back. Sessions go on.
pub(super) async fn lock(
    state: State<SharedInstance>,
    id: ResourceId,
) -> Result<Json<UserJson>, ApiError> {
    apply(state, id, Action::Lock).await
}

/// `POST /v1/users/{id}/unlock`: opens every lock and forgets what led to it.
pub(super) async fn unlock(
    state: State<SharedInstance>,
    id: ResourceId,
) -> Result<Json<UserJson>, ApiError> {
    apply(state, id, Action::Unlock).await
}

async fn apply(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    action: Action,
) -> Result<Json<UserJson>, ApiError> {
    let mut db = auth.store.write().await?;
    find(&mut db, &id).await?;
    write(&auth, &mut db, &id, action).await?;
    let user = find(&mut db, &id).await?;
    let json = UserJson::load(&auth, &mut db, user).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(json))
}

async fn write(
    auth: &Instance,
    db: &mut Connection,
    id: &str,
    action: Action,
) -> Result<(), StoreError> {
    let now = auth.clock.now();
    let banned = |is_banned| UserUpdate {
        is_banned: Some(is_banned),
        ..UserUpdate::default()
    };
    match action {
        Action::Ban => {
            users::update(db, id, &banned(true), now).await?;
            sessions::revoke_of_user(db, id, now).await
        }
        Action::Unban => users::update(db, id, &banned(false), now).await.map(drop),
        Action::Lock => lockouts::put(db, id, Lockout::by_hand(), now).await,
        Action::Unlock => lockouts::delete_with_parts(db, id).await,
    }
}
