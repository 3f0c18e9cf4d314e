//! The form of a sign-up.

use leptos::prelude::*;
use thyra_wire::Environment;

use super::fields::{asked_at_start, inputs};
use crate::components::shared::{
    Card, IntoLean, Mount, StepForm, SubmitButton, app_name, use_form_errors,
};
use crate::i18n::{Texts, fill, use_texts};
use crate::server_fns::SubmitSignUp;
use crate::{use_environment, use_sign_up, use_sign_up_form};

const FIELDS: &[&str] = &[
    "first_name",
    "last_name",
    "username",
    "email_address",
    "password",
];

pub(super) fn start(show_optional_fields: bool) -> AnyView {
    let environment = use_environment().get_untracked();
    let texts = use_texts();
    if environment.user_settings.sign_up.mode == "restricted" {
        return restricted(&environment, texts).into_lean();
    }
    let action = use_sign_up_form::<SubmitSignUp>();
    let pending = action.pending();
    let errors = use_form_errors(use_sign_up().errors, FIELDS);
    view! {
        <Card
            title=texts.sign_up.start_title.to_owned()
            subtitle=fill(texts.sign_up.start_subtitle, &[("app", &app_name())])
            error=Signal::derive(move || errors.with(|errors| errors.card()))
            footer=sign_in_link(&environment, texts)
        >
            <StepForm action=action flow=Mount::expect().flow()>
                {inputs(asked_at_start(&environment, show_optional_fields), errors, pending)}
                <SubmitButton label=texts.common.continue_button pending=pending/>
            </StepForm>
        </Card>
    }
    .into_lean()
}

fn restricted(environment: &Environment, texts: &'static Texts) -> impl IntoView + use<> {
    view! {
        <Card
            title=texts.sign_up.restricted_title.to_owned()
            subtitle=texts.sign_up.restricted_subtitle
            footer=sign_in_link(environment, texts)
        />
    }
}

fn sign_in_link(environment: &Environment, texts: &'static Texts) -> Option<AnyView> {
    let href = Mount::expect().other_page(&environment.display_config.sign_in_url, "/sign-in", &[]);
    let link = view! {
        <span class="thyra-footer-question">{format!("{} ", texts.sign_up.sign_in_question)}</span>
        <a class="thyra-link" data-thyra-part="sign-in-link" href=href>{texts.sign_up.sign_in_link}</a>
    };
    Some(link.into_lean())
}
