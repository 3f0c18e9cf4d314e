//! The front door of Leptos apps.

mod error;
mod flow;
pub mod i18n;
mod resource;
pub mod server_fns;
mod session;
mod sign_in;
mod sign_up;
pub mod step;

pub use error::{AuthError, Precondition};
pub use flow::{Flow, encode_query_value, next_sign_in_path, next_sign_up_path};
pub use resource::{Errors, FetchStatus, FieldErrors, RawError};
#[cfg(feature = "ssr")]
pub use server_fns::register_server_fns;
pub use server_fns::{AuthState, Outcome, Redirect};
pub use session::{
    Auth, AuthContext, AuthProvider, AuthProviderProps, use_auth, use_auth_context,
    use_environment, use_session, use_sign_in_form, use_sign_out_form, use_sign_up_form, use_user,
};
pub use sign_in::{
    CreateParams, EmailCode, EmailCodeAddress, ExistingSession, FinalizeParams, Navigate,
    PasswordIdentifier, PasswordParams, SignInFields, SignInFuture, SignInSignal, VerifyCodeParams,
    use_sign_in,
};
pub use sign_up::{
    SignUpFields, SignUpFuture, SignUpParams, SignUpSignal, Verifications, use_sign_up,
};
/// The auth API's JSON as Rust types.
pub use thyra_wire as wire;
