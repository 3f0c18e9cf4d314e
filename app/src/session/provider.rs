//! `<AuthProvider>`.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos_router::RouteList;
use serde::{Deserialize, Serialize};

use super::AuthContext;
use super::refresh::keep_fresh;
use crate::AuthError;
use crate::components::IntoLean;
use crate::json::WireEncoding;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
use crate::server_fns::{AuthState, load};

/// Provides everything below it with the state of sign-in.
///
/// Mount it once, near the root; it may stand around the router or inside a route.
///
/// # Server rendering
/// The state is there before the children are rendered, so that the first HTML holds the right step, and travels with
/// the page: the browser asks for nothing after hydration. [`mount`](fn@crate::mount) sees to it, in every mode of the
/// routes. A host that is wired otherwise, and wrongly, hears of it on stderr, and in a development build on the page.
#[component]
pub fn AuthProvider(
    /// Whether signing in, up and out load the next page anew, where the app's router could lead to it. For apps whose origin has
    /// pages that are not the router's; without a router every page is loaded anyway.
    #[prop(optional)]
    loads_pages: bool,
    /// What gets the state.
    children: ChildrenFn,
) -> impl IntoView {
    let context = AuthContext::new().loading_pages(loads_pages);
    provide_context(context);
    keep_fresh(context);
    let Preload { loaded, notice } =
        SharedValue::<_, WireEncoding>::new_with_encoding(preload).into_inner();
    let content = match loaded {
        Some(loaded) => {
            context.install(loaded);
            children().into_any()
        }
        None => when_loaded(context, children).into_any(),
    };
    (notice.map(miswired), content)
}

/// What comes with the page.
#[derive(Default, Serialize, Deserialize)]
struct Preload {
    /// The state; `None` when the browser has to ask for it.
    loaded: Option<Result<AuthState, AuthError>>,
    /// What the host's developer has to know.
    #[serde(default)]
    notice: Option<String>,
}

/// Loads the state in the browser, and renders then.
fn when_loaded(context: AuthContext, children: ChildrenFn) -> impl IntoView {
    Effect::new(move || {
        leptos::task::spawn_local(async move { context.install(load().await) });
    });
    move || (context.is_loaded() || context.load_error().is_some()).then(|| children())
}

fn miswired(notice: String) -> impl IntoView {
    view! { <p class="thyra-notice" role="alert" data-thyra-part="notice">{notice}</p> }.into_lean()
}

/// What is known without waiting: what the layer has loaded, or that there is nothing to load from. The latter holds
/// also while Leptos collects the app's routes, which have to be found at once.
#[cfg(feature = "ssr")]
fn preload() -> Preload {
    let parts = use_context::<axum::http::request::Parts>();
    let Some(parts) = parts.filter(|_| !RouteList::is_generating()) else {
        return Preload {
            loaded: Some(Err(AuthError::NotConfigured)),
            notice: None,
        };
    };
    let notice = Notice::about(&parts);
    if let Some(notice) = notice {
        notice.say();
    }
    let by_layer = parts.extensions.get::<super::Preloaded>().cloned();
    Preload {
        loaded: match by_layer {
            Some(super::Preloaded(loaded)) => Some(loaded),
            None => crate::AuthApi::require(&parts).err().map(Err),
        },
        notice: notice
            .filter(|_| cfg!(debug_assertions))
            .map(|notice| format!("Thyra: {}", notice.sentence())),
    }
}

/// In the browser it comes with the page, or has to be asked for.
#[cfg(not(feature = "ssr"))]
fn preload() -> Preload {
    Preload::default()
}
