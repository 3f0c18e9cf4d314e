//! The locale of the page that is being rendered.

use leptos::prelude::*;

use super::locale::Locale;
use super::texts::Texts;

/// Says in which language the components inside speak. Without it they speak the page's.
///
/// # Server rendering
/// The locale is known before the first byte: nothing is rendered in one language and replaced by another.
#[component]
pub fn LocaleProvider(
    /// The language. Default: [`page_locale`].
    #[prop(optional, into)]
    locale: Option<Locale>,
    /// What is inside.
    children: Children,
) -> impl IntoView {
    provide_context(locale.unwrap_or_else(page_locale));
    children()
}

/// The locale of the nearest [`LocaleProvider`], or the page's.
pub fn use_locale() -> Locale {
    use_context::<Locale>().unwrap_or_else(page_locale)
}

/// The texts of the locale in use.
pub fn use_texts() -> &'static Texts {
    use_locale().texts()
}

/// The page's locale: on the server what the request's `Accept-Language` asks for, in the browser what the server
/// wrote into `<html lang>`. A shell that renders `<html>` uses this same function, so both agree.
pub fn page_locale() -> Locale {
    #[cfg(feature = "ssr")]
    {
        let parts = use_context::<http::request::Parts>();
        let header = parts
            .as_ref()
            .and_then(|parts| parts.headers.get(http::header::ACCEPT_LANGUAGE));
        header
            .and_then(|header| header.to_str().ok())
            .map(Locale::negotiate)
            .unwrap_or_default()
    }
    #[cfg(not(feature = "ssr"))]
    {
        let root = document().document_element();
        let tag = root.and_then(|root| root.get_attribute("lang"));
        tag.as_deref()
            .and_then(Locale::from_tag)
            .unwrap_or_default()
    }
}
