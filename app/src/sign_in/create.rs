//! `signIn.create()`.

use serde::{Deserialize, Serialize};
use thyra_wire::{Secret, Strategy};

use super::SignInFuture;
use crate::server_fns::create_sign_in;
use crate::{AuthError, Precondition};

/// What a sign-in can begin with. Everything is optional; what is needed depends on the instance.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateParams {
    /// The e-mail address, phone number or username.
    pub identifier: Option<String>,
    /// The password, to sign in with one call.
    pub password: Option<Secret>,
    /// How to verify. The embedded auth API has `password` and `email_code`; a remote one may have more.
    pub strategy: Option<Strategy>,
    /// Where a provider sends the person back to.
    pub redirect_url: Option<String>,
    /// Where the person goes when the provider's part has signed them in.
    pub action_complete_redirect_url: Option<String>,
    /// Takes over what the current sign-up has verified. For a remote auth API: the embedded one refuses it.
    pub transfer: Option<bool>,
    /// The ticket, for the strategy `ticket`. For a remote auth API: the embedded one refuses it.
    pub ticket: Option<String>,
    /// Prepares a sign-up when nobody has the identifier. For a remote auth API: the embedded one refuses it, unless it
    /// hides who has an account; then it begins an attempt for everybody, and prepares no sign-up.
    pub sign_up_if_missing: Option<bool>,
}

impl CreateParams {
    /// Begins with an identifier.
    pub fn identifier(identifier: impl Into<String>) -> Self {
        Self {
            identifier: Some(identifier.into()),
            ..Self::default()
        }
    }
}

/// Begins with an identifier.
impl From<&str> for CreateParams {
    fn from(identifier: &str) -> Self {
        Self::identifier(identifier)
    }
}

/// Begins with an identifier.
impl From<String> for CreateParams {
    fn from(identifier: String) -> Self {
        Self::identifier(identifier)
    }
}

#[cfg(feature = "ssr")]
impl CreateParams {
    /// The call that begins the sign-in.
    pub(crate) fn into_call(self) -> crate::auth_api::Call {
        let flag = |value: Option<bool>| value.map(|value| value.to_string());
        crate::auth_api::Call::post("/v1/client/sign_ins")
            .optional("identifier", self.identifier)
            .optional("password", self.password.as_ref().map(Secret::expose))
            .optional("strategy", self.strategy.as_ref().map(Strategy::as_str))
            .optional("redirect_url", self.redirect_url)
            .optional(
                "action_complete_redirect_url",
                self.action_complete_redirect_url,
            )
            .optional("transfer", flag(self.transfer))
            .optional("ticket", self.ticket)
            .optional("sign_up_if_missing", flag(self.sign_up_if_missing))
    }
}

impl SignInFuture {
    /// An async call that begins a sign-in, in the place of an earlier one. Most forms need the methods of a factor instead.
    ///
    /// ```no_run
    /// # async fn example(sign_in: thyra::SignInFuture) -> Result<(), thyra::AuthError> {
    /// sign_in.create("ada@example.com").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Precondition::EmptyIdentifier`] for an identifier with nothing in it: to the auth API that would be a wish to start
    /// over. Else what the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn create(&self, params: impl Into<CreateParams>) -> Result<(), AuthError> {
        let params = params.into();
        let identifier = params.identifier.as_deref();
        if identifier.is_some_and(|identifier| identifier.trim().is_empty()) {
            return Err(AuthError::Precondition(Precondition::EmptyIdentifier));
        }
        self.context.run_sign_in(create_sign_in(params)).await
    }
}
