//! The rules for errors, and for what may replace a resource.

use leptos::prelude::*;
use thyra_wire::{ApiErrors, SignIn};

use super::{Errors, FetchStatus, ResourceState};
use crate::{AuthError, SignInFields, SignUpFields};

fn api(json: &str) -> AuthError {
    AuthError::Api(serde_json::from_str::<ApiErrors>(json).unwrap())
}

fn on_field(name: &str, code: &str) -> String {
    format!(r#"{{"code": "{code}", "message": "m", "meta": {{"param_name": "{name}"}}}}"#)
}

const NAMELESS: &str = r#"{"code": "too_many_requests", "message": "m"}"#;

#[test]
fn without_an_error_everything_is_empty() {
    let errors = Errors::<SignInFields>::sort(None);
    assert_eq!(errors, Errors::default());
    assert!(errors.is_empty());
}

#[test]
fn what_is_no_answer_of_the_api_is_global() {
    for error in [
        AuthError::Transport { is_temporary: true },
        AuthError::FactorNotFound,
        AuthError::Api(ApiErrors::default()),
    ] {
        let errors = Errors::<SignInFields>::sort(Some(&error));
        assert_eq!(errors.fields, SignInFields::default());
        assert_eq!(errors.raw, Some(vec![error.clone()]));
        assert_eq!(errors.global, Some(vec![error]));
    }
}

#[test]
fn an_answer_that_names_no_field_is_global_as_a_whole() {
    let error = api(&format!(r#"{{"errors": [{NAMELESS}, {NAMELESS}]}}"#));

    let errors = Errors::<SignInFields>::sort(Some(&error));

    assert_eq!(errors.raw, Some(vec![error.clone()]));
    assert_eq!(errors.global, Some(vec![error]));
}

#[test]
fn one_named_field_leaves_nothing_global() {
    let json = format!(
        r#"{{"errors": [{NAMELESS}, {}]}}"#,
        on_field("password", "form_password_incorrect")
    );

    let errors = Errors::<SignInFields>::sort(Some(&api(&json)));

    assert_eq!(
        errors.fields.password.unwrap().code.as_str(),
        "form_password_incorrect"
    );
    assert_eq!(
        errors.raw.unwrap().len(),
        2,
        "nameless ones are in raw only"
    );
    assert_eq!(errors.global, None);
}

#[test]
fn of_two_errors_of_a_field_the_later_one_is_shown() {
    let json = format!(
        r#"{{"errors": [{}, {}]}}"#,
        on_field("code", "first"),
        on_field("code", "second")
    );
    let errors = Errors::<SignInFields>::sort(Some(&api(&json)));
    assert_eq!(errors.fields.code.unwrap().code.as_str(), "second");
}

#[test]
fn a_field_the_resource_does_not_know_is_in_raw_only() {
    let json = format!(
        r#"{{"errors": [{}]}}"#,
        on_field("email_address", "form_identifier_exists")
    );

    let of_sign_in = Errors::<SignInFields>::sort(Some(&api(&json)));
    assert_eq!(
        (of_sign_in.fields, of_sign_in.global),
        (SignInFields::default(), None)
    );
    assert_eq!(of_sign_in.raw.unwrap().len(), 1);

    let of_sign_up = Errors::<SignUpFields>::sort(Some(&api(&json)));
    assert!(of_sign_up.fields.email_address.is_some());
}

#[test]
fn every_field_of_a_sign_up_has_a_place() {
    let names = [
        "first_name",
        "last_name",
        "email_address",
        "phone_number",
        "password",
        "username",
        "code",
        "captcha",
        "legal_accepted",
    ];
    for name in names {
        let json = format!(r#"{{"errors": [{}]}}"#, on_field(name, "form_param_nil"));
        let errors = Errors::<SignUpFields>::sort(Some(&api(&json)));
        assert_ne!(errors.fields, SignUpFields::default(), "{name}");
    }
}

fn sign_in(id: &str) -> SignIn {
    serde_json::from_str(&format!(
        r#"{{"id": "{id}", "status": "needs_first_factor"}}"#
    ))
    .unwrap()
}

fn state() -> (Owner, ResourceState<SignIn, SignInFields>) {
    let owner = Owner::new();
    owner.set();
    (owner, ResourceState::new())
}

fn id(state: ResourceState<SignIn, SignInFields>) -> Option<String> {
    state.read_untracked(|sign_in| Some(sign_in?.id.clone()))
}

#[test]
fn a_server_that_forgets_the_attempt_does_not_take_it_from_the_form() {
    let (_owner, state) = state();
    state.adopt(Some(sign_in("sia_1")));

    state.adopt(None);
    assert_eq!(id(state).as_deref(), Some("sia_1"));

    state.mark_discardable();
    state.adopt(None);
    assert_eq!(id(state), None);
}

#[test]
fn another_attempt_takes_the_place_of_the_old_one() {
    let (_owner, state) = state();
    state.adopt(Some(sign_in("sia_1")));
    state.mark_discardable();

    state.adopt(Some(sign_in("sia_2")));

    assert_eq!(id(state).as_deref(), Some("sia_2"));
    assert!(
        !state.can_be_discarded(),
        "the new one was neither finalized nor reset"
    );
}

#[test]
fn a_call_clears_the_error_and_ends_idle() {
    let (_owner, state) = state();
    let (errors, status) = (state.errors(), state.fetch_status());

    state.end(Some(AuthError::FactorNotFound));
    assert!(!errors.get_untracked().is_empty());

    state.begin();
    assert!(errors.get_untracked().is_empty());
    assert_eq!(status.get_untracked(), FetchStatus::Fetching);

    state.end(None);
    assert_eq!(status.get_untracked(), FetchStatus::Idle);
}

#[test]
fn reset_clears_all_but_the_fetch_status() {
    let (_owner, state) = state();
    state.adopt(Some(sign_in("sia_1")));
    state.end(Some(AuthError::FactorNotFound));
    state.begin();

    state.reset();

    assert_eq!(id(state), None);
    assert!(state.errors().get_untracked().is_empty());
    assert_eq!(state.fetch_status().get_untracked(), FetchStatus::Fetching);
}
