//! Forgotten passwords: a code by e-mail that allows to set a new one.
//!
//! The code proves the first factor as any code does, and the flow asks for a new password then, and for the second
//! factor after that. A code to sign in sets no password, and this one signs nobody in before a password is set: each is
//! a challenge of its own. Who has no password yet may set their first one so.

use super::email_code::EmailCode;
use crate::delivery::CodeMail;

/// A code to set a new password.
pub(crate) static RESET_PASSWORD_EMAIL_CODE: EmailCode = EmailCode {
    name: thyra_wire::Strategy::ResetPasswordEmailCode,
    mail: CodeMail::ResetPassword,
};
