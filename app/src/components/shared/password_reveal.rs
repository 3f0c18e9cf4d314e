//! The button that shows what was typed as a password.

use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::i18n::use_texts;

/// Shows and hides a password. It never touches what was typed, and hides it again when the form is sent.
///
/// # Server rendering
/// Hidden: it does nothing without scripts, so it appears when they have arrived.
#[component]
pub(crate) fn PasswordReveal(
    /// The id of the input.
    input: String,
    /// Whether the password is shown.
    is_shown: RwSignal<bool>,
    /// Whether the form is under way.
    pending: Signal<bool>,
) -> impl IntoView {
    let is_usable = RwSignal::new(false);
    Effect::new(move || is_usable.set(true));
    Effect::new(move || {
        if pending.get() {
            is_shown.set(false);
        }
    });
    view! {
        <button
            type="button"
            class="thyra-reveal"
            data-thyra-part="password-reveal"
            aria-controls=input
            aria-label=use_texts().fields.show_password
            aria-pressed=move || if is_shown.get() { "true" } else { "false" }
            hidden=move || !is_usable.get()
            on:click=move |_| is_shown.update(|is_shown| *is_shown = !*is_shown)
        >
            <Icon kind=IconKind::Eye class="thyra-icon-when-hidden"/>
            <Icon kind=IconKind::EyeCrossed class="thyra-icon-when-shown"/>
        </button>
    }
}
