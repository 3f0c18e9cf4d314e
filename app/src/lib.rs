//! The front door of Leptos apps.
