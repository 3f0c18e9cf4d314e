//! The signed-in side: the provider, who is signed in, signing out, and verified sessions on the server.

mod action;
mod context;
mod form_action;
mod hooks;
mod posted_error;
mod provider;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod provider_tests;
mod refresh;
mod rejection;
#[cfg(test)]
mod tests;
#[cfg(feature = "ssr")]
mod verify;

pub use action::{use_sign_in_form, use_sign_out_form, use_sign_up_form};
pub use context::AuthContext;
pub(crate) use context::{in_browser, only_in_browser};
pub use form_action::FormAction;
pub use hooks::{AuthHandle, use_auth, use_auth_context, use_environment, use_session, use_user};
pub(crate) use posted_error::posted_error;
pub use provider::{AuthProvider, AuthProviderProps};
pub use rejection::SessionRejection;
#[cfg(feature = "ssr")]
pub(crate) use verify::{KeyCache, LayerWasHere, Preloaded, outlives};
#[cfg(feature = "ssr")]
pub use verify::{
    OptionalSession, SessionLayer, VerifiedSession, current_session, require_session,
};
