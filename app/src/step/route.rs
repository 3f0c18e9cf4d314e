//! The routes under a component's mount path, one for each step that can be linked to.

use thyra_wire::Level;

/// A route of `<SignIn/>`, relative to where the component is mounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignInRoute {
    /// The identifier.
    #[default]
    Index,
    /// The first factor.
    FactorOne,
    /// The other ways to prove it.
    Methods,
    /// What helps when the password is forgotten.
    ForgotPassword,
    /// Where the link in a mail leads.
    Verify,
    /// The second factor.
    FactorTwo,
    /// The other ways to prove it.
    SecondMethods,
    /// The proof that a new device belongs to the user.
    ClientTrust,
    /// A new password.
    ResetPassword,
    /// The new password is set.
    ResetPasswordSuccess,
    /// A bot challenge.
    ProtectCheck,
    /// Nobody has the identifier.
    AccountNotFound,
}

const SIGN_IN_ROUTES: [(SignInRoute, &str); 12] = [
    (SignInRoute::Index, ""),
    (SignInRoute::FactorOne, "factor-one"),
    (SignInRoute::Methods, "factor-one/methods"),
    (SignInRoute::ForgotPassword, "factor-one/forgot-password"),
    (SignInRoute::Verify, "verify"),
    (SignInRoute::FactorTwo, "factor-two"),
    (SignInRoute::SecondMethods, "factor-two/methods"),
    (SignInRoute::ClientTrust, "client-trust"),
    (SignInRoute::ResetPassword, "reset-password"),
    (SignInRoute::ResetPasswordSuccess, "reset-password-success"),
    (SignInRoute::ProtectCheck, "protect-check"),
    (SignInRoute::AccountNotFound, "account-not-found"),
];

impl SignInRoute {
    /// Reads the part of a path after the mount path. A path that is no route is `None`.
    pub fn parse(rest: &str) -> Option<Self> {
        find(&SIGN_IN_ROUTES, rest)
    }

    /// The part of the path after the mount path; empty for the index.
    pub fn as_str(self) -> &'static str {
        name(&SIGN_IN_ROUTES, self)
    }

    /// The route of a factor of this level.
    pub fn of_factor(level: Level) -> Self {
        match level {
            Level::First => Self::FactorOne,
            Level::Second => Self::FactorTwo,
        }
    }

    /// The route of the list of methods of this level.
    pub fn of_methods(level: Level) -> Self {
        match level {
            Level::First => Self::Methods,
            Level::Second => Self::SecondMethods,
        }
    }

    /// The whole path for a component mounted at `base`.
    ///
    /// ```
    /// use thyra::step::SignInRoute;
    ///
    /// assert_eq!(SignInRoute::Methods.under("/sign-in"), "/sign-in/factor-one/methods");
    /// assert_eq!(SignInRoute::Index.under("/"), "/");
    /// ```
    pub fn under(self, base: &str) -> String {
        join(base, self.as_str())
    }

    /// Reads a whole path below `base`. A path outside of it, or one that is no route, is `None`.
    pub fn of_path(path: &str, base: &str) -> Option<Self> {
        Self::parse(rest_of(path, base)?)
    }
}

/// A route of `<SignUp/>`, relative to where the component is mounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignUpRoute {
    /// The form.
    #[default]
    Index,
    /// The code sent to the e-mail address.
    VerifyEmailAddress,
    /// What is still missing.
    Continue,
}

const SIGN_UP_ROUTES: [(SignUpRoute, &str); 3] = [
    (SignUpRoute::Index, ""),
    (SignUpRoute::VerifyEmailAddress, "verify-email-address"),
    (SignUpRoute::Continue, "continue"),
];

impl SignUpRoute {
    /// Reads the part of a path after the mount path. A path that is no route is `None`.
    pub fn parse(rest: &str) -> Option<Self> {
        find(&SIGN_UP_ROUTES, rest)
    }

    /// The part of the path after the mount path; empty for the index.
    pub fn as_str(self) -> &'static str {
        name(&SIGN_UP_ROUTES, self)
    }

    /// The whole path for a component mounted at `base`.
    pub fn under(self, base: &str) -> String {
        join(base, self.as_str())
    }

    /// Reads a whole path below `base`. A path outside of it, or one that is no route, is `None`.
    pub fn of_path(path: &str, base: &str) -> Option<Self> {
        Self::parse(rest_of(path, base)?)
    }
}

fn find<R: Copy>(routes: &[(R, &str)], rest: &str) -> Option<R> {
    let rest = rest.trim_matches('/');
    routes
        .iter()
        .find(|(_, text)| *text == rest)
        .map(|(route, _)| *route)
}

fn name<R: PartialEq>(routes: &[(R, &'static str)], route: R) -> &'static str {
    routes
        .iter()
        .find(|(candidate, _)| *candidate == route)
        .map_or("", |(_, text)| text)
}

fn join(base: &str, rest: &str) -> String {
    let base = base.trim_end_matches('/');
    match (base, rest) {
        ("", "") => "/".to_owned(),
        (base, "") => base.to_owned(),
        (base, rest) => format!("{base}/{rest}"),
    }
}

/// Whether a path that is no route of a component mounted at `base` is the component's nevertheless, and so to be put
/// right. A component at the root of a site has the site's other pages beside its steps: those are not its own.
pub(crate) fn is_below(path: &str, base: &str) -> bool {
    !base.trim_end_matches('/').is_empty() && rest_of(path, base).is_some()
}

fn rest_of<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(base.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_read_back_from_its_path() {
        for (route, _) in SIGN_IN_ROUTES {
            assert_eq!(
                SignInRoute::of_path(&route.under("/sign-in"), "/sign-in"),
                Some(route)
            );
        }
        for (route, _) in SIGN_UP_ROUTES {
            assert_eq!(
                SignUpRoute::of_path(&route.under("/app/sign-up/"), "/app/sign-up"),
                Some(route)
            );
        }
    }

    #[test]
    fn a_path_that_only_begins_like_the_mount_path_is_outside() {
        assert_eq!(SignInRoute::of_path("/sign-in-help", "/sign-in"), None);
        assert_eq!(SignInRoute::of_path("/sign-in/nonsense", "/sign-in"), None);
        assert_eq!(
            SignInRoute::of_path("/sign-in/", "/sign-in"),
            Some(SignInRoute::Index)
        );
    }

    #[test]
    fn only_what_stands_below_the_mount_path_is_put_right() {
        assert!(is_below("/sign-in/nonsense", "/sign-in"));
        assert!(is_below("/sign-in/nonsense", "/sign-in/"));
        assert!(!is_below("/sign-in-help", "/sign-in"));
        assert!(!is_below("/about", "/"));
    }
}
