//! `signIn.resetPasswordEmailCode` and `signIn.resetPasswordPhoneCode`: a forgotten password.

use thyra_wire::{Level, Secret, Strategy};

use super::{SignInFuture, VerifyCodeParams};
use crate::server_fns::{
    AttemptParams, PrepareParams, attempt_factor, prepare_factor, reset_password,
};
use crate::{AuthError, Precondition};

/// Resetting a forgotten password by a code to the account's first e-mail address: what
/// [`SignInFuture::reset_password_email_code`] gives.
#[derive(Clone, Copy)]
pub struct ResetPasswordEmailCode {
    sign_in: SignInFuture,
}

/// Resetting a forgotten password by a code to a phone number: what [`SignInFuture::reset_password_phone_code`] gives.
#[derive(Clone, Copy)]
pub struct ResetPasswordPhoneCode {
    sign_in: SignInFuture,
}

/// A new password, in the place of the forgotten one.
#[derive(Clone, Debug)]
pub struct SubmitPasswordParams {
    /// The new password.
    pub password: Secret,
    /// Whether all other sessions of the person end. Default: yes.
    pub sign_out_of_other_sessions: bool,
}

impl SubmitPasswordParams {
    /// A new password that ends all other sessions.
    pub fn new(password: impl Into<Secret>) -> Self {
        Self {
            password: password.into(),
            sign_out_of_other_sessions: true,
        }
    }
}

/// A new password that ends all other sessions.
impl From<&str> for SubmitPasswordParams {
    fn from(password: &str) -> Self {
        Self::new(password)
    }
}

/// A new password that ends all other sessions.
impl From<String> for SubmitPasswordParams {
    fn from(password: String) -> Self {
        Self::new(password)
    }
}

impl SignInFuture {
    /// Resetting a forgotten password by a code to the account's first e-mail address.
    pub fn reset_password_email_code(&self) -> ResetPasswordEmailCode {
        ResetPasswordEmailCode { sign_in: *self }
    }

    /// Resetting a forgotten password by a code to a phone number.
    pub fn reset_password_phone_code(&self) -> ResetPasswordPhoneCode {
        ResetPasswordPhoneCode { sign_in: *self }
    }

    async fn send_reset_code(
        &self,
        strategy: Strategy,
        identifier: Option<String>,
    ) -> Result<(), AuthError> {
        let attempt = self.attempt();
        if attempt.is_none() && identifier.is_none() {
            let missing = Precondition::NoSignInAndNoAddress;
            return Err(AuthError::Precondition(missing));
        }
        let params = PrepareParams {
            identifier,
            is_first_target: true,
            ..PrepareParams::new(strategy)
        };
        self.context
            .run_sign_in(prepare_factor(attempt, params))
            .await
    }

    async fn verify_reset_code(
        &self,
        strategy: Strategy,
        params: VerifyCodeParams,
    ) -> Result<(), AuthError> {
        let params = AttemptParams {
            strategy,
            level: Level::First,
            code: params.code,
        };
        self.context
            .run_sign_in(attempt_factor(self.attempt(), params))
            .await
    }

    async fn submit_new_password(&self, params: SubmitPasswordParams) -> Result<(), AuthError> {
        let SubmitPasswordParams {
            password,
            sign_out_of_other_sessions: others,
        } = params;
        self.context
            .run_sign_in(reset_password(self.attempt(), password, others))
            .await
    }
}

impl ResetPasswordEmailCode {
    /// An async call that sends a code to the first e-mail address of the account that the current sign-in is about.
    ///
    /// # Errors
    /// [`AuthError::Precondition`] when there is no sign-in: no request is sent then, and no signal changes.
    /// [`AuthError::FactorNotFound`] when the account's password cannot be reset this way. Else what the auth API
    /// answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn send_code(&self) -> Result<(), AuthError> {
        self.sign_in
            .send_reset_code(Strategy::ResetPasswordEmailCode, None)
            .await
    }

    /// An async call that verifies the code. The status becomes `needs_new_password`.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn verify_code(&self, params: impl Into<VerifyCodeParams>) -> Result<(), AuthError> {
        self.sign_in
            .verify_reset_code(Strategy::ResetPasswordEmailCode, params.into())
            .await
    }

    /// An async call that sets the new password. The status becomes `complete`, or `needs_second_factor`.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn submit_password(
        &self,
        params: impl Into<SubmitPasswordParams>,
    ) -> Result<(), AuthError> {
        self.sign_in.submit_new_password(params.into()).await
    }
}

impl ResetPasswordPhoneCode {
    /// An async call that sends a code: to the account with this phone number (in E.164 format), for which a new sign-in is begun, or to the
    /// first number of the account that the current sign-in is about.
    ///
    /// # Errors
    /// As [`ResetPasswordEmailCode::send_code`].
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn send_code(
        &self,
        phone_number: impl Into<Option<String>>,
    ) -> Result<(), AuthError> {
        self.sign_in
            .send_reset_code(Strategy::ResetPasswordPhoneCode, phone_number.into())
            .await
    }

    /// An async call that verifies the code. The status becomes `needs_new_password`.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn verify_code(&self, params: impl Into<VerifyCodeParams>) -> Result<(), AuthError> {
        self.sign_in
            .verify_reset_code(Strategy::ResetPasswordPhoneCode, params.into())
            .await
    }

    /// An async call that sets the new password. The status becomes `complete`, or `needs_second_factor`.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn submit_password(
        &self,
        params: impl Into<SubmitPasswordParams>,
    ) -> Result<(), AuthError> {
        self.sign_in.submit_new_password(params.into()).await
    }
}
