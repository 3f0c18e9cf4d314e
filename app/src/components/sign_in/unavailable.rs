//! The sign-in waits for something this version has no step for: that is said, with a way out.

use leptos::prelude::*;

use crate::components::shared::{Card, Mount, StepForm, SubmitButton, use_form_errors};
use crate::i18n::{Texts, use_texts};
use crate::server_fns::StartOver;
use crate::step::Unavailable;
use crate::{use_sign_in, use_sign_in_form};

pub(super) fn unavailable(why: Unavailable) -> impl IntoView {
    let action = use_sign_in_form::<StartOver>();
    let texts = use_texts();
    let errors = use_form_errors(use_sign_in().errors, &[]);
    view! {
        <Card
            title=texts.sign_in.unavailable_title.to_owned()
            subtitle=reason(why, texts)
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            <StepForm action=action flow=Mount::expect().flow()>
                <SubmitButton label=texts.common.start_over pending=action.pending()/>
            </StepForm>
        </Card>
    }
}

fn reason(why: Unavailable, texts: &Texts) -> &'static str {
    match why {
        Unavailable::FirstFactor => texts.sign_in.unavailable_first_factor,
        Unavailable::SecondFactor => texts.sign_in.unavailable_second_factor,
        Unavailable::ClientTrust => texts.sign_in.unavailable_client_trust,
        Unavailable::ProtectCheck => texts.sign_in.unavailable_protect_check,
        Unavailable::Unknown => texts.sign_in.unavailable_unknown,
    }
}
