//! Where the focus goes.
//!
//! After a step has changed it goes to the step's first field, or to its title where there is none; after an error to
//! the first field that has one, with its text selected, so that typing replaces it. On arrival it goes to the first
//! field only where that opens no keyboard over the page, and only if nobody has begun to type anywhere; where the
//! application comes late, the page's own script does the same before (start.js of the server).

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

const FIRST_FIELD: &str = "form input:not([type=hidden]):not([readonly]):not([tabindex='-1'])";
const FIRST_INVALID: &str = "input[aria-invalid=true]";
const TITLE: &str = ".thyra-title";

/// Moves the focus inside `root` when the step changes or an error arrives.
pub(crate) fn use_step_focus<Step>(root: NodeRef<Div>, step: Memo<Step>, has_errors: Signal<bool>)
where
    Step: Clone + PartialEq + Send + Sync + 'static,
{
    Effect::new(move |previous: Option<Step>| {
        let step = step.get();
        match previous {
            None => after_render(root, focus_on_arrival),
            Some(previous) if previous != step => after_render(root, focus_step),
            Some(_) => {}
        }
        step
    });
    Effect::new(move |previous: Option<()>| {
        // What a form that was posted without scripts left is there from the beginning: somebody may be typing already.
        if has_errors.get() && (previous.is_some() || nobody_is_anywhere()) {
            after_render(root, focus_first_invalid);
        }
    });
}

/// Waits until the browser has drawn what the signals have changed.
fn after_render(root: NodeRef<Div>, focus: fn(&Element)) {
    request_animation_frame(move || {
        if let Some(root) = root.try_get_untracked().flatten() {
            focus(&root);
        }
    });
}

fn focus_on_arrival(root: &Element) {
    if nobody_is_anywhere()
        && has_room_and_keyboard()
        && let Some(field) = find(root, FIRST_FIELD)
    {
        _ = field.focus();
    }
}

fn nobody_is_anywhere() -> bool {
    document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY")
}

fn focus_step(root: &Element) {
    if let Some(target) = find(root, FIRST_FIELD).or_else(|| find(root, TITLE)) {
        _ = target.focus();
    }
}

fn focus_first_invalid(root: &Element) {
    let Some(field) = find(root, FIRST_INVALID) else {
        return;
    };
    _ = field.focus();
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        input.select();
    }
}

fn find(root: &Element, selector: &str) -> Option<HtmlElement> {
    root.query_selector(selector).ok()??.dyn_into().ok()
}

fn has_room_and_keyboard() -> bool {
    let query = window()
        .match_media("(min-width: 761px) and (pointer: fine)")
        .ok()
        .flatten();
    query.is_some_and(|query| query.matches())
}
