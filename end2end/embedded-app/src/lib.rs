//! A notebook: the smallest app with something that only a signed-in person may see.

pub mod app;
pub mod notes;
pub mod own_door;

/// Called by the page's script once the wasm is loaded.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    thyra::hydrate_body(app::App);
}
