//! What a form that was posted without scripts left in the page's address.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;

use super::AuthContext;
use crate::AuthError;
use crate::i18n::{ErrorContext, use_texts};

/// The error of the form whose server function has a path like this, in the words of the page.
///
/// Anybody can write an address, so of the error only its code, field and waiting time are taken; the sentences are the
/// catalogue's.
pub(crate) fn posted_error(
    context: &AuthContext,
    is_path: impl FnOnce(&str) -> bool,
) -> Option<AuthError> {
    let posted = use_context::<ServerActionError>().filter(|posted| is_path(posted.path()))?;
    let error = ServerFnUrlError::<AuthError>::decode_err(posted.err()).without_words();
    let limits = context
        .environment
        .with_untracked(|environment| ErrorContext::of(environment));
    Some(error.in_words(use_texts(), &limits))
}
