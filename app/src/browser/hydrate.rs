//! Hydration that leaves a page usable, whatever has happened to its HTML.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ErrorEvent, Event, EventTarget, HtmlElement, HtmlInputElement};

use super::foreign_nodes::{self, ROOTS};

/// The attribute of `<html>` that says that the page goes on as plain HTML.
const PLAIN: &str = "data-thyra-plain";

/// Hydrates an app, in place of `leptos::mount::hydrate_body`.
///
/// What browser extensions have put into our components, or into a hosted page, is moved behind our own nodes first:
/// hydration would stumble over it. If it stumbles nevertheless, or the wasm breaks off later, our components become the
/// plain HTML again that they were before: what was typed stays, and the browser posts their forms to the server itself.
/// `<html>` then has the attribute `data-thyra-plain`. The rest of a host's page is the host's.
pub fn hydrate_body<Make, View>(app: Make)
where
    Make: FnOnce() -> View + 'static,
    View: IntoView,
{
    run(Box::new(|| leptos::mount::hydrate_body(app)));
}

/// Whether the page goes on as plain HTML.
pub(crate) fn is_plain() -> bool {
    document()
        .document_element()
        .is_some_and(|page| page.has_attribute(PLAIN))
}

fn run(hydrate: Box<dyn FnOnce()>) {
    foreign_nodes::move_aside();
    let on_error = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let error = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::error);
        if error.is_some_and(|error| error.is_instance_of::<js_sys::WebAssembly::RuntimeError>()) {
            become_plain();
        }
    });
    listen("error", false, on_error);
    // Wasm cannot catch what breaks it off, and to catch it in the page's script would leave out every host that has its
    // own. What a listener throws, the browser reports as an error of the page, on which the listener above waits.
    let hydrate = Closure::once_into_js(hydrate);
    if let (Ok(target), Ok(event)) = (EventTarget::new(), Event::new("hydrate")) {
        _ = target.add_event_listener_with_callback("hydrate", hydrate.unchecked_ref());
        _ = target.dispatch_event(&event);
    }
}

/// Puts copies in the place of our components: the same HTML and the same values, and nothing that listens. Runs after
/// the wasm has broken off, so it relies on nothing but the browser.
fn become_plain() {
    if is_plain() {
        return;
    }
    if let Some(page) = document().document_element() {
        _ = page.set_attribute(PLAIN, "");
    }
    let focus = Focus::take();
    let Ok(roots) = document().query_selector_all(".thyra-root") else {
        return;
    };
    for root in (0..roots.length()).filter_map(|index| roots.get(index)) {
        if let (Some(root), Ok(copy)) = (root.dyn_ref::<Element>(), root.clone_node_with_deep(true))
        {
            _ = root.replace_with_with_node_1(&copy);
        }
    }
    for kind in ["click", "submit"] {
        // Listeners of the page, such as a router's, would still take our links and forms over.
        let silence = Closure::<dyn Fn(Event)>::new(|event: Event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok());
            if target.is_some_and(|target| target.closest(ROOTS).is_ok_and(|root| root.is_some())) {
                event.stop_immediate_propagation();
            }
        });
        listen(kind, true, silence);
    }
    if let Some(focus) = focus {
        focus.give_back();
    }
}

/// Listens for as long as the page lives; with `is_first`, before everything else does.
fn listen(kind: &str, is_first: bool, listener: Closure<dyn Fn(Event)>) {
    let listener = listener.into_js_value();
    _ = window().add_event_listener_with_callback_and_bool(
        kind,
        listener.unchecked_ref(),
        is_first,
    );
}

/// Where the focus was, by the id of its element, and what was selected there.
struct Focus {
    id: String,
    selection: Option<(u32, u32)>,
}

impl Focus {
    fn take() -> Option<Self> {
        let element = document().active_element()?;
        let selection = element.dyn_ref::<HtmlInputElement>().and_then(|input| {
            let start = input.selection_start().ok()??;
            Some((start, input.selection_end().ok()??))
        });
        let id = element.id();
        (!id.is_empty()).then_some(Self { id, selection })
    }

    fn give_back(self) {
        let Some(element) = document().get_element_by_id(&self.id) else {
            return;
        };
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            _ = element.focus();
        }
        if let (Some(input), Some((start, end))) =
            (element.dyn_ref::<HtmlInputElement>(), self.selection)
        {
            _ = input.set_selection_range(start, end);
        }
    }
}
