//! The components: what a Leptos app puts on its pages.
//!
//! Every step that needs no browser API is a form that a server function answers, so it works before the wasm has
//! arrived, without scripts, and after a failed hydration. Three rules keep it so. Inputs are uncontrolled: hydration
//! clears nothing that a person or a password manager has typed. Every element says that it is ours, and text stands alone
//! in its element: what an extension puts between them is told apart and moved away before hydration. And nothing is styled
//! inline: the components work under `style-src 'self'`, and any rule of the host wins over the theme.
//!
//! All of them need an [`AuthProvider`](crate::AuthProvider) around them, and `<SignIn/>` and `<SignUp/>` a router.

mod control;
pub(crate) mod hosted;
mod protect;
mod shared;
mod sign_in;
mod sign_up;
mod steps_route;
mod style_sheet;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod user_button;

pub use control::{
    RedirectToSignIn, RedirectToSignInProps, SignOutButton, SignOutButtonProps, SignedIn,
    SignedInProps, SignedOut, SignedOutProps,
};
pub use protect::{Protect, ProtectProps, is_signed_in, sign_in_path};
pub(crate) use shared::IntoLean;
pub use shared::{StepForm, StepFormProps};
pub use sign_in::{SignIn, SignInProps};
pub use sign_up::{SignUp, SignUpProps};
pub use steps_route::{StepsRoute, StepsRouteProps};
#[cfg(all(test, feature = "ssr"))]
pub(crate) use style_sheet::path as style_sheet_path;
pub use style_sheet::{AuthStyles, AuthStylesProps};
#[cfg(feature = "ssr")]
pub use style_sheet::{style_sheet, style_sheet_router};
pub use user_button::{UserButton, UserButtonProps};
