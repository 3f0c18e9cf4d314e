//! Pauses between looks at something that changes elsewhere.

use std::time::Duration;

/// Waits this long, or until the page is seen again: browsers slow the timers of pages that nobody sees down to a minute.
#[cfg(not(feature = "ssr"))]
pub(crate) async fn pause(length: Duration) {
    use std::future::{Future, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    let millis = u32::try_from(length.as_millis()).unwrap_or(u32::MAX);
    let mut timer = pin!(gloo_timers::future::TimeoutFuture::new(millis));
    let seen = seen_again::SeenAgain::listen();
    poll_fn(|context| match seen.has_happened(context.waker()) {
        true => Poll::Ready(()),
        false => timer.as_mut().poll(context),
    })
    .await;
}

/// Nobody waits during server rendering.
#[cfg(feature = "ssr")]
pub(crate) async fn pause(_: Duration) {}

#[cfg(not(feature = "ssr"))]
mod seen_again {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::task::Waker;

    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;
    use web_sys::VisibilityState;

    const EVENT: &str = "visibilitychange";

    #[derive(Default)]
    struct State {
        has_happened: Cell<bool>,
        waker: RefCell<Option<Waker>>,
    }

    /// Listens for the page being seen again, until it is dropped.
    pub(super) struct SeenAgain {
        state: Rc<State>,
        listener: Closure<dyn Fn()>,
    }

    impl SeenAgain {
        pub(super) fn listen() -> Self {
            let state = Rc::<State>::default();
            let told = Rc::clone(&state);
            let listener = Closure::<dyn Fn()>::new(move || {
                if document().visibility_state() != VisibilityState::Visible {
                    return;
                }
                told.has_happened.set(true);
                if let Some(waker) = told.waker.take() {
                    waker.wake();
                }
            });
            let callback = listener.as_ref().unchecked_ref();
            _ = document().add_event_listener_with_callback(EVENT, callback);
            Self { state, listener }
        }

        /// Whether the page was seen again; if not, this is woken when it is.
        pub(super) fn has_happened(&self, waker: &Waker) -> bool {
            *self.state.waker.borrow_mut() = Some(waker.clone());
            self.state.has_happened.get()
        }
    }

    impl Drop for SeenAgain {
        fn drop(&mut self) {
            let callback = self.listener.as_ref().unchecked_ref();
            _ = document().remove_event_listener_with_callback(EVENT, callback);
        }
    }
}
