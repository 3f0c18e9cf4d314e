//! The steps of a second factor that nothing is sent for: the code of an authenticator app, and a backup code.

use leptos::prelude::*;
use thyra_wire::{Level, Strategy};

use super::flow::flow_for;
use super::password::{has_alternatives, identity, other_method_link};
use crate::components::shared::{
    Card, CodeForm, Field, FieldKind, IntoLean, StepForm, SubmitButton, app_name, use_form_errors,
};
use crate::i18n::{fill, use_texts};
use crate::server_fns::SubmitCode;
use crate::step::{FactorKey, Method};
use crate::{use_environment, use_sign_in, use_sign_in_form};

/// The code that the app shows.
pub(super) fn totp() -> impl IntoView {
    let texts = use_texts();
    let action = use_sign_in_form::<SubmitCode>();
    let key = FactorKey::new(Strategy::Totp.as_str(), None);
    let errors = use_form_errors(use_sign_in().errors, &["code"]);
    let error = Signal::derive(move || errors.with(|errors| errors.field("code")));
    card(
        texts.sign_in.totp_title,
        texts.sign_in.totp_subtitle,
        Signal::derive(move || errors.with(|errors| errors.card())),
        &key,
        view! { <CodeForm action=action flow=flow_for(Level::Second, &key) error=error/> }
            .into_lean(),
    )
}

/// One of the codes that were put away.
pub(super) fn backup_code() -> impl IntoView {
    let texts = use_texts();
    let action = use_sign_in_form::<SubmitCode>();
    let pending = action.pending();
    let key = FactorKey::new(Strategy::BackupCode.as_str(), None);
    let errors = use_form_errors(use_sign_in().errors, &["code"]);
    let form = view! {
        <StepForm action=action flow=flow_for(Level::Second, &key)>
            <Field
                kind=FieldKind::BackupCode
                label=texts.fields.backup_code
                error=Signal::derive(move || errors.with(|errors| errors.field("code")))
                pending=pending
            />
            <SubmitButton label=texts.common.continue_button pending=pending/>
        </StepForm>
    };
    card(
        texts.sign_in.backup_code_title,
        texts.sign_in.backup_code_subtitle,
        Signal::derive(move || errors.with(|errors| errors.card())),
        &key,
        form.into_lean(),
    )
}

fn card(
    title: &'static str,
    subtitle: &'static str,
    error: Signal<Option<String>>,
    key: &FactorKey,
    form: AnyView,
) -> impl IntoView + use<> {
    let identifier = untrack(|| use_sign_in().sign_in.identifier()).unwrap_or_default();
    let help = (!has_alternatives(Level::Second, key)).then(lost);
    let other_method = other_method_link(Level::Second, key);
    view! {
        <Card title=title.to_owned() subtitle=with_news(subtitle) identity=identity(&identifier) error=error>
            {form}
            {other_method}
            {help}
        </Card>
    }
}

/// After a reset, the password is set already: that is said first.
fn with_news(subtitle: &'static str) -> String {
    let first = untrack(|| use_sign_in().sign_in.first_factor_verification());
    let is_reset = first.strategy.as_ref().and_then(Method::of);
    match is_reset.is_some_and(Method::resets_password) {
        true => format!(
            "{} {subtitle}",
            use_texts().sign_in.second_factor_after_reset
        ),
        false => subtitle.to_owned(),
    }
}

/// What helps those who have none of these any more: a person who knows them. A mail alone never does.
pub(super) fn lost() -> impl IntoView {
    let texts = use_texts();
    let environment = use_environment();
    let address =
        environment.with_untracked(|environment| environment.display_config.support_email.clone());
    let text = fill(texts.sign_in.second_factor_lost, &[("app", &app_name())]);
    let link = (!address.is_empty()).then(|| {
        let href = format!("mailto:{address}");
        view! { <a class="thyra-link" data-thyra-part="support" href=href>{address}</a> }
    });
    view! {
        <div class="thyra-help" data-thyra-part="help">
            <p class="thyra-hint">{text}</p>
            {link}
        </div>
    }
}
