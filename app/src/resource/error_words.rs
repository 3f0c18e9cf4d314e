//! The last error of a resource as a signal, with the words for it.

use std::ops::Deref;
use std::sync::Arc;

use leptos::prelude::*;
use thyra_wire::Environment;

use super::{Errors, FieldErrors};
use crate::i18n::{Sentences, Texts, use_texts};

/// A signal of [`Errors`] that also has the words for them, in the language of the page and with the limits of the
/// instance. `Copy`; everything that it reads is tracked.
///
/// ```
/// use leptos::prelude::*;
/// use thyra::{SignInField, use_sign_in};
///
/// #[component]
/// fn WhatIsWrong() -> impl IntoView {
///     let errors = use_sign_in().errors;
///     view! {
///         <p role="alert">{move || errors.general()}</p>
///         <p>{move || errors.text(SignInField::Password)}</p>
///         <p>{move || errors.get().raw.map(|all| all.len())}</p>
///     }
/// }
/// ```
pub struct ErrorWords<Fields: FieldErrors> {
    errors: Signal<Errors<Fields>>,
    texts: &'static Texts,
    environment: RwSignal<Arc<Environment>>,
}

impl<Fields: FieldErrors> ErrorWords<Fields> {
    pub(crate) fn new(
        errors: Signal<Errors<Fields>>,
        environment: RwSignal<Arc<Environment>>,
    ) -> Self {
        Self {
            errors,
            texts: use_texts(),
            environment,
        }
    }

    /// What to say in a form that has one place for it: about the first error, whatever it is about.
    pub fn first(&self) -> Option<String> {
        let error = self
            .errors
            .with(|errors| errors.raw.as_ref()?.first().cloned())?;
        Some(self.sentences().of_failure(&error))
    }

    /// What to say about a field.
    pub fn text(&self, field: Fields::Field) -> Option<String> {
        let item = self
            .errors
            .with(|errors| errors.fields.of(field).cloned())?;
        Some(self.sentences().of_item(&item))
    }

    /// What to say about the form as a whole: the first error that no field of it shows.
    pub fn general(&self) -> Option<String> {
        let error = self.errors.with(|errors| errors.first_general().cloned())?;
        Some(self.sentences().of_failure(&error))
    }

    fn sentences(&self) -> Sentences {
        self.environment
            .with(|environment| Sentences::new(self.texts, environment))
    }
}

impl<Fields: FieldErrors> Clone for ErrorWords<Fields> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Fields: FieldErrors> Copy for ErrorWords<Fields> {}

impl<Fields: FieldErrors> Deref for ErrorWords<Fields> {
    type Target = Signal<Errors<Fields>>;

    fn deref(&self) -> &Self::Target {
        &self.errors
    }
}

impl<Fields: FieldErrors> From<ErrorWords<Fields>> for Signal<Errors<Fields>> {
    fn from(words: ErrorWords<Fields>) -> Self {
        words.errors
    }
}
