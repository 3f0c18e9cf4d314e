//! What `<AuthProvider>` keeps, and what the methods do to it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos::server_fn::error::ServerFnUrlError;
use thyra_wire::{ErrorCode, SignInStatus, Timestamp};

use super::{AuthContext, use_sign_in_form, use_sign_up_form};
use crate::server_fns::{
    AuthState, ContinueSignIn, ContinueSignUp, Outcome, SubmitPassword, SubmitSignUp,
};
use crate::{
    AuthError, CreateParams, EmailCodeAddress, FetchStatus, FinalizeParams, PasswordParams,
    Precondition, SignInField, SignUpField, SignUpParams, VerifyCodeParams, use_auth, use_sign_in,
    use_sign_up, use_user,
};

fn stage(client: &str) -> (Owner, AuthContext) {
    let owner = Owner::new();
    owner.set();
    let context = AuthContext::new();
    provide_context(context);
    let state = AuthState {
        client: serde_json::from_str(client).unwrap(),
        loaded_at: Timestamp::from_seconds(1_780_000_000),
        ..AuthState::default()
    };
    context.install(Ok(state));
    (owner, context)
}

const NOBODY: &str = "null";
const ADA: &str = r#"{"id": "client_1", "last_active_session_id": "sess_1", "sessions": [
    {"id": "sess_1", "status": "active", "user": {"id": "user_1", "first_name": "Ada"}}]}"#;
const HALF_WAY: &str = r#"{"id": "client_1", "sign_in": {"id": "sia_1", "status": "needs_first_factor",
    "identifier": "ada@example.com", "supported_first_factors": [{"strategy": "password"}],
    "first_factor_verification": {"status": "failed", "error": {"code": "identifier_already_signed_in",
        "message": "m", "meta": {"session_id": "sess_7"}}},
    "user_data": {"first_name": "Ada", "has_image": false}}}"#;
const COMPLETE: &str = r#"{"id": "client_1", "sign_in": {"id": "sia_1", "status": "complete",
    "created_session_id": "sess_1"}}"#;

/// The page of a form that was posted without scripts, and led back to with this error.
fn after_post(path: &str, code: ErrorCode, field: &str) -> (Owner, AuthContext) {
    let (owner, context) = stage(NOBODY);
    let error = ServerFnUrlError::new(
        path,
        AuthError::about_field(code, field, "said by the server"),
    );
    let back = error.to_url("https://app.example.com/own-door").unwrap();
    let err = back.query_pairs().find(|(name, _)| name == "__err");
    let (_, err) = err.expect("the error is in the address");
    provide_context(ServerActionError::new(path, &err));
    (owner, context)
}

/// It had no words, and was shown by the form that was posted only: none, where the way back led to another.
#[test]
fn the_error_of_a_posted_form_arrives_with_words_at_any_form_of_the_sign_in() {
    let path = ContinueSignIn::PATH;
    let (_owner, _) = after_post(path, ErrorCode::FormPasswordIncorrect, "password");

    let other = use_sign_in_form::<SubmitPassword>();

    let errors = use_sign_in().errors.get_untracked();
    let error = errors
        .fields
        .password
        .expect("the error is about the password");
    assert!(
        error.sentence().starts_with("Password is incorrect"),
        "{error:?}"
    );
    assert_eq!(
        other.value().get_untracked(),
        None,
        "another form was posted"
    );
    let posted = use_sign_in_form::<ContinueSignIn>();
    let Some(Err(AuthError::Api(said))) = posted.value().get_untracked() else {
        panic!("the form that was posted has its answer");
    };
    assert_eq!(said.errors, [error]);
}

#[test]
fn the_error_of_a_posted_sign_up_is_no_sign_ins() {
    let path = SubmitSignUp::PATH;
    let (_owner, _) = after_post(path, ErrorCode::FormParamNil, "password");

    use_sign_in_form::<SubmitPassword>();
    use_sign_up_form::<ContinueSignUp>();

    assert!(use_sign_in().errors.get_untracked().is_empty());
    assert!(!use_sign_up().errors.get_untracked().is_empty());
}

#[test]
fn before_an_attempt_every_property_is_empty() {
    let (_owner, _) = stage(NOBODY);
    let sign_in = use_sign_in().sign_in;

    assert_eq!(sign_in.status(), SignInStatus::NeedsIdentifier);
    assert_eq!(
        (
            sign_in.id(),
            sign_in.identifier(),
            sign_in.created_session_id()
        ),
        (None, None, None)
    );
    assert_eq!(sign_in.existing_session(), None);
    assert!(!sign_in.is_transferable() && !sign_in.can_be_discarded());
    assert!(
        sign_in.supported_first_factors().is_empty()
            && sign_in.supported_second_factors().is_empty()
    );
    assert_eq!(sign_in.first_factor_verification(), Default::default());
    assert_eq!(sign_in.second_factor_verification(), Default::default());
    assert_eq!(sign_in.user_data(), Default::default());
}

#[test]
fn the_properties_say_what_the_page_was_loaded_with() {
    let (_owner, _) = stage(HALF_WAY);
    let sign_in = use_sign_in().sign_in;

    assert_eq!(sign_in.status(), SignInStatus::NeedsFirstFactor);
    assert_eq!(sign_in.id().as_deref(), Some("sia_1"));
    assert_eq!(sign_in.identifier().as_deref(), Some("ada@example.com"));
    assert_eq!(sign_in.supported_first_factors().len(), 1);
    assert_eq!(sign_in.existing_session().unwrap().session_id, "sess_7");
    assert_eq!(sign_in.user_data().first_name.as_deref(), Some("Ada"));
}

#[test]
fn properties_are_reactive() {
    let (_owner, context) = stage(NOBODY);
    let sign_in = use_sign_in().sign_in;
    let status = Memo::new(move |_| sign_in.status());
    assert_eq!(status.get_untracked(), SignInStatus::NeedsIdentifier);

    context.adopt(&Outcome {
        sign_in: serde_json::from_str(r#"{"id": "sia_1", "status": "complete"}"#).unwrap(),
        ..Outcome::default()
    });

    assert_eq!(status.get_untracked(), SignInStatus::Complete);
}

#[test]
fn a_completed_attempt_stays_visible_though_the_client_has_dropped_it() {
    let (_owner, context) = stage(HALF_WAY);

    context.adopt(&Outcome {
        client: serde_json::from_str(ADA).unwrap(),
        sign_in: serde_json::from_str(
            r#"{"id": "sia_1", "status": "complete", "created_session_id": "sess_1"}"#,
        )
        .unwrap(),
        ..Outcome::default()
    });

    assert_eq!(
        use_sign_in().sign_in.created_session_id().as_deref(),
        Some("sess_1")
    );
    assert!(use_auth().is_signed_in());
}

#[test]
fn the_client_that_comes_with_an_error_is_taken_as_well() {
    let (_owner, context) = stage(NOBODY);
    let error = format!(
        r#"{{"errors": [{{"code": "form_code_incorrect", "message": "m"}}], "client": {HALF_WAY}}}"#
    );

    context.settle(&Err(AuthError::Api(serde_json::from_str(&error).unwrap())));

    assert_eq!(use_sign_in().sign_in.id().as_deref(), Some("sia_1"));
}

#[test]
fn who_is_signed_in_is_known() {
    let (_owner, _) = stage(ADA);
    let auth = use_auth();

    assert!(auth.is_loaded() && auth.is_signed_in());
    assert_eq!(auth.user_id().as_deref(), Some("user_1"));
    assert_eq!(auth.session_id().as_deref(), Some("sess_1"));
    assert_eq!(
        use_user().get_untracked().unwrap().first_name.as_deref(),
        Some("Ada")
    );
}

#[test]
fn nobody_is_signed_in_without_a_session() {
    let (_owner, _) = stage(HALF_WAY);
    assert!(!use_auth().is_signed_in());
    assert_eq!(use_user().get_untracked(), None);
}

#[test]
fn a_pending_session_does_not_count_as_signed_in() {
    let (_owner, _) = stage(&ADA.replace("\"active\"", "\"pending\""));
    assert!(!use_auth().is_signed_in());
}

#[tokio::test]
async fn preconditions_fail_before_any_signal_changes() {
    let (_owner, context) = stage(NOBODY);
    let signal = use_sign_in();
    context.sign_in.end(Some(AuthError::FactorNotFound));
    let before = signal.errors.get_untracked();
    let code = signal.sign_in.email_code();

    let no_address = code.send_code(None).await;
    let no_sign_in = code
        .send_code(EmailCodeAddress::EmailAddressId("idn_1".to_owned()))
        .await;
    let not_complete = signal.sign_in.finalize(FinalizeParams::default()).await;
    let nobody = [
        signal.sign_in.create(CreateParams::identifier(" ")).await,
        code.send_code(EmailCodeAddress::EmailAddress(String::new()))
            .await,
    ];

    for empty in nobody {
        assert_eq!(
            empty,
            Err(AuthError::Precondition(Precondition::EmptyIdentifier))
        );
    }
    assert_eq!(
        no_address,
        Err(AuthError::Precondition(Precondition::NoSignInAndNoAddress))
    );
    assert_eq!(
        no_sign_in,
        Err(AuthError::Precondition(Precondition::NoSignInForAddressId))
    );
    assert_eq!(
        not_complete,
        Err(AuthError::Precondition(Precondition::NotComplete))
    );
    assert_eq!(signal.errors.get_untracked(), before);
    assert_eq!(signal.fetch_status.get_untracked(), FetchStatus::Idle);
}

#[cfg(feature = "ssr")]
#[tokio::test]
async fn methods_called_during_server_rendering_say_so_and_change_nothing() {
    let (_owner, _) = stage(COMPLETE);
    let (signal, sign_up) = (use_sign_in(), use_sign_up().sign_up);
    let sign_in = signal.sign_in;
    let expected = Err(AuthError::ServerRendering);

    assert_eq!(sign_in.create(CreateParams::default()).await, expected);
    assert_eq!(
        sign_in.password(PasswordParams::current("p")).await,
        expected
    );
    assert_eq!(sign_in.email_code().send_code(None).await, expected);
    assert_eq!(sign_in.finalize(FinalizeParams::default()).await, expected);
    assert_eq!(sign_up.create(SignUpParams::default()).await, expected);
    assert_eq!(sign_up.verifications().send_email_code().await, expected);
    assert_eq!(use_auth().sign_out().await, expected);
    assert!(signal.errors.get_untracked().is_empty());
    assert!(!sign_in.can_be_discarded());
}

#[test]
fn reset_forgets_the_sign_in() {
    let (_owner, _) = stage(HALF_WAY);
    let sign_in = use_sign_in().sign_in;

    sign_in.reset();

    assert_eq!(sign_in.status(), SignInStatus::NeedsIdentifier);
    assert_eq!(sign_in.id(), None);
}

/// A call that waits until the test lets it go on, and the other end of it.
fn held(
    result: Result<Outcome, AuthError>,
) -> (
    tokio::sync::oneshot::Sender<()>,
    impl Future<Output = Result<Outcome, AuthError>>,
) {
    let (go_on, wait) = tokio::sync::oneshot::channel();
    let call = async move {
        wait.await.unwrap();
        result
    };
    (go_on, call)
}

/// A door inside of `<SignedOut>` would be gone before it has led anybody on.
#[tokio::test]
async fn finalizing_navigates_before_anything_on_the_page_knows() {
    let (_owner, context) = stage(NOBODY);
    let (seen, order) = std::sync::mpsc::channel();
    let params = FinalizeParams::navigate(move |navigate| {
        let is_known = untrack(|| context.active_session()).is_some();
        seen.send((navigate.session.id, is_known)).unwrap();
    });
    let client = serde_json::from_str(
        r#"{"id": "client_1", "sessions": [{"id": "sess_1", "status": "active"}], "last_active_session_id": "sess_1"}"#,
    );
    let activated = Outcome {
        client: Some(client.unwrap()),
        ..Outcome::default()
    };

    let call = params.after(async { Ok(activated) }, "/__clerk".to_owned());
    context.run(call, context.sign_in).await.unwrap();

    assert_eq!(order.recv().unwrap(), ("sess_1".to_owned(), false));
    assert!(untrack(|| context.active_session()).is_some());
}

#[tokio::test]
async fn a_call_clears_the_error_fetches_and_ends_idle() {
    let (_owner, context) = stage(NOBODY);
    let signal = use_sign_in();
    context.sign_in.end(Some(AuthError::FactorNotFound));
    let (go_on, call) = held(Err(AuthError::Transport { is_temporary: true }));
    let mut running = Box::pin(context.run(call, context.sign_in));

    assert!(futures::poll!(&mut running).is_pending());
    assert!(signal.errors.get_untracked().is_empty());
    assert_eq!(signal.fetch_status.get_untracked(), FetchStatus::Fetching);
    assert_eq!(
        use_sign_up().fetch_status.get_untracked(),
        FetchStatus::Idle
    );

    go_on.send(()).unwrap();
    let result = running.await;

    assert_eq!(result, Err(AuthError::Transport { is_temporary: true }));
    assert_eq!(signal.fetch_status.get_untracked(), FetchStatus::Idle);
    assert_eq!(signal.errors.get_untracked().global.unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_calls_at_once_the_first_to_end_sets_idle() {
    let (_owner, context) = stage(NOBODY);
    let status = use_sign_in().fetch_status;
    let (_keep, slow) = held(Ok(Outcome::default()));
    let (go_on, fast) = held(Ok(Outcome::default()));
    let mut slow = Box::pin(context.run(slow, context.sign_in));
    let mut fast = Box::pin(context.run(fast, context.sign_in));
    assert!(futures::poll!(&mut slow).is_pending());
    assert!(futures::poll!(&mut fast).is_pending());

    go_on.send(()).unwrap();
    fast.await.unwrap();

    assert_eq!(status.get_untracked(), FetchStatus::Idle);
    assert!(futures::poll!(&mut slow).is_pending());
}

#[tokio::test]
async fn a_call_that_succeeds_changes_what_it_is_about() {
    let (_owner, context) = stage(NOBODY);
    let outcome = Outcome {
        sign_in: serde_json::from_str(r#"{"id": "sia_1", "status": "needs_first_factor"}"#)
            .unwrap(),
        ..Outcome::default()
    };

    context
        .run(async { Ok(outcome) }, context.sign_in)
        .await
        .unwrap();

    assert_eq!(
        use_sign_in().sign_in.status(),
        SignInStatus::NeedsFirstFactor
    );
}

#[test]
fn signing_out_begins_anew() {
    let (_owner, context) = stage(ADA);
    context.adopt(&Outcome {
        sign_in: serde_json::from_str(r#"{"id": "sia_1", "status": "complete"}"#).unwrap(),
        ..Outcome::default()
    });

    context.adopt(&Outcome {
        client: serde_json::from_str(r#"{"id": "client_1", "sessions": []}"#).unwrap(),
        ..Outcome::default()
    });

    assert!(!use_auth().is_signed_in());
    assert_eq!(
        use_sign_in().sign_in.status(),
        SignInStatus::NeedsIdentifier
    );
}

#[test]
fn the_short_ways_say_the_same_as_the_long_ones() {
    let create = CreateParams::from("ada@example.com");
    assert_eq!(create.identifier.as_deref(), Some("ada@example.com"));
    let password = PasswordParams::from(("ada@example.com", "correct horse"));
    assert_eq!(
        format!("{password:?}"),
        format!(
            "{:?}",
            PasswordParams::identifier("ada@example.com", "correct horse")
        )
    );
    assert_eq!(
        EmailCodeAddress::from("ada@example.com"),
        EmailCodeAddress::EmailAddress("ada@example.com".to_owned())
    );
    assert_eq!(EmailCodeAddress::from(None), EmailCodeAddress::Current);
    assert_eq!(VerifyCodeParams::from("424242").code.expose(), "424242");
    let sign_up = SignUpParams::from(("ada@example.com", "correct horse"));
    assert_eq!(sign_up.email_address.as_deref(), Some("ada@example.com"));
    assert_eq!(
        sign_up
            .password
            .map(|password| password.expose().to_owned()),
        Some("correct horse".to_owned())
    );
}

#[test]
fn errors_have_words_where_they_belong() {
    let (_owner, context) = stage(NOBODY);
    let (errors, of_sign_up) = (use_sign_in().errors, use_sign_up().errors);
    assert_eq!(errors.text(SignInField::Password), None);
    assert_eq!(errors.general(), None);

    let json = r#"{"errors": [
        {"code": "form_password_incorrect", "message": "m", "meta": {"param_name": "password"}},
        {"code": "form_param_nil", "message": "m", "meta": {"param_name": "username"}}
    ]}"#;
    let error = AuthError::Api(serde_json::from_str(json).unwrap());
    context.sign_in.end(Some(error.clone()));
    context.sign_up.end(Some(error));

    let password = errors.text(SignInField::Password).unwrap();
    assert!(password.starts_with("Password is incorrect."), "{password}");
    assert_eq!(errors.first(), Some(password));
    assert_eq!(errors.text(SignInField::Code), None);
    // A sign-in has no place for an error about a username; a sign-up has.
    assert!(errors.general().is_some());
    assert!(of_sign_up.text(SignUpField::Username).is_some());
    assert_eq!(of_sign_up.general(), None);
}

#[test]
fn a_failure_as_a_whole_has_general_words() {
    let (_owner, context) = stage(NOBODY);
    let errors = use_sign_in().errors;

    let failure = AuthError::Transport { is_temporary: true };
    context.sign_in.end(Some(failure.clone()));

    let words = errors.general().unwrap();
    assert!(
        words.starts_with("We couldn’t reach the server."),
        "{words}"
    );
    assert_eq!(errors.get_untracked().raw, Some(vec![failure]));
}

#[cfg(feature = "ssr")]
#[tokio::test]
async fn actions_call_the_methods_they_are_named_after() {
    _ = any_spawner::Executor::init_tokio();
    let (_owner, _) = stage(COMPLETE);
    let signal = use_sign_in();
    let (enter, finish) = (signal.password_action(), signal.finalize_action());

    enter.dispatch(("ada@example.com", "correct horse").into());
    finish.dispatch("/inbox".to_owned());
    while enter.pending().get_untracked() || finish.pending().get_untracked() {
        tokio::task::yield_now().await;
    }

    // What the methods say during server rendering.
    let expected = Some(Err(AuthError::ServerRendering));
    assert_eq!(enter.value().get_untracked(), expected);
    assert_eq!(finish.value().get_untracked(), expected);
}
