//! `signIn.finalize()`.

use std::time::Duration;

use thyra_wire::{Session, Timestamp};

use super::SignInFuture;
use crate::browser::now;
use crate::server_fns::{Outcome, activate_session};
use crate::session::in_browser;
use crate::{AuthError, Precondition};

/// A cookie that ends within this time is renewed on the way.
const RENEW_WITHIN: Duration = Duration::from_secs(8 * 24 * 60 * 60);

/// What finalizing does beside activating the session.
#[derive(Default)]
pub struct FinalizeParams {
    /// Called when the session is active with the server and just before the signals say so: what stands inside of
    /// `<SignedOut>` is still there. Without it the page stays where it is.
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
    /// An async call that finishes a complete sign-in and goes to a page: through the router where there is one and the page
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

    /// An async call that makes the session of a complete sign-in the active one.
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
        in_browser()?;
        self.context.sign_in.mark_discardable();
        self.context
            .run_sign_in(params.after(activate_session(session_id), self.context.api_path()))
            .await
    }
}

impl FinalizeParams {
    /// The call, and the navigation behind it.
    pub(crate) async fn after(
        self,
        activated: impl Future<Output = Result<Outcome, AuthError>>,
        api_path: String,
    ) -> Result<Outcome, AuthError> {
        let outcome = activated.await?;
        self.go_on(&outcome, &api_path);
        Ok(outcome)
    }

    /// Calls the navigation with the session that is active now.
    fn go_on(self, outcome: &Outcome, api_path: &str) {
        let client = outcome.client.as_ref();
        let session = client.and_then(|client| client.active_session());
        if let (Some(navigate), Some(session), Some(client)) = (self.navigate, session, client) {
            navigate(Navigate {
                session: session.clone(),
                cookie_refresh: cookie_refresh(client.cookie_expires_at, now(), api_path),
            });
        }
    }
}

/// The page that renews the browser's cookie, when that is due.
fn cookie_refresh(expires_at: Option<Timestamp>, now: Timestamp, api_path: &str) -> Option<String> {
    let is_due = expires_at? <= now + RENEW_WITHIN;
    is_due.then(|| format!("{api_path}/v1/client/touch"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn navigate(cookie_refresh: Option<String>) -> Navigate {
        let session = serde_json::from_str(r#"{"id": "sess_1", "status": "active"}"#).unwrap();
        Navigate {
            session,
            cookie_refresh,
        }
    }

    #[test]
    fn the_cookie_is_renewed_when_it_ends_within_eight_days() {
        let now = Timestamp::from_seconds(1_780_000_000);
        let in_days = |days: u64| Some(now + Duration::from_secs(days * 24 * 60 * 60));

        assert_eq!(cookie_refresh(None, now, "/auth-api"), None);
        assert_eq!(cookie_refresh(in_days(9), now, "/auth-api"), None);
        for days in [8, 0] {
            let refresh = cookie_refresh(in_days(days), now, "/auth-api");
            assert_eq!(refresh.as_deref(), Some("/auth-api/v1/client/touch"));
        }
    }

    #[test]
    fn a_decorated_url_leads_to_the_target_by_way_of_the_renewal() {
        assert_eq!(navigate(None).decorate_url("/a?b=c"), "/a?b=c");
        assert_eq!(
            navigate(Some("/__clerk/v1/client/touch".to_owned())).decorate_url("/a?b=c"),
            "/__clerk/v1/client/touch?redirect_url=%2Fa%3Fb%3Dc"
        );
    }
}
