//! The field for a one-time code: one real input over six drawn slots.
//!
//! Whatever is typed, pasted or filled in by the device becomes ASCII digits. There is no `maxlength`: it would cut a
//! paste before it could be read. A complete code sends its form, which the field's description says.
//!
//! `data-thyra-next` says which slot the next digit goes into, from 0: the theme lights that one.

use leptos::ev::Event;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;
use thyra_wire::{CODE_LENGTH, normalize_code};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;

use super::Shell;
use super::field::FieldError;
use crate::i18n::use_texts;

/// The field for a one-time code.
#[component]
pub(crate) fn Otp(
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether the form is under way.
    #[prop(into)]
    pending: Signal<bool>,
) -> impl IntoView {
    let shell = Shell::expect();
    let texts = use_texts();
    let id = shell.id("code");
    let (error_id, hint_id) = (format!("{id}-error"), format!("{id}-hint"));
    let hint = shell
        .submits_complete_code
        .then_some(texts.common.code_hint);
    let described_by = if hint.is_some() {
        format!("{hint_id} {error_id}")
    } else {
        error_id.clone()
    };
    let on_input = move |event: Event| {
        read_code(
            &event,
            shell.submits_complete_code && !pending.get_untracked(),
        )
    };
    let input = NodeRef::<Input>::new();
    // Somebody may have typed before the application came.
    Effect::new(move || {
        if let Some(input) = input.get() {
            mark_next(&input);
        }
    });
    view! {
        <div class="thyra-field thyra-otp-field" data-thyra-part="field" data-thyra-field="code">
            <div class="thyra-label-row">
                <label class="thyra-label" for=id.clone()>{texts.fields.code}</label>
            </div>
            <div class="thyra-otp" data-thyra-part="otp" data-thyra-next="0">
                <div class="thyra-otp-slots" aria-hidden="true">
                    {(0..CODE_LENGTH).map(|_| view! { <span class="thyra-otp-slot" data-thyra-part="otp-slot"></span> }).collect_view()}
                </div>
                <div class="thyra-otp-window">
                    <input
                        {..custom_attribute("autocorrect", "off")}
                        node_ref=input
                        id=id
                        class="thyra-input thyra-otp-input"
                        data-thyra-part="input"
                        name="code"
                        type="text"
                        inputmode="numeric"
                        pattern=r"[0-9\s\-]*"
                        autocomplete="one-time-code"
                        autocapitalize="none"
                        spellcheck="false"
                        enterkeyhint="go"
                        translate="no"
                        dir="ltr"
                        readonly=pending
                        aria-required="true"
                        aria-disabled=move || pending.get().then_some("true")
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        aria-describedby=described_by
                        on:input=on_input
                        on:select=move |event| with_input(&event, mark_next)
                    />
                </div>
            </div>
            {hint.map(|text| view! { <p id=hint_id class="thyra-hint thyra-visually-hidden">{text}</p> })}
            <FieldError id=error_id error=error/>
        </div>
    }
}

/// Empties the field of this component: what stands in it was for another code.
pub(super) fn clear_code(shell: Shell) {
    let input = document().get_element_by_id(&shell.id("code"));
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.set_value("");
        mark_next(&input);
    }
}

fn with_input(event: &Event, act: fn(&HtmlInputElement)) {
    let target = event.target();
    if let Some(input) = target.and_then(|target| target.dyn_into().ok()) {
        act(&input);
    }
}

/// Says which slot the next digit goes into. Of a complete code it is the last one, so that the focus is seen.
fn mark_next(input: &HtmlInputElement) {
    let at = input.selection_start().ok().flatten().unwrap_or_default();
    let slot = at.min(CODE_LENGTH as u32 - 1);
    if let Ok(Some(slots)) = input.closest("[data-thyra-next]") {
        _ = slots.set_attribute("data-thyra-next", &slot.to_string());
    }
}

/// Puts the digits of what is in the input in its place, and sends the form when they are complete.
fn read_code(event: &Event, may_submit: bool) {
    let Some(input) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    let code = code_of(&input.value(), is_paste(event));
    if input.value() != code {
        input.set_value(&code);
    }
    let end = code.len() as u32;
    // Not every kind of input has a selection; this one does, and if not, nothing is lost.
    _ = input.set_selection_range(end, end);
    mark_next(&input);
    if may_submit
        && code.len() == CODE_LENGTH
        && let Some(form) = input.form()
    {
        _ = form.request_submit();
    }
}

/// The code in a field's text. Too many digits lose the first ones after a paste, which comes behind what was there
/// before, and the last ones after typing.
fn code_of(text: &str, is_paste: bool) -> String {
    let digits = normalize_code(text);
    let surplus = digits.len().saturating_sub(CODE_LENGTH);
    let range = if is_paste {
        surplus..digits.len()
    } else {
        0..digits.len() - surplus
    };
    digits[range].to_owned()
}

fn is_paste(event: &Event) -> bool {
    let kind = js_sys::Reflect::get(event, &JsValue::from_str("inputType")).ok();
    kind.and_then(|kind| kind.as_string())
        .is_some_and(|kind| kind.starts_with("insertFrom"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_wins_over_what_stood_there() {
        assert_eq!(code_of("12 345-678", true), "345678");
        assert_eq!(code_of("Your code is １２３４５６.", true), "123456");
    }

    #[test]
    fn a_seventh_digit_is_not_taken() {
        assert_eq!(code_of("1234567", false), "123456");
        assert_eq!(code_of("12a", false), "12");
    }
}
