//! The e-mail code step.
//!
//! Opening the page sends nothing: a request that only reads must not change anything. The code is sent by the form
//! that leads here; where none was, the step offers to send one.

use leptos::prelude::*;
use thyra_wire::Factor;

use super::flow::flow_for;
use super::password::{identity, other_method_link};
use crate::components::shared::{
    Card, CodeForm, IntoLean, Resend, StepForm, SubmitButton, app_name, use_form_errors,
};
use crate::i18n::{fill, use_texts};
use crate::server_fns::{ResendCode, SubmitCode};
use crate::step::FactorKey;
use crate::{Flow, FormAction};
use crate::{use_sign_in, use_sign_in_form};

pub(super) fn email_code(factor: Factor, is_sent: bool) -> impl IntoView {
    let texts = use_texts();
    let key = FactorKey::of(&factor);
    let address = factor.safe_identifier.unwrap_or_default();
    let visible: &[&str] = if is_sent { &["code"] } else { &[] };
    // Before the card: each takes over the error of its own form when that was sent without scripts.
    let (submit, resend) = (
        use_sign_in_form::<SubmitCode>(),
        use_sign_in_form::<ResendCode>(),
    );
    let errors = use_form_errors(use_sign_in().errors, visible);
    let subtitle = match is_sent {
        true => fill(texts.sign_in.email_code_subtitle, &[("app", &app_name())]),
        false => texts.sign_in.email_code_unsent.to_owned(),
    };
    let content = match is_sent {
        true => {
            let error = Signal::derive(move || errors.with(|errors| errors.field("code")));
            code(submit, resend, flow_for(&key), address.clone(), error).into_lean()
        }
        false => send(resend, flow_for(&key)).into_lean(),
    };
    view! {
        <Card
            title=texts.sign_in.email_code_title.to_owned()
            subtitle=subtitle
            identity=identity(&address)
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            {content}
            {other_method_link(&key)}
        </Card>
    }
}

fn code(
    submit: FormAction,
    resend: FormAction,
    flow: Flow,
    address: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let sign_in = use_sign_in().sign_in;
    let expires_at = Signal::derive(move || sign_in.first_factor_verification().expire_at);
    view! {
        <CodeForm action=submit flow=flow.clone() error=error/>
        <Resend action=resend flow=flow expires_at=expires_at address=address/>
    }
}

fn send(action: FormAction, flow: Flow) -> impl IntoView {
    view! {
        <StepForm action=action flow=flow>
            <SubmitButton label=use_texts().sign_in.email_code_send pending=action.pending()/>
        </StepForm>
    }
}
