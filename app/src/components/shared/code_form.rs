//! The form for a one-time code: the field and the button.

use leptos::prelude::*;

use super::otp::Otp;
use super::{StepForm, SubmitButton};
use crate::i18n::use_texts;
use crate::{Flow, FormAction};

/// The form for a one-time code.
#[component]
pub(crate) fn CodeForm(
    /// What sends it.
    action: FormAction,
    /// Where the component is mounted.
    flow: Flow,
    /// What is wrong with the code.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let pending = action.pending();
    view! {
        <StepForm action=action flow=flow>
            <Otp error=error pending=pending/>
            <SubmitButton label=use_texts().common.continue_button pending=pending/>
        </StepForm>
    }
}
