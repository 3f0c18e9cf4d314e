//! The locales, and how one is chosen.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::texts::Texts;
use super::{en, pseudo};

/// A language the components speak. Default: English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Locale {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// English with accents and brackets: shows which texts do not come from a catalogue.
    #[serde(rename = "en-XA")]
    PseudoAccented,
    /// The same from right to left: shows what does not mirror.
    #[serde(rename = "ar-XB")]
    PseudoRightToLeft,
}

/// The direction a language is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As in English.
    LeftToRight,
    /// As in Arabic.
    RightToLeft,
}

impl Direction {
    /// The value of the `dir` attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

impl Locale {
    /// Every locale.
    pub const ALL: [Self; 3] = [Self::English, Self::PseudoAccented, Self::PseudoRightToLeft];

    /// The language tag, as it stands in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::PseudoAccented => "en-XA",
            Self::PseudoRightToLeft => "ar-XB",
        }
    }

    /// The direction it is written in, as it stands in `<html dir>`.
    pub fn direction(self) -> Direction {
        match self {
            Self::English | Self::PseudoAccented => Direction::LeftToRight,
            Self::PseudoRightToLeft => Direction::RightToLeft,
        }
    }

    /// Its catalogue.
    pub fn texts(self) -> &'static Texts {
        static PSEUDO: OnceLock<Texts> = OnceLock::new();
        match self {
            Self::English => &en::TEXTS,
            // One catalogue for both: they differ in direction only.
            Self::PseudoAccented | Self::PseudoRightToLeft => {
                PSEUDO.get_or_init(|| en::TEXTS.map(pseudo::accented))
            }
        }
    }

    /// The locale with this language tag: the exact one first, then one of the same language.
    ///
    /// ```
    /// use thyra::i18n::Locale;
    ///
    /// assert_eq!(Locale::from_tag("en-GB"), Some(Locale::English));
    /// assert_eq!(Locale::from_tag("EN-xa"), Some(Locale::PseudoAccented));
    /// assert_eq!(Locale::from_tag("tlh"), None);
    /// ```
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or(tag);
        let is = |locale: &Self, tag: &str| locale.tag().eq_ignore_ascii_case(tag);
        let exact = Self::ALL.into_iter().find(|locale| is(locale, tag));
        exact.or_else(|| Self::ALL.into_iter().find(|locale| is(locale, language)))
    }

    /// The first locale that an `Accept-Language` header asks for, by its weights; English when there is none.
    ///
    /// ```
    /// use thyra::i18n::Locale;
    ///
    /// assert_eq!(Locale::negotiate("tlh, en-XA;q=0.5, en;q=0.9"), Locale::English);
    /// assert_eq!(Locale::negotiate("ar-XB"), Locale::PseudoRightToLeft);
    /// ```
    pub fn negotiate(accept_language: &str) -> Self {
        let mut wanted: Vec<(u32, Self)> =
            accept_language.split(',').filter_map(weighted).collect();
        wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        wanted
            .first()
            .map(|(_, locale)| *locale)
            .unwrap_or_default()
    }
}

/// One part of an `Accept-Language` header, with its weight in thousandths. A weight of zero means "not this one".
fn weighted(part: &str) -> Option<(u32, Locale)> {
    let (tag, parameter) = part.split_once(';').unwrap_or((part, ""));
    let weight = match parameter.trim().strip_prefix("q=") {
        Some(text) => (text.trim().parse::<f32>().ok()?.clamp(0.0, 1.0) * 1000.0) as u32,
        None => 1000,
    };
    let locale = Locale::from_tag(tag.trim())?;
    (weight > 0).then_some((weight, locale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_asks_for_nothing_known_gets_english() {
        for header in ["", "*", "tlh", "q=1", "en;q=abc", ";;;,,,", "en-XA;q=0"] {
            assert_eq!(Locale::negotiate(header), Locale::English, "{header}");
        }
    }

    #[test]
    fn serde_writes_the_tag() {
        for locale in Locale::ALL {
            assert_eq!(serde_json::to_value(locale).unwrap(), locale.tag());
        }
    }
}
