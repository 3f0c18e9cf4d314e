//! Second factors, set up and removed by the user they belong to.
//!
//! A secret that is on offer asks for nothing and stands in nobody's way: it comes into use with its first code, and that
//! code is used up then. A secret in use is not replaced, but removed first. Backup codes stand in for another second factor
//! and go with the last one. The owner hears of each change by mail. What a session may do here does not depend on when its
//! user proved who they are: asking for that again is the account page's business.

use thyra_wire::{ErrorCode, Secret};

use super::{SessionService, Visit, tell_owner};
use crate::delivery::Notice;
use crate::error::ApiError;
use crate::instance::Instance;
use crate::store::{
    Connection, Durability, Totp, Transaction, User, UserUpdate, backup_codes, totp, users,
};
use crate::strategy::{BackupCodes, read_code, wrong_code};
use crate::token::{TotpSecret, random_id};

/// What users can do with their second factors.
pub(crate) struct SecondFactorService<'a>(pub(crate) &'a Instance);

/// A secret, and what goes with it.
pub(crate) struct OfferedTotp {
    pub(crate) totp: Totp,
    pub(crate) secret: TotpSecret,
    /// Whose it is: what the app shows.
    pub(crate) account: String,
}

/// A secret that came into use.
pub(crate) struct VerifiedTotp {
    pub(crate) totp: Totp,
    /// The codes that were made with it, when there were none before.
    pub(crate) backup_codes: Option<Vec<Secret>>,
}

impl SecondFactorService<'_> {
    /// Offers a secret, in the place of one that no code came for yet.
    ///
    /// # Errors
    /// `totp_already_enabled` when the user has one in use.
    pub(crate) async fn offer_totp(
        &self,
        visit: &mut Visit,
        session_id: &str,
    ) -> Result<OfferedTotp, ApiError> {
        self.expect_totp_on()?;
        let secret = TotpSecret::random();
        let (user, mut db) = self.open(visit, session_id).await?;
        let totp = Totp {
            id: random_id("totp_"),
            sealed_secret: secret.seal(&self.0.master),
            last_step: 0,
            verified_at: None,
            created_at: visit.now,
        };
        if !totp::offer(&mut db, &user.id, &totp).await? {
            return Err(ApiError::new(ErrorCode::TotpAlreadyEnabled));
        }
        visit.commit(db, Durability::Credential).await?;
        Ok(OfferedTotp {
            totp,
            secret,
            account: name_of(&user),
        })
    }

    /// Takes the offered secret into use, by its first code.
    ///
    /// # Errors
    /// `form_code_incorrect`, `totp_already_enabled`, and `resource_not_found` when none is on offer.
    pub(crate) async fn verify_totp(
        &self,
        visit: &mut Visit,
        session_id: &str,
        code: Option<&Secret>,
    ) -> Result<VerifiedTotp, ApiError> {
        self.expect_totp_on()?;
        let code = read_code(code)?;
        let (_, user) = SessionService(self.0).find(visit, session_id).await?;
        let offered = totp::of_user(&mut *self.0.store.read().await?, &user.id).await?;
        let offered = offered.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))?;
        if offered.verified_at.is_some() {
            return Err(ApiError::new(ErrorCode::TotpAlreadyEnabled));
        }
        let secret =
            TotpSecret::open(&self.0.master, &offered.sealed_secret).map_err(ApiError::internal)?;
        let step = secret.step_of(code.expose(), visit.now);
        let step = step.ok_or_else(wrong_code)?;
        // Hashing takes long: before the transaction.
        let has_codes = user.backup_code_enabled || !self.0.settings.backup_codes;
        let codes = if has_codes {
            None
        } else {
            Some(BackupCodes::random(self.0.tools(), &user.id).await?)
        };
        let (user, mut db) = self.open(visit, session_id).await?;
        if !totp::verify(&mut db, &user.id, &offered.id, step, visit.now).await? {
            // Another secret was offered, or another request was faster.
            return Err(wrong_code());
        }
        let codes = codes.filter(|_| !user.backup_code_enabled);
        if let Some(codes) = &codes {
            backup_codes::replace(&mut db, &user.id, &codes.digests, visit.now).await?;
        }
        let change = UserUpdate {
            totp_enabled: Some(true),
            backup_code_enabled: codes.as_ref().map(|_| true),
            ..UserUpdate::default()
        };
        self.change(visit, db, &user, &change, Notice::AuthenticatorAdded)
            .await?;
        Ok(VerifiedTotp {
            totp: Totp {
                verified_at: Some(visit.now),
                ..offered
            },
            backup_codes: codes.map(|codes| codes.shown),
        })
    }

    /// Removes the app, and with it what stood in for it. Gives its id.
    ///
    /// # Errors
    /// `resource_not_found` when there is none.
    pub(crate) async fn remove_totp(
        &self,
        visit: &mut Visit,
        session_id: &str,
    ) -> Result<String, ApiError> {
        let (user, mut db) = self.open(visit, session_id).await?;
        let id = totp::delete(&mut db, &user.id).await?;
        let id = id.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))?;
        if !user.totp_enabled {
            visit.commit(db, Durability::Credential).await?;
            return Ok(id);
        }
        let (change, notice) = without_totp(&mut db, &user).await?;
        self.change(visit, db, &user, &change, notice).await?;
        Ok(id)
    }

    /// Makes ten codes, in the place of all there were.
    pub(crate) async fn make_backup_codes(
        &self,
        visit: &mut Visit,
        session_id: &str,
    ) -> Result<Vec<Secret>, ApiError> {
        if !self.0.settings.backup_codes {
            return Err(ApiError::new(ErrorCode::ResourceNotFound));
        }
        let (_, user) = SessionService(self.0).find(visit, session_id).await?;
        let codes = BackupCodes::random(self.0.tools(), &user.id).await?;
        let (user, mut db) = self.open(visit, session_id).await?;
        backup_codes::replace(&mut db, &user.id, &codes.digests, visit.now).await?;
        let change = UserUpdate {
            backup_code_enabled: Some(true),
            ..UserUpdate::default()
        };
        self.change(visit, db, &user, &change, Notice::BackupCodesMade)
            .await?;
        Ok(codes.shown)
    }

    fn expect_totp_on(&self) -> Result<(), ApiError> {
        let is_on = self.0.settings.totp;
        is_on
            .then_some(())
            .ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
    }

    /// The user of this session of the visitor's, and the transaction in which they may change.
    async fn open(
        &self,
        visit: &mut Visit,
        session_id: &str,
    ) -> Result<(User, Transaction), ApiError> {
        let mut db = self.0.store.write().await?;
        visit.refresh_client(&mut db).await?;
        let user = SessionService(self.0)
            .owner(visit, &mut db, session_id)
            .await?;
        Ok((user, db))
    }

    /// Changes the user and tells them.
    async fn change(
        &self,
        visit: &mut Visit,
        mut db: Transaction,
        user: &User,
        change: &UserUpdate,
        notice: Notice,
    ) -> Result<(), ApiError> {
        users::update(&mut db, &user.id, change, visit.now).await?;
        tell_owner(self.0, &mut db, user, notice, visit.now).await?;
        visit.note_change(&mut db).await?;
        visit.commit(db, Durability::Credential).await?;
        self.0.wake_deliveries();
        Ok(())
    }
}

/// What becomes of a user without their app. When that was the last second factor, nothing is left for backup codes to stand
/// in for.
async fn without_totp(db: &mut Connection, user: &User) -> Result<(UserUpdate, Notice), ApiError> {
    let change = UserUpdate {
        totp_enabled: Some(false),
        ..UserUpdate::default()
    };
    if user.has_reserved_number() {
        return Ok((change, Notice::AuthenticatorRemoved));
    }
    backup_codes::delete(db, &user.id).await?;
    let change = UserUpdate {
        backup_code_enabled: Some(false),
        ..change
    };
    Ok((change, Notice::SecondFactorRemoved))
}

/// By what a user knows which of their accounts an entry of the app is for.
fn name_of(user: &User) -> String {
    let address = user.primary_email_address();
    let address = address.map(|address| address.email_address.clone());
    address
        .or_else(|| user.username.clone())
        .unwrap_or_else(|| user.id.clone())
}
