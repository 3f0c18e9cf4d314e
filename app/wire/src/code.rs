//! One-time codes as people type and paste them.

/// How many digits a one-time code has.
pub const CODE_LENGTH: usize = 6;

/// The code in what somebody typed or pasted as a one-time code, as ASCII.
///
/// A text can hold other numbers too: when the code expires, or the name of the app. So the one number of six digits is
/// the code, in one piece or in two halves with a space or a dash between them. Where there is no such number, or several
/// that differ, the answer is every digit of the text: it may not be complete yet, or grouped in a way of its own.
/// Full-width, Arabic-Indic and extended Arabic-Indic digits become ASCII. The browser uses it while typing, the server on
/// everything it receives, so that both agree.
///
/// ```
/// use thyra_wire::normalize_code;
///
/// assert_eq!(normalize_code(" 123-456 "), "123456");
/// assert_eq!(normalize_code("Your code is １２３４５６. It expires in 10 minutes."), "123456");
/// assert_eq!(normalize_code("٠١٢٣٤٥"), "012345");
/// assert_eq!(normalize_code("12 34"), "1234");
/// ```
pub fn normalize_code(text: &str) -> String {
    let numbers = numbers(text);
    let mut codes = codes(&numbers);
    codes.dedup();
    match codes.pop() {
        Some(code) if codes.is_empty() => code,
        _ => numbers.into_iter().map(|number| number.digits).collect(),
    }
}

/// A number in a text.
struct Number {
    digits: String,
    /// Whether there is nothing but a space or a dash between it and the number before.
    is_joined: bool,
}

fn numbers(text: &str) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    let (mut gap, mut is_joint) = (0, false);
    for c in text.chars() {
        let Some(digit) = ascii_digit(c) else {
            gap += 1;
            is_joint = gap == 1 && matches!(c, ' ' | '\u{a0}' | '-' | '\u{2010}'..='\u{2013}');
            continue;
        };
        match numbers.last_mut() {
            Some(number) if gap == 0 => number.digits.push(digit),
            before => {
                let is_joined = is_joint && before.is_some();
                numbers.push(Number {
                    digits: digit.into(),
                    is_joined,
                });
            }
        }
        gap = 0;
    }
    numbers
}

/// The numbers that have the length of a code, and those that have it together with their neighbour.
fn codes(numbers: &[Number]) -> Vec<String> {
    let mut codes = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let is_joined = |at: usize| numbers.get(at).is_some_and(|number| number.is_joined);
        if number.digits.len() == CODE_LENGTH {
            codes.push(number.digits.clone());
        } else if let Some(second) = numbers.get(at + 1)
            // Three or more groups are a telephone number, or something else that is no code of ours.
            && second.is_joined && !number.is_joined && !is_joined(at + 2)
            && [number, second].iter().all(|half| half.digits.len() == CODE_LENGTH / 2)
        {
            codes.push(format!("{}{}", number.digits, second.digits));
        }
    }
    codes
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

    /// What the embedded auth API mails, with the app's name in it.
    fn mail(app: &str) -> [String; 2] {
        [
            format!("075622 is your {app} sign-in code"),
            format!(
                "Enter this code to sign in to {app}:\n\n075622\n\nIt expires in 10 minutes. Do not share it with \
                 anyone: {app} will never ask you for it.\n\nIf you did not request this code, you can ignore this \
                 email.\n"
            ),
        ]
    }

    /// It used to be "562210": the last six digits, of which two are how long the code lives.
    #[test]
    fn our_own_mail_can_be_pasted_whole() {
        for app in [
            "Acme",
            "Route 66",
            "Studio 2024",
            "7 1/2",
            "24-7",
            "1234567",
        ] {
            let [subject, body] = mail(app);
            for text in [&subject, &body, &format!("{subject}\n\n{body}")] {
                assert_eq!(normalize_code(text), "075622", "{text}");
            }
        }
    }

    #[test]
    fn a_code_may_stand_in_two_halves() {
        for code in [
            "123 456",
            "123-456",
            "123\u{a0}456",
            "123–456",
            "１２３ ４５６",
        ] {
            assert_eq!(
                normalize_code(&format!("Code: {code}, 10 minutes")),
                "123456"
            );
        }
    }

    #[test]
    fn a_telephone_number_is_no_code() {
        assert_eq!(
            normalize_code("Your code is 123456. Help: 555-123-456-7"),
            "123456"
        );
    }

    #[test]
    fn without_a_single_code_every_digit_counts() {
        assert_eq!(normalize_code("123456 or 654321"), "123456654321");
        assert_eq!(normalize_code("1 2 3 4 5 6"), "123456");
        assert_eq!(normalize_code("12 34"), "1234");
        assert_eq!(normalize_code("1234567"), "1234567");
    }

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
