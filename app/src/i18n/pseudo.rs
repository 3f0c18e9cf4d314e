//! The pseudo-locale: English that nobody could have written by hand.

use super::fill::next_token;

/// Accents the letters of a text and puts it into brackets; `{tokens}` stay.
///
/// It also grows by a third, as most translations do, so that texts which do not fit show.
pub(super) fn accented(text: &'static str) -> &'static str {
    let mut accented = String::from("[");
    let mut rest = text;
    while let Some((before, token, after)) = next_token(rest) {
        accented.extend(before.chars().map(accent));
        accented.push_str(&format!("{{{token}}}"));
        rest = after;
    }
    accented.extend(rest.chars().map(accent));
    accented.extend(std::iter::repeat_n('~', text.chars().count().div_ceil(3)));
    accented.push(']');
    // Once for each text and process: the catalogue it goes into lives as long.
    accented.leak()
}

const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED: &str = "áƀçðéƒǵĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑǴĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ";

fn accent(letter: char) -> char {
    let place = PLAIN.chars().position(|plain| plain == letter);
    place
        .and_then(|place| ACCENTED.chars().nth(place))
        .unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_change_and_tokens_stay() {
        assert_eq!(accented("Sign in to {app}"), "[Šîǵñ îñ ţö {app}~~~~~~]");
    }

    #[test]
    fn no_letter_is_left_as_it_was() {
        assert!(PLAIN.chars().all(|letter| !accent(letter).is_ascii()));
    }
}
