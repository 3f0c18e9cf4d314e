//! `signUp.create()`, `update()`, `password()` and `reset()`.

use super::{SignUpFuture, SignUpParams};
use crate::AuthError;
use crate::server_fns::{create_sign_up, update_sign_up};

impl SignUpFuture {
    /// An async call that begins a sign-up, in the place of an earlier one.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignUpSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn create(&self, params: impl Into<SignUpParams>) -> Result<(), AuthError> {
        self.context
            .run_sign_up(create_sign_up(params.into()))
            .await
    }

    /// An async call that adds to the current sign-up. Another address asks for the password again, unless it is given too.
    ///
    /// # Errors
    /// `resource_not_found` when that sign-up has ended, or another tab has begun another one: [`reset`](Self::reset) and
    /// begin again. Else what the auth API answers, also in [`errors`](super::SignUpSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn update(&self, params: impl Into<SignUpParams>) -> Result<(), AuthError> {
        self.context
            .run_sign_up(update_sign_up(self.attempt(), params.into()))
            .await
    }

    /// An async call that gives a password and whatever else is known: to the current sign-up, or to a new one when this page knows of none.
    ///
    /// # Errors
    /// As for [`update`](Self::update) and [`create`](Self::create), also in [`errors`](super::SignUpSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn password(&self, params: impl Into<SignUpParams>) -> Result<(), AuthError> {
        if self.attempt().is_some() {
            self.update(params).await
        } else {
            self.create(params).await
        }
    }

    /// Forgets the current sign-up and its error. Nothing is sent, and the fetch status stays as it is.
    ///
    /// # Server rendering
    /// Clears the state of the page that is being rendered.
    pub fn reset(&self) {
        self.context.sign_up.reset();
    }
}
