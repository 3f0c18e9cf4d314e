//! `<AuthProvider>`.

use leptos::prelude::*;

use super::AuthContext;
use crate::AuthError;
use crate::browser::on_session_change;
use crate::server_fns::{AuthState, load};

/// Provides everything below it with the state of sign-in.
///
/// Mount it once, near the root; it may stand around the router or inside a route.
///
/// # Server rendering
/// Loads the state before its children are rendered, so that the first HTML holds the right step, and sends it along
/// with the page: the browser asks for nothing after hydration. Pages that have to work without scripts need
/// `ssr=SsrMode::Async` (or `InOrder`) on their routes: in the default mode Leptos moves late parts with a script.
#[component]
pub fn AuthProvider(
    /// What gets the state.
    children: ChildrenFn,
) -> impl IntoView {
    let context = AuthContext::new();
    provide_context(context);
    listen_to_other_tabs(context);
    if !can_load() {
        // Also when Leptos only collects the app's routes: they have to be found at once, not after a wait.
        context.install(Err(AuthError::NotConfigured));
        return children().into_any();
    }
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
    .into_any()
}

/// Whether there is anything to load from: always in the browser, on the server with an `AuthApi` only.
#[cfg(feature = "ssr")]
fn can_load() -> bool {
    crate::AuthApi::from_context().is_ok()
}

#[cfg(not(feature = "ssr"))]
fn can_load() -> bool {
    true
}

/// When another tab signs in or out, this one asks the server what it is now.
fn listen_to_other_tabs(context: AuthContext) {
    Effect::new(move |_| {
        on_session_change(move || {
            leptos::task::spawn_local(async move {
                let loaded: Result<AuthState, AuthError> = load().await;
                // What was known stays when the server cannot be reached.
                if loaded.is_ok() {
                    context.install(loaded);
                }
            });
        });
    });
}
