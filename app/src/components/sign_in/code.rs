//! The step of a one-time code that is sent, whichever way it is sent.
//!
//! Opening the page sends nothing: a request that only reads must not change anything. The code is sent by the form
//! that leads here; where none was, the step offers to send one.

use leptos::prelude::*;
use thyra_wire::{Factor, Level};

use super::flow::{flow_for, href};
use super::password::{identity, other_method_link};
use crate::components::shared::{
    Card, CodeForm, IntoLean, Resend, StepForm, SubmitButton, app_name, use_form_errors,
};
use crate::i18n::{SignInTexts, fill, use_texts};
use crate::server_fns::{ResendCode, SubmitCode};
use crate::step::{FactorKey, Method, SignInRoute};
use crate::{Flow, FormAction};
use crate::{use_sign_in, use_sign_in_form};

pub(super) fn code(method: Method, factor: Factor, level: Level, is_sent: bool) -> impl IntoView {
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
    let words = words(method, level, &texts.sign_in);
    let subtitle = match is_sent {
        true => fill(words.sent, &[("app", &app_name())]),
        false => words.unsent.to_owned(),
    };
    let content = match is_sent {
        true => {
            let error = Signal::derive(move || errors.with(|errors| errors.field("code")));
            answer(
                submit,
                resend,
                flow_for(level, &key),
                address.clone(),
                error,
            )
            .into_lean()
        }
        false => send(resend, flow_for(level, &key), words.send).into_lean(),
    };
    view! {
        <Card
            title=words.title.to_owned()
            subtitle=subtitle
            identity=identity(&address)
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            {content}
            {match method.resets_password() {
                true => back_link().into_lean(),
                false => other_method_link(level, &key).into_lean(),
            }}
        </Card>
    }
}

fn answer(
    submit: FormAction,
    resend: FormAction,
    flow: Flow,
    address: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let sign_in = use_sign_in().sign_in;
    let level = flow.level;
    let expires_at = Signal::derive(move || {
        let verification = match level {
            Level::First => sign_in.first_factor_verification(),
            Level::Second => sign_in.second_factor_verification(),
        };
        verification.expire_at
    });
    view! {
        <CodeForm action=submit flow=flow.clone() error=error/>
        <Resend action=resend flow=flow expires_at=expires_at address=address/>
    }
}

fn send(action: FormAction, flow: Flow, label: &'static str) -> impl IntoView {
    view! {
        <StepForm action=action flow=flow>
            <SubmitButton label=label pending=action.pending()/>
        </StepForm>
    }
}

/// What the step says.
struct Words {
    title: &'static str,
    /// Once the code is sent: `{app}`.
    sent: &'static str,
    unsent: &'static str,
    /// On the button that sends the first code.
    send: &'static str,
}

/// The way back from a reset to what helps when the password is forgotten.
fn back_link() -> impl IntoView {
    let href = href(SignInRoute::ForgotPassword);
    view! {
        <div class="thyra-actions">
            <a class="thyra-link" data-thyra-part="back" href=href>{use_texts().common.back}</a>
        </div>
    }
}

fn words(method: Method, level: Level, texts: &SignInTexts) -> Words {
    match method {
        Method::EmailCode if level == Level::Second => Words {
            title: texts.email_code_title,
            sent: texts.email_code_second_subtitle,
            unsent: texts.email_code_second_unsent,
            send: texts.email_code_send,
        },
        // What is not sent is no code of this step.
        Method::EmailCode
        | Method::EmailLink
        | Method::Password
        | Method::Totp
        | Method::BackupCode => Words {
            title: texts.email_code_title,
            sent: texts.email_code_subtitle,
            unsent: texts.email_code_unsent,
            send: texts.email_code_send,
        },
        Method::ResetPasswordEmailCode => Words {
            title: texts.reset_password_code_title,
            sent: texts.reset_password_email_code_subtitle,
            unsent: texts.reset_password_code_unsent,
            send: texts.email_code_send,
        },
        Method::ResetPasswordPhoneCode => Words {
            title: texts.reset_password_code_title,
            sent: texts.reset_password_phone_code_subtitle,
            unsent: texts.reset_password_code_unsent,
            send: texts.email_code_send,
        },
    }
}
