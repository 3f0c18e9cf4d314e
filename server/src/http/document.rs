//! The document around the application.

use leptos::config::LeptosOptions;
use leptos::hydration::AutoReload;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::location::RequestUrl;
use thyra::hosted::App;
use thyra::i18n::page_locale;
use url::form_urlencoded;

use super::site::Assets;

/// The whole document. Without assets it is plain HTML, which works as well.
pub(super) fn document(assets: &Assets, options: LeptosOptions) -> impl IntoView + use<> {
    let styles = assets.styles.clone();
    let scripts = assets.script.clone().zip(assets.wasm.clone());
    let locale = page_locale();
    view! {
        <!DOCTYPE html>
        <html lang=locale.tag() dir=locale.direction().as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {styles.map(|href| view! { <link rel="stylesheet" href=href/> })}
                <AutoReload options/>
                {scripts.map(|(script, wasm)| view! { <Scripts script wasm/> })}
                <MetaTags/>
            </head>
            <body class="thyra-page">
                <App/>
            </body>
        </html>
    }
}

/// Where Leptos puts the error of a form that was posted without scripts.
const POSTED_ERROR: &str = "__err";

/// When the application is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// When the browser has nothing else to do.
    Idle,
    /// When somebody does something: moves a pointer, touches, types, goes to a field, comes back to the page.
    SomebodyIsThere,
}

impl When {
    /// The pages on which everybody begins can be read, filled in and sent without the application, and many who open
    /// them do no more than that. On all others somebody is in the middle of something, as they are when the form that
    /// they sent came back with an error.
    fn at(path: &str, query: &str) -> Self {
        let is_start = matches!(path.trim_end_matches('/'), "/sign-in" | "/sign-up");
        let query = query.trim_start_matches('?');
        let mut parameters = form_urlencoded::parse(query.as_bytes());
        if is_start && !parameters.any(|(name, _)| name == POSTED_ERROR) {
            Self::SomebodyIsThere
        } else {
            Self::Idle
        }
    }

    /// The function of start.js.
    fn function(self) -> &'static str {
        match self {
            Self::Idle => "whenIdle",
            Self::SomebodyIsThere => "whenSomebodyIsThere",
        }
    }
}

/// Starts the application in the browser: the page works without it.
///
/// In place of Leptos's `HydrationScripts`, which reads the list of hashed names from the disk at every render and
/// panics when it is not there.
#[component]
fn Scripts(script: String, wasm: String) -> impl IntoView {
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
    let when = url.map_or(When::Idle, |url| When::at(url.path(), url.search()));
    let start = start(&script, &wasm, when);
    let preloads = (when == When::Idle).then(|| {
        view! {
            <link rel="modulepreload" href=script fetchpriority="low"/>
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" fetchpriority="low"/>
        }
    });
    view! {
        {preloads}
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}

/// start.js, less what is only for its readers.
fn start(script: &str, wasm: &str, when: When) -> String {
    let lines = include_str!("start.js").lines().map(str::trim);
    let code = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    code.collect::<Vec<_>>()
        .join("\n")
        .replace("{script}", script)
        .replace("{wasm}", wasm)
        .replace("{when}", when.function())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_everybody_begins_the_application_waits_for_somebody() {
        for path in ["/sign-in", "/sign-up", "/sign-in/"] {
            let when = When::at(path, "?redirect_url=%2F");
            assert_eq!(when, When::SomebodyIsThere, "{path}");
            assert_eq!(When::at(path, "?__path=%2Fapi&__err=e30"), When::Idle);
        }
        for path in [
            "/",
            "/sign-in/factor-one",
            "/sign-up/verify-email-address",
            "/sign-in-help",
        ] {
            assert_eq!(When::at(path, ""), When::Idle, "{path}");
        }
    }

    #[test]
    fn the_script_is_filled_in_and_has_no_comments() {
        let script = start("/pkg/a.js", "/pkg/a.wasm", When::Idle);

        assert!(script.starts_with("const start = () => import('/pkg/a.js')"));
        assert!(script.contains("module_or_path: '/pkg/a.wasm'"));
        assert!(script.ends_with("\nwhenIdle();"));
        assert!(!script.contains("//"));
    }
}
