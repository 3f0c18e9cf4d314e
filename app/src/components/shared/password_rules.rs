//! What a new password has to be, for people and for password managers.

use leptos::prelude::*;

use crate::i18n::{ErrorContext, Texts, fill};
use crate::use_environment;

/// The hint for people and the rules for password managers. Both name the length only: it is all that is asked.
pub(crate) fn password_rules(texts: &Texts) -> (Option<String>, Option<String>) {
    let (minimum, maximum) = use_environment().with_untracked(|environment| {
        let minimum = ErrorContext::of(environment).password_minimum;
        let maximum = environment.user_settings.password_settings.max_length;
        (minimum, maximum)
    });
    // Without a limit of the instance's there is none to tell: one that is made up would cut what managers make up.
    let maximum = match maximum {
        0 => String::new(),
        maximum => format!(" maxlength: {maximum};"),
    };
    let hint = fill(
        texts.fields.new_password_hint,
        &[("minimum", &minimum.to_string())],
    );
    (Some(hint), Some(format!("minlength: {minimum};{maximum}")))
}
