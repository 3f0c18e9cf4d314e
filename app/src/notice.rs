//! What is wired wrongly, said once and where somebody reads it.
//!
//! A host that has set up no log has to hear of it all the same, so it goes to stderr, always. In a development build the
//! page says it too, in place of looking as if nobody were signed in.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::Method;
use axum::http::request::Parts;
use leptos::server_fn::ServerFn;
use leptos::server_fn::axum::get_server_fn_service;

use crate::AuthApi;
use crate::server_fns::Load;
use crate::session::LayerWasHere;

/// What a host's router lacks, with what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// No `AuthApi` reaches the page.
    NoAuthApi,
    /// An `AuthApi`, and nothing that loads the state of pages.
    NoSessionLayer,
    /// `SessionLayer` lies outside of what brings the `AuthApi`.
    LayersSwapped,
    /// The server functions are not there.
    NoServerFns,
    /// The peer's address does not reach the router.
    NoPeer,
}

static SAID: [AtomicBool; 5] = [const { AtomicBool::new(false) }; 5];

impl Notice {
    /// What is wrong with the router that a page's request has come through.
    pub(crate) fn about(parts: &Parts) -> Option<Self> {
        let has_api = AuthApi::from_parts(parts).is_some();
        match parts.extensions.get::<LayerWasHere>() {
            _ if !has_api => Some(Self::NoAuthApi),
            None => Some(Self::NoSessionLayer),
            Some(layer) if !layer.found_api => Some(Self::LayersSwapped),
            Some(_) => (!are_server_fns_registered()).then_some(Self::NoServerFns),
        }
    }

    /// What is wrong, and what to do about it.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::NoAuthApi => {
                "no auth API reaches <AuthProvider>: nobody can sign in. Give the router to thyra::mount(app, auth)."
            }
            Self::NoSessionLayer => {
                "no SessionLayer around the app: <AuthProvider> renders nothing on the server. Give the router to \
                 thyra::mount(app, auth), or add SessionLayer inside of Extension(AuthApi)."
            }
            Self::LayersSwapped => {
                "SessionLayer lies outside of Extension(AuthApi) and finds none: <AuthProvider> renders nothing on the \
                 server. Give the router to thyra::mount(app, auth), or call .layer(SessionLayer) before \
                 .layer(Extension(auth_api))."
            }
            Self::NoServerFns => {
                "Thyra's server functions are not registered: no form of it works. Give the router to \
                 thyra::mount(app, auth), or call thyra::register_server_fns() before leptos_routes."
            }
            Self::NoPeer => {
                "the browser's address does not reach the router, so limits by address count nothing. Serve with \
                 app.into_make_service_with_connect_info::<SocketAddr>()."
            }
        }
    }

    /// Says it on stderr, the first time.
    pub(crate) fn say(self) {
        if !SAID[self as usize].swap(true, Ordering::Relaxed) {
            eprintln!("thyra: {}", self.sentence());
        }
    }

    /// Whether it has been said.
    #[cfg(test)]
    pub(crate) fn is_said(self) -> bool {
        SAID[self as usize].load(Ordering::Relaxed)
    }
}

/// They register themselves when the linker keeps them, or all at once: one stands for all.
fn are_server_fns_registered() -> bool {
    get_server_fn_service(<Load as ServerFn>::PATH, Method::POST).is_some()
}
