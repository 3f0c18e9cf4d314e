//! What is still missing.

use leptos::prelude::*;
use thyra_wire::SignUpRequirement;

use super::fields::{Asked, inputs};
use crate::components::shared::{Card, Mount, StepForm, SubmitButton, use_form_errors};
use crate::i18n::use_texts;
use crate::server_fns::ContinueSignUp;
use crate::{use_sign_up, use_sign_up_form};

const FIELDS: &[&str] = &[
    "first_name",
    "last_name",
    "username",
    "email_address",
    "password",
];

pub(super) fn missing_fields(fields: Vec<SignUpRequirement>) -> impl IntoView {
    let action = use_sign_up_form::<ContinueSignUp>();
    let texts = use_texts();
    let pending = action.pending();
    let errors = use_form_errors(use_sign_up().errors, FIELDS);
    let asked = fields
        .into_iter()
        .map(|field| Asked {
            field,
            is_optional: false,
        })
        .collect();
    view! {
        <Card
            title=texts.sign_up.continue_title.to_owned()
            subtitle=texts.sign_up.continue_subtitle
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            <StepForm action=action flow=Mount::expect().flow()>
                {inputs(asked, errors, pending)}
                <SubmitButton label=texts.common.continue_button pending=pending/>
            </StepForm>
        </Card>
    }
}
