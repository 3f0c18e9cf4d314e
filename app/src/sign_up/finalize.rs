//! `signUp.finalize()`.

use super::SignUpFuture;
use crate::server_fns::activate_session;
use crate::session::in_browser;
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
        let created = self
            .context
            .sign_up
            .read_untracked(|sign_up| sign_up?.created_session_id.clone());
        let Some(session_id) = created else {
            // Unlike with a sign-in, the contract puts this error into the signal as well.
            let missing = async { Err(AuthError::Precondition(Precondition::NotComplete)) };
            return self.context.run_sign_up(missing).await;
        };
        in_browser()?;
        self.context.sign_up.mark_discardable();
        self.context
            .run_sign_up(params.after(activate_session(session_id), self.context.api_path()))
            .await
    }
}
