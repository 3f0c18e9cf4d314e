//! The HTML of every step, rendered on the server.

mod accessibility;
mod injection;
mod markup;
mod pages;
mod stage;
mod translation;
