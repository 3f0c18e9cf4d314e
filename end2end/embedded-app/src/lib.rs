// docs: lib
pub mod app;
// docs: skip
pub mod layouts;
// docs: go on
pub mod notes;
// docs: skip
pub mod own_door;
pub mod plain_door;
// docs: go on

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    use crate::app::*;
    console_error_panic_hook::set_once();
    thyra::hydrate_body(App);
}
// docs: end
