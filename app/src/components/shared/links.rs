//! Links and URLs.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{Redirect, RedirectProps};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::location::Location;

use crate::browser::Navigator;
use crate::{AuthContext, encode_query_value};

/// A URL from the server or a prop, when it is one that a link may lead to; the start page otherwise.
///
/// ```text
/// javascript:alert(1) → /      //evil.example → /      /sign-up → /sign-up
/// ```
pub(crate) fn safe_href(url: &str) -> String {
    let is_path = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_clean = !url.chars().any(|c| c.is_control());
    if is_clean && (is_path || is_web) {
        url.to_owned()
    } else {
        "/".to_owned()
    }
}

/// Adds those query parameters that have a value.
pub(crate) fn with_query(url: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut url = url.to_owned();
    for (name, value) in parameters {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        url.push_str(&encode_query_value(value));
    }
    url
}

/// Path and query of the page.
pub(crate) fn path_and_query(location: &Location) -> String {
    let search = location.search.get();
    match search.trim_start_matches('?') {
        "" => location.pathname.get(),
        query => format!("{}?{query}", location.pathname.get()),
    }
}

/// Goes to another URL in the place of this one, whenever there is one to go to. Never to where the page is.
///
/// On the server the answer becomes a redirect; in the browser the entry of the history is replaced, so that "back" does
/// not lead to a page that sends the person forward again.
pub(crate) fn replace_url(target: Signal<Option<String>>) {
    let location = use_location();
    let target = Signal::derive(move || {
        let target = target.get();
        target.filter(|target| *target != untrack(|| path_and_query(&location)))
    });
    if cfg!(feature = "ssr") {
        if let Some(path) = target.get_untracked() {
            Redirect(RedirectProps::builder().path(path).build());
        }
        return;
    }
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(path) = target.get() {
            navigate(
                &path,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
}

/// Leaves the component for a page, which may not be the router's, whenever there is one to go to.
pub(crate) fn leave_for(context: AuthContext, target: Signal<Option<String>>) {
    if cfg!(feature = "ssr") {
        replace_url(target);
        return;
    }
    let navigator = Navigator::find();
    Effect::new(move || {
        if let Some(url) = target.get() {
            navigator.replace(&url, &context);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_f08_links_lead_to_web_pages_only() {
        let refused = [
            "javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:x",
            "//evil.example",
            "/\\evil.example",
            "\u{1}javascript:alert(1)",
            "java\nscript:alert(1)",
            "",
        ];
        for url in refused {
            assert_eq!(safe_href(url), "/", "{url:?}");
        }
        assert_eq!(safe_href("/sign-up?x=1"), "/sign-up?x=1");
        assert_eq!(
            safe_href("https://app.example.com/"),
            "https://app.example.com/"
        );
    }

    #[test]
    fn only_parameters_with_a_value_are_added() {
        let url = with_query(
            "/sign-up?a=1",
            &[
                ("redirect_url", Some("/x&y")),
                ("identifier", None),
                ("b", Some("")),
            ],
        );

        assert_eq!(url, "/sign-up?a=1&redirect_url=%2Fx%26y");
    }
}
