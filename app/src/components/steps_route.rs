//! The route of a component that has steps below it.

use std::fmt::Debug;

use leptos::prelude::*;
use leptos_router::components::{Outlet, ParentRoute, Route};
use leptos_router::{PossibleRouteMatch, SsrMode, path};

/// The route of a page with `<SignIn/>` or `<SignUp/>`: it matches the mount path and every step below it.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_router::components::{Router, Routes};
/// use leptos_router::path;
/// use thyra::{AuthProvider, SignIn, StepsRoute};
///
/// #[component]
/// fn SignInPage() -> impl IntoView {
///     view! { <AuthProvider><SignIn path="/sign-in"/></AuthProvider> }
/// }
///
/// #[component]
/// fn App() -> impl IntoView {
///     view! {
///         <Router>
///             <Routes fallback=|| "Not found">
///                 <StepsRoute path=path!("/sign-in") view=SignInPage/>
///             </Routes>
///         </Router>
///     }
/// }
/// ```
///
/// A `<Route>` alone does not do: axum's wildcards do not match the bare `/sign-in`, and two optional segments
/// (`/sign-in/:step?/:detail?`) become two routes for one path, which axum refuses at start.
///
/// # Server rendering
/// The page is rendered whole before it is sent (`SsrMode::Async`): it may redirect and set cookies, and works without
/// scripts.
#[component(transparent)]
pub fn StepsRoute<Path, View, Page>(
    /// The mount path.
    path: Path,
    /// The page.
    view: View,
) -> impl leptos_router::MatchNestedRoutes + Clone
where
    Path: PossibleRouteMatch + Debug + Clone + Send + Sync + 'static,
    View: Fn() -> Page + Clone + Send + Sync + 'static,
    Page: IntoView + 'static,
{
    // The outlet shows nothing. Without it the router waits for the inner route forever, and the address bar with it.
    let page = move || (view(), Outlet());
    view! {
        <ParentRoute path=path view=page ssr=SsrMode::Async>
            <Route path=path!("") view=|| () ssr=SsrMode::Async/>
            <Route path=path!("/*step") view=|| () ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}
