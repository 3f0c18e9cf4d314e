//! Who is signed in.

use std::sync::Arc;

use leptos::prelude::*;
use thyra_wire::{Environment, Secret, Session, User};

use super::context::{AuthContext, in_browser};
use crate::server_fns::session_token;
use crate::{AuthError, Flow};

/// A `Copy` handle of reactive getters and async methods: whether somebody is signed in, and what they can do about it. What
/// [`use_auth`] gives.
#[derive(Clone, Copy)]
pub struct AuthHandle {
    context: AuthContext,
}

/// A hook that gives the state of the `<AuthProvider>` around as a `Copy` handle of reactive getters.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
#[track_caller]
pub fn use_auth_context() -> AuthContext {
    AuthContext::expect()
}

/// A signal of what the instance allows.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// Loaded before the provider's children are rendered.
#[track_caller]
pub fn use_environment() -> Signal<Arc<Environment>> {
    AuthContext::expect().environment.into()
}

/// A signal of the session in use; `None` when nobody is signed in. It can be pending: with a task left to do, it opens nothing.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// Loaded before the provider's children are rendered.
#[track_caller]
pub fn use_session() -> Signal<Option<Session>> {
    let context = AuthContext::expect();
    Signal::derive(move || context.active_session())
}

/// A signal of the signed-in user; `None` when nobody is.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// Loaded before the provider's children are rendered.
#[track_caller]
pub fn use_user() -> Signal<Option<User>> {
    let context = AuthContext::expect();
    Signal::derive(move || context.signed_in_session().and_then(|session| session.user))
}

/// A hook that gives reactive getters for whether somebody is signed in, and async methods for what they can do about it.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// The properties are loaded before the provider's children are rendered; the methods return
/// [`AuthError::ServerRendering`].
#[track_caller]
pub fn use_auth() -> AuthHandle {
    AuthHandle {
        context: AuthContext::expect(),
    }
}

impl AuthHandle {
    /// Whether it is known who is signed in.
    pub fn is_loaded(&self) -> bool {
        self.context.is_loaded()
    }

    /// Whether somebody is signed in. A session with a task left to do does not count.
    pub fn is_signed_in(&self) -> bool {
        self.context.signed_in_session().is_some()
    }

    /// The user's id (`user_…`).
    pub fn user_id(&self) -> Option<String> {
        self.context
            .signed_in_session()
            .and_then(|session| Some(session.user?.id))
    }

    /// The session's id (`sess_…`).
    pub fn session_id(&self) -> Option<String> {
        self.context.signed_in_session().map(|session| session.id)
    }

    /// A session token for calling other services; `None` when nobody is signed in. It lives 60 seconds.
    ///
    /// # Errors
    /// What the auth API answers.
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`]: use `current_session` there.
    pub async fn get_token(&self) -> Result<Option<Secret>, AuthError> {
        in_browser()?;
        session_token().await
    }

    /// Signs out of all sessions of this browser.
    ///
    /// # Errors
    /// What the auth API answers; the person is then still signed in.
    ///
    /// # Server rendering
    /// [`AuthError::ServerRendering`].
    pub async fn sign_out(&self) -> Result<(), AuthError> {
        in_browser()?;
        let result = crate::server_fns::sign_out(None, Flow::default()).await;
        self.context.settle(&result);
        result.map(drop)
    }
}
