//! The methods as actions of Leptos, for forms that need no `spawn_local`.

use leptos::prelude::*;
use thyra_wire::SignInStatus;

use super::{
    CreateParams, EmailCodeAddress, PasswordParams, SendLinkParams, SignInSignal,
    SubmitPasswordParams, VerifyCodeParams,
};
use crate::AuthError;
use crate::session::only_in_browser;

/// An [`Action`] that calls a method of [`SignInFuture`](crate::SignInFuture) or [`SignUpFuture`](crate::SignUpFuture):
/// `dispatch(params)`, `pending()`, `value()`. The error is also in `errors`.
pub type CallAction<Params> = Action<Params, Result<(), AuthError>>;

/// # Actions
/// Each is one of the sign-in's methods as an [`Action`] of Leptos.
///
/// ```no_run
/// use leptos::prelude::*;
/// use thyra::{SignInField, use_sign_in};
///
/// #[component]
/// fn Door() -> impl IntoView {
///     let signal = use_sign_in();
///     let enter = signal.password_action();
///     signal.finalize_when_complete("/inbox");
///     let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
///     view! {
///         <input type="email" bind:value=email/>
///         <input type="password" bind:value=password/>
///         <p>{move || signal.errors.text(SignInField::Password)}</p>
///         <button
///             disabled=move || enter.pending().get()
///             on:click=move |_| { enter.dispatch((email.get(), password.get()).into()); }
///         >
///             "Sign in"
///         </button>
///     }
/// }
/// ```
impl SignInSignal {
    /// An action that begins a sign-in: [`create`](crate::SignInFuture::create).
    pub fn create_action(&self) -> CallAction<CreateParams> {
        let sign_in = self.sign_in;
        Action::new(move |params: &CreateParams| {
            let params = params.clone();
            async move { sign_in.create(params).await }
        })
    }

    /// An action that signs in with a password: [`password`](crate::SignInFuture::password).
    pub fn password_action(&self) -> CallAction<PasswordParams> {
        let sign_in = self.sign_in;
        Action::new(move |params: &PasswordParams| {
            let params = params.clone();
            async move { sign_in.password(params).await }
        })
    }

    /// An action that sends a code by e-mail: [`send_code`](crate::EmailCode::send_code).
    pub fn send_email_code_action(&self) -> CallAction<EmailCodeAddress> {
        let email_code = self.sign_in.email_code();
        Action::new(move |address: &EmailCodeAddress| {
            let address = address.clone();
            async move { email_code.send_code(address).await }
        })
    }

    /// An action that verifies a code: [`verify_code`](crate::EmailCode::verify_code).
    pub fn verify_email_code_action(&self) -> CallAction<VerifyCodeParams> {
        let email_code = self.sign_in.email_code();
        Action::new(move |params: &VerifyCodeParams| {
            let params = params.clone();
            async move { email_code.verify_code(params).await }
        })
    }

    /// An action that sends a link by e-mail: [`send_link`](crate::EmailLink::send_link).
    pub fn send_email_link_action(&self) -> CallAction<SendLinkParams> {
        let email_link = self.sign_in.email_link();
        Action::new(move |params: &SendLinkParams| {
            let params = params.clone();
            async move { email_link.send_link(params).await }
        })
    }

    /// An action that sends a code by which a forgotten password is reset:
    /// [`send_code`](crate::ResetPasswordEmailCode::send_code).
    pub fn send_reset_password_email_code_action(&self) -> CallAction<()> {
        let reset = self.sign_in.reset_password_email_code();
        Action::new(move |(): &()| async move { reset.send_code().await })
    }

    /// An action that verifies a code by which a forgotten password is reset:
    /// [`verify_code`](crate::ResetPasswordEmailCode::verify_code).
    pub fn verify_reset_password_email_code_action(&self) -> CallAction<VerifyCodeParams> {
        let reset = self.sign_in.reset_password_email_code();
        Action::new(move |params: &VerifyCodeParams| {
            let params = params.clone();
            async move { reset.verify_code(params).await }
        })
    }

    /// An action that sets a new password in the place of a forgotten one:
    /// [`submit_password`](crate::ResetPasswordEmailCode::submit_password).
    pub fn submit_new_password_action(&self) -> CallAction<SubmitPasswordParams> {
        let reset = self.sign_in.reset_password_email_code();
        Action::new(move |params: &SubmitPasswordParams| {
            let params = params.clone();
            async move { reset.submit_password(params).await }
        })
    }

    /// An action that finishes a complete sign-in and goes to a page:
    /// [`finalize_to`](crate::SignInFuture::finalize_to).
    pub fn finalize_action(&self) -> CallAction<String> {
        let sign_in = self.sign_in;
        Action::new(move |to: &String| {
            let to = to.clone();
            only_in_browser(async move { sign_in.finalize_to(to).await })
        })
    }

    /// An effect that finishes the sign-in as soon as it is complete, and goes to a page, as
    /// [`finalize_to`](crate::SignInFuture::finalize_to) does.
    pub fn finalize_when_complete(&self, to: impl Into<String>) {
        let (sign_in, finalize, to) = (self.sign_in, self.finalize_action(), to.into());
        Effect::new(move || {
            if sign_in.status() == SignInStatus::Complete {
                finalize.dispatch(to.clone());
            }
        });
    }
}
