//! One-time codes as people type and paste them.

/// How many digits a one-time code has.
pub const CODE_LENGTH: usize = 6;

/// The digits in what somebody typed or pasted as a one-time code, as ASCII.
///
/// Spaces, dashes and words around the code go; full-width, Arabic-Indic and extended Arabic-Indic digits become
/// ASCII. The browser uses it while typing, the server on everything it receives, so that both agree.
///
/// ```
/// use thyra_wire::normalize_code;
///
/// assert_eq!(normalize_code(" 123-456 "), "123456");
/// assert_eq!(normalize_code("Your code is １２３４５６."), "123456");
/// assert_eq!(normalize_code("٠١٢٣٤٥"), "012345");
/// ```
pub fn normalize_code(text: &str) -> String {
    text.chars().filter_map(ascii_digit).collect()
}

fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [char; 4] = ['0', '\u{0660}', '\u{06F0}', '\u{FF10}'];
    ZEROS.iter().find_map(|zero| {
        let value = (c as u32).checked_sub(*zero as u32)?;
        char::from_digit(value, 10)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_pasted_becomes_ascii_digits_only(text in ".*") {
            prop_assert!(normalize_code(&text).bytes().all(|b| b.is_ascii_digit()));
        }

        #[test]
        fn a_code_survives_any_grouping(code in "[0-9]{6}", at in 0usize..=6, separator in "[ \u{a0}\u{2013}-]{0,3}") {
            let mut typed = code.clone();
            typed.insert_str(at, &separator);
            prop_assert_eq!(normalize_code(&typed), code);
        }
    }
}
