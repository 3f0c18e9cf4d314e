//! The new password is set: that is said before the component is left.

use std::time::Duration;

use leptos::prelude::*;

use super::complete::continue_link;
use crate::components::shared::{Card, Mount};
use crate::i18n::use_texts;

/// How long the sentence stands before the browser goes on by itself. The link is for those without scripts, and for
/// those who do not want to wait.
const READING_TIME: Duration = Duration::from_secs(2);

pub(super) fn reset_password_success() -> impl IntoView {
    let texts = use_texts();
    let target = Mount::expect().target();
    leave_soon(target.clone());
    view! {
        <Card
            title=texts.sign_in.reset_password_success_title.to_owned()
            subtitle=texts.sign_in.reset_password_success_subtitle
        >
            {continue_link(target)}
        </Card>
    }
}

fn leave_soon(target: String) {
    Effect::new(move || {
        let target = target.clone();
        let leave = move || {
            // The only failure is a malformed URL, and targets have passed the redirect validator.
            _ = window().location().replace(&target);
        };
        if let Ok(timer) = set_timeout_with_handle(leave, READING_TIME) {
            on_cleanup(move || timer.clear());
        }
    });
}
