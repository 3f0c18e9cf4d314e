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

impl FieldErrors for SignInFields {
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
