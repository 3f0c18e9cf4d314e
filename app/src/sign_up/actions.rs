//! The methods as actions of Leptos, for forms that need no `spawn_local`.

use leptos::prelude::*;
use thyra_wire::SignUpStatus;

use super::{SignUpParams, SignUpSignal};
use crate::session::only_in_browser;
use crate::sign_in::{CallAction, VerifyCodeParams};

/// # Actions
/// Each is one of the sign-up's methods as an [`Action`] of Leptos, as [`SignInSignal`](crate::SignInSignal) has them.
impl SignUpSignal {
    /// An action that begins a sign-up: [`create`](crate::SignUpFuture::create).
    pub fn create_action(&self) -> CallAction<SignUpParams> {
        let sign_up = self.sign_up;
        Action::new(move |params: &SignUpParams| {
            let params = params.clone();
            async move { sign_up.create(params).await }
        })
    }

    /// An action that adds to the sign-up: [`update`](crate::SignUpFuture::update).
    pub fn update_action(&self) -> CallAction<SignUpParams> {
        let sign_up = self.sign_up;
        Action::new(move |params: &SignUpParams| {
            let params = params.clone();
            async move { sign_up.update(params).await }
        })
    }

    /// An action that gives a password: [`password`](crate::SignUpFuture::password).
    pub fn password_action(&self) -> CallAction<SignUpParams> {
        let sign_up = self.sign_up;
        Action::new(move |params: &SignUpParams| {
            let params = params.clone();
            async move { sign_up.password(params).await }
        })
    }

    /// An action that sends a code to the address: [`send_email_code`](crate::Verifications::send_email_code).
    pub fn send_email_code_action(&self) -> CallAction<()> {
        let verifications = self.sign_up.verifications();
        Action::new(move |(): &()| async move { verifications.send_email_code().await })
    }

    /// An action that verifies the code: [`verify_email_code`](crate::Verifications::verify_email_code).
    pub fn verify_email_code_action(&self) -> CallAction<VerifyCodeParams> {
        let verifications = self.sign_up.verifications();
        Action::new(move |params: &VerifyCodeParams| {
            let params = params.clone();
            async move { verifications.verify_email_code(params).await }
        })
    }

    /// An action that finishes a complete sign-up and goes to a page:
    /// [`finalize_to`](crate::SignUpFuture::finalize_to).
    pub fn finalize_action(&self) -> CallAction<String> {
        let sign_up = self.sign_up;
        Action::new(move |to: &String| {
            let to = to.clone();
            only_in_browser(async move { sign_up.finalize_to(to).await })
        })
    }

    /// An effect that finishes the sign-up as soon as it is complete, and goes to a page, as
    /// [`finalize_to`](crate::SignUpFuture::finalize_to) does.
    pub fn finalize_when_complete(&self, to: impl Into<String>) {
        let (sign_up, finalize, to) = (self.sign_up, self.finalize_action(), to.into());
        Effect::new(move || {
            if sign_up.status() == SignUpStatus::Complete {
                finalize.dispatch(to.clone());
            }
        });
    }
}
