//! Identifiers in their one canonical form.
//!
//! Two spellings of the same address must meet in the database's unique index: the domain becomes lower-case A-labels,
//! the local part lower case. That is a policy for the local part (RFC 5321 leaves it to the receiving host), chosen
//! because no provider of note tells two people apart by case. Usernames are ASCII, so that no letter has a look-alike.

use thyra_wire::ErrorCode;

use crate::error::ApiError;
use crate::phone_number::{looks_like_phone_number, parse_phone_number};
use crate::settings::Settings;

/// RFC 5321: the longest address that can be delivered to.
const MAX_EMAIL_LENGTH: usize = 254;
const MAX_LOCAL_LENGTH: usize = 64;
/// How many characters a username has.
pub(crate) const USERNAME_LENGTH: std::ops::RangeInclusive<usize> = 4..=64;
const MAX_NAME_LENGTH: usize = 256;

/// What somebody typed to say who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Identifier {
    /// An e-mail address, canonical.
    Email(String),
    /// A username, canonical.
    Username(String),
    /// A phone number, canonical. Only where people have numbers.
    PhoneNumber(String),
}

impl Identifier {
    /// Reads what was typed into the one field for all identifiers.
    pub(crate) fn parse(typed: &str, settings: &Settings) -> Result<Self, ApiError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(ApiError::of(ErrorCode::FormParamNil, "identifier"));
        }
        if typed.contains('@') {
            return canonical_email(typed)
                .map(Self::Email)
                .ok_or_else(|| malformed("identifier"));
        }
        if settings.has_phone_numbers() && looks_like_phone_number(typed) {
            return parse_phone_number(typed, "identifier").map(Self::PhoneNumber);
        }
        canonical_username(typed)
            .map(Self::Username)
            .map_err(|_| malformed("identifier"))
    }

    /// The canonical text.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Email(text) | Self::Username(text) | Self::PhoneNumber(text) => text,
        }
    }
}

fn malformed(param_name: &str) -> ApiError {
    ApiError::of(ErrorCode::FormParamFormatInvalid, param_name)
}

/// An e-mail address from a field that takes nothing else.
pub(crate) fn parse_email(typed: &str, param_name: &str) -> Result<String, ApiError> {
    canonical_email(typed.trim()).ok_or_else(|| malformed(param_name))
}

/// The canonical form of an address, when it is one that mail can be sent to. It is checked as it was made: what becomes
/// of a letter in lower case may be something else than a letter, and of a digit of another script an address of the net.
fn canonical_email(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let local = local.to_lowercase();
    let domain = idna::domain_to_ascii_strict(domain).ok()?;
    let canonical = format!("{local}@{domain}");
    let is_address =
        is_local_part(&local) && is_domain(&domain) && canonical.len() <= MAX_EMAIL_LENGTH;
    is_address.then_some(canonical)
}

/// Mail programs take what begins with a hyphen for an option, and with a slash for a file.
fn is_local_part(local: &str) -> bool {
    !local.is_empty()
        && local.len() <= MAX_LOCAL_LENGTH
        && !local.starts_with(['.', '-', '/'])
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(is_local_character)
}

/// Without the characters by which mail programs run commands (`|`, `` ` ``) or send mail on to elsewhere (`!`, `%`).
fn is_local_character(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || "#$&'*+-/=?^_{}~.".contains(c)
        || (!c.is_ascii() && c.is_alphanumeric())
}

/// A name of two labels or more. The last one never begins with a digit: what ends in a number is read as an address of
/// the net, in whatever way it is written.
fn is_domain(domain: &str) -> bool {
    let Some((rest, last)) = domain.rsplit_once('.') else {
        return false;
    };
    rest.split('.').all(|label| !label.is_empty())
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// The canonical form of a username.
pub(crate) fn canonical_username(typed: &str) -> Result<String, ApiError> {
    let typed = typed.trim();
    if !USERNAME_LENGTH.contains(&typed.chars().count()) {
        let (min, max) = (USERNAME_LENGTH.start(), USERNAME_LENGTH.end());
        let error = ApiError::of(ErrorCode::FormUsernameInvalidLength, "username");
        return Err(error.with_sentence(format!(
            "Usernames have between {min} and {max} characters."
        )));
    }
    if !typed
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    {
        return Err(ApiError::of(
            ErrorCode::FormUsernameInvalidCharacter,
            "username",
        ));
    }
    Ok(typed.to_ascii_lowercase())
}

/// A first or last name: text without control characters, not too long. Empty is none.
pub(crate) fn parse_name(typed: &str, param_name: &str) -> Result<Option<String>, ApiError> {
    let typed = typed.trim();
    if typed.len() > MAX_NAME_LENGTH {
        return Err(ApiError::of(
            ErrorCode::FormParamMaxLengthExceeded,
            param_name,
        ));
    }
    if typed.chars().any(char::is_control) {
        return Err(malformed(param_name));
    }
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}

/// An address as it may be shown to somebody who did not type it: `a***@example.com`.
pub(crate) fn mask_email(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    format!("{first}***@{domain}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::settings::Requirement;

    fn email(text: &str) -> Option<String> {
        canonical_email(text)
    }

    #[test]
    fn sec_l01_spellings_of_one_address_have_one_canonical_form() {
        for spelling in ["ada@example.com", "Ada@Example.COM", "ADA@EXAMPLE.com"] {
            assert_eq!(email(spelling).as_deref(), Some("ada@example.com"));
        }
        assert_eq!(
            email("ada@bücher.example").as_deref(),
            Some("ada@xn--bcher-kva.example")
        );
        assert_eq!(
            email("ada@xn--bcher-kva.example").as_deref(),
            Some("ada@xn--bcher-kva.example")
        );
    }

    #[test]
    fn what_mail_cannot_be_sent_to_is_no_address() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_domain = format!("a@{}.com", "a.".repeat(126));
        for text in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "ada@.com",
            "ada@example..com",
            "a b@example.com",
            ".ada@example.com",
            "ada.@example.com",
            "a..b@example.com",
            "ada@exa mple.com",
            "ada@example.com\r\nBcc: x",
            "\"a b\"@example.com",
            "<ada@example.com>",
            "ada@[127.0.0.1]",
            "ada\0@example.com",
            "ada@10.0.0.5",
            "ada@0x7f.1",
            "ada@example.0x7f",
            "ada@１０.0.0.5",
            "ada@2130706433",
            "-oq/tmp/x@example.com",
            "/dev/null@example.com",
            "|ada@example.com",
            "ada|ada@example.com",
            "`ada`@example.com",
            "ada%example.org@example.com",
            "example.org!ada@example.com",
            "İda@example.com",
            &long_local,
            &long_domain,
        ] {
            assert_eq!(email(text), None, "{text:?}");
        }
    }

    #[test]
    fn sec_l01_usernames_have_no_look_alikes() {
        assert_eq!(canonical_username("Ada_Lovelace").unwrap(), "ada_lovelace");
        for text in [
            "аda_",
            "ada lovelace",
            "ada\u{200b}lovelace",
            "ａｄａａ",
            "ada@home",
        ] {
            assert!(canonical_username(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_masked_address_shows_no_more_than_its_first_letter_and_domain() {
        assert_eq!(mask_email("ada@example.com"), "a***@example.com");
    }

    #[test]
    fn a_number_is_an_identifier_only_where_people_have_numbers() {
        let mut settings = Settings::development("http://localhost:3000", "sqlite:thyra.db");
        let number = "+1 212 555 0123";

        assert!(Identifier::parse(number, &settings).is_err());
        settings.phone_numbers = Requirement::Optional;
        assert_eq!(
            Identifier::parse(number, &settings).unwrap(),
            Identifier::PhoneNumber("+12125550123".to_owned())
        );
        assert_eq!(
            Identifier::parse("+ada@example.com", &settings).unwrap(),
            Identifier::Email("+ada@example.com".to_owned())
        );
    }

    proptest! {
        #[test]
        fn canonical_is_canonical_already(text in "[a-zA-Z0-9.+_İßſKÄ-]{1,20}@[a-zA-Z0-9.İßſＡ１-]{1,20}") {
            if let Some(once) = email(&text) {
                prop_assert_eq!(email(&once), Some(once));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".*") {
            let mut settings = Settings::development("http://localhost:3000", "sqlite:thyra.db");
            let _ = Identifier::parse(&text, &settings);
            settings.phone_numbers = Requirement::Optional;
            let _ = Identifier::parse(&text, &settings);
        }
    }
}
