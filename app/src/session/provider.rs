//! `<AuthProvider>`.

use leptos::prelude::*;

use super::AuthContext;
use super::refresh::keep_fresh;
use crate::AuthError;
use crate::json::WireEncoding;
use crate::server_fns::{AuthState, load};

/// Provides everything below it with the state of sign-in.
///
/// Mount it once, near the root; it may stand around the router or inside a route.
///
/// # Server rendering
/// The state is there before the children are rendered, so that the first HTML holds the right step, and travels with
/// the page: the browser asks for nothing after hydration. `SessionLayer` loads it, ahead of the rendering, so that it
/// works in every mode of the routes. Without that layer the server renders nothing here and says so in its log; the
/// browser loads the state, and renders then.
#[component]
pub fn AuthProvider(
    /// What gets the state.
    children: ChildrenFn,
) -> impl IntoView {
    let context = AuthContext::new();
    provide_context(context);
    keep_fresh(context);
    match SharedValue::<_, WireEncoding>::new_with_encoding(preloaded).into_inner() {
        Some(loaded) => {
            context.install(loaded);
            children().into_any()
        }
        None => when_loaded(context, children).into_any(),
    }
}

/// Loads the state in the browser, and renders then.
fn when_loaded(context: AuthContext, children: ChildrenFn) -> impl IntoView {
    #[cfg(feature = "ssr")]
    tracing::warn!("no SessionLayer around the app: <AuthProvider> renders nothing on the server");
    Effect::new(move || {
        leptos::task::spawn_local(async move { context.install(load().await) });
    });
    move || (context.is_loaded() || context.load_error().is_some()).then(|| children())
}

/// What is known without waiting: what the layer has loaded, or that there is nothing to load from. The latter holds
/// also while Leptos collects the app's routes, which have to be found at once.
#[cfg(feature = "ssr")]
fn preloaded() -> Option<Result<AuthState, AuthError>> {
    let parts = use_context::<axum::http::request::Parts>();
    let by_layer = parts.and_then(|parts| parts.extensions.get::<super::Preloaded>().cloned());
    match by_layer {
        Some(preloaded) => Some(preloaded.0),
        None => crate::AuthApi::from_context().err().map(Err),
    }
}

/// In the browser it comes with the page, or has to be asked for.
#[cfg(not(feature = "ssr"))]
fn preloaded() -> Option<Result<AuthState, AuthError>> {
    None
}
