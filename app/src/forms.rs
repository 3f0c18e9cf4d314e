//! Forms of one's own that work without scripts.
//!
//! A [`StepForm`] posts its fields to a server function of Thyra's and says with it where it stands ([`Flow`]). The action
//! that sends it comes from [`use_sign_in_form`] or [`use_sign_up_form`]; what went wrong is in the `errors` of
//! [`use_sign_in`](crate::use_sign_in) and [`use_sign_up`](crate::use_sign_up), also after a post without scripts.
//!
//! ```
//! use leptos::prelude::*;
//! use thyra::forms::{ContinueSignIn, Flow, StepForm, use_sign_in_form};
//! use thyra::{SignInField, use_sign_in};
//!
//! #[component]
//! fn Door() -> impl IntoView {
//!     let action = use_sign_in_form::<ContinueSignIn>();
//!     let errors = use_sign_in().errors;
//!     let flow = Flow { path: "/door".to_owned(), ..Flow::default() };
//!     view! {
//!         <StepForm action=action flow=flow>
//!             <input name="identifier" autocomplete="username"/>
//!             <p>{move || errors.text(SignInField::Identifier)}</p>
//!             <p role="alert">{move || errors.general()}</p>
//!             <button type="submit">"Continue"</button>
//!         </StepForm>
//!     }
//! }
//! ```
//!
//! | server function | fields | what it does |
//! |---|---|---|
//! | [`ContinueSignIn`] | `identifier`, maybe `password` | begins a sign-in |
//! | [`SubmitPassword`] | `password` | proves the password |
//! | [`ChooseFactor`], [`SubmitCode`], [`ResendCode`], [`SubmitNewPassword`] | see each | the other steps of a sign-in, at either level |
//! | [`SubmitSignUp`], [`ContinueSignUp`], [`SubmitSignUpCode`], [`ResendSignUpCode`] | see each | the steps of a sign-up |
//! | [`SignOut`] | maybe `session_id` | signs out |

pub use crate::components::{StepForm, StepFormProps};
pub use crate::flow::Flow;
pub use crate::server_fns::{
    ChooseFactor, ContinueSignIn, ContinueSignUp, ResendCode, ResendSignUpCode, SignOut, StartOver,
    SubmitCode, SubmitNewPassword, SubmitPassword, SubmitSignUp, SubmitSignUpCode,
};
pub use crate::session::{FormAction, use_sign_in_form, use_sign_out_form, use_sign_up_form};
