//! The fields a sign-up can ask for.

use leptos::prelude::*;
use thyra_wire::{Environment, SignUpRequirement};

use crate::components::shared::{Field, FieldKind, FormErrors, IntoLean, Mount, password_rules};
use crate::i18n::{Texts, use_texts};
use crate::use_sign_up;

/// A field, and whether it may stay empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) field: SignUpRequirement,
    pub(super) is_optional: bool,
}

/// What the form of this instance asks for, in the order to show it: the address first, which is what everybody came to
/// give. What may stay empty is asked for only if the host wants it.
pub(super) fn asked_at_start(environment: &Environment, show_optional_fields: bool) -> Vec<Asked> {
    let order = [
        (SignUpRequirement::EmailAddress, "email_address"),
        (SignUpRequirement::FirstName, "first_name"),
        (SignUpRequirement::LastName, "last_name"),
        (SignUpRequirement::Username, "username"),
        (SignUpRequirement::Password, "password"),
    ];
    let settings = &environment.user_settings;
    let enabled = order.into_iter().filter_map(|(field, name)| {
        let attribute = settings.enabled_attribute(name)?;
        (attribute.required || show_optional_fields).then_some(Asked {
            field,
            is_optional: !attribute.required,
        })
    });
    enabled.collect()
}

/// The inputs for these fields, the names in a row.
pub(super) fn inputs(
    asked: Vec<Asked>,
    errors: Memo<FormErrors>,
    pending: Memo<bool>,
) -> impl IntoView {
    let (names, others): (Vec<_>, Vec<_>) = asked.into_iter().partition(is_name);
    let names = (!names.is_empty()).then(|| {
        view! {
            <div class="thyra-columns">
                {names.into_iter().map(|asked| input(asked, errors, pending)).collect_view()}
            </div>
        }
    });
    let (address, others): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|asked| asked.field == SignUpRequirement::EmailAddress);
    let draw = |asked: Vec<Asked>| {
        let inputs = asked.into_iter().map(|asked| input(asked, errors, pending));
        inputs.collect_view()
    };
    (draw(address), names, draw(others))
}

fn is_name(asked: &Asked) -> bool {
    matches!(
        asked.field,
        SignUpRequirement::FirstName | SignUpRequirement::LastName
    )
}

fn input(asked: Asked, errors: Memo<FormErrors>, pending: Memo<bool>) -> AnyView {
    let texts = use_texts();
    let Some((kind, label)) = kind_and_label(&asked.field, texts) else {
        return ().into_lean();
    };
    let name = kind.attributes().name;
    let (hint, rules) = if kind == FieldKind::NewPassword {
        password_rules(texts)
    } else {
        (None, None)
    };
    view! {
        <Field
            kind=kind
            label=label
            value=known_value(&asked.field)
            hint=hint
            password_rules=rules
            is_optional=asked.is_optional
            error=Signal::derive(move || errors.with(|errors| errors.field(name)))
            pending=pending
        />
    }
    .into_lean()
}

fn kind_and_label(field: &SignUpRequirement, texts: &Texts) -> Option<(FieldKind, &'static str)> {
    match field {
        SignUpRequirement::EmailAddress => {
            Some((FieldKind::EmailAddress, texts.fields.email_address))
        }
        SignUpRequirement::Username => Some((FieldKind::Username, texts.fields.username)),
        SignUpRequirement::Password => Some((FieldKind::NewPassword, texts.fields.password)),
        SignUpRequirement::FirstName => Some((FieldKind::FirstName, texts.fields.first_name)),
        SignUpRequirement::LastName => Some((FieldKind::LastName, texts.fields.last_name)),
        _ => None,
    }
}

/// What was given before, or came with the link. Never a password.
fn known_value(field: &SignUpRequirement) -> Option<String> {
    let sign_up = use_sign_up().sign_up;
    let mount = Mount::expect();
    let (given, parameter) = untrack(|| match field {
        SignUpRequirement::EmailAddress => {
            (sign_up.email_address(), mount.parameter("email_address"))
        }
        SignUpRequirement::Username => (sign_up.username(), mount.parameter("username")),
        SignUpRequirement::FirstName => (sign_up.first_name(), mount.parameter("first_name")),
        SignUpRequirement::LastName => (sign_up.last_name(), mount.parameter("last_name")),
        _ => (None, None),
    });
    parameter.or(given)
}

#[cfg(test)]
mod tests {
    use thyra_wire::Attribute;

    use super::*;

    fn asked(show_optional_fields: bool) -> Vec<(SignUpRequirement, bool)> {
        let mut environment = Environment::default();
        let attributes = &mut environment.user_settings.attributes;
        for (name, enabled, required) in [
            ("password", true, true),
            ("email_address", true, true),
            ("username", false, false),
            ("first_name", true, false),
        ] {
            attributes.insert(
                name.to_owned(),
                Attribute {
                    enabled,
                    required,
                    ..Attribute::default()
                },
            );
        }
        asked_at_start(&environment, show_optional_fields)
            .into_iter()
            .map(|asked| (asked.field, asked.is_optional))
            .collect()
    }

    #[test]
    fn the_form_asks_for_what_the_instance_needs() {
        let expected = [
            (SignUpRequirement::EmailAddress, false),
            (SignUpRequirement::Password, false),
        ];
        assert_eq!(asked(false), expected);
    }

    #[test]
    fn the_form_asks_for_all_that_is_enabled_where_the_host_wants_it() {
        let expected = [
            (SignUpRequirement::EmailAddress, false),
            (SignUpRequirement::FirstName, true),
            (SignUpRequirement::Password, false),
        ];
        assert_eq!(asked(true), expected);
    }
}
