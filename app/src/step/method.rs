//! The ways to prove who one is that this version can draw: one table.
//!
//! A strategy without a row is never shown and never chosen.

use thyra_wire::{Factor, Level, Strategy};

/// A way to prove who one is, for which this version has a step.
///
/// A new strategy is one more variant, one row, and a place in [`ALL`](Method::ALL). What has to know it matches without a
/// wildcard, so the compiler names the places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A link by e-mail.
    EmailLink,
    /// A code by e-mail.
    EmailCode,
    /// A password.
    Password,
    /// A code by e-mail that allows to set a new password.
    ResetPasswordEmailCode,
    /// A code by SMS that allows to set a new password.
    ResetPasswordPhoneCode,
    /// A code of an authenticator app.
    Totp,
    /// One of the codes kept for the day the second factor is lost.
    BackupCode,
}

/// What a step asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A password.
    Password,
    /// A one-time code that is sent when the factor is chosen.
    SentCode,
    /// To open a link that is sent when the factor is chosen.
    SentLink,
    /// The code that an authenticator app shows.
    AppCode,
    /// One of the codes that somebody has put away.
    BackupCode,
}

/// What is known of a method.
struct Row {
    strategy: Strategy,
    step: &'static str,
    ask: Ask,
    levels: &'static [Level],
    use_case: UseCase,
}

/// What a method is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UseCase {
    /// To sign in: it is among the methods that are offered.
    SignIn,
    /// To set a new password when the old one is forgotten.
    ResetPassword,
}

impl Method {
    /// All methods, in the order in which they are offered. The code stands before the link: it is what people are asked for
    /// first, and works in whatever program they read their mail with.
    pub const ALL: &[Self] = &[
        Self::EmailCode,
        Self::EmailLink,
        Self::Password,
        Self::ResetPasswordEmailCode,
        Self::ResetPasswordPhoneCode,
        Self::Totp,
        Self::BackupCode,
    ];

    const fn row(self) -> Row {
        match self {
            Self::EmailLink => Row {
                strategy: Strategy::EmailLink,
                step: "email-link",
                ask: Ask::SentLink,
                levels: &[Level::First],
                use_case: UseCase::SignIn,
            },
            Self::EmailCode => Row {
                strategy: Strategy::EmailCode,
                step: "email-code",
                ask: Ask::SentCode,
                levels: &[Level::First, Level::Second],
                use_case: UseCase::SignIn,
            },
            Self::Password => Row {
                strategy: Strategy::Password,
                step: "password",
                ask: Ask::Password,
                levels: &[Level::First],
                use_case: UseCase::SignIn,
            },
            Self::ResetPasswordEmailCode => Row {
                strategy: Strategy::ResetPasswordEmailCode,
                step: "reset-password-email-code",
                ask: Ask::SentCode,
                levels: &[Level::First],
                use_case: UseCase::ResetPassword,
            },
            Self::ResetPasswordPhoneCode => Row {
                strategy: Strategy::ResetPasswordPhoneCode,
                step: "reset-password-phone-code",
                ask: Ask::SentCode,
                levels: &[Level::First],
                use_case: UseCase::ResetPassword,
            },
            Self::Totp => Row {
                strategy: Strategy::Totp,
                step: "totp",
                ask: Ask::AppCode,
                levels: &[Level::Second],
                use_case: UseCase::SignIn,
            },
            Self::BackupCode => Row {
                strategy: Strategy::BackupCode,
                step: "backup-code",
                ask: Ask::BackupCode,
                levels: &[Level::Second],
                use_case: UseCase::SignIn,
            },
        }
    }

    /// The method of a strategy, or `None` when this version has no step for it.
    pub fn of(strategy: &Strategy) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|method| method.strategy() == *strategy)
    }

    /// The strategy, as the wire names it.
    pub fn strategy(self) -> Strategy {
        self.row().strategy
    }

    /// The name of its step in `data-thyra-step`.
    pub fn step_name(self) -> &'static str {
        self.row().step
    }

    /// What its step asks for.
    pub fn ask(self) -> Ask {
        self.row().ask
    }

    /// Whether it is among the methods that are offered for signing in.
    pub fn is_listed(self) -> bool {
        self.row().use_case == UseCase::SignIn
    }

    /// Whether it leads to a new password.
    pub fn resets_password(self) -> bool {
        self.row().use_case == UseCase::ResetPassword
    }

    /// Whether it can be drawn at this level.
    pub fn is_for(self, level: Level) -> bool {
        self.row().levels.contains(&level)
    }
}

/// The method of a factor of this level, or `None` when this version has no step for it.
pub fn method_of(factor: &Factor, level: Level) -> Option<Method> {
    Method::of(&factor.strategy).filter(|method| method.is_for(level))
}

/// Whether this version has a step for the factor.
pub fn is_supported(factor: &Factor, level: Level) -> bool {
    method_of(factor, level).is_some()
}
