//! What people expect of a menu and `<details>` does not do by itself: it closes by Escape, and by a click elsewhere.

use leptos::ev::{self, KeyboardEvent, MouseEvent};
use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDetailsElement, HtmlElement, Node};

/// Closes a menu by Escape, and by a click elsewhere.
///
/// # Server rendering
/// Does nothing: without scripts the menu closes by its button.
pub(crate) fn close_from_outside(details: NodeRef<Details>) {
    Effect::new(move |_| {
        let element = move || details.try_get_untracked().flatten();
        let clicks = window_event_listener(ev::click, move |event| {
            if let Some(element) = element() {
                close_by_click(&element, &event);
            }
        });
        let keys = window_event_listener(ev::keydown, move |event| {
            if let Some(element) = element() {
                close_by_key(&element, &event);
            }
        });
        on_cleanup(move || {
            clicks.remove();
            keys.remove();
        });
    });
}

fn close_by_click(element: &HtmlDetailsElement, event: &MouseEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Node>().ok());
    if !element.contains(target.as_ref()) {
        element.set_open(false);
    }
}

fn close_by_key(element: &HtmlDetailsElement, event: &KeyboardEvent) {
    if event.key() != "Escape" || !element.open() {
        return;
    }
    element.set_open(false);
    // The focus would be lost with what it was on.
    let summary = element.query_selector("summary").ok().flatten();
    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
        _ = summary.focus();
    }
}
