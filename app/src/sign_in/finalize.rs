//! `signIn.finalize()`.

use leptos::prelude::GetUntracked;
use thyra_wire::Session;

use super::SignInFuture;
use crate::{AuthError, Precondition};

/// What finalizing does beside activating the session.
#[derive(Default)]
pub struct FinalizeParams {
    /// Called once the session is active, to go on. Without it the page stays where it is.
    pub navigate: Option<Box<dyn FnOnce(Navigate)>>,
}

/// What [`FinalizeParams::navigate`] gets.
pub struct Navigate {
    /// The session that is active now.
    pub session: Session,
    pub(crate) cookie_refresh: Option<String>,
}

impl FinalizeParams {
    /// Goes on with this function once the session is active.
    pub fn navigate(navigate: impl FnOnce(Navigate) + 'static) -> Self {
        Self {
            navigate: Some(Box::new(navigate)),
        }
    }
}

impl Navigate {
    /// The URL to really go to: unchanged, or the auth API's own page that renews the browser's cookie first and then
    /// leads to `url`. Browsers that keep cookies of scripted requests for a week only need that detour.
    pub fn decorate_url(&self, url: &str) -> String {
        match &self.cookie_refresh {
            Some(touch) => format!("{touch}?redirect_url={}", crate::encode_query_value(url)),
            None => url.to_owned(),
        }
    }
}

impl SignInFuture {
    /// Makes the session of a complete sign-in the active one.
    ///
    /// # Errors
    /// [`AuthError::Precondition`] when there is no such session: no request is sent then, and no signal changes.
    /// Else what the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn finalize(&self, params: FinalizeParams) -> Result<(), AuthError> {
        let created = self
            .context
            .sign_in
            .read_untracked(|sign_in| sign_in?.created_session_id.clone());
        let session_id = created.ok_or(AuthError::Precondition(Precondition::NotComplete))?;
        let _ = (session_id, params, self.context.client.get_untracked());
        Err(AuthError::ServerRendering)
    }
}
