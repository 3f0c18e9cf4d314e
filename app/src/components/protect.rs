//! What only signed-in people get to see: a part of a page, or a route.

use leptos::children::ViewFn;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::control::sign_in_page;
use super::shared::{path_and_query, with_query};
use crate::{use_auth, use_auth_context};

/// Shows its content to those who are signed in, and something else to those who are not.
///
/// ```
/// use leptos::prelude::*;
/// use thyra::{Protect, RedirectToSignIn};
///
/// #[component]
/// fn Notes() -> impl IntoView {
///     view! {
///         <Protect fallback=|| view! { <RedirectToSignIn/> }>
///             <h1>"Notes"</h1>
///         </Protect>
///     }
/// }
/// ```
///
/// What it hides is not sent to the browser, but it is in the app that the browser has: what has to stay secret comes from a
/// server function that calls `require_session`.
///
/// # Server rendering
/// It is known who is signed in: the right content is in the first HTML.
#[component]
pub fn Protect(
    /// What those see who are not signed in. Default: nothing.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// What those see who are.
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    view! { <Show when=move || auth.is_signed_in() fallback=fallback>{children()}</Show> }
}

/// The `condition` of a [`ProtectedRoute`](leptos_router::components::ProtectedRoute()) for signed-in people: whether
/// somebody is signed in; `None` until that is known. Tracked.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_router::components::{ProtectedRoute, Router, Routes};
/// use leptos_router::{SsrMode, path};
/// use thyra::{AuthProvider, is_signed_in, sign_in_path};
///
/// #[component]
/// fn App() -> impl IntoView {
///     view! {
///         <Router>
///             <AuthProvider>
///                 <Routes fallback=|| "Not found">
///                     <ProtectedRoute
///                         path=path!("/notes")
///                         view=|| "Notes"
///                         condition=is_signed_in
///                         redirect_path=sign_in_path
///                         ssr=SsrMode::Async
///                     />
///                 </Routes>
///             </AuthProvider>
///         </Router>
///     }
/// }
/// ```
///
/// # Panics
/// Outside of an `<AuthProvider>`: put it around the routes.
///
/// # Server rendering
/// It is known. With `SsrMode::Async` the answer becomes a redirect.
pub fn is_signed_in() -> Option<bool> {
    let (auth, context) = (use_auth(), use_auth_context());
    // Where nothing could be loaded, the sign-in page says why.
    let is_known = auth.is_loaded() || context.load_error().is_some();
    is_known.then(|| auth.is_signed_in())
}

/// The `redirect_path` of a [`ProtectedRoute`](leptos_router::components::ProtectedRoute()): the instance's sign-in page, else
/// `/sign-in`, which leads back to this page. Not tracked.
///
/// # Panics
/// Outside of an `<AuthProvider>` or a router.
pub fn sign_in_path() -> String {
    let url = sign_in_page(None);
    let location = use_location();
    let here = untrack(|| path_and_query(&location));
    with_query(&url, &[("redirect_url", Some(&here))])
}
