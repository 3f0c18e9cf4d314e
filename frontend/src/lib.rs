//! The wasm entry that hydrates the hosted pages.
//!
//! It does nothing but attach the application to the HTML that the server has rendered. Everything else is the
//! application's, which is the same code on both sides.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once the wasm is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    // A release does without the messages: they would be a tenth of its size, and nobody reads them.
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    thyra::hydrate_body(thyra::hosted::App);
}
