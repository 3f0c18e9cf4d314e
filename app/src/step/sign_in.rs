//! The step of a sign-in.

use thyra_wire::{
    Environment, Factor, SignIn, SignInStatus, Strategy, Verification, VerificationStatus,
};

use super::factor_choice::{FactorKey, alternatives, is_supported, starting_factor};
use super::route::SignInRoute;

/// What the URL says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInLocation {
    /// The route, or `None` for a path that is none.
    pub route: Option<SignInRoute>,
    /// The first factor that was asked for (`?factor=`, `&address=`).
    pub factor: Option<FactorKey>,
}

impl SignInLocation {
    /// This route, with nothing else in the URL.
    pub fn at(route: SignInRoute) -> Self {
        Self {
            route: Some(route),
            factor: None,
        }
    }
}

/// A step of `<SignIn/>`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// The identifier is asked for.
    Start,
    /// The password is asked for.
    Password,
    /// A code sent to an e-mail address is asked for.
    EmailCode {
        /// The address it goes to.
        factor: Factor,
        /// Whether a code is on its way that was not used yet.
        is_sent: bool,
    },
    /// The other ways are listed.
    Methods {
        /// What can be chosen, in this order.
        factors: Vec<Factor>,
        /// Where "back" leads: the factor that was shown before.
        current: Option<Factor>,
    },
    /// Nobody has the identifier.
    AccountNotFound,
    /// The sign-in is complete and its session is being opened.
    Complete,
    /// The sign-in waits for something that this version has no step for.
    Unavailable(Unavailable),
}

/// Why a sign-in cannot go on here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unavailable {
    /// None of the user's first factors can be shown.
    FirstFactor,
    /// A second factor is asked for.
    SecondFactor,
    /// The device has to be proven.
    ClientTrust,
    /// A new password has to be set.
    NewPassword,
    /// A bot challenge has to be solved.
    ProtectCheck,
    /// A newer API waits for something unknown.
    Unknown,
}

impl Step {
    /// The name of the step in `data-thyra-step`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Password => "password",
            Self::EmailCode { .. } => "email-code",
            Self::Methods { .. } => "methods",
            Self::AccountNotFound => "account-not-found",
            Self::Complete => "complete",
            Self::Unavailable(_) => "unavailable",
        }
    }
}

/// A step, and the route it belongs under.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What to show.
    pub step: Step,
    /// Where the URL should be. When it is elsewhere, it is replaced, so that no dead entry stays in the history.
    pub route: SignInRoute,
}

/// Decides which step of a sign-in to show.
///
/// ```
/// use thyra::step::{SignInLocation, SignInRoute, Step, step};
/// use thyra_wire::Environment;
///
/// let deep_link = SignInLocation::at(SignInRoute::FactorOne);
/// let decision = step(&Environment::default(), None, &deep_link);
///
/// assert_eq!((decision.step, decision.route), (Step::Start, SignInRoute::Index));
/// ```
pub fn step(
    environment: &Environment,
    sign_in: Option<&SignIn>,
    location: &SignInLocation,
) -> Decision {
    let Some(sign_in) = sign_in else {
        return without_attempt(location);
    };
    match &sign_in.status {
        SignInStatus::NeedsIdentifier => without_attempt(location),
        SignInStatus::NeedsFirstFactor => first_factor(environment, sign_in, location),
        SignInStatus::Complete => Decision {
            step: Step::Complete,
            route: location.route.unwrap_or_default(),
        },
        SignInStatus::NeedsSecondFactor => {
            unavailable(Unavailable::SecondFactor, SignInRoute::FactorTwo, location)
        }
        SignInStatus::NeedsClientTrust => {
            unavailable(Unavailable::ClientTrust, SignInRoute::ClientTrust, location)
        }
        SignInStatus::NeedsNewPassword => unavailable(
            Unavailable::NewPassword,
            SignInRoute::ResetPassword,
            location,
        ),
        SignInStatus::NeedsProtectCheck => unavailable(
            Unavailable::ProtectCheck,
            SignInRoute::ProtectCheck,
            location,
        ),
        // A status of a newer API: its route is unknown as well, so the first factor's stands in for it.
        _ => unavailable(Unavailable::Unknown, SignInRoute::FactorOne, location),
    }
}

fn without_attempt(location: &SignInLocation) -> Decision {
    match location.route {
        Some(SignInRoute::AccountNotFound) => Decision {
            step: Step::AccountNotFound,
            route: SignInRoute::AccountNotFound,
        },
        _ => start(),
    }
}

fn start() -> Decision {
    Decision {
        step: Step::Start,
        route: SignInRoute::Index,
    }
}

fn first_factor(
    environment: &Environment,
    sign_in: &SignIn,
    location: &SignInLocation,
) -> Decision {
    let current = current_factor(environment, sign_in, location.factor.as_ref());
    match location.route {
        // Back at the index the identifier can be corrected, whatever the attempt waits for.
        Some(SignInRoute::Index) => start(),
        Some(SignInRoute::AccountNotFound) => without_attempt(location),
        Some(SignInRoute::Methods) => methods(sign_in, current),
        _ => Decision {
            step: factor_step(sign_in, current),
            route: SignInRoute::FactorOne,
        },
    }
}

fn methods(sign_in: &SignIn, current: Option<&Factor>) -> Decision {
    let factors: Vec<Factor> = alternatives(sign_in, current)
        .into_iter()
        .cloned()
        .collect();
    if factors.is_empty() {
        return Decision {
            step: factor_step(sign_in, current),
            route: SignInRoute::FactorOne,
        };
    }
    Decision {
        step: Step::Methods {
            factors,
            current: current.cloned(),
        },
        route: SignInRoute::Methods,
    }
}

/// The factor the URL names; else the one to begin with.
///
/// Not the one a code was sent for: "back" from there to the URL before has to show what was shown before.
fn current_factor<'a>(
    environment: &Environment,
    sign_in: &'a SignIn,
    wanted: Option<&FactorKey>,
) -> Option<&'a Factor> {
    let mut factors = sign_in
        .supported_first_factors
        .iter()
        .flatten()
        .filter(|factor| is_supported(factor));
    let named = wanted.and_then(|key| factors.find(|factor| key.names(factor)));
    named.or_else(|| starting_factor(environment, sign_in))
}

fn factor_step(sign_in: &SignIn, factor: Option<&Factor>) -> Step {
    match factor.map(|factor| (&factor.strategy, factor)) {
        Some((Strategy::Password, _)) => Step::Password,
        Some((Strategy::EmailCode, factor)) => Step::EmailCode {
            factor: factor.clone(),
            is_sent: pending_strategy(sign_in) == Some(&Strategy::EmailCode),
        },
        // `is_supported` and this match name the same strategies; a test holds them together.
        _ => Step::Unavailable(Unavailable::FirstFactor),
    }
}

/// The strategy of a verification that was begun and can still be answered, or can be answered by a new code.
fn pending_strategy(sign_in: &SignIn) -> Option<&Strategy> {
    let Verification {
        status, strategy, ..
    } = sign_in.first_factor_verification.as_ref()?;
    let is_open = matches!(
        status,
        Some(
            VerificationStatus::Unverified
                | VerificationStatus::Expired
                | VerificationStatus::Failed
        )
    );
    strategy.as_ref().filter(|_| is_open)
}

fn unavailable(why: Unavailable, route: SignInRoute, location: &SignInLocation) -> Decision {
    match location.route {
        Some(SignInRoute::Index) => start(),
        _ => Decision {
            step: Step::Unavailable(why),
            route,
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::Strategy as _;
    use thyra_wire::Strategy;

    use super::super::factor_choice::tests::{attempt, preferring};
    use super::*;

    fn password_and_code() -> SignIn {
        attempt(
            "ada@x.org",
            vec![
                Factor::new(Strategy::Password),
                Factor::email(Strategy::EmailCode, "idn_1", "ada@x.org", true),
            ],
        )
    }

    fn decide(sign_in: Option<&SignIn>, route: SignInRoute) -> Decision {
        step(&preferring("password"), sign_in, &SignInLocation::at(route))
    }

    #[test]
    fn without_an_attempt_every_deep_link_falls_back_to_the_start() {
        for route in [
            SignInRoute::FactorOne,
            SignInRoute::Methods,
            SignInRoute::FactorTwo,
            SignInRoute::ClientTrust,
        ] {
            assert_eq!(decide(None, route), start());
        }
        assert_eq!(
            step(&preferring(""), None, &SignInLocation::default()),
            start()
        );
    }

    #[test]
    fn the_index_stays_the_place_to_correct_the_identifier() {
        let sign_in = password_and_code();

        assert_eq!(decide(Some(&sign_in), SignInRoute::Index), start());
    }

    #[test]
    fn the_url_names_the_factor_to_show() {
        let sign_in = password_and_code();
        let location = SignInLocation {
            route: Some(SignInRoute::FactorOne),
            factor: Some(FactorKey::new("email_code", Some("idn_1"))),
        };

        let decision = step(&preferring("password"), Some(&sign_in), &location);

        assert!(matches!(
            decision.step,
            Step::EmailCode { is_sent: false, .. }
        ));
    }

    fn with_code_sent() -> SignIn {
        let sent = Verification::new(Strategy::EmailCode, VerificationStatus::Unverified);
        SignIn {
            first_factor_verification: Some(sent),
            ..password_and_code()
        }
    }

    #[test]
    fn a_reload_after_sending_resumes_the_code_step() {
        let location = SignInLocation {
            route: Some(SignInRoute::FactorOne),
            factor: Some(FactorKey::new("email_code", Some("idn_1"))),
        };

        let decision = step(&preferring("password"), Some(&with_code_sent()), &location);

        assert!(matches!(
            decision.step,
            Step::EmailCode { is_sent: true, .. }
        ));
    }

    #[test]
    fn back_from_the_code_is_the_password_again() {
        let decision = decide(Some(&with_code_sent()), SignInRoute::FactorOne);

        assert_eq!(decision.step, Step::Password);
    }

    #[test]
    fn the_methods_leave_out_the_factor_one_comes_from() {
        let sign_in = password_and_code();

        let Step::Methods { factors, current } = decide(Some(&sign_in), SignInRoute::Methods).step
        else {
            panic!("the methods are listed");
        };

        assert_eq!(
            current.map(|factor| factor.strategy),
            Some(Strategy::Password)
        );
        assert_eq!(factors.len(), 1);
        assert_eq!(factors[0].strategy, Strategy::EmailCode);
    }

    #[test]
    fn a_list_of_methods_with_nothing_in_it_is_not_shown() {
        let sign_in = attempt("ada", vec![Factor::new(Strategy::Password)]);

        let decision = decide(Some(&sign_in), SignInRoute::Methods);

        assert_eq!(
            decision,
            Decision {
                step: Step::Password,
                route: SignInRoute::FactorOne
            }
        );
    }

    #[test]
    fn every_supported_factor_has_a_step() {
        for strategy in Strategy::KNOWN {
            let factor = Factor::new(strategy.clone());
            let has_step = !matches!(
                factor_step(&password_and_code(), Some(&factor)),
                Step::Unavailable(_)
            );
            assert_eq!(has_step, is_supported(&factor), "{strategy}");
        }
    }

    fn any_location() -> impl proptest::strategy::Strategy<Value = SignInLocation> {
        let paths = [
            "",
            "factor-one",
            "factor-one/methods",
            "factor-two",
            "account-not-found",
            "nonsense",
        ];
        (
            proptest::sample::select(paths.to_vec()),
            proptest::option::of("[a-z_.0-9]{0,16}"),
        )
            .prop_map(|(path, key)| SignInLocation {
                route: SignInRoute::parse(path),
                factor: key.as_deref().map(|key| FactorKey::new(key, None)),
            })
    }

    proptest! {
        #[test]
        fn every_status_and_url_has_a_step_and_settles_at_once(
            status in proptest::sample::select(SignInStatus::KNOWN),
            location in any_location(),
            has_factors: bool,
        ) {
            let mut sign_in = if has_factors { password_and_code() } else { attempt("ada", Vec::new()) };
            sign_in.status = status;
            let environment = preferring("password");

            let first = step(&environment, Some(&sign_in), &location);
            let replaced = SignInLocation { route: Some(first.route), factor: location.factor.clone() };
            let second = step(&environment, Some(&sign_in), &replaced);

            // Otherwise two redirects would chase each other.
            prop_assert_eq!(first.route, second.route);
            prop_assert_eq!(first.step, second.step);
        }
    }
}
