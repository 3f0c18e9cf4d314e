//! Going to another step, or away.

use crate::server_fns::Redirect;

/// Goes to where a form leads: to a step through the host's router when there is one, and away with a page load.
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

    pub(crate) fn follow(self, _: &Redirect) {}
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
    pub(crate) fn follow(self, redirect: &Redirect) {
        match redirect {
            Redirect::Step(path) if self.has_router => {
                let options = leptos_router::NavigateOptions {
                    // Our paths are whole: a router's base is part of the mount path already.
                    resolve: false,
                    ..Default::default()
                };
                leptos_router::hooks::use_navigate()(path, options);
            }
            Redirect::Step(target) | Redirect::Leave(target) => leave(target),
        }
    }
}

/// Loads another page.
#[cfg(not(feature = "ssr"))]
fn leave(target: &str) {
    // The only failure is a malformed URL, and targets come validated from the server.
    _ = leptos::prelude::window().location().set_href(target);
}
