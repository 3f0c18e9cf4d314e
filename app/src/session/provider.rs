//! `<AuthProvider>`.

use leptos::prelude::*;

use super::AuthContext;
use crate::server_fns::load;

/// Provides everything below it with the state of sign-in.
///
/// Mount it once, near the root; it may stand around the router or inside a route.
///
/// # Server rendering
/// Loads the state before its children are rendered, so that the first HTML holds the right step, and sends it along
/// with the page: the browser asks for nothing after hydration.
#[component]
pub fn AuthProvider(
    /// What gets the state.
    children: ChildrenFn,
) -> impl IntoView {
    let context = AuthContext::new();
    provide_context(context);
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
