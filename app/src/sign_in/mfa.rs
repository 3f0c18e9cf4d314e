//! `signIn.mfa`: the second factor.

use thyra_wire::{Level, Secret, Strategy};

use super::{SignInFuture, VerifyCodeParams};
use crate::AuthError;
use crate::server_fns::{AttemptParams, PrepareParams, attempt_factor, prepare_factor};

/// The second factor of a sign-in whose status is `needs_second_factor`: what [`SignInFuture::mfa`] gives.
#[derive(Clone, Copy)]
pub struct Mfa {
    sign_in: SignInFuture,
}

impl SignInFuture {
    /// The second factor. Which ones there are is in
    /// [`supported_second_factors`](SignInFuture::supported_second_factors), once the first factor is verified.
    pub fn mfa(&self) -> Mfa {
        Mfa { sign_in: *self }
    }
}

impl Mfa {
    /// An async call that sends a code to the first e-mail address among the second factors.
    ///
    /// # Errors
    /// [`AuthError::FactorNotFound`] when there is none. Else what the auth API answers, also in
    /// [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn send_email_code(&self) -> Result<(), AuthError> {
        self.send_code(Strategy::EmailCode).await
    }

    /// An async call that verifies the code sent by [`send_email_code`](Mfa::send_email_code).
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn verify_email_code(
        &self,
        params: impl Into<VerifyCodeParams>,
    ) -> Result<(), AuthError> {
        self.verify(Strategy::EmailCode, params.into().code).await
    }

    /// An async call that sends a code to the first phone number among the second factors.
    ///
    /// # Errors
    /// As [`send_email_code`](Mfa::send_email_code).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn send_phone_code(&self) -> Result<(), AuthError> {
        self.send_code(Strategy::PhoneCode).await
    }

    /// An async call that verifies the code sent by [`send_phone_code`](Mfa::send_phone_code).
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn verify_phone_code(
        &self,
        params: impl Into<VerifyCodeParams>,
    ) -> Result<(), AuthError> {
        self.verify(Strategy::PhoneCode, params.into().code).await
    }

    /// An async call that verifies the code of an authenticator app. Each code works once.
    ///
    /// ```no_run
    /// # async fn example(sign_in: thyra::SignInFuture) -> Result<(), thyra::AuthError> {
    /// sign_in.password(("ada@example.com", "correct horse")).await?;
    /// if sign_in.status() == thyra::wire::SignInStatus::NeedsSecondFactor {
    ///     sign_in.mfa().verify_totp("123456").await?;
    /// }
    /// sign_in.finalize_to("/inbox").await
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn verify_totp(&self, params: impl Into<VerifyCodeParams>) -> Result<(), AuthError> {
        self.verify(Strategy::Totp, params.into().code).await
    }

    /// An async call that verifies a backup code, in capitals or not, with spaces and dashes or not. Each works once.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn verify_backup_code(
        &self,
        params: impl Into<VerifyCodeParams>,
    ) -> Result<(), AuthError> {
        self.verify(Strategy::BackupCode, params.into().code).await
    }

    async fn send_code(&self, strategy: Strategy) -> Result<(), AuthError> {
        let params = PrepareParams {
            level: Level::Second,
            is_first_target: true,
            ..PrepareParams::new(strategy)
        };
        self.sign_in
            .context
            .run_sign_in(prepare_factor(self.sign_in.attempt(), params))
            .await
    }

    async fn verify(&self, strategy: Strategy, code: Secret) -> Result<(), AuthError> {
        let params = AttemptParams {
            strategy,
            level: Level::Second,
            code,
        };
        self.sign_in
            .context
            .run_sign_in(attempt_factor(self.sign_in.attempt(), params))
            .await
    }
}
