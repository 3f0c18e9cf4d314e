//! `signIn.password()`.

use thyra_wire::Secret;

use super::SignInFuture;
use crate::AuthError;
use crate::server_fns::attempt_password;

/// A password, and whose it is.
#[derive(Clone, Debug)]
pub struct PasswordParams {
    identifier: PasswordIdentifier,
    password: Secret,
}

/// Whose password it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PasswordIdentifier {
    /// The current sign-in's.
    #[default]
    Current,
    /// The user with this identifier, of any kind.
    Identifier(String),
    /// The user with this e-mail address.
    EmailAddress(String),
    /// The user with this phone number, in E.164 format.
    PhoneNumber(String),
}

impl PasswordParams {
    /// The password of the current sign-in's identifier.
    pub fn current(password: impl Into<Secret>) -> Self {
        Self {
            identifier: PasswordIdentifier::Current,
            password: password.into(),
        }
    }

    /// The password of a user, named by any kind of identifier.
    pub fn identifier(identifier: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            identifier: PasswordIdentifier::Identifier(identifier.into()),
            password: password.into(),
        }
    }

    /// The password of the user with this e-mail address.
    pub fn email_address(email_address: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            identifier: PasswordIdentifier::EmailAddress(email_address.into()),
            password: password.into(),
        }
    }

    /// The password of the user with this phone number, in E.164 format.
    pub fn phone_number(phone_number: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            identifier: PasswordIdentifier::PhoneNumber(phone_number.into()),
            password: password.into(),
        }
    }
}

/// The password of a user, named by any kind of identifier: `("ada@example.com", password)`.
impl<Name: Into<String>, Password: Into<Secret>> From<(Name, Password)> for PasswordParams {
    fn from((identifier, password): (Name, Password)) -> Self {
        Self::identifier(identifier, password)
    }
}

impl PasswordIdentifier {
    fn into_identifier(self) -> Option<String> {
        match self {
            Self::Current => None,
            Self::Identifier(value) | Self::EmailAddress(value) | Self::PhoneNumber(value) => {
                Some(value)
            }
        }
    }
}

impl SignInFuture {
    /// An async call that signs in with a password. It begins a new attempt, also when there is one.
    ///
    /// ```no_run
    /// # async fn example(sign_in: thyra::SignInFuture, password: String) -> Result<(), thyra::AuthError> {
    /// sign_in.password(("ada@example.com", password)).await?;
    /// sign_in.finalize_to("/inbox").await
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the auth API answers, also in [`errors`](super::SignInSignal::errors).
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn password(&self, params: impl Into<PasswordParams>) -> Result<(), AuthError> {
        let params = params.into();
        // The name that this page shows: another tab may have begun a sign-in with another one.
        let own = || {
            let identifier_of = |sign_in: Option<&thyra_wire::SignIn>| sign_in?.identifier.clone();
            self.context.sign_in.read_untracked(identifier_of)
        };
        let identifier = params.identifier.into_identifier().or_else(own);
        self.context
            .run_sign_in(attempt_password(params.password, identifier))
            .await
    }
}
