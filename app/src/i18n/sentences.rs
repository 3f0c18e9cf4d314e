//! The words for everything that can go wrong.

use thyra_wire::{ApiError, Environment};

use super::errors::{ErrorContext, error_sentence};
use super::texts::Texts;
use crate::AuthError;

/// The sentences for errors, in the language of the page and with the limits of the instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentences {
    texts: &'static Texts,
    context: ErrorContext,
}

impl Sentences {
    pub(crate) fn new(texts: &'static Texts, environment: &Environment) -> Self {
        Self {
            texts,
            context: ErrorContext::of(environment),
        }
    }

    /// The sentence for one error of the auth API.
    pub(crate) fn of_item(&self, item: &ApiError) -> String {
        error_sentence(self.texts, &self.context, item)
    }

    /// The sentence for a failure as a whole.
    pub(crate) fn of_failure(&self, error: &AuthError) -> String {
        let errors = &self.texts.errors;
        match error {
            AuthError::Api(_) => match error.api_errors().first() {
                Some(item) => self.of_item(item),
                None => errors.internal_clerk_error.to_owned(),
            },
            AuthError::Transport { .. } => errors.unreachable.to_owned(),
            AuthError::Unreadable => errors.unreadable.to_owned(),
            AuthError::CrossSite => errors.origin_invalid.to_owned(),
            AuthError::FactorNotFound => errors.strategy_for_user_invalid.to_owned(),
            // Mistakes of a developer: their words are in the log, and people read that it is not theirs.
            _ => errors.internal_clerk_error.to_owned(),
        }
    }
}
