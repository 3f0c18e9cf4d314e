//! `signIn.emailCode`.

use thyra_wire::{Level, Secret, Strategy};

use super::SignInFuture;
use crate::server_fns::{AttemptParams, PrepareParams, attempt_factor, prepare_factor};
use crate::{AuthError, Precondition};

/// Signing in with a code by e-mail: what [`SignInFuture::email_code`] gives.
#[derive(Clone, Copy)]
pub struct EmailCode {
    sign_in: SignInFuture,
}

/// Where the code goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EmailCodeAddress {
    /// To the current sign-in's address.
    #[default]
    Current,
    /// To this address; begins a new sign-in with it.
    EmailAddress(String),
    /// To the address with this id (`idn_…`), one of the current sign-in's factors.
    EmailAddressId(String),
}

impl EmailCodeAddress {
    /// The identifier to begin a sign-in with, and the address of the current one.
    ///
    /// # Errors
    /// [`AuthError::Precondition`] when there is no sign-in that the choice could be about, and for an empty address.
    pub(super) fn resolve(
        self,
        has_sign_in: bool,
    ) -> Result<(Option<String>, Option<String>), AuthError> {
        match self {
            Self::EmailAddress(address) if address.trim().is_empty() => {
                Err(AuthError::Precondition(Precondition::EmptyIdentifier))
            }
            Self::EmailAddress(address) => Ok((Some(address), None)),
            Self::EmailAddressId(id) if has_sign_in => Ok((None, Some(id))),
            Self::Current if has_sign_in => Ok((None, None)),
            Self::EmailAddressId(_) => {
                Err(AuthError::Precondition(Precondition::NoSignInForAddressId))
            }
            Self::Current => Err(AuthError::Precondition(Precondition::NoSignInAndNoAddress)),
        }
    }
}

/// A one-time code as it was typed or pasted; spaces and dashes do not matter.
#[derive(Clone, Debug)]
pub struct VerifyCodeParams {
    /// The code.
    pub code: Secret,
}

impl VerifyCodeParams {
    /// From what was typed.
    pub fn new(code: impl Into<Secret>) -> Self {
        Self { code: code.into() }
    }
}

/// To this address.
impl From<&str> for EmailCodeAddress {
    fn from(address: &str) -> Self {
        Self::EmailAddress(address.to_owned())
    }
}

/// To this address.
impl From<String> for EmailCodeAddress {
    fn from(address: String) -> Self {
        Self::EmailAddress(address)
    }
}

/// `None` is the current sign-in's address.
impl From<Option<EmailCodeAddress>> for EmailCodeAddress {
    fn from(address: Option<EmailCodeAddress>) -> Self {
        address.unwrap_or_default()
    }
}

/// From what was typed.
impl From<&str> for VerifyCodeParams {
    fn from(code: &str) -> Self {
        Self::new(code)
    }
}

/// From what was typed.
impl From<String> for VerifyCodeParams {
    fn from(code: String) -> Self {
        Self::new(code)
    }
}

/// From what was typed.
impl From<Secret> for VerifyCodeParams {
    fn from(code: Secret) -> Self {
        Self { code }
    }
}

impl SignInFuture {
    /// Signing in with a code by e-mail.
    pub fn email_code(&self) -> EmailCode {
        EmailCode { sign_in: *self }
    }
}

impl EmailCode {
    /// An async call that sends a code.
    ///
    /// ```no_run
    /// # async fn example(sign_in: thyra::SignInFuture) -> Result<(), thyra::AuthError> {
    /// sign_in.email_code().send_code("ada@example.com").await?;
    /// sign_in.email_code().send_code(None).await?; // once more, to the same address
    /// sign_in.email_code().verify_code("424242").await
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`AuthError::Precondition`] when there is no sign-in and no address was given, or an empty one: no request is sent
    /// then, and no signal changes. [`AuthError::FactorNotFound`] when the sign-in has no such factor. Else what the auth API
    /// answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn send_code(&self, address: impl Into<EmailCodeAddress>) -> Result<(), AuthError> {
        let address = address.into();
        let attempt = self.sign_in.attempt();
        let (identifier, target) = address.resolve(attempt.is_some())?;
        let params = PrepareParams {
            identifier,
            target,
            ..PrepareParams::new(Strategy::EmailCode)
        };
        self.sign_in
            .context
            .run_sign_in(prepare_factor(attempt, params))
            .await
    }

    /// An async call that verifies the code.
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn verify_code(&self, params: impl Into<VerifyCodeParams>) -> Result<(), AuthError> {
        let params = AttemptParams {
            strategy: Strategy::EmailCode,
            level: Level::First,
            code: params.into().code,
        };
        self.sign_in
            .context
            .run_sign_in(attempt_factor(self.sign_in.attempt(), params))
            .await
    }
}
