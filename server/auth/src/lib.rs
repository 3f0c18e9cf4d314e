//! An embedded auth API that speaks Clerk's Frontend API.
//!
//! [`Auth`] opens a database and answers requests: as a tower service, or by the axum router that it hands out. An
//! unmodified `@clerk/clerk-js` or `@clerk/backend` cannot tell it from the original: that is the test of everything in
//! [`Auth::router`]. A Leptos app gives it to `thyra::mount`.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use thyra_auth::{Auth, Settings};
//!
//! let auth = Auth::open(Settings::development("http://localhost:3000", "sqlite:data/thyra.db")).await?;
//! let app = axum::Router::new().nest("/__clerk", auth.router());
//! # Ok(())
//! # }
//! ```
//!
//! Inside, arrows point one way: `http → service → instance → strategy → flow → store | delivery | token | guard`. Flows are
//! pure state machines; services carry them out; nothing above `store` knows which database it is.

mod auth;
mod backend_api;
mod clock;
mod delivery;
mod error;
mod flow;
mod guard;
mod http;
mod identifier;
mod instance;
mod markup;
mod metadata;
mod params;
mod phone_number;
mod service;
mod settings;
mod store;
mod strategy;
mod token;
mod verified_token;

pub use auth::{Auth, Backup, OpenError, back_up};
pub use clock::{Clock, SystemClock, TestClock};
pub use delivery::{Channel, OutboxMessage};
pub use error::ApiError;
pub use guard::raw_verify;
pub use settings::{EnumerationProtection, Mode, Requirement, Settings, SignUpMode};
pub use store::{BackupError, StoreError};
pub use thyra_wire::{ClientAddress, Embedded};
pub use token::{MasterKeyError, TokenError};
pub use verified_token::VerifiedToken;
