//! Forgotten passwords: a code to a phone that allows to set a new one.
//!
//! What is said of the code by e-mail (`reset_password_email_code.rs`) holds here. A number that is reserved for the second
//! factor resets no password: the phone alone would pass both.

use super::phone_code::PhoneCode;
use crate::delivery::CodeText;

/// A code to set a new password.
pub(crate) static RESET_PASSWORD_PHONE_CODE: PhoneCode = PhoneCode {
    name: thyra_wire::Strategy::ResetPasswordPhoneCode,
    text: CodeText::ResetPassword,
    is_second_factor: false,
};
