//! The password step.

use leptos::prelude::*;
use thyra_wire::{Level, Strategy};

use super::flow::{forgot_password_href, href, methods_href};
use crate::components::shared::{
    Card, Field, FieldKind, IdentityPreview, IntoLean, Mount, StepForm, SubmitButton,
    use_form_errors,
};
use crate::i18n::use_texts;
use crate::server_fns::SubmitPassword;
use crate::step::{FactorKey, SignInRoute};
use crate::{use_sign_in, use_sign_in_form};

pub(super) fn password() -> impl IntoView {
    let action = use_sign_in_form::<SubmitPassword>();
    let texts = use_texts();
    let (pending, signal) = (action.pending(), use_sign_in());
    let errors = use_form_errors(signal.errors, &["password"]);
    let identifier = untrack(|| signal.sign_in.identifier()).unwrap_or_default();
    let current = FactorKey::new(Strategy::Password.as_str(), None);
    let forgot_password = forgot_password_link(&current);
    let other_method = other_method_link(Level::First, &current);
    view! {
        <Card
            title=texts.sign_in.password_title.to_owned()
            subtitle=texts.sign_in.password_subtitle
            identity=identity(&identifier)
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            <StepForm action=action flow=Mount::expect().flow()>
                {username_for_managers(identifier)}
                <Field
                    kind=FieldKind::CurrentPassword
                    label=texts.fields.password
                    error=Signal::derive(move || errors.with(|errors| errors.field("password")))
                    pending=pending
                    aside=forgot_password
                />
                <SubmitButton label=texts.common.continue_button pending=pending/>
            </StepForm>
            {other_method}
        </Card>
    }
}

/// The way to what helps when the password is forgotten, when there is any.
fn forgot_password_link(current: &FactorKey) -> Option<AnyView> {
    let sign_in = untrack(|| use_sign_in().sign_in.resource())?;
    crate::step::reset_factor(&sign_in)?;
    let href = forgot_password_href(current);
    Some(
        view! {
            <a class="thyra-link" data-thyra-part="forgot-password" href=href>{use_texts().sign_in.forgot_password}</a>
        }
        .into_lean(),
    )
}

/// The identifier, for password managers: they save a password with the username field of the same form. Not
/// `display: none` and not `type="hidden"`, which they pass over.
pub(super) fn username_for_managers(identifier: String) -> impl IntoView {
    view! {
        <input
            class="thyra-visually-hidden"
            type="text"
            name="identifier"
            autocomplete="username"
            value=identifier
            readonly=true
            tabindex="-1"
            aria-hidden="true"
        />
    }
}

/// Who is signing in, with the way back to the start.
pub(super) fn identity(identifier: &str) -> AnyView {
    let edit_href = href(SignInRoute::Index);
    (!identifier.is_empty())
        .then(|| view! { <IdentityPreview identifier=identifier.to_owned() edit_href=edit_href/> })
        .into_lean()
}

/// The way to the other methods, when there are any.
pub(super) fn other_method_link(level: Level, current: &FactorKey) -> impl IntoView + use<> {
    let has_others = has_alternatives(level, current);
    let href = methods_href(level, current);
    has_others.then(|| {
        view! {
            <div class="thyra-actions">
                <a class="thyra-link" data-thyra-part="other-method" href=href>{use_texts().sign_in.other_method}</a>
            </div>
        }
    })
}

/// Whether there is any other method.
pub(super) fn has_alternatives(level: Level, current: &FactorKey) -> bool {
    let sign_in = untrack(|| use_sign_in().sign_in.resource());
    sign_in.is_some_and(|sign_in| {
        let current = sign_in.factors(level).find(|factor| current.names(factor));
        !crate::step::alternatives(&sign_in, level, current).is_empty()
    })
}
