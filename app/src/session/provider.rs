//! `<AuthProvider>`.

use leptos::prelude::*;

use super::AuthContext;
use super::refresh::keep_fresh;
use crate::AuthError;
use crate::server_fns::{AuthState, load};

/// Provides everything below it with the state of sign-in.
///
/// Mount it once, near the root; it may stand around the router or inside a route.
///
/// # Server rendering
/// The state is there before the children are rendered, so that the first HTML holds the right step, and travels with
/// the page: the browser asks for nothing after hydration. `SessionLayer` loads it, ahead of the rendering, so that it
/// works in every mode of the routes. A host without that layer still gets it, but later: pages that have to work
/// without scripts then need `ssr=SsrMode::Async` on their routes.
#[component]
pub fn AuthProvider(
    /// What gets the state.
    children: ChildrenFn,
) -> impl IntoView {
    let context = AuthContext::new();
    provide_context(context);
    keep_fresh(context);
    match SharedValue::new(preloaded).into_inner() {
        Some(loaded) => {
            context.install(loaded);
            children().into_any()
        }
        None => when_loaded(context, children).into_any(),
    }
}

/// Loads the state first, and renders then.
fn when_loaded(context: AuthContext, children: ChildrenFn) -> impl IntoView {
    let loaded = Resource::new_blocking(|| (), |()| load());
    view! {
        <Suspense>
            {move || {
                let children = children.clone();
                Suspend::new(async move {
                    context.install(loaded.await);
                    children()
                })
            }}
        </Suspense>
    }
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
