//! Telling the other tabs that somebody signed in or out.
//!
//! The message says only that something changed. Each tab asks the server what it is now: a message from a page that
//! was taken over cannot sign anybody in. A tab has one channel: what it sends on it, it does not hear itself.

#[cfg(not(feature = "ssr"))]
const NAME: &str = "thyra_session";

#[cfg(not(feature = "ssr"))]
thread_local! {
    /// The channel of this tab, while a provider listens.
    static CHANNEL: std::cell::RefCell<Option<web_sys::BroadcastChannel>> =
        const { std::cell::RefCell::new(None) };
}

/// Tells the other tabs.
#[cfg(not(feature = "ssr"))]
pub(crate) fn announce_session_change() {
    CHANNEL.with_borrow(|channel| {
        if let Some(channel) = channel {
            // A tab that misses it learns of the change at its next page.
            _ = channel.post_message(&wasm_bindgen::JsValue::from_str("changed"));
        }
    });
}

/// Calls this when another tab tells. Ends with the owner around.
#[cfg(not(feature = "ssr"))]
pub(crate) fn on_session_change(react: impl Fn() + 'static) {
    use leptos::prelude::on_cleanup;
    use send_wrapper::SendWrapper;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;

    let Ok(channel) = web_sys::BroadcastChannel::new(NAME) else {
        return;
    };
    let listener = Closure::<dyn Fn()>::new(react);
    channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    CHANNEL.set(Some(channel.clone()));
    let held = SendWrapper::new((channel, listener));
    on_cleanup(move || {
        held.0.set_onmessage(None);
        held.0.close();
        CHANNEL.set(None);
    });
}

/// Tells the other tabs.
#[cfg(feature = "ssr")]
pub(crate) fn announce_session_change() {}

/// Calls this when another tab tells.
#[cfg(feature = "ssr")]
pub(crate) fn on_session_change(_: impl Fn() + 'static) {}
