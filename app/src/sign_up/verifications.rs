//! `signUp.verifications`.

use super::SignUpFuture;
use crate::AuthError;
use crate::server_fns::{send_sign_up_code, verify_sign_up_code};
use crate::sign_in::VerifyCodeParams;

/// Verifying what a sign-up was given: what [`SignUpFuture::verifications`] gives.
#[derive(Clone, Copy)]
pub struct Verifications {
    sign_up: SignUpFuture,
}

impl SignUpFuture {
    /// Verifying what the sign-up was given.
    pub fn verifications(&self) -> Verifications {
        Verifications { sign_up: *self }
    }
}

impl Verifications {
    /// How far the verification of the e-mail address is; `None` before an address was given.
    pub fn email_address(&self) -> Option<thyra_wire::SignUpVerification> {
        self.sign_up
            .context
            .sign_up
            .read(|sign_up| sign_up?.verifications.as_ref()?.email_address.clone())
    }

    /// An async call that sends a code to the e-mail address.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignUpSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn send_email_code(&self) -> Result<(), AuthError> {
        self.sign_up
            .context
            .run_sign_up(send_sign_up_code(self.sign_up.attempt()))
            .await
    }

    /// An async call that verifies the code.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignUpSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn verify_email_code(
        &self,
        params: impl Into<VerifyCodeParams>,
    ) -> Result<(), AuthError> {
        let params = params.into();
        self.sign_up
            .context
            .run_sign_up(verify_sign_up_code(self.sign_up.attempt(), params.code))
            .await
    }
}
