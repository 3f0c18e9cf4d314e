//! The instance's signing keys: made, rotated, taken over from other processes.

use super::Auth;
use crate::error::ApiError;
use crate::store::{Durability, StoreError, signing_keys};
use crate::token::KeyringError;

impl Auth {
    pub(super) async fn open_keyring(&self) -> Result<(), KeysError> {
        let rows = signing_keys::all(&mut *self.0.store.read().await?).await?;
        if rows.is_empty() {
            return self.rotate().await.map(drop);
        }
        Ok(self.0.keyring.replace(&rows, &self.0.master)?)
    }

    /// Makes a new signing key. It is published at once, and signs when every cached key set has it; the old one stays
    /// published until the last token it signed has run out. Gives the new key's id.
    ///
    /// # Errors
    /// When the key cannot be made or stored; then the old one stays in use.
    pub async fn rotate_keys(&self) -> Result<String, ApiError> {
        self.rotate().await.map_err(ApiError::internal)
    }

    async fn rotate(&self) -> Result<String, KeysError> {
        let auth = self.0.clone();
        let now = auth.clock.now();
        let planned =
            tokio::task::spawn_blocking(move || auth.keyring.plan_rotation(&auth.master, now))
                .await;
        let plan = planned.map_err(|error| StoreError::Unavailable(error.to_string()))??;
        let mut db = self.0.store.write().await?;
        for mut row in signing_keys::all(&mut db).await? {
            if row.retire_at.is_none() {
                row.retire_at = Some(plan.retire_others_at);
                signing_keys::save(&mut db, &row).await?;
            }
        }
        signing_keys::save(&mut db, &plan.new_key).await?;
        let rows = signing_keys::all(&mut db).await?;
        db.commit(Durability::Credential).await?;
        self.0.keyring.replace(&rows, &self.0.master)?;
        Ok(plan.new_key.kid)
    }

    /// Takes over keys that another process made, and drops the ones whose time is over: for good when the clock can be
    /// believed.
    pub(super) async fn refresh_keys(&self, is_clock_believed: bool) -> Result<(), KeysError> {
        let now = self.0.clock.now();
        let rows = signing_keys::all(&mut *self.0.store.read().await?).await?;
        if !is_clock_believed {
            return Ok(self.0.keyring.replace(&rows, &self.0.master)?);
        }
        let (over, live): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| row.retire_at.is_some_and(|retire_at| retire_at <= now));
        if !over.is_empty() {
            let mut db = self.0.store.write().await?;
            for row in &over {
                signing_keys::delete(&mut db, &row.kid).await?;
            }
            db.commit(Durability::Credential).await?;
        }
        Ok(self.0.keyring.replace(&live, &self.0.master)?)
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum KeysError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keyring(#[from] KeyringError),
}
