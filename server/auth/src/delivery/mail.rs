//! What our mails say.
//!
//! Plain text, and nothing in it that a stranger wrote: not a name, not an address. Whoever can make us send a mail to
//! somebody else cannot make us say anything. The code stands in the subject too, so that it can be read off a locked
//! phone's screen.

use std::time::Duration;

/// A mail's words.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub subject: String,
    pub body: String,
}

/// The occasions on which a code is mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeMail {
    /// Somebody signs in.
    SignIn,
    /// Somebody signs up and has to prove that the address is theirs.
    SignUp,
    /// Somebody forgot their password.
    ResetPassword,
    /// Somebody who proved the first factor signs in by a second one.
    SecondFactor,
}

impl CodeMail {
    /// The mail with this code, which works for this long.
    pub(crate) fn letter(self, app_name: &str, code: &str, lifetime: Duration) -> Letter {
        let minutes = minutes(lifetime);
        let (what, intro) = match self {
            Self::SignIn => (
                "sign-in code",
                format!("Enter this code to sign in to {app_name}:"),
            ),
            Self::SignUp => (
                "verification code",
                format!("Enter this code to verify your email address for {app_name}:"),
            ),
            Self::ResetPassword => (
                "password reset code",
                format!("Enter this code to set a new password for {app_name}:"),
            ),
            Self::SecondFactor => (
                "verification code",
                format!(
                    "Your password was entered. Enter this code to go on signing in to {app_name}:"
                ),
            ),
        };
        Letter {
            subject: format!("{code} is your {app_name} {what}"),
            body: format!(
                "{intro}\n\n{code}\n\nIt expires in {minutes}. Do not share it with anyone: {app_name} \
                 will never ask you for it.\n\nIf you did not request this code, you can ignore this email.\n"
            ),
        }
    }
}

/// The mail to the owner of an address with which somebody, perhaps the owner, tried to sign up again.
pub(crate) fn sign_up_attempt_letter(app_name: &str, sign_in_url: &str) -> Letter {
    Letter {
        subject: format!("Your {app_name} account already exists"),
        body: format!(
            "Someone tried to sign up for {app_name} with this email address, which already has an \
             account.\n\nIf it was you, sign in instead: {sign_in_url}\n\nIf it was not you, you can \
             ignore this email. Your account is unchanged. Do not share sign-in codes with anyone.\n"
        ),
    }
}

/// The mail with a link to sign in, which works for this long.
pub(crate) fn sign_in_link_letter(app_name: &str, url: &str, lifetime: Duration) -> Letter {
    let minutes = minutes(lifetime);
    Letter {
        subject: format!("Your {app_name} sign-in link"),
        body: format!(
            "Open this link to sign in to {app_name}, in the browser in which you asked for it:\n\n{url}\n\nIt expires \
             in {minutes}, and works once. Do not share it with anyone: {app_name} will never ask you for it.\n\nIf you \
             did not request this link, you can ignore this email.\n"
        ),
    }
}

/// The mail to somebody whom an app invites, with a link that works for so many days.
pub(crate) fn invitation_letter(app_name: &str, url: &str, days: u64) -> Letter {
    let days = if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    };
    Letter {
        subject: format!("Your invitation to {app_name}"),
        body: format!(
            "You are invited to {app_name}. Open this link to accept:\n\n{url}\n\nIt expires in {days}, and works \
             once. Do not share it with anyone: it stands for your email address.\n\nIf you did not expect this \
             invitation, you can ignore this email.\n"
        ),
    }
}

/// What the owner of an account hears of by mail, because somebody else may have done it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A password was set in the place of a forgotten one.
    PasswordChanged,
    /// An authenticator app is asked for from now on.
    AuthenticatorAdded,
    /// The authenticator app is not asked for any more; a number is.
    AuthenticatorRemoved,
    /// Nothing beside the first factor is asked for any more.
    SecondFactorRemoved,
    /// There are new backup codes, and the old ones open nothing.
    BackupCodesMade,
    /// Somebody signed in by a backup code.
    BackupCodeUsed,
}

impl Notice {
    /// All of them.
    #[cfg(test)]
    const ALL: [Self; 6] = [
        Self::PasswordChanged,
        Self::AuthenticatorAdded,
        Self::AuthenticatorRemoved,
        Self::SecondFactorRemoved,
        Self::BackupCodesMade,
        Self::BackupCodeUsed,
    ];

    /// The mail.
    pub(crate) fn letter(self, app_name: &str, sign_in_url: &str) -> Letter {
        let (what, happened) = match self {
            Self::PasswordChanged => (
                format!("Your {app_name} password was changed"),
                format!("The password of your {app_name} account was just changed."),
            ),
            Self::AuthenticatorAdded => (
                format!("An authenticator app was added to your {app_name} account"),
                format!(
                    "Signing in to your {app_name} account now takes a code of an authenticator app as well."
                ),
            ),
            Self::AuthenticatorRemoved => (
                format!("The authenticator app of your {app_name} account was removed"),
                format!(
                    "Signing in to your {app_name} account no longer takes a code of an authenticator app."
                ),
            ),
            Self::SecondFactorRemoved => (
                format!("Two-step verification of your {app_name} account was turned off"),
                format!("Signing in to your {app_name} account no longer takes a second step."),
            ),
            Self::BackupCodesMade => (
                format!("Your {app_name} account has new backup codes"),
                format!(
                    "New backup codes were just made for your {app_name} account. Earlier ones no longer work."
                ),
            ),
            Self::BackupCodeUsed => (
                format!("A backup code of your {app_name} account was used"),
                format!(
                    "Somebody just signed in to your {app_name} account with one of its backup codes, which cannot be used again."
                ),
            ),
        };
        let otherwise = if self == Self::PasswordChanged {
            "If it was not you, somebody can read your email: secure your mailbox first, then set another \
             password"
        } else {
            "If it was not you, somebody knows your password: set another one"
        };
        Letter {
            subject: what,
            body: format!(
                "{happened}\n\nIf it was you, there is nothing to do.\n\n{otherwise} with \"Forgot password?\" here: {sign_in_url}\n"
            ),
        }
    }
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(…)")
    }
}

/// How long that is, in words.
pub(super) fn minutes(lifetime: Duration) -> String {
    match lifetime.as_secs().div_ceil(60) {
        1 => "1 minute".to_owned(),
        count => format!("{count} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_MINUTES: Duration = Duration::from_secs(600);

    #[test]
    fn sec_d13_a_code_mail_has_all_that_it_needs() {
        for kind in [
            CodeMail::SignIn,
            CodeMail::SignUp,
            CodeMail::ResetPassword,
            CodeMail::SecondFactor,
        ] {
            let Letter { subject, body } = kind.letter("Acme", "012345", TEN_MINUTES);
            for part in ["Acme", "012345", "10 minutes", "Do not share"] {
                assert!(body.contains(part), "{part} is missing: {body}");
            }
            assert!(subject.contains("Acme") && subject.contains("012345"));
        }
    }

    #[test]
    fn sec_d13_no_mail_has_a_link_but_to_our_own_page() {
        let url = "https://auth.example.com/sign-in";

        let notices = Notice::ALL.map(|notice| notice.letter("Acme", url));
        let letters = [
            sign_up_attempt_letter("Acme", url),
            sign_in_link_letter("Acme", url, TEN_MINUTES),
            invitation_letter("Acme", url, 30),
        ];
        for letter in letters.into_iter().chain(notices) {
            assert_eq!(letter.body.matches("http").count(), 1);
            assert!(letter.body.contains(url));
        }
        let code = CodeMail::SignIn.letter("Acme", "012345", TEN_MINUTES);
        assert!(!code.body.contains("http"));
    }

    #[test]
    fn sec_a12_a_letter_does_not_show_in_debug_output() {
        let letter = CodeMail::SignIn.letter("Acme", "012345", TEN_MINUTES);

        assert!(!format!("{letter:?}").contains("012345"));
    }

    #[test]
    fn one_minute_is_not_written_as_many() {
        assert_eq!(minutes(Duration::from_secs(60)), "1 minute");
        assert_eq!(minutes(Duration::from_secs(61)), "2 minutes");
    }
}
