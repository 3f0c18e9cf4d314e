//! Phone numbers in their one canonical form: E.164, `+` and at most fifteen digits.
//!
//! Numbers are international: without the `+` and the country's code nobody can say whose a number is. Each is looked up
//! in the plan of its country, and what nobody can be called at is no number. Two spellings of the same number meet in the
//! database's unique index.

use phonenumber::Mode;
use phonenumber::country::Id;
use thyra_wire::ErrorCode;

use crate::error::ApiError;

/// The longest text that is looked at: fifteen digits, and as much between them as anybody writes.
const MAX_LENGTH: usize = 48;
/// What people write between digits, beside spaces.
const PUNCTUATION: &str = "-.()/\u{2010}\u{2011}\u{2013}";
/// The plus of keyboards for East Asian scripts, whose digits are wide as well.
const FULL_WIDTH_PLUS: char = '\u{ff0b}';
/// How many digits of a masked number are shown.
const SHOWN_DIGITS: usize = 2;

/// A number from a field that takes nothing else.
pub(crate) fn parse_phone_number(typed: &str, param_name: &str) -> Result<String, ApiError> {
    canonical_phone_number(typed)
        .ok_or_else(|| ApiError::of(ErrorCode::FormParamFormatInvalid, param_name))
}

/// Whether what was typed can only be meant as a number.
pub(crate) fn looks_like_phone_number(typed: &str) -> bool {
    typed.trim_start().starts_with(['+', FULL_WIDTH_PLUS])
}

/// The canonical form of a number that somebody can be called at. Those that are reserved for stories count.
pub(crate) fn canonical_phone_number(typed: &str) -> Option<String> {
    let digits = digits_of(typed.trim())?;
    let number = phonenumber::parse(None, &digits).ok()?;
    let canonical = number.format().mode(Mode::E164).to_string();
    (number.is_valid() || is_test_number(&canonical)).then_some(canonical)
}

/// The plus and the digits, without what people write between them. Letters are none of it: neither those that stand for
/// digits, nor an extension, nor a URI.
fn digits_of(typed: &str) -> Option<String> {
    let number = typed.strip_prefix(['+', FULL_WIDTH_PLUS])?;
    let mut digits = String::from("+");
    for c in number.chars().take(MAX_LENGTH + 1) {
        match c {
            '0'..='9' => digits.push(c),
            '\u{ff10}'..='\u{ff19}' => digits.extend(char::from_digit(c as u32 - 0xff10, 10)),
            _ if c == ' ' || c == '\u{a0}' || PUNCTUATION.contains(c) => {}
            _ => return None,
        }
    }
    (number.chars().count() <= MAX_LENGTH).then_some(digits)
}

/// `+1 … 555 01..`: of any area, for stories and tests. Nobody has them.
pub(crate) fn is_test_number(number: &str) -> bool {
    number.len() == 12
        && number.starts_with("+1")
        && number.get(5..10) == Some("55501")
        && number[1..].bytes().all(|byte| byte.is_ascii_digit())
}

/// The two letters of the country that a number belongs to.
pub(crate) fn country_of(number: &str) -> Option<String> {
    let number = phonenumber::parse(None, number).ok()?;
    let country = number.country().id()?;
    Some(country.as_ref().to_owned())
}

/// Whether these two letters are a country in which people have numbers.
pub(crate) fn is_country(letters: &str) -> bool {
    letters.parse::<Id>().is_ok_and(|id| id.as_ref() == letters)
}

/// A number as it may be shown to somebody who did not type it: `+*********00`.
pub(crate) fn mask_phone_number(number: &str) -> String {
    let digits = number.trim_start_matches('+');
    let hidden = digits.len().saturating_sub(SHOWN_DIGITS);
    let shown = digits.get(hidden..).unwrap_or_default();
    format!("+{}{shown}", "*".repeat(hidden))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sec_l01_spellings_of_one_number_have_one_canonical_form() {
        for spelling in [
            "+12125550123",
            "+1 212 555 0123",
            " +1 (212) 555-0123 ",
            "+1-212-555-0123",
            "+1.212.555.0123",
            "+1\u{a0}212\u{a0}555\u{2011}0123",
            "\u{ff0b}\u{ff11} 212 555 0123",
        ] {
            let canonical = canonical_phone_number(spelling);
            assert_eq!(canonical.as_deref(), Some("+12125550123"), "{spelling:?}");
        }
        // In Italy the zero belongs to the number, in Germany it does not.
        assert_eq!(
            canonical_phone_number("+39 06 698 82000").as_deref(),
            Some("+390669882000")
        );
        assert_eq!(
            canonical_phone_number("+49 (0)30 22732152").as_deref(),
            Some("+493022732152")
        );
    }

    #[test]
    fn what_nobody_can_be_called_at_is_no_number() {
        for text in [
            "",
            "+",
            "++12125550123",
            "2125550123",
            "0012125550123",
            "+1",
            "+112",
            "+1 212 555 012",
            "+1 212 555 01234",
            "+1 000 123 4567",
            "+999 123456789",
            "+0 212 555 0123",
            "+49 1",
            "+1234567890123456",
            "+1 212 555 0123 ext. 7",
            "+1 212 555 0123;ext=7",
            "+1 800 FLOWERS",
            "tel:+12125550123",
            "+12125550123\r\nTo: +491701234567",
            "+1 212 555 0123\0",
            "+1 212 555 0123 +1 212 555 0124",
            &format!("+1{}2125550123", " ".repeat(100)),
            &format!("+{}", "1".repeat(100_000)),
        ] {
            assert_eq!(canonical_phone_number(text), None, "{text:?}");
        }
    }

    #[test]
    fn numbers_for_stories_are_numbers_of_any_area() {
        for number in ["+15555550100", "+15555550199", "+12125550142"] {
            assert_eq!(canonical_phone_number(number).as_deref(), Some(number));
            assert!(is_test_number(number), "{number}");
        }
        for number in [
            "+15555550200",
            "+155555501000",
            "+1555555010",
            "+25555550100",
            "+1555555010x",
            "+é5555550100",
            "15555550100",
            "",
        ] {
            assert!(!is_test_number(number), "{number}");
        }
    }

    #[test]
    fn a_masked_number_shows_no_more_than_its_last_two_digits() {
        assert_eq!(mask_phone_number("+15555550142"), "+*********42");
        assert_eq!(mask_phone_number("+1"), "+1");
        assert_eq!(mask_phone_number(""), "+");
    }

    #[test]
    fn a_number_belongs_to_a_country() {
        for (number, country) in [
            ("+12125550123", Some("US")),
            ("+16135550199", Some("CA")),
            ("+493022732152", Some("DE")),
            ("+441481723153", Some("GG")),
            ("+15555550100", None),
        ] {
            assert_eq!(country_of(number).as_deref(), country, "{number}");
        }
        assert!(is_country("DE") && !is_country("ZZ") && !is_country("001") && !is_country(""));
    }

    proptest! {
        #[test]
        fn canonical_is_canonical_already(text in "\\+[0-9 ()-]{3,20}") {
            if let Some(once) = canonical_phone_number(&text) {
                prop_assert_eq!(canonical_phone_number(&once), Some(once.clone()));
                prop_assert!(once.len() <= 16 && once[1..].bytes().all(|byte| byte.is_ascii_digit()));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".*", number in "\\+.*", digits in "\\+\\PC{0,30}") {
            for text in [text, number, digits] {
                if let Some(number) = canonical_phone_number(&text) {
                    prop_assert!(!mask_phone_number(&number).contains(&number[1..]));
                }
                let _ = (is_test_number(&text), mask_phone_number(&text));
            }
        }
    }
}
