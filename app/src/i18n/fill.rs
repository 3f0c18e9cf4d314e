//! Tokens in texts.

/// Puts values in the place of `{tokens}`.
///
/// Unknown tokens stay as they are, and a value is never searched for tokens itself: a name such as `{app}` shows as
/// it was typed.
///
/// ```
/// use thyra::i18n::fill;
///
/// assert_eq!(fill("Sign in to {app}", &[("app", "Acme")]), "Sign in to Acme");
/// ```
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, token, after)) = next_token(rest) {
        filled.push_str(before);
        match values.iter().find(|(name, _)| *name == token) {
            Some((_, value)) => filled.push_str(value),
            None => {
                filled.push('{');
                filled.push_str(token);
                filled.push('}');
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The text before the first token, the token's name, and the text after it.
pub(super) fn next_token(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (token, after) = rest.split_once('}')?;
    Some((before, token, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_not_searched_for_tokens() {
        assert_eq!(
            fill("{a} and {b}", &[("a", "{b}"), ("b", "x")]),
            "{b} and x"
        );
    }

    #[test]
    fn what_is_no_known_token_stays() {
        assert_eq!(fill("{unknown} {", &[("a", "x")]), "{unknown} {");
    }
}
