//! The other ways to sign in.

use leptos::prelude::*;
use thyra_wire::{Factor, Level};

use super::flow::{factor_href, href};
use super::second_factor::lost;
use crate::components::shared::{Card, Icon, IconKind, Mount, StepForm, use_form_errors};
use crate::i18n::{Texts, fill, use_texts};
use crate::server_fns::ChooseFactor;
use crate::step::{FactorKey, Method, SignInRoute, method_of};
use crate::{Flow, FormAction, use_sign_in, use_sign_in_form};

pub(super) fn methods(
    level: Level,
    factors: Vec<Factor>,
    current: Option<Factor>,
    reset: Option<Box<Factor>>,
) -> impl IntoView {
    let action = use_sign_in_form::<ChooseFactor>();
    let chosen = RwSignal::new(None);
    let texts = use_texts();
    let errors = use_form_errors(use_sign_in().errors, &[]);
    let back = match &current {
        Some(factor) => factor_href(level, &FactorKey::of(factor)),
        None => href(SignInRoute::Index),
    };
    let (title, subtitle) = match &reset {
        Some(_) => (
            texts.sign_in.forgot_password_title,
            texts.sign_in.forgot_password_subtitle,
        ),
        None => (texts.sign_in.methods_title, texts.sign_in.methods_subtitle),
    };
    let separates = reset.is_some() && !factors.is_empty();
    view! {
        <Card
            title=title.to_owned()
            subtitle=subtitle
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            {reset.and_then(|factor| method(action, chosen, level, *factor, texts))}
            {separates.then(|| view! { <p class="thyra-divider" data-thyra-part="divider">{texts.sign_in.forgot_password_or}</p> })}
            <ul class="thyra-methods" data-thyra-part="methods">
                {factors.into_iter().map(|factor| view! { <li class="thyra-method-item">{method(action, chosen, level, factor, texts)}</li> }).collect_view()}
            </ul>
            {(level == Level::Second).then(lost)}
            <div class="thyra-actions">
                <a class="thyra-link" data-thyra-part="back" href=back>{texts.common.back}</a>
            </div>
        </Card>
    }
}

fn method(
    action: FormAction,
    chosen: RwSignal<Option<FactorKey>>,
    level: Level,
    factor: Factor,
    texts: &'static Texts,
) -> Option<impl IntoView> {
    let way = method_of(&factor, level)?;
    let key = FactorKey::of(&factor);
    let (icon, label) = looks(way, &factor, texts);
    let strategy = key.strategy().to_owned();
    let flow = Flow {
        level,
        ..Mount::expect().flow()
    };
    let is_chosen = {
        let key = key.clone();
        move || {
            let is_this = chosen.with(|chosen| chosen.as_ref() == Some(&key));
            (is_this && action.pending().get()).then_some("true")
        }
    };
    Some(view! {
        <StepForm action=action flow=flow class="thyra-method-form">
            <input class="thyra-hidden" type="hidden" name="strategy" value=strategy.clone()/>
            {factor.target_id().map(|id| view! { <input class="thyra-hidden" type="hidden" name="target" value=id.to_owned()/> })}
            <button
                type="submit"
                class=if way.resets_password() { PRIMARY } else { SECONDARY }
                data-thyra-part="method"
                data-thyra-method=strategy
                aria-busy=is_chosen
                on:click=move |_| chosen.set(Some(key.clone()))
            >
                <Icon kind=icon/>
                <span class="thyra-method-text">{label}</span>
                <span class="thyra-spinner" aria-hidden="true"></span>
                <Icon kind=IconKind::ChevronForward/>
            </button>
        </StepForm>
    })
}

const PRIMARY: &str = "thyra-button thyra-button-primary thyra-button-block thyra-method";
const SECONDARY: &str = "thyra-button thyra-button-secondary thyra-button-block thyra-method";

/// What stands on the button of a method.
fn looks(method: Method, factor: &Factor, texts: &Texts) -> (IconKind, String) {
    match method {
        Method::Password => (IconKind::Lock, texts.sign_in.method_password.to_owned()),
        Method::Totp => (IconKind::Phone, texts.sign_in.method_totp.to_owned()),
        Method::BackupCode => (IconKind::Lock, texts.sign_in.method_backup_code.to_owned()),
        Method::EmailCode => {
            let address = factor.safe_identifier.as_deref().unwrap_or_default();
            let label = fill(texts.sign_in.method_email_code, &[("address", address)]);
            (IconKind::Envelope, label)
        }
        Method::EmailLink => {
            let address = factor.safe_identifier.as_deref().unwrap_or_default();
            let label = fill(texts.sign_in.method_email_link, &[("address", address)]);
            (IconKind::Envelope, label)
        }
        Method::ResetPasswordEmailCode | Method::ResetPasswordPhoneCode => {
            let address = factor.safe_identifier.as_deref().unwrap_or_default();
            let label = fill(texts.sign_in.reset_password_button, &[("address", address)]);
            (IconKind::Lock, label)
        }
    }
}
