//! `signUp.finalize()`.

use super::SignUpFuture;
use crate::server_fns::activate_session;
use crate::session::in_browser;
use crate::sign_in::FinalizeParams;
use crate::{AuthError, Precondition};

impl SignUpFuture {
    /// An async call that finishes a complete sign-up and goes to a page: through the router where there is one and the page
    /// is of the own app, so that signals of the host stay, else with a page load. What is neither a path of the own app nor at
    /// an allowed origin leads to the start page.
    ///
    /// # Errors
    /// As for [`finalize`](Self::finalize).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn finalize_to(&self, to: impl Into<String>) -> Result<(), AuthError> {
        let (context, to) = (self.context, to.into());
        self.finalize(FinalizeParams::navigate(move |navigate| {
            context.go_to(&to, |url| navigate.decorate_url(url));
        }))
        .await
    }

    /// An async call that makes the session of a complete sign-up the active one.
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
