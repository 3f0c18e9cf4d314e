//! What our messages to phones say.
//!
//! As in mails, nothing in them is of a stranger. The last line of an SMS with a code is the origin-bound format that
//! browsers know (`@host #code`): a phone that reads it fills the code in on our own page and on no other. The subject is
//! for the development outbox; no phone shows it.

use std::time::Duration;

use super::mail::{Letter, Notice, minutes};
use super::outbox::Channel;

/// The occasions on which a code is sent to a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeText {
    /// Somebody signs in.
    SignIn,
    /// Somebody forgot their password.
    ResetPassword,
}

/// The code in a message, for whom it is, and how long it works.
#[derive(Clone, Copy)]
pub(crate) struct TextedCode<'a> {
    pub(crate) app_name: &'a str,
    /// The host of the page that asks for it, without its port.
    pub(crate) host: &'a str,
    pub(crate) code: &'a str,
    pub(crate) lifetime: Duration,
}

impl CodeText {
    /// The message with this code.
    pub(crate) fn letter(self, channel: Channel, texted: TextedCode<'_>) -> Letter {
        let TextedCode {
            app_name,
            host,
            code,
            lifetime,
        } = texted;
        let what = match self {
            Self::SignIn => "sign-in code",
            Self::ResetPassword => "password reset code",
        };
        let minutes = minutes(lifetime);
        let subject = format!("{code} is your {app_name} {what}");
        let body = format!("{subject}. It expires in {minutes}. Do not share it with anyone.");
        let body = match channel {
            Channel::Sms => format!("{body}\n\n@{host} #{code}"),
            _ => body,
        };
        Letter { subject, body }
    }
}

/// The message to the owner of an account without an e-mail address, of what owners with one hear of by mail.
pub(crate) fn notice_text(notice: Notice, app_name: &str, sign_in_url: &str) -> Letter {
    let Letter { subject, .. } = notice.letter(app_name, sign_in_url);
    let body =
        format!("{subject}. If it was not you, sign in and set another password: {sign_in_url}");
    Letter { subject, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTED: TextedCode<'static> = TextedCode {
        app_name: "Acme",
        host: "auth.acme.example",
        code: "012345",
        lifetime: Duration::from_secs(300),
    };

    #[test]
    fn sec_d13_a_code_text_has_all_that_it_needs_and_fits_into_one_sms() {
        for kind in [CodeText::SignIn, CodeText::ResetPassword] {
            let Letter { body, .. } = kind.letter(Channel::Sms, TEXTED);

            for part in ["Acme", "012345", "5 minutes", "Do not share"] {
                assert!(body.contains(part), "{part} is missing: {body}");
            }
            assert!(body.is_ascii() && body.len() <= 160, "{body}");
            assert!(!body.contains("http"));
        }
    }

    #[test]
    fn sec_d13_the_last_line_of_an_sms_binds_the_code_to_our_host() {
        let sms = CodeText::SignIn.letter(Channel::Sms, TEXTED).body;
        let whatsapp = CodeText::SignIn.letter(Channel::Whatsapp, TEXTED).body;

        assert_eq!(sms.lines().last(), Some("@auth.acme.example #012345"));
        assert!(!whatsapp.contains('@'));
    }

    #[test]
    fn sec_d13_no_text_has_a_link_but_to_our_own_page() {
        let url = "https://auth.acme.example/sign-in";

        let letter = notice_text(Notice::PasswordChanged, "Acme", url);

        assert_eq!(letter.body.matches("http").count(), 1);
        assert!(letter.body.contains(url));
    }
}
