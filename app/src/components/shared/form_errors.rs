//! Which error is shown where.
//!
//! An error about a field stands under that field. Every other one stands in the card's alert; also an error about a
//! field that the step does not show, which would otherwise be shown nowhere.

use std::sync::Arc;

use leptos::prelude::*;
use thyra_wire::Environment;

use crate::i18n::{Sentences, use_texts};
use crate::{AuthError, Errors, use_auth_context, use_environment};

/// The errors of one form, as sentences in their places.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FormErrors {
    fields: Vec<(&'static str, String)>,
    card: Option<String>,
}

impl FormErrors {
    /// Sorts the errors of a form with these fields.
    pub(crate) fn sort(raw: &[AuthError], visible: &[&'static str], sentences: &Sentences) -> Self {
        let mut sorted = Self::default();
        for error in raw {
            let field = error
                .field()
                .and_then(|(name, _)| visible_field(name, visible));
            let sentence = sentences.of_failure(error);
            match field {
                Some(field) if sorted.field(field).is_none() => {
                    sorted.fields.push((field, sentence))
                }
                Some(_) => {}
                None => sorted.card = sorted.card.take().or(Some(sentence)),
            }
        }
        sorted
    }

    /// The sentence under this field.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        self.fields
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, sentence)| sentence.clone())
    }

    /// The sentence in the card's alert.
    pub(crate) fn card(&self) -> Option<String> {
        self.card.clone()
    }
}

fn visible_field(name: &str, visible: &[&'static str]) -> Option<&'static str> {
    visible.iter().find(|field| **field == name).copied()
}

/// The errors of a resource, sorted for a form with these fields.
pub(crate) fn use_form_errors<Fields>(
    errors: impl Into<Signal<Errors<Fields>>>,
    visible: &'static [&'static str],
) -> Memo<FormErrors>
where
    Fields: Clone + PartialEq + Send + Sync + 'static,
{
    let errors = errors.into();
    let texts = use_texts();
    let environment: Signal<Arc<Environment>> = use_environment();
    let context = use_auth_context();
    Memo::new(move |_| {
        let sentences = environment.with(|environment| Sentences::new(texts, environment));
        let raw = errors.with(|errors| errors.raw.clone().unwrap_or_default());
        let sorted = FormErrors::sort(&raw, visible, &sentences);
        // A page that could not be loaded says so; otherwise its forms would look as if they worked.
        let load_error = || {
            context
                .load_error()
                .map(|error| sentences.of_failure(&error))
        };
        FormErrors {
            card: sorted.card.or_else(load_error),
            ..sorted
        }
    })
}

#[cfg(test)]
mod tests {
    use thyra_wire::{ApiError, ErrorCode, ErrorMeta};

    use super::*;
    use crate::i18n::Locale;

    fn item(code: ErrorCode, param: &str) -> AuthError {
        AuthError::of(ApiError {
            code,
            message: String::new(),
            long_message: None,
            meta: ErrorMeta {
                param_name: Some(param.to_owned()),
                ..ErrorMeta::default()
            },
        })
    }

    fn sort(raw: &[AuthError], visible: &[&'static str]) -> FormErrors {
        let sentences = Sentences::new(Locale::English.texts(), &Environment::default());
        FormErrors::sort(raw, visible, &sentences)
    }

    #[test]
    fn an_error_of_a_field_that_is_shown_stands_under_it() {
        let errors = sort(&[item(ErrorCode::FormCodeIncorrect, "code")], &["code"]);

        assert_eq!(
            errors.field("code").as_deref(),
            Some("Incorrect code. Check it and try again.")
        );
        assert_eq!(errors.card(), None);
    }

    #[test]
    fn an_error_of_a_field_that_is_not_shown_stands_in_the_alert() {
        let errors = sort(
            &[item(ErrorCode::FormPasswordIncorrect, "password")],
            &["code"],
        );

        assert_eq!(errors.field("password"), None);
        assert!(errors.card().is_some());
    }

    #[test]
    fn the_first_error_of_a_place_is_shown() {
        let errors = sort(
            &[
                item(ErrorCode::FormPasswordLengthTooShort, "password"),
                item(ErrorCode::FormParamNil, "password"),
            ],
            &["password"],
        );

        assert_eq!(
            errors.field("password").as_deref(),
            Some("Passwords must have at least 8 characters.")
        );
    }

    #[test]
    fn no_answer_and_one_that_cannot_be_read_are_told_apart() {
        for (error, words) in [
            (
                AuthError::Transport { is_temporary: true },
                "We couldn’t reach the server.",
            ),
            (
                AuthError::Unreadable,
                "We couldn’t read the server’s answer.",
            ),
        ] {
            let errors = sort(&[error], &["code"]);

            assert!(errors.card().unwrap().starts_with(words));
        }
    }
}
