//! The fields of a sign-in that can have an error.

use thyra_wire::ApiError;

use crate::resource::FieldErrors;

/// The errors of a sign-in's fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignInFields {
    /// What is wrong with the identifier.
    pub identifier: Option<ApiError>,
    /// What is wrong with the password.
    pub password: Option<ApiError>,
    /// What is wrong with the one-time code.
    pub code: Option<ApiError>,
}

/// A field of a sign-in's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInField {
    /// The e-mail address, phone number or username.
    Identifier,
    /// The password.
    Password,
    /// The one-time code.
    Code,
}

impl FieldErrors for SignInFields {
    type Field = SignInField;

    fn of(&self, field: SignInField) -> Option<&ApiError> {
        match field {
            SignInField::Identifier => self.identifier.as_ref(),
            SignInField::Password => self.password.as_ref(),
            SignInField::Code => self.code.as_ref(),
        }
    }

    fn keep(&mut self, field: &str, error: &ApiError) {
        let slot = match field {
            "identifier" => &mut self.identifier,
            "password" => &mut self.password,
            "code" => &mut self.code,
            _ => return,
        };
        *slot = Some(error.clone());
    }
}
