//! Where a person goes next: pure functions, the same on the server and in the browser.

mod after;
mod next_path;
mod params;
mod query;

pub(crate) use after::{OfInstance, after_sign_in, after_sign_up};
pub use next_path::{next_sign_in_path, next_sign_up_path};
pub use params::Flow;
pub use query::encode_query_value;
