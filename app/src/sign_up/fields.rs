//! The fields of a sign-up that can have an error.

use thyra_wire::ApiError;

use crate::resource::FieldErrors;

/// The errors of a sign-up's fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignUpFields {
    /// What is wrong with the first name.
    pub first_name: Option<ApiError>,
    /// What is wrong with the last name.
    pub last_name: Option<ApiError>,
    /// What is wrong with the e-mail address.
    pub email_address: Option<ApiError>,
    /// What is wrong with the phone number.
    pub phone_number: Option<ApiError>,
    /// What is wrong with the password.
    pub password: Option<ApiError>,
    /// What is wrong with the username.
    pub username: Option<ApiError>,
    /// What is wrong with the one-time code.
    pub code: Option<ApiError>,
    /// What is wrong with the bot challenge.
    pub captcha: Option<ApiError>,
    /// What is wrong with the consent.
    pub legal_accepted: Option<ApiError>,
}

/// A field of a sign-up's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignUpField {
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// The e-mail address.
    EmailAddress,
    /// The phone number.
    PhoneNumber,
    /// The password.
    Password,
    /// The username.
    Username,
    /// The one-time code.
    Code,
    /// The bot challenge.
    Captcha,
    /// The consent.
    LegalAccepted,
}

impl FieldErrors for SignUpFields {
    type Field = SignUpField;

    fn of(&self, field: SignUpField) -> Option<&ApiError> {
        match field {
            SignUpField::FirstName => self.first_name.as_ref(),
            SignUpField::LastName => self.last_name.as_ref(),
            SignUpField::EmailAddress => self.email_address.as_ref(),
            SignUpField::PhoneNumber => self.phone_number.as_ref(),
            SignUpField::Password => self.password.as_ref(),
            SignUpField::Username => self.username.as_ref(),
            SignUpField::Code => self.code.as_ref(),
            SignUpField::Captcha => self.captcha.as_ref(),
            SignUpField::LegalAccepted => self.legal_accepted.as_ref(),
        }
    }

    fn keep(&mut self, field: &str, error: &ApiError) {
        let slot = match field {
            "first_name" => &mut self.first_name,
            "last_name" => &mut self.last_name,
            "email_address" => &mut self.email_address,
            "phone_number" => &mut self.phone_number,
            "password" => &mut self.password,
            "username" => &mut self.username,
            "code" => &mut self.code,
            "captcha" => &mut self.captcha,
            "legal_accepted" => &mut self.legal_accepted,
            _ => return,
        };
        *slot = Some(error.clone());
    }
}
