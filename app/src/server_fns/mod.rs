//! The server functions: the only road from the browser to the auth API.
//!
//! Each one checks first that the request comes from the own site, then builds the request of the auth API's wire
//! protocol, forwards the browser's auth cookies, and hands cookies back. None of them decides about sign-in: the
//! auth API does. Paths are fixed (`/api/auth/…`), because the browser's and the server's build must agree on them.
//!
//! There are two kinds. *Calls* (`create_sign_in`, `prepare_factor` …) are what the methods of
//! [`SignInFuture`](crate::SignInFuture) use. *Forms* (`continue_sign_in`, `submit_password` …) are what the
//! components' forms post to: they do a whole step, and say where to go next. A form works without scripts: it is
//! answered with a redirect to the next step, or back to the page with the error in the query string.

#[cfg(feature = "ssr")]
mod gate;
mod load;
mod outcome;
#[cfg(feature = "ssr")]
mod own_site;
mod session;
mod sign_in;
mod sign_in_forms;
mod sign_up;
mod sign_up_forms;
#[cfg(feature = "ssr")]
mod steps;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

pub use load::{Load, load};
pub use outcome::{AuthState, Outcome, Redirect};
pub use session::{
    ActivateSession, SessionToken, SignOut, activate_session, session_token, sign_out,
};
pub use sign_in::{
    AttemptFactor, AttemptParams, AttemptPassword, CreateSignIn, PrepareFactor, PrepareParams,
    ReloadSignIn, ResetPassword, attempt_factor, attempt_password, create_sign_in, prepare_factor,
    reload_sign_in, reset_password,
};
pub use sign_in_forms::{
    CheckLink, ChooseFactor, ContinueSignIn, ResendCode, StartOver, SubmitCode, SubmitNewPassword,
    SubmitPassword, check_link, choose_factor, continue_sign_in, resend_code, start_over,
    submit_code, submit_new_password, submit_password,
};
pub use sign_up::{
    CreateSignUp, SendSignUpCode, UpdateSignUp, VerifySignUpCode, create_sign_up,
    send_sign_up_code, update_sign_up, verify_sign_up_code,
};
pub use sign_up_forms::{
    ContinueSignUp, ResendSignUpCode, SubmitSignUp, SubmitSignUpCode, continue_sign_up,
    resend_sign_up_code, submit_sign_up, submit_sign_up_code,
};

#[cfg(feature = "ssr")]
pub(crate) use gate::{answer_bad_request, answer_with_status, reads_a_form};
#[cfg(feature = "ssr")]
pub(crate) use load::load_state;

/// Makes the server functions known to the server. Call it before `leptos_routes`.
///
/// They register themselves when the linker keeps this crate; this call makes sure that it does. Calling it twice
/// does no harm.
#[cfg(feature = "ssr")]
pub fn register_server_fns() {
    use leptos::server_fn::axum::register_explicit;
    register_explicit::<Load>();
    register_explicit::<CreateSignIn>();
    register_explicit::<AttemptPassword>();
    register_explicit::<PrepareFactor>();
    register_explicit::<AttemptFactor>();
    register_explicit::<ResetPassword>();
    register_explicit::<ReloadSignIn>();
    register_explicit::<CheckLink>();
    register_explicit::<SubmitNewPassword>();
    register_explicit::<ContinueSignIn>();
    register_explicit::<SubmitPassword>();
    register_explicit::<ChooseFactor>();
    register_explicit::<SubmitCode>();
    register_explicit::<ResendCode>();
    register_explicit::<StartOver>();
    register_explicit::<CreateSignUp>();
    register_explicit::<UpdateSignUp>();
    register_explicit::<SendSignUpCode>();
    register_explicit::<VerifySignUpCode>();
    register_explicit::<SubmitSignUp>();
    register_explicit::<ContinueSignUp>();
    register_explicit::<SubmitSignUpCode>();
    register_explicit::<ResendSignUpCode>();
    register_explicit::<ActivateSession>();
    register_explicit::<SessionToken>();
    register_explicit::<SignOut>();
}
