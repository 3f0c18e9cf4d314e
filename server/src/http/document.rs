//! The document around the application.

use leptos::config::LeptosOptions;
use leptos::hydration::AutoReload;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use thyra::App;
use thyra::i18n::page_locale;

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

/// Starts the application in the browser, when the browser has time: the page works without it.
///
/// In place of Leptos's `HydrationScripts`, which reads the list of hashed names from the disk at every render and
/// panics when it is not there.
#[component]
fn Scripts(script: String, wasm: String) -> impl IntoView {
    let start = format!(
        "const start=()=>import('{script}').then(m=>m.default({{module_or_path:'{wasm}'}}).then(()=>m.hydrate()));\
         'requestIdleCallback' in window?requestIdleCallback(start,{{timeout:2000}}):start()"
    );
    view! {
        <link rel="modulepreload" href=script fetchpriority="low"/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" fetchpriority="low"/>
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}
