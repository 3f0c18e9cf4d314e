//! Every text that people see or hear.
//!
//! A catalogue is a value of [`Texts`]: a locale that misses a text does not compile, and a text that is not in the
//! catalogue has no way onto the page. The two pseudo-locales prove it: they are the English catalogue put through a
//! function, so any plain English left on a page in `en-XA` was written past the catalogue.
//!
//! The server chooses the locale from `Accept-Language` and writes it into `<html lang dir>`; the browser reads it
//! back from there. Both therefore render the same first frame, and no text changes under a reader's eyes.

mod context;
mod en;
mod errors;
mod fill;
mod locale;
mod pseudo;
mod sentences;
mod texts;

pub use context::{LocaleProvider, page_locale, use_locale, use_texts};
pub use errors::{ErrorContext, error_sentence};
pub use fill::fill;
pub use locale::{Direction, Locale};
pub(crate) use sentences::Sentences;
pub use texts::{
    CommonTexts, ErrorTexts, FieldTexts, HomeTexts, SignInTexts, SignUpTexts, Texts,
    UserButtonTexts,
};
