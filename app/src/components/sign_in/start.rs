//! The start step: who is signing in.
//!
//! Where passwords are in use, the form has a password field from the first byte on. It takes no room until it is
//! filled or focused (`.thyra-instant` in the theme): a password manager fills it together with the identifier, and one
//! submit is enough, without scripts too. It is left out of the tab order for those who have nothing to put there yet,
//! and not hidden from those who listen to the page: reached by its label it works like any other field.

use leptos::prelude::*;
use thyra_wire::Environment;

use super::InitialIdentifier;
use super::flow::{identifier_of_query, sign_up_href};
use crate::components::shared::{
    Card, Field, FieldKind, IntoLean, Mount, StepForm, SubmitButton, app_name, use_form_errors,
};
use crate::i18n::{Texts, fill, use_texts};
use crate::server_fns::ContinueSignIn;
use crate::{use_environment, use_sign_in, use_sign_in_form};

pub(super) fn start() -> impl IntoView {
    let action = use_sign_in_form::<ContinueSignIn>();
    let texts = use_texts();
    let (pending, signal) = (action.pending(), use_sign_in());
    let environment = use_environment().get_untracked();
    let has_password = environment
        .user_settings
        .enabled_attribute("password")
        .is_some();
    let visible: &[&str] = if has_password {
        &["identifier", "password"]
    } else {
        &["identifier"]
    };
    let errors = use_form_errors(signal.errors, visible);
    let (kind, label) = identifier(&environment, texts);
    let value = initial_identifier().or_else(|| untrack(|| signal.sign_in.identifier()));
    let title = fill(texts.sign_in.start_title, &[("app", &app_name())]);
    view! {
        <Card
            title=title
            subtitle=texts.sign_in.start_subtitle
            error=Signal::derive(move || errors.with(|errors| errors.card()))
            footer=sign_up_link(&environment, texts)
        >
            <StepForm action=action flow=Mount::expect().flow()>
                <Field
                    kind=kind
                    label=label
                    value=value
                    error=Signal::derive(move || errors.with(|errors| errors.field("identifier")))
                    pending=pending
                />
                {has_password
                    .then(|| {
                        view! {
                            <input class="thyra-hidden" type="hidden" name="unseen_password" value="true"/>
                            <Field
                                kind=FieldKind::CurrentPassword
                                label=texts.fields.password
                                error=Signal::derive(move || errors.with(|errors| errors.field("password")))
                                pending=pending
                                is_instant=true
                            />
                        }
                    })}
                <SubmitButton label=texts.common.continue_button pending=pending/>
            </StepForm>
        </Card>
    }
}

/// The query wins over the host, and both over what the attempt before had.
fn initial_identifier() -> Option<String> {
    let of_host = || use_context::<InitialIdentifier>().and_then(|initial| initial.0);
    identifier_of_query().or_else(of_host)
}

/// What the identifier can be on this instance.
fn identifier(environment: &Environment, texts: &Texts) -> (FieldKind, &'static str) {
    let is_used = |name: &str| environment.user_settings.enabled_attribute(name).is_some();
    match (is_used("email_address"), is_used("username")) {
        (true, true) => (
            FieldKind::Identifier,
            texts.fields.email_address_or_username,
        ),
        (false, true) => (FieldKind::Identifier, texts.fields.username),
        _ => (FieldKind::EmailIdentifier, texts.fields.email_address),
    }
}

/// The way to an account, where everybody may make one.
fn sign_up_link(environment: &Environment, texts: &'static Texts) -> Option<AnyView> {
    let mode = environment.user_settings.sign_up.mode.as_str();
    let is_open = !matches!(mode, "restricted" | "waitlist");
    is_open.then(|| {
        view! {
            <span class="thyra-footer-question">{format!("{} ", texts.sign_in.sign_up_question)}</span>
            <a class="thyra-link" data-thyra-part="sign-up-link" href=sign_up_href(None)>{texts.sign_in.sign_up_link}</a>
        }
        .into_lean()
    })
}
