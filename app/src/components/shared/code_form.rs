//! The form for a one-time code: the field and the button.

use leptos::prelude::*;

use super::otp::Otp;
use super::step_form::StepFunction;
use super::{StepForm, SubmitButton};
use crate::Flow;
use crate::i18n::use_texts;

/// The form for a one-time code.
#[component]
pub(crate) fn CodeForm<Form>(
    /// What sends it.
    action: ServerAction<Form>,
    /// Where the component is mounted.
    flow: Flow,
    /// What is wrong with the code.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView
where
    Form: StepFunction,
{
    let pending = action.pending();
    view! {
        <StepForm action=action flow=flow>
            <Otp error=error pending=pending/>
            <SubmitButton label=use_texts().common.continue_button pending=pending/>
        </StepForm>
    }
}
