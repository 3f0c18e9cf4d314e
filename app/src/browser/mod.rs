//! What only a browser has. Nothing here runs during server rendering: the functions are there, and do nothing.

mod broadcast;
mod clock;
mod navigate;

pub(crate) use broadcast::{announce_session_change, on_session_change};
pub(crate) use clock::now;
pub(crate) use navigate::Navigator;
