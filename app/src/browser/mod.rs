//! What only a browser has. Nothing here runs during server rendering: the functions are there, and do nothing.

#[cfg(not(feature = "ssr"))]
mod arrival;
mod broadcast;
mod clock;
mod coming_back;
#[cfg(feature = "hydrate")]
mod foreign_nodes;
#[cfg(any(feature = "hydrate", test))]
mod foreign_order;
#[cfg(feature = "hydrate")]
mod hydrate;
mod navigate;
mod pause;

pub(crate) use broadcast::{announce_session_change, on_session_change};
pub(crate) use clock::{now, page_age};
pub(crate) use coming_back::on_coming_back;
#[cfg(test)]
pub(crate) use foreign_order::MARKERS_OF_ABSENT_TEXT;
#[cfg(feature = "hydrate")]
pub use hydrate::hydrate_body;
#[cfg(feature = "hydrate")]
pub(crate) use hydrate::is_plain;
pub(crate) use navigate::{AppRouter, Navigator, leave};
pub(crate) use pause::pause;
