//! `signIn.emailLink`.

use std::time::Duration;

use leptos::prelude::*;
use thyra_wire::{Strategy, VerificationStatus};

use super::{EmailCodeAddress, SignInFuture};
use crate::server_fns::{Outcome, PrepareParams, prepare_factor, reload_sign_in};
use crate::session::in_browser;
use crate::step::LinkStatus;
use crate::{AuthError, Precondition};

/// How long after an answer the next look is taken.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Signing in with a link by e-mail: what [`SignInFuture::email_link`] gives.
#[derive(Clone, Copy)]
pub struct EmailLink {
    sign_in: SignInFuture,
}

/// Where the link goes, as with a code.
pub type EmailLinkAddress = EmailCodeAddress;

/// What is sent, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendLinkParams {
    /// Where the link goes.
    pub address: EmailLinkAddress,
    /// Where the person is led once the link was looked at: a URL, or a path of the own origin.
    pub verification_url: String,
}

impl SendLinkParams {
    /// A link to the current sign-in's address.
    pub fn current(verification_url: impl Into<String>) -> Self {
        Self {
            address: EmailLinkAddress::Current,
            verification_url: verification_url.into(),
        }
    }

    /// A link to this address; begins a new sign-in with it.
    pub fn email_address(
        email_address: impl Into<String>,
        verification_url: impl Into<String>,
    ) -> Self {
        Self {
            address: EmailLinkAddress::EmailAddress(email_address.into()),
            verification_url: verification_url.into(),
        }
    }
}

/// A link to the current sign-in's address, that leads to this URL.
impl From<&str> for SendLinkParams {
    fn from(verification_url: &str) -> Self {
        Self::current(verification_url)
    }
}

/// A link to the current sign-in's address, that leads to this URL.
impl From<String> for SendLinkParams {
    fn from(verification_url: String) -> Self {
        Self::current(verification_url)
    }
}

/// A link to an address, and the URL it leads to; begins a new sign-in.
impl<Address: Into<String>, Url: Into<String>> From<(Address, Url)> for SendLinkParams {
    fn from((email_address, verification_url): (Address, Url)) -> Self {
        Self::email_address(email_address, verification_url)
    }
}

/// What came of a link, on the page that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailLinkVerification {
    /// What came of it.
    pub status: LinkStatus,
    /// The session that was made (`sess_…`).
    pub created_session_id: String,
    /// Whether that session is one of this browser's.
    pub verified_from_the_same_client: bool,
}

impl SignInFuture {
    /// Signing in with a link by e-mail.
    pub fn email_link(&self) -> EmailLink {
        EmailLink { sign_in: *self }
    }
}

impl EmailLink {
    /// Sends a link: `send_link("/verify")` to the current sign-in's address, `send_link(("ada@example.com", "/verify"))` to another.
    ///
    /// # Errors
    /// [`AuthError::Precondition`] when there is no sign-in and no address was given: no request is sent then, and no
    /// signal changes. [`AuthError::FactorNotFound`] when the sign-in has no such factor. Else what the auth API
    /// answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn send_link(&self, params: impl Into<SendLinkParams>) -> Result<(), AuthError> {
        let params = params.into();
        let attempt = self.sign_in.attempt();
        let (identifier, target) = params.address.resolve(attempt.is_some())?;
        let params = PrepareParams {
            identifier,
            target,
            redirect_url: Some(params.verification_url),
            ..PrepareParams::new(Strategy::EmailLink)
        };
        self.sign_in
            .context
            .run_sign_in(prepare_factor(attempt, params))
            .await
    }

    /// What came of a link that led to this page, from the page's query; `None` on any other page. Reactive.
    pub fn verification(&self) -> Option<EmailLinkVerification> {
        let query = leptos_router::hooks::use_query_map();
        let (status, created_session_id) = query.with(|query| {
            let status = query.get("__clerk_status")?;
            Some((
                LinkStatus::parse(&status),
                query.get("__clerk_created_session")?,
            ))
        })?;
        let is_own = self.sign_in.context.client().is_some_and(|client| {
            let mut sessions = client.sessions.iter();
            sessions.any(|session| session.id == created_session_id)
        });
        Some(EmailLinkVerification {
            status,
            verified_from_the_same_client: status == LinkStatus::Verified && is_own,
            created_session_id,
        })
    }

    /// Waits until the link was opened, or cannot be any more: [`first_factor_verification`] then says verified, expired,
    /// failed or transferable. It asks at once, a second after each answer, and when the page is seen again. It ends with
    /// the task it runs in: spawn it with `leptos::task::spawn_local_scoped_with_cancellation`.
    ///
    /// [`first_factor_verification`]: SignInFuture::first_factor_verification
    ///
    /// # Errors
    /// [`AuthError::Precondition`] when there is no sign-in. The first error of the auth API ends the wait.
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn wait_for_verification(&self) -> Result<(), AuthError> {
        in_browser()?;
        let attempt = self.sign_in.attempt();
        let attempt = attempt.ok_or(AuthError::Precondition(Precondition::NoSignInAndNoAddress))?;
        let waiting = Waiting(*self);
        let result = self.sign_in.context.run_sign_in(until_over(attempt)).await;
        drop(waiting);
        result
    }

    /// Waits as [`wait_for_verification`](Self::wait_for_verification) does, and changes nothing on the page: a form of the
    /// step takes what came of it, and the step would be gone before its form was sent.
    #[cfg(not(feature = "ssr"))]
    pub(crate) async fn wait_unseen(&self) -> Result<(), AuthError> {
        let attempt = self.sign_in.attempt();
        let attempt = attempt.ok_or(AuthError::Precondition(Precondition::NoSignInAndNoAddress))?;
        until_over(attempt).await.map(drop)
    }

    /// [`wait_for_verification`](Self::wait_for_verification) as a resource that a view can suspend on.
    ///
    /// # Server rendering
    /// Never resolves.
    pub fn verification_resource(&self) -> LocalResource<Result<(), AuthError>> {
        let email_link = *self;
        LocalResource::new(move || async move { email_link.wait_for_verification().await })
    }
}

/// A wait. When it is given up, nothing is under way any more.
struct Waiting(EmailLink);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.sign_in.context.sign_in.stop_waiting();
    }
}

async fn until_over(attempt: String) -> Result<Outcome, AuthError> {
    loop {
        let outcome = reload_sign_in(Some(attempt.clone())).await?;
        if is_over(&outcome) {
            return Ok(outcome);
        }
        crate::browser::pause(LOOK_EVERY).await;
    }
}

fn is_over(outcome: &Outcome) -> bool {
    let verification = outcome
        .sign_in
        .as_ref()
        .and_then(|sign_in| sign_in.first_factor_verification.as_ref());
    let status = verification.and_then(|verification| verification.status.as_ref());
    matches!(
        status,
        Some(
            VerificationStatus::Verified
                | VerificationStatus::Expired
                | VerificationStatus::Failed
                | VerificationStatus::Transferable
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_status(status: &str) -> Outcome {
        let json = format!(
            r#"{{"id": "sia_1", "status": "needs_first_factor", "first_factor_verification": {{"status": "{status}", "strategy": "email_link"}}}}"#
        );
        Outcome {
            sign_in: Some(serde_json::from_str(&json).unwrap()),
            ..Outcome::default()
        }
    }

    #[test]
    fn a_wait_ends_when_the_link_was_opened_or_cannot_be() {
        for status in ["verified", "expired", "failed", "transferable"] {
            assert!(is_over(&with_status(status)), "{status}");
        }
        assert!(!is_over(&with_status("unverified")));
        assert!(!is_over(&Outcome::default()));
    }
}
