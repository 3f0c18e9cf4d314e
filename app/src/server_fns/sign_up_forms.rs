//! The forms of `<SignUp/>`: each does a whole step.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::{AuthError, Flow};

/// Form of the start step. Empty optional fields count as not given.
#[server(name = SubmitSignUp, prefix = "/api/auth", endpoint = "sign_up/submit")]
pub async fn submit_sign_up(
    /// The e-mail address.
    email_address: String,
    /// The password.
    #[server(default)]
    password: Option<Secret>,
    /// The username.
    #[server(default)]
    username: Option<String>,
    /// The first name.
    #[server(default)]
    first_name: Option<String>,
    /// The last name.
    #[server(default)]
    last_name: Option<String>,
    /// Whether the terms are accepted.
    #[server(default)]
    legal_accepted: bool,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    let _ = (
        email_address,
        password,
        username,
        first_name,
        last_name,
        legal_accepted,
        flow,
    );
    Err(AuthError::NotConfigured)
}

/// Form of the step that asks for what is still missing.
#[server(name = ContinueSignUp, prefix = "/api/auth", endpoint = "sign_up/continue")]
pub async fn continue_sign_up(
    /// The e-mail address.
    #[server(default)]
    email_address: Option<String>,
    /// The password.
    #[server(default)]
    password: Option<Secret>,
    /// The username.
    #[server(default)]
    username: Option<String>,
    /// The first name.
    #[server(default)]
    first_name: Option<String>,
    /// The last name.
    #[server(default)]
    last_name: Option<String>,
    /// Whether the terms are accepted.
    #[server(default)]
    legal_accepted: bool,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    let _ = (
        email_address,
        password,
        username,
        first_name,
        last_name,
        legal_accepted,
        flow,
    );
    Err(AuthError::NotConfigured)
}

/// Form of the step that verifies the e-mail address.
#[server(name = SubmitSignUpCode, prefix = "/api/auth", endpoint = "sign_up/submit_code")]
pub async fn submit_sign_up_code(
    /// The code, as typed.
    code: Secret,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    let _ = (code, flow);
    Err(AuthError::NotConfigured)
}

/// Form: sends the code again.
#[server(name = ResendSignUpCode, prefix = "/api/auth", endpoint = "sign_up/resend_code")]
pub async fn resend_sign_up_code(
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    let _ = flow;
    Err(AuthError::NotConfigured)
}
