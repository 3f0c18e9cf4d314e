//! What the steps are made of.

mod card;
mod code_form;
mod disclosure;
mod field;
mod field_kind;
mod focus;
mod form_errors;
mod icons;
mod identity_preview;
mod lean;
mod links;
mod mount;
mod otp;
mod password_reveal;
mod password_rules;
mod resend;
mod shell;
mod step_form;
mod submit_button;

pub(crate) use card::{Card, PageTitle};
pub(crate) use code_form::CodeForm;
pub(crate) use disclosure::close_from_outside;
pub(crate) use field::Field;
pub(crate) use field_kind::FieldKind;
pub(crate) use focus::use_step_focus;
pub(crate) use form_errors::{FormErrors, use_form_errors};
pub(crate) use icons::{Icon, IconKind};
pub(crate) use identity_preview::IdentityPreview;
pub(crate) use lean::IntoLean;
pub(crate) use links::{leave_for, path_and_query, replace_url, safe_href, with_query};
pub(crate) use mount::Mount;
pub(crate) use password_rules::password_rules;
pub(crate) use resend::Resend;
pub(crate) use shell::{Announcer, Shell, app_name};
pub use step_form::{StepForm, StepFormProps};
pub(crate) use submit_button::SubmitButton;
