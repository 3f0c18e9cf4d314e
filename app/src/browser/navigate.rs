//! Going to another step, or away.

#[cfg(not(feature = "ssr"))]
use super::arrival::arrive;
use crate::AuthContext;
use crate::server_fns::Redirect;

/// Goes to where a form leads: through the host's router when there is one and the page is of the app, so that signals of
/// the host stay, and with a page load otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Navigator {
    #[cfg(not(feature = "ssr"))]
    has_router: bool,
}

#[cfg(feature = "ssr")]
impl Navigator {
    pub(crate) fn find() -> Self {
        Self {}
    }

    pub(crate) fn follow(self, _: &Redirect, _: &AuthContext) {}

    pub(crate) fn replace(self, _: &str, _: &AuthContext) {}
}

#[cfg(not(feature = "ssr"))]
impl Navigator {
    /// Looks for a router around the place where it is called.
    pub(crate) fn find() -> Self {
        use leptos::prelude::use_context;
        let has_router = use_context::<leptos_router::location::BrowserUrl>().is_some();
        Self { has_router }
    }

    /// Goes there. Called under the owner of the place where the navigator was found.
    pub(crate) fn follow(self, redirect: &Redirect, context: &AuthContext) {
        match redirect {
            Redirect::Step(path) if self.has_router => {
                leptos_router::hooks::use_navigate()(path, whole_path());
            }
            Redirect::Leave(path) if self.has_router && context.is_routed(path) => {
                arrive(context, || {
                    leptos_router::hooks::use_navigate()(path, whole_path());
                });
            }
            Redirect::Step(target) | Redirect::Leave(target) => leave(target),
        }
    }

    /// Goes to a page in the place of this one. Called under the owner of the place where the navigator was found.
    pub(crate) fn replace(self, target: &str, context: &AuthContext) {
        if !(self.has_router && context.is_routed(target)) {
            // The only failure is a malformed URL, and targets have passed the redirect validator.
            _ = leptos::prelude::window().location().replace(target);
            return;
        }
        let options = leptos_router::NavigateOptions {
            replace: true,
            ..whole_path()
        };
        arrive(context, || {
            leptos_router::hooks::use_navigate()(target, options);
        });
    }
}

/// The host's router, kept for when nothing is around the place of a call.
#[derive(Clone)]
pub(crate) struct AppRouter {
    #[cfg(not(feature = "ssr"))]
    navigate: std::sync::Arc<dyn Fn(&str) + Send + Sync>,
}

#[cfg(feature = "ssr")]
impl AppRouter {
    pub(crate) fn find() -> Option<Self> {
        None
    }

    pub(crate) fn go_to(&self, _: &str, _: &AuthContext) {}
}

#[cfg(not(feature = "ssr"))]
impl AppRouter {
    /// The router around the place where it is called.
    pub(crate) fn find() -> Option<Self> {
        Navigator::find().has_router.then(|| {
            let navigate = leptos_router::hooks::use_navigate();
            Self {
                navigate: std::sync::Arc::new(move |path| navigate(path, whole_path())),
            }
        })
    }

    /// Goes to a path of the app.
    pub(crate) fn go_to(&self, path: &str, context: &AuthContext) {
        arrive(context, || (self.navigate)(path));
    }
}

/// Our paths are whole: a router's base is part of the mount path already.
#[cfg(not(feature = "ssr"))]
fn whole_path() -> leptos_router::NavigateOptions {
    leptos_router::NavigateOptions {
        resolve: false,
        ..Default::default()
    }
}

/// Nobody leaves a page that is being rendered.
#[cfg(feature = "ssr")]
pub(crate) fn leave(_: &str) {}

/// Loads another page.
#[cfg(not(feature = "ssr"))]
pub(crate) fn leave(target: &str) {
    // The only failure is a malformed URL, and targets come validated from the server.
    _ = leptos::prelude::window().location().set_href(target);
}
