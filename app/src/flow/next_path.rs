//! The path of the step that a sign-in or sign-up waits for.
//!
//! Which step that is, is decided where steps are decided ([`crate::step`]); the server asks here after every form post, so
//! that it leads to where the page would go by itself.

use thyra_wire::{SignIn, SignInStatus, SignUp, SignUpStatus};

use super::Flow;
use crate::step::{next_sign_in_route, next_sign_up_route};

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
    let is_open = sign_in.status != SignInStatus::Complete;
    is_open.then(|| flow.step(next_sign_in_route(sign_in).as_str(), &[]))
}

/// The path where a sign-up goes on, or `None` when it is complete and the component is left.
pub fn next_sign_up_path(sign_up: &SignUp, flow: &Flow) -> Option<String> {
    let is_open = sign_up.status != SignUpStatus::Complete;
    is_open.then(|| flow.step(next_sign_up_route(sign_up).as_str(), &[]))
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
            ("needs_something_new", "/factor-one"),
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
            (r#"{"id": "sua_1", "status": "something_new"}"#, "/continue"),
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
