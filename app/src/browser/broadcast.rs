//! Telling the other tabs that somebody signed in or out.
//!
//! The message says only that something changed. Each tab asks the server what it is now: a message from a page that
//! was taken over cannot sign anybody in.

#[cfg(not(feature = "ssr"))]
const CHANNEL: &str = "thyra_session";

/// Tells the other tabs.
#[cfg(not(feature = "ssr"))]
pub(crate) fn announce_session_change() {
    // Browsers without the channel have tabs that learn of the change at their next page.
    if let Ok(channel) = web_sys::BroadcastChannel::new(CHANNEL) {
        _ = channel.post_message(&wasm_bindgen::JsValue::from_str("changed"));
        channel.close();
    }
}

/// Calls this when another tab tells. Ends with the owner around.
#[cfg(not(feature = "ssr"))]
pub(crate) fn on_session_change(react: impl Fn() + 'static) {
    use leptos::prelude::on_cleanup;
    use send_wrapper::SendWrapper;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;

    let Ok(channel) = web_sys::BroadcastChannel::new(CHANNEL) else {
        return;
    };
    let listener = Closure::<dyn Fn()>::new(react);
    channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    let held = SendWrapper::new((channel, listener));
    on_cleanup(move || {
        held.0.set_onmessage(None);
        held.0.close();
    });
}

/// Tells the other tabs.
#[cfg(feature = "ssr")]
pub(crate) fn announce_session_change() {}

/// Calls this when another tab tells.
#[cfg(feature = "ssr")]
pub(crate) fn on_session_change(_: impl Fn() + 'static) {}
