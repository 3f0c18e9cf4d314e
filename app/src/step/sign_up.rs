//! The step of a sign-up.

use thyra_wire::{SignUp, SignUpRequirement, SignUpStatus};

use super::route::SignUpRoute;

/// A step of `<SignUp/>`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SignUpStep {
    /// The form.
    Start,
    /// A code sent to the e-mail address is asked for.
    VerifyEmailAddress,
    /// What is still missing is asked for.
    Continue {
        /// The fields to ask for: those that this version has an input for.
        fields: Vec<SignUpRequirement>,
    },
    /// The account exists and its session is being opened.
    Complete,
    /// The sign-up waits for something that this version has no step for.
    Unavailable,
}

impl SignUpStep {
    /// The name of the step in `data-thyra-step`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::VerifyEmailAddress => "verify-email-address",
            Self::Continue { .. } => "continue",
            Self::Complete => "complete",
            Self::Unavailable => "unavailable",
        }
    }
}

/// A step, and the route it belongs under.
#[derive(Clone, Debug, PartialEq)]
pub struct SignUpDecision {
    /// What to show.
    pub step: SignUpStep,
    /// Where the URL should be; when it is elsewhere, it is replaced.
    pub route: SignUpRoute,
}

/// Decides which step of a sign-up to show.
///
/// The form itself stays reachable at the index for as long as nothing is complete, so that a mistyped address can be
/// corrected.
pub fn sign_up_step(sign_up: Option<&SignUp>, route: Option<SignUpRoute>) -> SignUpDecision {
    let Some(sign_up) = sign_up.filter(|sign_up| sign_up.status != SignUpStatus::Abandoned) else {
        return SignUpDecision {
            step: SignUpStep::Start,
            route: SignUpRoute::Index,
        };
    };
    if sign_up.status == SignUpStatus::Complete {
        return SignUpDecision {
            step: SignUpStep::Complete,
            route: route.unwrap_or_default(),
        };
    }
    if route == Some(SignUpRoute::Index) {
        return SignUpDecision {
            step: SignUpStep::Start,
            route: SignUpRoute::Index,
        };
    }
    let route = next_sign_up_route(sign_up);
    SignUpDecision {
        step: step_at(sign_up, route),
        route,
    }
}

/// Where a sign-up that is not complete goes on: first what has to be verified, then what is missing. One that was given
/// up begins anew.
pub fn next_sign_up_route(sign_up: &SignUp) -> SignUpRoute {
    if sign_up.status == SignUpStatus::Abandoned {
        return SignUpRoute::Index;
    }
    if sign_up
        .unverified_fields
        .contains(&SignUpRequirement::EmailAddress)
    {
        return SignUpRoute::VerifyEmailAddress;
    }
    SignUpRoute::Continue
}

fn step_at(sign_up: &SignUp, route: SignUpRoute) -> SignUpStep {
    match route {
        SignUpRoute::Index => SignUpStep::Start,
        SignUpRoute::VerifyEmailAddress => SignUpStep::VerifyEmailAddress,
        SignUpRoute::Continue => continue_step(sign_up),
    }
}

fn continue_step(sign_up: &SignUp) -> SignUpStep {
    let missing = &sign_up.missing_fields;
    if missing.is_empty() || !missing.iter().all(has_input) {
        return SignUpStep::Unavailable;
    }
    SignUpStep::Continue {
        fields: missing.clone(),
    }
}

/// Whether this version has an input for the field.
fn has_input(field: &SignUpRequirement) -> bool {
    matches!(
        field,
        SignUpRequirement::EmailAddress
            | SignUpRequirement::Username
            | SignUpRequirement::Password
            | SignUpRequirement::FirstName
            | SignUpRequirement::LastName
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sign_up(missing: &[SignUpRequirement], unverified: &[SignUpRequirement]) -> SignUp {
        let mut sign_up: SignUp =
            serde_json::from_str(r#"{"id": "sua_1", "status": "missing_requirements"}"#).unwrap();
        sign_up.missing_fields = missing.to_vec();
        sign_up.unverified_fields = unverified.to_vec();
        sign_up
    }

    #[test]
    fn without_a_sign_up_every_deep_link_falls_back_to_the_form() {
        for route in [
            None,
            Some(SignUpRoute::VerifyEmailAddress),
            Some(SignUpRoute::Continue),
        ] {
            let decision = sign_up_step(None, route);
            assert_eq!(
                decision,
                SignUpDecision {
                    step: SignUpStep::Start,
                    route: SignUpRoute::Index
                }
            );
        }
    }

    #[test]
    fn the_address_is_verified_before_missing_fields_are_asked_for() {
        let sign_up = sign_up(
            &[SignUpRequirement::FirstName],
            &[SignUpRequirement::EmailAddress],
        );

        let decision = sign_up_step(Some(&sign_up), Some(SignUpRoute::Continue));

        assert_eq!(decision.step, SignUpStep::VerifyEmailAddress);
        assert_eq!(decision.route, SignUpRoute::VerifyEmailAddress);
    }

    #[test]
    fn the_code_step_is_guarded_by_an_address_that_waits_for_one() {
        let sign_up = sign_up(&[SignUpRequirement::FirstName], &[]);

        let decision = sign_up_step(Some(&sign_up), Some(SignUpRoute::VerifyEmailAddress));

        assert_eq!(
            decision.step,
            SignUpStep::Continue {
                fields: vec![SignUpRequirement::FirstName]
            }
        );
    }

    #[test]
    fn a_field_without_an_input_is_said_not_hidden() {
        let sign_up = sign_up(
            &[
                SignUpRequirement::FirstName,
                SignUpRequirement::from("enterprise_sso"),
            ],
            &[],
        );

        let decision = sign_up_step(Some(&sign_up), Some(SignUpRoute::Continue));

        assert_eq!(decision.step, SignUpStep::Unavailable);
    }

    proptest! {
        #[test]
        fn every_sign_up_has_a_step_and_settles_at_once(
            status in proptest::sample::select(SignUpStatus::KNOWN),
            missing in proptest::sample::subsequence(SignUpRequirement::KNOWN, 0..=SignUpRequirement::KNOWN.len()),
            unverified in proptest::sample::subsequence(SignUpRequirement::KNOWN, 0..=SignUpRequirement::KNOWN.len()),
            path in proptest::sample::select(vec!["", "verify-email-address", "continue", "nonsense"]),
        ) {
            let mut sign_up = sign_up(&missing, &unverified);
            sign_up.status = status;

            let first = sign_up_step(Some(&sign_up), SignUpRoute::parse(path));
            let second = sign_up_step(Some(&sign_up), Some(first.route));

            prop_assert_eq!(first, second);
        }
    }
}
