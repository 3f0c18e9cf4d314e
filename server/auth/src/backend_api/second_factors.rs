//! Second factors of users, as app servers give, check and take them.
//!
//! Taking them is the way back in for whoever lost theirs: a person at the app decides that, by what they know of the user,
//! and the owner of the account hears of it by mail. Nothing that only reads somebody's mail does it.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use thyra_wire::{CODE_LENGTH, ErrorCode, Secret, Timestamp, normalize_code};

use super::body::JsonBody;
use super::fields::Fields;
use super::param::ParamError;
use super::users::find;
use crate::delivery::Notice;
use crate::error::ApiError;
use crate::http::ResourceId;
use crate::instance::{Instance, SharedInstance};
use crate::service::{AccountLock, tell_owner};
use crate::store::{
    Connection, Durability, PhoneNumberUpdate, Totp, Transaction, User, UserUpdate, backup_codes,
    phone_numbers, totp, users,
};
use crate::strategy::{
    BackupCodes, Verdict, judge_backup_code, judge_totp, spend_backup_code, spend_totp, wrong_code,
};
use crate::token::{TotpSecret, random_id};

/// How many backup codes a user may have.
const MAX_CODES: usize = 20;
/// What is shorter is guessed.
const MIN_CODE_LENGTH: usize = 8;

/// The second factors of a new or changed user, as another server had them.
#[derive(Debug, Default)]
pub(super) struct SecondFactors {
    totp_secret: Option<TotpSecret>,
    backup_codes: Vec<Secret>,
}

/// The same, ready to be stored.
#[derive(Debug, Default)]
pub(super) struct StoredSecondFactors {
    totp: Option<Totp>,
    backup_codes: Vec<String>,
}

impl SecondFactors {
    /// `totp_secret` in base32, `backup_codes` as users have them: a digest of one is refused.
    pub(super) fn take(fields: &mut Fields) -> Result<Self, ParamError> {
        let secret = fields.secret("totp_secret")?;
        let secret = secret.filter(|secret| !secret.is_empty());
        let secret = secret.map(|secret| {
            TotpSecret::from_base32(secret.expose())
                .ok_or_else(|| ParamError::format("totp_secret"))
        });
        let codes = fields.texts("backup_codes")?;
        let is_code = |code: &String| {
            let letters = code.chars().filter(|c| !matches!(c, ' ' | '-'));
            letters.clone().count() >= MIN_CODE_LENGTH
                && letters.clone().all(|c| c.is_ascii_alphanumeric())
        };
        if codes.len() > MAX_CODES || !codes.iter().all(is_code) {
            return Err(ParamError::format("backup_codes"));
        }
        Ok(Self {
            totp_secret: secret.transpose()?,
            backup_codes: codes.into_iter().map(Secret::from).collect(),
        })
    }

    /// Seals and hashes them, before any transaction begins.
    pub(super) async fn prepare(
        self,
        auth: &Instance,
        user_id: &str,
        now: Timestamp,
    ) -> Result<StoredSecondFactors, ApiError> {
        let totp = self.totp_secret.map(|secret| Totp {
            id: random_id("totp_"),
            sealed_secret: secret.seal(&auth.master),
            last_step: 0,
            verified_at: Some(now),
            created_at: now,
        });
        let codes = BackupCodes::of(auth.tools(), user_id, self.backup_codes).await?;
        Ok(StoredSecondFactors {
            totp,
            backup_codes: codes.digests,
        })
    }
}

impl StoredSecondFactors {
    /// What becomes of the user's own row.
    pub(super) fn flags(&self) -> (Option<bool>, Option<bool>) {
        let has_codes = !self.backup_codes.is_empty();
        (self.totp.as_ref().map(|_| true), has_codes.then_some(true))
    }

    /// Stores them in the place of those that the user has.
    pub(super) async fn store(
        &self,
        db: &mut Connection,
        user_id: &str,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if let Some(totp) = &self.totp {
            totp::delete(db, user_id).await?;
            totp::offer(db, user_id, totp).await?;
        }
        if !self.backup_codes.is_empty() {
            backup_codes::replace(db, user_id, &self.backup_codes, now).await?;
        }
        Ok(())
    }
}

/// Whose second factors were taken.
#[derive(Debug, Serialize)]
pub(super) struct WhoseFactors {
    user_id: String,
}

/// What is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    All,
    Totp,
    BackupCodes,
}

/// `DELETE /v1/users/{id}/mfa`: all of them. Numbers stay, as numbers that can be the first factor.
pub(super) async fn delete_all(
    state: State<SharedInstance>,
    id: ResourceId,
) -> Result<Json<WhoseFactors>, ApiError> {
    remove(state, id, Taken::All).await
}

/// `DELETE /v1/users/{id}/totp`: the authenticator app, with the backup codes when they stand in for nothing else.
pub(super) async fn delete_totp(
    state: State<SharedInstance>,
    id: ResourceId,
) -> Result<Json<WhoseFactors>, ApiError> {
    remove(state, id, Taken::Totp).await
}

/// `DELETE /v1/users/{id}/backup_code`: the backup codes only.
pub(super) async fn delete_backup_codes(
    state: State<SharedInstance>,
    id: ResourceId,
) -> Result<Json<WhoseFactors>, ApiError> {
    remove(state, id, Taken::BackupCodes).await
}

async fn remove(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    taken: Taken,
) -> Result<Json<WhoseFactors>, ApiError> {
    let now = auth.clock.now();
    let mut db = auth.store.write().await?;
    let before = find(&mut db, &id).await?;
    take(&mut db, &before, taken, now).await?;
    let user = find(&mut db, &id).await?;
    if before.has_second_factor() && !user.has_second_factor() {
        tell_owner(&auth, &mut db, &user, Notice::SecondFactorRemoved, now).await?;
        tracing::info!(
            user_id = id,
            "an app server removed a user's second factors"
        );
    }
    db.commit(Durability::Credential).await?;
    auth.wake_deliveries();
    Ok(Json(WhoseFactors { user_id: id }))
}

async fn take(
    db: &mut Connection,
    user: &User,
    taken: Taken,
    now: Timestamp,
) -> Result<(), ApiError> {
    if taken == Taken::All {
        release_numbers(db, user, now).await?;
    }
    let takes_totp = taken != Taken::BackupCodes;
    if takes_totp {
        totp::delete(db, &user.id).await?;
    }
    let keeps_codes = taken == Taken::Totp && user.has_reserved_number();
    if !keeps_codes {
        backup_codes::delete(db, &user.id).await?;
    }
    let change = UserUpdate {
        totp_enabled: takes_totp.then_some(false),
        backup_code_enabled: (!keeps_codes).then_some(false),
        ..UserUpdate::default()
    };
    users::update(db, &user.id, &change, now).await?;
    Ok(())
}

async fn release_numbers(db: &mut Connection, user: &User, now: Timestamp) -> Result<(), ApiError> {
    let released = PhoneNumberUpdate {
        reserved_for_second_factor: Some(false),
        ..PhoneNumberUpdate::default()
    };
    for number in &user.phone_numbers {
        phone_numbers::update(db, &user.id, &number.id, &released, now).await?;
    }
    Ok(())
}

/// `POST /v1/users/{id}/verify_totp`: whether this is a code of the user's app, or one of their backup codes. It is used up
/// then, as at a sign-in, and wrong ones count towards the account's lock.
pub(super) async fn verify_totp(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let code = fields.secret("code")?.filter(|code| !code.is_empty());
    fields.finish()?;
    let code = code.ok_or_else(|| ParamError::missing("code"))?;
    let user = find(&mut *auth.store.read().await?, &id).await?;
    let digits = normalize_code(code.expose());
    let is_totp = digits.len() == CODE_LENGTH && code.expose().trim().len() <= CODE_LENGTH + 1;
    let kind = if is_totp {
        Kind::Totp(digits)
    } else {
        Kind::hashed(&auth, &user.id, &code).await?
    };
    let now = auth.clock.now();
    let account = AccountLock::of_user(&id);
    let mut db = auth.store.write().await?;
    account
        .count_try(&mut db, &auth.lockout_policy, now)
        .await??;
    let verdict = kind.judge(&auth, &mut db, &id, now).await?;
    conclude(&auth, db, &account, &id, &kind, verdict, now).await?;
    Ok(Json(
        serde_json::json!({ "verified": true, "code_type": kind.name() }),
    ))
}

/// What kind of code it is.
enum Kind {
    /// Its six digits.
    Totp(String),
    /// Its digest.
    BackupCode(String),
}

impl Kind {
    async fn hashed(auth: &Instance, user_id: &str, code: &Secret) -> Result<Self, ApiError> {
        let digest = BackupCodes::digest_of(auth.tools(), user_id, code).await?;
        Ok(Self::BackupCode(digest))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Totp(_) => "totp",
            Self::BackupCode(_) => "backup_code",
        }
    }

    async fn judge(
        &self,
        auth: &Instance,
        db: &mut Connection,
        user_id: &str,
        now: Timestamp,
    ) -> Result<Verdict, ApiError> {
        match self {
            Self::Totp(digits) => judge_totp(auth.tools(), db, user_id, digits, now).await,
            Self::BackupCode(digest) => judge_backup_code(db, user_id, digest.clone(), now).await,
        }
    }

    async fn spend(
        &self,
        db: &mut Connection,
        user_id: &str,
        spends: &str,
        now: Timestamp,
    ) -> Result<bool, ApiError> {
        match self {
            Self::Totp(_) => spend_totp(db, user_id, spends, now).await,
            Self::BackupCode(_) => spend_backup_code(db, user_id, spends, now).await,
        }
    }
}

/// Stores what the code was worth: that it is used up, or that it was wrong.
async fn conclude(
    auth: &Instance,
    mut db: Transaction,
    account: &AccountLock,
    user_id: &str,
    kind: &Kind,
    verdict: Verdict,
    now: Timestamp,
) -> Result<(), ApiError> {
    match verdict {
        Verdict::Proven(proof) => {
            let spends = proof.spends.unwrap_or_default();
            if !kind.spend(&mut db, user_id, &spends, now).await? {
                return Err(ApiError::new(ErrorCode::VerificationAlreadyVerified));
            }
            if let Some(notice) = proof.notice {
                let user = find(&mut db, user_id).await?;
                tell_owner(auth, &mut db, &user, notice, now).await?;
            }
            account.take_back(&mut db, now).await?;
            db.commit(Durability::Credential).await?;
            auth.wake_deliveries();
            Ok(())
        }
        Verdict::Missed { .. } => {
            db.commit(Durability::Attempt).await?;
            Err(wrong_code())
        }
        Verdict::Unanswerable { error } => Err(error),
    }
}
