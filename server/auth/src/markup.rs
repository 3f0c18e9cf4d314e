//! Texts in pages and mails.

use std::fmt;

/// A text that stays a text, between tags and in attributes.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.split_inclusive(['&', '<', '>', '"', '\'']) {
            let (text, special) = match part.chars().next_back() {
                Some('&') => (&part[..part.len() - 1], "&amp;"),
                Some('<') => (&part[..part.len() - 1], "&lt;"),
                Some('>') => (&part[..part.len() - 1], "&gt;"),
                Some('"') => (&part[..part.len() - 1], "&quot;"),
                Some('\'') => (&part[..part.len() - 1], "&#39;"),
                _ => (part, ""),
            };
            f.write_str(text)?;
            f.write_str(special)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_a_text_between_tags_and_in_attributes() {
        let text = Text(r#"<a href='x' title="&">"#).to_string();

        assert_eq!(text, "&lt;a href=&#39;x&#39; title=&quot;&amp;&quot;&gt;");
    }
}
