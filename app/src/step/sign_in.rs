//! The step of a sign-in.

use thyra_wire::{
    Environment, Factor, Level, SignIn, SignInStatus, Strategy, Verification, VerificationStatus,
};

use super::factor_choice::{
    FactorKey, alternatives, reset_factor, starting_factor, starting_second_factor,
};
use super::method::{Ask, Method, is_supported, method_of};
use super::route::SignInRoute;

/// What the URL says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInLocation {
    /// The route, or `None` for a path that is none.
    pub route: Option<SignInRoute>,
    /// The factor that was asked for (`?factor=`, `&address=`).
    pub factor: Option<FactorKey>,
    /// What came of a link, where one leads here (`?__clerk_status=`).
    pub link: Option<LinkStatus>,
}

/// What came of a link that was opened, as the auth API tells the page it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStatus {
    /// It proved the address.
    Verified,
    /// It was opened too late.
    Expired,
    /// It was opened in another browser than the one that asked for it, and that is not allowed.
    ClientMismatch,
    /// It proved the address, and nobody has it: the page that waits goes on with signing up.
    Transferable,
    /// Anything else: it was used, replaced, or never right.
    Failed,
}

impl LinkStatus {
    /// Reads the parameter `__clerk_status`.
    pub fn parse(text: &str) -> Self {
        match text {
            "verified" => Self::Verified,
            "expired" => Self::Expired,
            "client_mismatch" => Self::ClientMismatch,
            "transferable" => Self::Transferable,
            _ => Self::Failed,
        }
    }
}

impl SignInLocation {
    /// This route, with nothing else in the URL.
    pub fn at(route: SignInRoute) -> Self {
        Self {
            route: Some(route),
            factor: None,
            link: None,
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
    /// A one-time code that is sent is asked for.
    Code {
        /// How it is sent.
        method: Method,
        /// The address or number it goes to.
        factor: Factor,
        /// Which proof it is for.
        level: Level,
        /// Whether a code is on its way that was not used yet.
        is_sent: bool,
    },
    /// The code that an authenticator app shows is asked for.
    Totp,
    /// A backup code is asked for.
    BackupCode,
    /// A link that is sent waits to be opened.
    Link {
        /// The address it goes to.
        factor: Factor,
        /// Whether a link is on its way that was not opened yet.
        is_sent: bool,
    },
    /// A link was opened: what came of it.
    LinkLanding(LinkStatus),
    /// The other ways are listed.
    Methods {
        /// Which proof they are for.
        level: Level,
        /// What can be chosen, in this order.
        factors: Vec<Factor>,
        /// Where "back" leads: the factor that was shown before.
        current: Option<Factor>,
        /// The factor that resets the password, where it is what the person came for.
        reset: Option<Box<Factor>>,
    },
    /// A new password is asked for.
    NewPassword {
        /// Whether the instance asks for it, and not the person.
        is_forced: bool,
    },
    /// The new password is set, and somebody is signed in.
    ResetPasswordSuccess,
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
    /// None of the user's second factors can be shown.
    SecondFactor,
    /// The device has to be proven.
    ClientTrust,
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
            Self::Code { method, .. } => method.step_name(),
            Self::Totp => Method::Totp.step_name(),
            Self::BackupCode => Method::BackupCode.step_name(),
            Self::Link { .. } => Method::EmailLink.step_name(),
            Self::LinkLanding(_) => "email-link-landing",
            Self::Methods { reset: Some(_), .. } => "forgot-password",
            Self::Methods { .. } => "methods",
            Self::NewPassword { .. } => "new-password",
            Self::ResetPasswordSuccess => "reset-password-success",
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
    if let (Some(SignInRoute::Verify), Some(link)) = (location.route, location.link) {
        return Decision {
            step: Step::LinkLanding(link),
            route: SignInRoute::Verify,
        };
    }
    let Some(sign_in) = sign_in else {
        return without_attempt(location);
    };
    match &sign_in.status {
        SignInStatus::NeedsIdentifier => without_attempt(location),
        SignInStatus::NeedsFirstFactor => first_factor(environment, sign_in, location),
        SignInStatus::NeedsSecondFactor => second_factor(sign_in, location),
        SignInStatus::NeedsNewPassword => new_password(sign_in, location),
        SignInStatus::Complete => Decision {
            step: Step::Complete,
            route: location.route.unwrap_or_default(),
        },
        status => {
            let why = unavailable_because(status);
            unavailable(why, next_sign_in_route(sign_in), location)
        }
    }
}

/// Where a sign-in that is not complete goes on.
pub fn next_sign_in_route(sign_in: &SignIn) -> SignInRoute {
    match &sign_in.status {
        SignInStatus::NeedsIdentifier => SignInRoute::Index,
        SignInStatus::NeedsSecondFactor => SignInRoute::FactorTwo,
        SignInStatus::NeedsClientTrust => SignInRoute::ClientTrust,
        SignInStatus::NeedsNewPassword => SignInRoute::ResetPassword,
        SignInStatus::NeedsProtectCheck => SignInRoute::ProtectCheck,
        // A status of a newer API: its route is unknown as well, so the first factor's stands in for it.
        _ => SignInRoute::FactorOne,
    }
}

fn unavailable_because(status: &SignInStatus) -> Unavailable {
    match status {
        SignInStatus::NeedsClientTrust => Unavailable::ClientTrust,
        SignInStatus::NeedsProtectCheck => Unavailable::ProtectCheck,
        _ => Unavailable::Unknown,
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
    let current = current_factor(sign_in, Level::First, location.factor.as_ref())
        .or_else(|| starting_factor(environment, sign_in));
    match location.route {
        // Back at the index the identifier can be corrected, whatever the attempt waits for.
        Some(SignInRoute::Index) => start(),
        Some(SignInRoute::AccountNotFound) => without_attempt(location),
        Some(SignInRoute::Methods) => methods(sign_in, Level::First, current),
        Some(SignInRoute::ForgotPassword) => forgot_password(sign_in, current),
        _ => Decision {
            step: factor_step(sign_in, Level::First, current),
            route: SignInRoute::FactorOne,
        },
    }
}

/// What helps when a password is forgotten helps nobody who has lost their app: the routes of the first factor lead here.
fn second_factor(sign_in: &SignIn, location: &SignInLocation) -> Decision {
    let current = current_factor(sign_in, Level::Second, location.factor.as_ref())
        .or_else(|| starting_second_factor(sign_in));
    match location.route {
        Some(SignInRoute::Index) => start(),
        Some(SignInRoute::SecondMethods) => methods(sign_in, Level::Second, current),
        _ => Decision {
            step: factor_step(sign_in, Level::Second, current),
            route: SignInRoute::FactorTwo,
        },
    }
}

fn methods(sign_in: &SignIn, level: Level, current: Option<&Factor>) -> Decision {
    let factors: Vec<Factor> = alternatives(sign_in, level, current)
        .into_iter()
        .cloned()
        .collect();
    if factors.is_empty() {
        return Decision {
            step: factor_step(sign_in, level, current),
            route: SignInRoute::of_factor(level),
        };
    }
    Decision {
        step: Step::Methods {
            level,
            factors,
            current: current.cloned(),
            reset: None,
        },
        route: SignInRoute::of_methods(level),
    }
}

/// The reset, and what else there is. Where nothing can be reset, the other methods are all that helps.
fn forgot_password(sign_in: &SignIn, current: Option<&Factor>) -> Decision {
    let Some(reset) = reset_factor(sign_in) else {
        return methods(sign_in, Level::First, current);
    };
    let factors = alternatives(sign_in, Level::First, current);
    Decision {
        step: Step::Methods {
            level: Level::First,
            factors: factors.into_iter().cloned().collect(),
            current: current.cloned(),
            reset: Some(Box::new(reset.clone())),
        },
        route: SignInRoute::ForgotPassword,
    }
}

fn new_password(sign_in: &SignIn, location: &SignInLocation) -> Decision {
    if location.route == Some(SignInRoute::Index) {
        return start();
    }
    let proven_by = sign_in
        .verification(Level::First)
        .and_then(|verification| verification.strategy.as_ref());
    let is_reset = proven_by
        .and_then(Method::of)
        .is_some_and(Method::resets_password);
    Decision {
        step: Step::NewPassword {
            is_forced: !is_reset,
        },
        route: SignInRoute::ResetPassword,
    }
}

/// The factor the URL names. Where it names none, the one to begin with is shown, not the one a code was sent for: "back"
/// from there to the URL before has to show what was shown before.
fn current_factor<'a>(
    sign_in: &'a SignIn,
    level: Level,
    wanted: Option<&FactorKey>,
) -> Option<&'a Factor> {
    let key = wanted?;
    let mut factors = sign_in
        .factors(level)
        .filter(|factor| is_supported(factor, level));
    factors.find(|factor| key.names(factor))
}

fn factor_step(sign_in: &SignIn, level: Level, factor: Option<&Factor>) -> Step {
    let known = factor.and_then(|factor| Some((method_of(factor, level)?, factor)));
    let Some((method, factor)) = known else {
        return Step::Unavailable(match level {
            Level::First => Unavailable::FirstFactor,
            Level::Second => Unavailable::SecondFactor,
        });
    };
    match method.ask() {
        Ask::Password => Step::Password,
        Ask::AppCode => Step::Totp,
        Ask::BackupCode => Step::BackupCode,
        Ask::SentLink => Step::Link {
            factor: factor.clone(),
            is_sent: pending_strategy(sign_in, level) == Some(&factor.strategy),
        },
        Ask::SentCode => Step::Code {
            method,
            factor: factor.clone(),
            level,
            is_sent: pending_strategy(sign_in, level) == Some(&factor.strategy),
        },
    }
}

/// The strategy of a verification that was begun and can still be answered, or can be answered by a new code.
fn pending_strategy(sign_in: &SignIn, level: Level) -> Option<&Strategy> {
    let Verification {
        status, strategy, ..
    } = sign_in.verification(level)?;
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
mod tests;
