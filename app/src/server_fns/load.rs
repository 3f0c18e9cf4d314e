//! Loading the state of a page.

use leptos::prelude::*;

use super::AuthState;
use crate::AuthError;

/// Loads what the instance allows and who is signed in.
///
/// # Errors
/// [`AuthError::NotConfigured`] without an `AuthApi`; [`AuthError::Transport`] when it does not answer.
///
/// # Server rendering
/// `<AuthProvider>` calls it during rendering, as a plain function.
#[server(name = Load, prefix = "/api/auth", endpoint = "load")]
pub async fn load() -> Result<AuthState, AuthError> {
    Err(AuthError::NotConfigured)
}
