//! The step that waits for a link to be opened.
//!
//! With scripts the page looks by itself, every second and when it is seen again. Its button does the same, and is all
//! there is without scripts.

use leptos::prelude::*;
use thyra_wire::{Factor, Level};

use super::flow::flow_for;
use super::password::{identity, other_method_link};
use crate::components::shared::{
    Card, IntoLean, Resend, StepForm, SubmitButton, app_name, use_form_errors,
};
use crate::i18n::{fill, use_texts};
use crate::server_fns::{CheckLink, ResendCode};
use crate::step::FactorKey;
use crate::{Flow, FormAction, use_sign_in, use_sign_in_form};

pub(super) fn link(factor: Factor, is_sent: bool) -> impl IntoView {
    let texts = use_texts();
    let key = FactorKey::of(&factor);
    let address = factor.safe_identifier.unwrap_or_default();
    let (check, resend) = (
        use_sign_in_form::<CheckLink>(),
        use_sign_in_form::<ResendCode>(),
    );
    let errors = use_form_errors(use_sign_in().errors, &[]);
    let subtitle = match is_sent {
        true => fill(texts.sign_in.email_link_subtitle, &[("app", &app_name())]),
        false => texts.sign_in.email_link_unsent.to_owned(),
    };
    let content = match is_sent {
        true => waiting(check, resend, flow_for(Level::First, &key), address.clone()).into_lean(),
        false => send(resend, flow_for(Level::First, &key)).into_lean(),
    };
    view! {
        <Card
            title=texts.sign_in.email_link_title.to_owned()
            subtitle=subtitle
            identity=identity(&address)
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            {content}
            {other_method_link(Level::First, &key)}
        </Card>
    }
}

fn waiting(check: FormAction, resend: FormAction, flow: Flow, address: String) -> impl IntoView {
    let sign_in = use_sign_in().sign_in;
    let expires_at = Signal::derive(move || sign_in.first_factor_verification().expire_at);
    go_on_when_opened(check, flow.clone());
    view! {
        <StepForm action=check flow=flow.clone()>
            <SubmitButton label=use_texts().sign_in.email_link_check pending=check.pending()/>
        </StepForm>
        <Resend action=resend flow=flow expires_at=expires_at address=address/>
    }
}

fn send(action: FormAction, flow: Flow) -> impl IntoView {
    view! {
        <StepForm action=action flow=flow>
            <SubmitButton label=use_texts().sign_in.email_link_send pending=action.pending()/>
        </StepForm>
    }
}

/// Sends the form when the link was opened.
#[cfg(not(feature = "ssr"))]
fn go_on_when_opened(check: FormAction, flow: Flow) {
    let email_link = use_sign_in().sign_in.email_link();
    Effect::new(move || {
        let fields = flow.encode();
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            if email_link.wait_unseen().await.is_ok() {
                check.dispatch(fields);
            }
        });
    });
}

/// On the server nobody waits.
#[cfg(feature = "ssr")]
fn go_on_when_opened(_: FormAction, _: Flow) {}
