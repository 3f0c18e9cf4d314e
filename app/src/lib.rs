//! The front door of Leptos apps: drop-in sign-in components, a typed reactive [`SignInFuture`] for forms of your own,
//! and the road to an auth API behind them.
//!
//! From an empty folder to a signed-in page: `docs/embedding.md` in the repository; every method in a form of one's own:
//! `docs/custom-forms.md` there. In short, `<AuthProvider>` stands once, inside of the router, and the components below it:
//!
//! ```
//! use leptos::prelude::*;
//! use thyra::{AuthProvider, SignIn, SignedIn, SignedOut, UserButton};
//!
//! #[component]
//! fn Page() -> impl IntoView {
//!     view! {
//!         <AuthProvider>
//!             <SignedIn><UserButton/></SignedIn>
//!             <SignedOut><SignIn/></SignedOut>
//!         </AuthProvider>
//!     }
//! }
//! ```
//!
//! On the server one line puts the auth API behind the router: [`mount`](mount()), with one in the same process
//! (`thyra_auth::Auth`) or with [`AuthApi::remote`].
//!
//! ```
//! # #[cfg(feature = "ssr")]
//! fn with_auth(app: axum::Router, auth: impl Into<thyra::AuthApi>) -> axum::Router {
//!     thyra::mount(app, auth)
//! }
//! ```
//!
//! In the browser `thyra::hydrate_body` stands in for Leptos' own, so that nothing an extension has put into the forms
//! keeps the page from working.
//!
//! The theme is the file `thyra.css` of this crate, for style sheets that import it, or [`AuthStyles`](AuthStyles()).
//!
//! # Features
//! None by default. `ssr` where the host has `leptos/ssr`, `hydrate` where it has `leptos/hydrate`, `csr` where it has
//! `leptos/csr`; never two of them in one build.
//!
//! # How it is laid out
//! [`SignInFuture`] and [`SignUpFuture`] are the state of an attempt, in signals. Their methods call
//! [`server_fns`], which forward to the auth API and hand its cookies back. [`components`] are forms over those same
//! functions, so that they work without scripts; which step they show, [`step`] decides, purely. Texts are in
//! [`i18n`]. [`VerifiedSession`] tells handlers who is asking, [`require_session`] and [`current_session`] tell server
//! functions. Forms of your own that work without scripts are made of [`forms`].

// A view is one nested type, and computing the layout of its futures recurses through all of it.
#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
mod auth_api;
mod browser;
#[cfg(feature = "ssr")]
mod clock;
pub mod components;
mod error;
mod flow;
mod form;
pub mod forms;
pub mod i18n;
mod json;
#[cfg(feature = "ssr")]
mod mount;
#[cfg(feature = "ssr")]
mod notice;
mod resource;
pub mod server_fns;
mod session;
mod sign_in;
mod sign_up;
pub mod step;

#[cfg(feature = "ssr")]
pub use auth_api::{AuthApi, PROXY_PATH, RemoteConfig, RemoteConfigError};
#[cfg(feature = "hydrate")]
pub use browser::hydrate_body;
pub use components::{
    AuthStyles, Protect, RedirectToSignIn, SignIn, SignOutButton, SignUp, SignedIn, SignedOut,
    StepsRoute, UserButton, is_signed_in, sign_in_path,
};
pub use error::{AuthError, Precondition};
pub use flow::{Flow, encode_query_value, next_sign_in_path, next_sign_up_path};
#[cfg(feature = "ssr")]
pub use mount::{Mount, TrustedProxy, client_address, mount};
pub use resource::{ErrorWords, Errors, FetchStatus, FieldErrors};
#[cfg(feature = "ssr")]
pub use server_fns::register_server_fns;
pub use server_fns::{AuthState, Outcome, Redirect};
pub use session::{
    AuthContext, AuthHandle, AuthProvider, AuthProviderProps, FormAction, SessionRejection,
    use_auth, use_auth_context, use_environment, use_session, use_sign_in_form, use_sign_out_form,
    use_sign_up_form, use_user,
};
#[cfg(feature = "ssr")]
pub use session::{
    OptionalSession, SessionLayer, VerifiedSession, current_session, require_session,
};
pub use sign_in::{
    CallAction, CreateParams, EmailCode, EmailCodeAddress, EmailLink, EmailLinkAddress,
    EmailLinkVerification, ExistingSession, FinalizeParams, Mfa, Navigate, PasswordIdentifier,
    PasswordParams, ResetPasswordEmailCode, ResetPasswordPhoneCode, SendLinkParams, SignInField,
    SignInFields, SignInFuture, SignInSignal, SubmitPasswordParams, VerifyCodeParams, use_sign_in,
};
pub use sign_up::{
    SignUpField, SignUpFields, SignUpFuture, SignUpParams, SignUpSignal, Verifications, use_sign_up,
};
/// The pages that the `thyra` binary serves, for servers that want to serve them too.
pub mod hosted {
    pub use crate::components::hosted::{App, HomePage, SignInPage, SignUpPage};
}
/// The auth API's JSON as Rust types.
pub use thyra_wire as wire;
