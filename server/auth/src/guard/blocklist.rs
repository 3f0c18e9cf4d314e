//! Passwords that are tried first.
//!
//! The most common ones of those that have eight characters or more, and what is written beside the field: the app's name, its
//! host, the person's own address and names, also with digits or signs around them. Nobody is asked for it.

/// In lower case, one in each line: the 5,000 first ones of the list that zxcvbn (MIT licence) ranks passwords by.
const COMMON: &str = include_str!("../../data/common_passwords.txt");

/// What is shorter would refuse too much.
const SHORTEST_WORD: usize = 4;

/// Whether it is one of the most common passwords.
pub(super) fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    COMMON.lines().any(|common| common == password)
}

/// Whether it is one of these texts, or a part of one that people think of as a word, and nothing more than that.
pub(super) fn is_one_of(password: &str, texts: &[&str]) -> bool {
    let bare = bare(password);
    let is_text = |text: &&str| {
        let text = text.to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .chain([text.as_str(), text.split('@').next().unwrap_or_default()])
            .any(|word| word.chars().count() >= SHORTEST_WORD && self::bare(word) == bare)
    };
    texts.iter().any(is_text)
}

/// The letters in the middle: what is left of `Ada1815!`, `1815ada`.
fn bare(text: &str) -> String {
    let is_around = |c: char| !c.is_alphabetic();
    let bare = text.trim_matches(is_around);
    // A text without letters is what it is.
    let bare = if bare.is_empty() { text } else { bare };
    bare.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_a06_the_list_has_thousands_of_passwords_that_the_length_would_allow() {
        assert!(COMMON.lines().count() >= 3000);
        for common in COMMON.lines() {
            assert!(common.chars().count() >= 8, "{common:?}");
            assert_eq!(common, common.to_lowercase());
        }
    }

    #[test]
    fn sec_a06_common_passwords_and_words_of_the_context_are_refused() {
        let about = [
            "ada.lovelace@example.com",
            "Ada",
            "Lovelace",
            "Orchard Street",
            "auth.orchard.example",
        ];
        for refused in [
            "password",
            "PassWord",
            "12345678",
            "qwertyuiop",
            "trustno1",
            "1qaz2wsx",
        ] {
            assert!(is_common(refused), "{refused}");
        }
        for refused in [
            "ada.lovelace@example.com",
            "ada.lovelace",
            "Lovelace1815",
            "1815lovelace!!",
            "orchard street",
            "Orchard2026!",
            "example1",
        ] {
            assert!(is_one_of(refused, &about), "{refused}");
        }
        for allowed in [
            "a door of one's own",
            "lovelace and babbage",
            "Ada1",
            "the orchards of wick",
            "26 letters",
        ] {
            assert!(
                !is_common(allowed) && !is_one_of(allowed, &about),
                "{allowed}"
            );
        }
    }
}
