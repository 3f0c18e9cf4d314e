//! A field: label, input, hint, error.
//!
//! The input is alone in its wrapper. Password managers and translators put elements beside inputs, before hydration
//! too; with nothing of ours behind the input, theirs stand where nobody looks.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use super::Shell;
use super::field_kind::FieldKind;
use super::password_reveal::PasswordReveal;
use crate::i18n::use_texts;

/// A field.
#[component]
pub(crate) fn Field(
    /// What it is for.
    kind: FieldKind,
    /// Its label.
    label: &'static str,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether the form is under way.
    #[prop(into)]
    pending: Signal<bool>,
    /// What stands in it at first. Never a password.
    #[prop(optional_no_strip)]
    value: Option<String>,
    /// What helps to fill it in.
    #[prop(optional_no_strip)]
    hint: Option<String>,
    /// What stands beside the label.
    #[prop(optional_no_strip)]
    aside: Option<AnyView>,
    /// Whether it may stay empty.
    #[prop(optional)]
    is_optional: bool,
    /// Whether it takes no room until it is filled or focused.
    #[prop(optional)]
    is_instant: bool,
    /// Rules for password managers that make up passwords.
    #[prop(optional_no_strip)]
    password_rules: Option<String>,
) -> impl IntoView {
    let attributes = kind.attributes();
    let id = Shell::expect().id(attributes.name);
    let error_id = format!("{id}-error");
    let hint_id = hint.as_ref().map(|_| format!("{id}-hint"));
    let described_by = [hint_id.clone(), Some(error_id.clone())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let is_shown = RwSignal::new(false);
    let has_reveal = attributes.input_type == "password" && !is_instant;
    let class = if is_instant {
        "thyra-field thyra-instant"
    } else {
        "thyra-field"
    };
    let input_type = move || {
        if is_shown.get() {
            "text"
        } else {
            attributes.input_type
        }
    };
    view! {
        <div class=class data-thyra-part="field" data-thyra-field=attributes.name>
            <div class="thyra-label-row">
                <label class="thyra-label" for=id.clone()>{label}</label>
                {is_optional.then(|| view! { <span class="thyra-hint">{use_texts().fields.optional}</span> })}
                {aside}
            </div>
            <div class="thyra-control">
                <div class="thyra-input-box">
                    <input
                        {..custom_attribute("passwordrules", password_rules)}
                        id=id.clone()
                        class="thyra-input"
                        data-thyra-part="input"
                        name=attributes.name
                        type=input_type
                        inputmode=attributes.inputmode
                        autocomplete=attributes.autocomplete
                        autocapitalize=attributes.autocapitalize
                        spellcheck=attributes.spellcheck
                        enterkeyhint=attributes.enterkeyhint
                        placeholder=" "
                        value=value
                        readonly=pending
                        tabindex=is_instant.then_some("-1")
                        aria-required=(!is_optional && !is_instant).then_some("true")
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        aria-describedby=described_by
                    />
                </div>
                {has_reveal.then(|| view! { <PasswordReveal input=id is_shown=is_shown pending=pending/> })}
            </div>
            {hint.map(|text| view! { <p id=hint_id class="thyra-hint">{text}</p> })}
            <FieldError id=error_id error=error/>
        </div>
    }
}

/// What is wrong with a field. The element is there before its text, so that the text is announced.
#[component]
pub(crate) fn FieldError(id: String, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div id=id class="thyra-field-error" aria-live="polite" data-thyra-part="field-error">
            {move || error.get()}
        </div>
    }
}
