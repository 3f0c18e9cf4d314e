//! The button that sends a form.

use leptos::prelude::*;

/// The button that sends a form. While the form is under way it keeps its name and says that it is busy; it is never
/// disabled, because a disabled button loses the focus and tells nobody why.
#[component]
pub(crate) fn SubmitButton(
    /// Its text.
    label: &'static str,
    /// Whether the form is under way.
    #[prop(into)]
    pending: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class="thyra-button thyra-button-primary thyra-button-block"
            data-thyra-part="submit"
            aria-busy=move || pending.get().then_some("true")
        >
            <span class="thyra-spinner" aria-hidden="true"></span>
            <span class="thyra-button-label">{label}</span>
        </button>
    }
}
