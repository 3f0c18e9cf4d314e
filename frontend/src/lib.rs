//! The wasm entry that hydrates the hosted pages.
