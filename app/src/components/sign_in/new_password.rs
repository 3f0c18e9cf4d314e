//! The step for a new password: after the code of a reset, or where the instance asks for one.

use leptos::prelude::*;

use super::password::{identity, username_for_managers};
use crate::components::shared::{
    Card, Field, FieldKind, Mount, Shell, StepForm, SubmitButton, password_rules, use_form_errors,
};
use crate::i18n::use_texts;
use crate::server_fns::SubmitNewPassword;
use crate::{use_sign_in, use_sign_in_form};

pub(super) fn new_password(is_forced: bool) -> impl IntoView {
    let action = use_sign_in_form::<SubmitNewPassword>();
    let texts = use_texts();
    let (pending, signal) = (action.pending(), use_sign_in());
    let errors = use_form_errors(signal.errors, &["password"]);
    let identifier = untrack(|| signal.sign_in.identifier()).unwrap_or_default();
    let (hint, rules) = password_rules(texts);
    let subtitle = match is_forced {
        true => texts.sign_in.new_password_required,
        false => texts.sign_in.new_password_subtitle,
    };
    view! {
        <Card
            title=texts.sign_in.new_password_title.to_owned()
            subtitle=subtitle
            identity=identity(&identifier)
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            <StepForm action=action flow=Mount::expect().flow()>
                {username_for_managers(identifier)}
                <Field
                    kind=FieldKind::NewPassword
                    label=texts.fields.new_password
                    error=Signal::derive(move || errors.with(|errors| errors.field("password")))
                    pending=pending
                    hint=hint
                    password_rules=rules
                />
                // Where the instance asks for a new password, it decides about the other sessions too.
                {match is_forced {
                    true => None,
                    false => Some(sign_out_of_other_sessions()),
                }}
                <SubmitButton label=texts.sign_in.new_password_button pending=pending/>
            </StepForm>
        </Card>
    }
}

fn sign_out_of_other_sessions() -> impl IntoView {
    let id = Shell::expect().id("sign_out_of_other_sessions");
    view! {
        <div class="thyra-choice" data-thyra-part="choice">
            <input
                id=id.clone()
                class="thyra-checkbox"
                type="checkbox"
                name="sign_out_of_other_sessions"
                value="true"
                checked=true
            />
            <label class="thyra-choice-label" for=id>{use_texts().sign_in.sign_out_of_other_sessions}</label>
        </div>
    }
}
