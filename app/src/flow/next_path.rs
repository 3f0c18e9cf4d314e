//! The path of the step that a sign-in or sign-up waits for.
//!
//! One exhaustive match over the status, used by the server after every form post and by the browser for every
//! navigation: both always agree where a person belongs.

use thyra_wire::{SignIn, SignInStatus, SignUp, SignUpStatus};

use super::Flow;
use crate::step::{SignInRoute, SignUpRoute, next_sign_up_route};

/// The path where a sign-in goes on, or `None` when it is complete and the component is left.
///
/// ```
/// use thyra::{Flow, next_sign_in_path, wire::SignIn};
///
/// let flow = Flow { path: "/sign-in".to_owned(), ..Flow::default() };
/// let sign_in: SignIn = serde_json::from_str(r#"{"id": "sia_1", "status": "needs_first_factor"}"#).unwrap();
/// assert_eq!(next_sign_in_path(&sign_in, &flow).as_deref(), Some("/sign-in/factor-one"));
/// ```
pub fn next_sign_in_path(sign_in: &SignIn, flow: &Flow) -> Option<String> {
    let route = match &sign_in.status {
        SignInStatus::Complete => return None,
        SignInStatus::NeedsFirstFactor => SignInRoute::FactorOne,
        SignInStatus::NeedsSecondFactor => SignInRoute::FactorTwo,
        SignInStatus::NeedsClientTrust => SignInRoute::ClientTrust,
        SignInStatus::NeedsNewPassword => SignInRoute::ResetPassword,
        SignInStatus::NeedsProtectCheck => SignInRoute::ProtectCheck,
        // A status of a newer API: the start is where a person can always go on.
        _ => SignInRoute::Index,
    };
    Some(flow.step(route.as_str(), &[]))
}

/// The path where a sign-up goes on, or `None` when it is complete and the component is left.
pub fn next_sign_up_path(sign_up: &SignUp, flow: &Flow) -> Option<String> {
    let route = match &sign_up.status {
        SignUpStatus::Complete => return None,
        SignUpStatus::MissingRequirements => next_sign_up_route(sign_up),
        _ => SignUpRoute::Index,
    };
    Some(flow.step(route.as_str(), &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> Flow {
        Flow {
            path: "/app/sign-in/".to_owned(),
            redirect_url: Some("/inbox".to_owned()),
            ..Flow::default()
        }
    }

    #[test]
    fn every_status_of_a_sign_in_has_its_path() {
        for (status, step) in [
            ("needs_identifier", ""),
            ("needs_first_factor", "/factor-one"),
            ("needs_second_factor", "/factor-two"),
            ("needs_client_trust", "/client-trust"),
            ("needs_new_password", "/reset-password"),
            ("needs_protect_check", "/protect-check"),
            ("needs_something_new", ""),
        ] {
            let json = format!(r#"{{"id": "sia_1", "status": "{status}"}}"#);
            let path = next_sign_in_path(&serde_json::from_str(&json).unwrap(), &flow());
            let expected = format!("/app/sign-in{step}?redirect_url=%2Finbox");
            assert_eq!(path, Some(expected), "{status}");
        }
    }

    #[test]
    fn every_state_of_a_sign_up_has_its_path() {
        for (json, step) in [
            (
                r#"{"id": "sua_1", "status": "missing_requirements", "unverified_fields": ["email_address"]}"#,
                "/verify-email-address",
            ),
            (
                r#"{"id": "sua_1", "status": "missing_requirements", "missing_fields": ["username"]}"#,
                "/continue",
            ),
            (r#"{"id": "sua_1", "status": "abandoned"}"#, ""),
        ] {
            let path = next_sign_up_path(&serde_json::from_str(json).unwrap(), &flow());
            let expected = format!("/app/sign-in{step}?redirect_url=%2Finbox");
            assert_eq!(path, Some(expected), "{json}");
        }
    }

    #[test]
    fn what_is_complete_leaves_the_component() {
        let sign_in = serde_json::from_str(r#"{"id": "sia_1", "status": "complete"}"#).unwrap();
        let sign_up = serde_json::from_str(r#"{"id": "sua_1", "status": "complete"}"#).unwrap();
        assert_eq!(next_sign_in_path(&sign_in, &flow()), None);
        assert_eq!(next_sign_up_path(&sign_up, &flow()), None);
    }
}
