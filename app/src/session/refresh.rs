//! Asking the server again: what a page shows can change without it.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use thyra_wire::{Client, SignInStatus, SignUpStatus};

use super::AuthContext;
use crate::browser::{on_coming_back, on_session_change, page_age};
use crate::server_fns::{AuthState, load};
use crate::{AuthError, FetchStatus};

/// How old the state may be when somebody comes back to the page.
const MAX_AGE: Duration = Duration::from_secs(60);

/// How long a page may have stood before it was hydrated: until then it does not hear what other tabs do.
const MAX_SLEEP: Duration = Duration::from_secs(10);

/// Asks the server again when another tab signs in or out, and when somebody comes back to a page that is no longer
/// fresh.
pub(super) fn keep_fresh(context: AuthContext) {
    Effect::new(move |_| {
        if page_age() >= MAX_SLEEP {
            refresh(context);
        }
        on_session_change(move || refresh(context));
        on_coming_back(MAX_AGE, move || refresh(context));
    });
}

fn refresh(context: AuthContext) {
    leptos::task::spawn_local(async move {
        let known = Known::of(context);
        let loaded: Result<AuthState, AuthError> = load().await;
        // What was known stays when the server cannot be reached.
        if let Ok(state) = loaded {
            take(context, &known, state);
        }
    });
}

/// What was known when the server was asked.
struct Known {
    client: Option<Arc<Client>>,
    sign_in: Option<String>,
    sign_up: Option<String>,
}

impl Known {
    fn of(context: AuthContext) -> Self {
        Self {
            client: context.client.get_untracked(),
            sign_in: context
                .sign_in
                .read_untracked(|attempt| attempt.map(|attempt| attempt.id.clone())),
            sign_up: context
                .sign_up
                .read_untracked(|attempt| attempt.map(|attempt| attempt.id.clone())),
        }
    }

    /// Whether nothing has come in since, and nothing is on its way: that would be newer than the answer.
    fn is_newest(&self, context: AuthContext) -> bool {
        let now = Self::of(context);
        let is_idle = |status: Signal<FetchStatus>| status.get_untracked() == FetchStatus::Idle;
        let is_same_client = match (&self.client, &now.client) {
            (Some(then), Some(now)) => Arc::ptr_eq(then, now),
            (then, now) => then.is_none() && now.is_none(),
        };
        is_same_client
            && self.sign_in == now.sign_in
            && self.sign_up == now.sign_up
            && is_idle(context.sign_in.fetch_status())
            && is_idle(context.sign_up.fetch_status())
    }
}

/// Takes what the server knows now, attempts that are over included: a form for one of those leads nowhere. Where there was
/// none, nothing is over, and the error of a form stays.
fn take(context: AuthContext, known: &Known, state: AuthState) {
    if !known.is_newest(context) {
        return;
    }
    let client = state.client.as_ref();
    let (sign_in, sign_up) = (context.sign_in, context.sign_up);
    // The server drops an attempt the moment it is complete; here it stays until whoever completed it has finalized it.
    let is_finishing =
        sign_in.read_untracked(|it| it.is_some_and(|it| it.status == SignInStatus::Complete));
    if known.sign_in.is_some()
        && client.is_none_or(|client| client.sign_in.is_none())
        && !is_finishing
    {
        sign_in.reset();
    }
    let is_finishing =
        sign_up.read_untracked(|it| it.is_some_and(|it| it.status == SignUpStatus::Complete));
    if known.sign_up.is_some()
        && client.is_none_or(|client| client.sign_up.is_none())
        && !is_finishing
    {
        sign_up.reset();
    }
    // Countdowns measure from the first answer, which came with the page.
    let loaded_at = context.loaded_at.get_untracked().unwrap_or(state.loaded_at);
    context.install(Ok(AuthState { loaded_at, ..state }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(client: &str) -> AuthState {
        let client: Client = serde_json::from_str(client).expect("the test's JSON is a client");
        AuthState {
            client: Some(client),
            ..AuthState::default()
        }
    }

    const WAITING: &str =
        r#"{"id": "client_1", "sign_in": {"id": "sia_1", "status": "needs_first_factor"}}"#;

    fn status(context: AuthContext) -> Option<SignInStatus> {
        context
            .sign_in
            .read_untracked(|sign_in| sign_in.map(|it| it.status.clone()))
    }

    #[test]
    fn an_attempt_that_ended_elsewhere_ends_here() {
        let owner = Owner::new();
        owner.set();
        let context = AuthContext::new();
        context.install(Ok(state(WAITING)));

        take(context, &Known::of(context), state(r#"{"id": "client_1"}"#));

        assert_eq!(status(context), None);
    }

    #[test]
    fn an_attempt_that_was_completed_here_stays_until_it_is_finalized() {
        let owner = Owner::new();
        owner.set();
        let context = AuthContext::new();
        context.install(Ok(state(
            &WAITING.replace("needs_first_factor", "complete"),
        )));

        take(context, &Known::of(context), state(r#"{"id": "client_1"}"#));

        assert_eq!(status(context), Some(SignInStatus::Complete));
    }

    #[test]
    fn a_call_that_is_under_way_is_not_overtaken() {
        let owner = Owner::new();
        owner.set();
        let context = AuthContext::new();
        context.install(Ok(state(WAITING)));
        let known = Known::of(context);
        context.sign_in.begin();

        take(context, &known, state(r#"{"id": "client_1"}"#));

        assert_eq!(status(context), Some(SignInStatus::NeedsFirstFactor));
    }

    #[test]
    fn the_clock_of_the_page_goes_on() {
        let owner = Owner::new();
        owner.set();
        let context = AuthContext::new();
        let at = |seconds| AuthState {
            loaded_at: thyra_wire::Timestamp::from_seconds(seconds),
            ..state(WAITING)
        };
        context.install(Ok(at(1_000)));

        take(context, &Known::of(context), at(1_100));

        assert_eq!(context.loaded_at().as_seconds(), 1_000);
    }

    #[test]
    fn an_answer_is_not_taken_when_something_newer_has_come_in_the_meantime() {
        let owner = Owner::new();
        owner.set();
        let context = AuthContext::new();
        context.install(Ok(state(r#"{"id": "client_1"}"#)));
        let known = Known::of(context);
        context.install(Ok(state(WAITING)));

        take(context, &known, state(r#"{"id": "client_1"}"#));

        assert_eq!(status(context), Some(SignInStatus::NeedsFirstFactor));
    }

    #[test]
    fn the_error_of_a_form_stays_where_no_attempt_was() {
        let owner = Owner::new();
        owner.set();
        let context = AuthContext::new();
        context.install(Ok(state(r#"{"id": "client_1"}"#)));
        context
            .sign_in
            .end(Some(AuthError::Transport { is_temporary: true }));

        take(context, &Known::of(context), state(r#"{"id": "client_1"}"#));

        assert!(context.sign_in.errors().get_untracked().global.is_some());
    }
}
