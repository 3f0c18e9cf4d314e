//! People who come back to a page that has stood for a while.

/// Calls this when the page is shown again and what it shows may be out of date: it has been in the browser's memory of
/// left pages, or `max_age` has gone by since it was made or this was last called. Ends with the owner around.
#[cfg(not(feature = "ssr"))]
pub(crate) fn on_coming_back(max_age: std::time::Duration, react: impl Fn() + 'static) {
    use std::cell::Cell;

    use leptos::prelude::{document, on_cleanup, window};
    use send_wrapper::SendWrapper;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;
    use web_sys::{Event, EventTarget, PageTransitionEvent, VisibilityState};

    let current_since = Cell::new(super::now());
    let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let was_kept = event
            .dyn_ref::<PageTransitionEvent>()
            .is_some_and(PageTransitionEvent::persisted);
        let is_old = super::now().since(current_since.get()) >= max_age;
        let is_seen = document().visibility_state() == VisibilityState::Visible;
        if is_seen && (was_kept || is_old) {
            current_since.set(super::now());
            react();
        }
    });
    let page: EventTarget = document().into();
    let listened = [
        ("focus", EventTarget::from(window())),
        ("pageshow", EventTarget::from(window())),
        ("visibilitychange", page),
    ];
    for (kind, target) in &listened {
        _ = target.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
    }
    let held = SendWrapper::new((listened, listener));
    on_cleanup(move || {
        let (listened, listener) = &*held;
        for (kind, target) in listened {
            _ = target.remove_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
        }
    });
}

/// Calls this when the page is shown again and may be out of date.
#[cfg(feature = "ssr")]
pub(crate) fn on_coming_back(_: std::time::Duration, _: impl Fn() + 'static) {}
