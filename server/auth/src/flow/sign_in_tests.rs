//! Walks the sign-in machine: stories for every status, and random walks for what must never happen.

use std::time::Duration;

use proptest::prelude::{Just, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy as Strategy2;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn begun() -> SignIn {
    SignIn::new("sia_1".into(), "client_1".into(), NOW)
}

fn password() -> Factor {
    Factor::new(Strategy::Password)
}

fn email_code() -> Factor {
    Factor::email(Strategy::EmailCode, "idn_1", "ada@example.com", true)
}

fn reset_code() -> Factor {
    Factor::email(
        Strategy::ResetPasswordEmailCode,
        "idn_1",
        "ada@example.com",
        true,
    )
}

/// A strategy that exists in no product: the machine must not need to know it.
fn made_up() -> Factor {
    Factor::new(Strategy::from("made_up"))
}

fn identified(subject: Subject, second_factors: Vec<Factor>, trust_factors: Vec<Factor>) -> Event {
    Event::Identified {
        identifier: "ada@example.com".into(),
        subject,
        first_factors: vec![password(), email_code(), reset_code()],
        second_factors,
        trust_factors,
    }
}

fn ada() -> Subject {
    Subject::User("user_1".into())
}

fn proven(level: Level, factor: Factor) -> Event {
    Event::Proven {
        level,
        factor,
        subject: None,
    }
}

/// The proof of a factor that says who somebody is.
fn recognized(user_id: &str, second_factors: Vec<Factor>) -> Event {
    Event::Proven {
        level: Level::First,
        factor: made_up(),
        subject: Some(Recognized {
            user_id: user_id.into(),
            second_factors,
            trust_factors: vec![],
        }),
    }
}

fn opened() -> Event {
    Event::Opened { factor: made_up() }
}

/// Applies all events; every one of them must fit.
fn after(events: impl IntoIterator<Item = Event>) -> (SignIn, Vec<Effect>) {
    events
        .into_iter()
        .fold((begun(), Vec::new()), |(attempt, mut effects), event| {
            let (attempt, more) = attempt.apply(event, NOW).expect("the event fits");
            effects.extend(more);
            (attempt, effects)
        })
}

fn session_for_ada(second: Option<Timestamp>) -> Effect {
    Effect::CreateSession {
        user_id: "user_1".into(),
        first_factor_at: Some(NOW),
        second_factor_at: second,
    }
}

#[test]
fn a_new_attempt_needs_an_identifier() {
    assert_eq!(begun().status(), SignInStatus::NeedsIdentifier);
}

#[test]
fn the_first_factor_completes_an_account_that_has_no_other() {
    let (attempt, effects) = after([
        identified(ada(), vec![], vec![]),
        proven(Level::First, password()),
    ]);

    assert_eq!(attempt.status(), SignInStatus::Complete);
    assert_eq!(effects, [session_for_ada(None)]);
}

#[test]
fn a_second_factor_of_any_kind_is_asked_for_before_the_session() {
    let (attempt, effects) = after([
        identified(ada(), vec![made_up()], vec![]),
        proven(Level::First, password()),
    ]);
    assert_eq!(attempt.status(), SignInStatus::NeedsSecondFactor);
    assert_eq!(attempt.factors(Level::Second), [made_up()]);
    assert_eq!(effects, []);

    let (attempt, effects) = attempt
        .apply(proven(Level::Second, made_up()), NOW)
        .unwrap();

    assert_eq!(attempt.status(), SignInStatus::Complete);
    assert_eq!(effects, [session_for_ada(Some(NOW))]);
}

#[test]
fn an_attempt_without_an_identifier_learns_from_the_proof_whom_it_is_about() {
    let (attempt, _) = after([opened()]);
    assert_eq!(attempt.status(), SignInStatus::NeedsIdentifier);

    let (attempt, effects) = attempt.apply(recognized("user_1", vec![]), NOW).unwrap();

    assert_eq!(attempt.status(), SignInStatus::Complete);
    assert_eq!(effects, [session_for_ada(None)]);
}

#[test]
fn whoever_was_recognized_is_asked_for_their_second_factor_too() {
    let (attempt, effects) = after([opened(), recognized("user_1", vec![email_code()])]);

    assert_eq!(attempt.status(), SignInStatus::NeedsSecondFactor);
    assert_eq!(effects, []);
}

/// What somebody has as a second factor is what they have when the first one is proven.
#[test]
fn sec_d10_a_second_factor_that_is_there_since_is_asked_for() {
    let (attempt, effects) = after([
        identified(ada(), vec![], vec![]),
        Event::Proven {
            level: Level::First,
            factor: password(),
            subject: Some(Recognized {
                user_id: "user_1".into(),
                second_factors: vec![made_up()],
                trust_factors: vec![],
            }),
        },
    ]);

    assert_eq!(attempt.status(), SignInStatus::NeedsSecondFactor);
    assert_eq!(effects, []);
}

#[test]
fn sec_j06_a_mailbox_that_proved_the_first_factor_proves_no_second_one() {
    for first in [email_code(), reset_code()] {
        let (attempt, _) = after([
            identified(ada(), vec![email_code(), made_up()], vec![]),
            proven(Level::First, first.clone()),
        ]);
        assert_eq!(attempt.second_factors, [made_up()], "{first:?}");
    }
    let (by_password, _) = after([
        identified(ada(), vec![email_code()], vec![]),
        proven(Level::First, password()),
    ]);
    assert_eq!(by_password.status(), SignInStatus::NeedsSecondFactor);
}

#[test]
fn a_proof_that_names_nobody_signs_nobody_in() {
    let (attempt, _) = after([opened()]);

    let refused = attempt.apply(proven(Level::First, made_up()), NOW);

    assert_eq!(refused, Err(Refusal::NotNow));
}

#[test]
fn a_proof_about_somebody_else_is_none() {
    for subject in [ada(), Subject::Nobody] {
        let (mut attempt, _) = after([identified(subject, vec![], vec![])]);
        attempt.first_factors.push(made_up());

        let refused = attempt.apply(recognized("user_2", vec![]), NOW);

        assert_eq!(refused, Err(Refusal::NoSuchFactor));
    }
}

/// As an attempt was stored before factors had anything to show, with a field of some later build.
const OF_YESTERDAY: &str = r#"{"id":"sia_1","client_id":"client_1","created_at":1000000000,
    "identifier":"ada@example.com","user_data":null,"subject":{"user":"user_1"},
    "first_factors":[{"strategy":"password"}],"second_factors":[],"trust_factors":[],
    "first":{"factor":{"strategy":"password"},"progress":"unverified","attempts":1,"expire_at":null,
    "verified_at":null},"second":null,"new_password_is_due":false,"challenge_is_open":false,"session_id":null,
    "of_tomorrow":true}"#;

#[test]
fn an_attempt_of_an_earlier_build_goes_on() {
    let attempt: SignIn = serde_json::from_str(OF_YESTERDAY).unwrap();

    let (attempt, effects) = attempt
        .apply(proven(Level::First, password()), NOW)
        .unwrap();

    assert_eq!(attempt.first.map(|first| first.attempts), Some(2));
    assert_eq!(effects, [session_for_ada(None)]);
}

#[test]
fn a_new_device_has_to_be_trusted_after_a_password_but_not_after_a_code() {
    let trust = vec![email_code()];
    let (by_password, _) = after([
        identified(ada(), vec![], trust.clone()),
        proven(Level::First, password()),
    ]);
    let (by_code, _) = after([
        identified(ada(), vec![], trust),
        proven(Level::First, email_code()),
    ]);

    assert_eq!(by_password.status(), SignInStatus::NeedsClientTrust);
    assert_eq!(by_code.status(), SignInStatus::Complete);
}

#[test]
fn a_new_password_comes_before_the_second_factor() {
    let (attempt, _) = after([
        identified(ada(), vec![made_up()], vec![]),
        Event::NewPasswordRequired,
        proven(Level::First, email_code()),
    ]);
    assert_eq!(attempt.status(), SignInStatus::NeedsNewPassword);

    let (attempt, effects) = attempt.apply(Event::NewPasswordSet, NOW).unwrap();

    assert_eq!(attempt.status(), SignInStatus::NeedsSecondFactor);
    assert_eq!(effects, []);
}

#[test]
fn sec_d10_a_reset_code_asks_for_a_password_and_then_for_the_second_factor() {
    let (attempt, effects) = after([
        identified(ada(), vec![made_up()], vec![]),
        proven(Level::First, reset_code()),
    ]);
    assert_eq!(attempt.status(), SignInStatus::NeedsNewPassword);
    assert_eq!(effects, []);
    assert_eq!(
        attempt.clone().apply(proven(Level::Second, made_up()), NOW),
        Err(Refusal::NotNow)
    );

    let (attempt, effects) = attempt.apply(Event::NewPasswordSet, NOW).unwrap();

    assert_eq!(attempt.status(), SignInStatus::NeedsSecondFactor);
    assert_eq!(effects, []);
}

#[test]
fn a_reset_completes_an_account_that_has_no_other_factor() {
    let (attempt, effects) = after([
        identified(ada(), vec![], vec![]),
        proven(Level::First, reset_code()),
        Event::NewPasswordSet,
    ]);

    assert_eq!(attempt.status(), SignInStatus::Complete);
    assert_eq!(effects, [session_for_ada(None)]);
}

#[test]
fn an_open_challenge_holds_everything_up() {
    let (attempt, effects) = after([identified(ada(), vec![], vec![]), Event::ChallengeRaised]);
    assert_eq!(attempt.status(), SignInStatus::NeedsProtectCheck);
    assert_eq!(effects, []);
    assert_eq!(
        attempt.clone().apply(proven(Level::First, password()), NOW),
        Err(Refusal::NotNow)
    );

    let (attempt, _) = attempt.apply(Event::ChallengeAnswered, NOW).unwrap();

    assert_eq!(attempt.status(), SignInStatus::NeedsFirstFactor);
}

#[test]
fn a_factor_of_another_account_does_not_fit() {
    let (attempt, _) = after([identified(ada(), vec![], vec![])]);
    let foreign = Factor::email(Strategy::EmailCode, "idn_2", "eve@example.com", true);

    assert_eq!(
        attempt.apply(proven(Level::First, foreign), NOW),
        Err(Refusal::NoSuchFactor)
    );
}

#[test]
fn sec_b01_an_attempt_about_nobody_never_completes() {
    let (attempt, effects) = after([
        identified(Subject::Nobody, vec![], vec![]),
        proven(Level::First, password()),
    ]);

    assert_eq!(attempt.status(), SignInStatus::NeedsFirstFactor);
    assert_eq!(effects, []);
}

#[test]
fn what_a_newcomer_proves_is_for_a_sign_up_to_take_over() {
    let (attempt, effects) = after([
        identified(Subject::Newcomer, vec![], vec![]),
        proven(Level::First, email_code()),
    ]);

    assert_eq!(attempt.status(), SignInStatus::NeedsFirstFactor);
    assert_eq!(effects, []);
    let taken_over = Some(("ada@example.com", &Strategy::EmailCode));
    assert_eq!(attempt.transferable(), taken_over);
    let text = serde_json::to_string(&attempt).unwrap();
    assert_eq!(serde_json::from_str::<SignIn>(&text).unwrap(), attempt);
}

#[test]
fn an_attempt_ends_after_a_day() {
    let (attempt, _) = after([identified(ada(), vec![], vec![])]);

    let late = NOW + ATTEMPT_LIFETIME;

    assert_eq!(
        attempt.apply(proven(Level::First, password()), late),
        Err(Refusal::Over)
    );
}

#[test]
fn a_finished_attempt_takes_nothing_more_in() {
    let (attempt, _) = after([
        identified(ada(), vec![], vec![]),
        proven(Level::First, password()),
        Event::SessionCreated {
            session_id: "sess_1".into(),
        },
    ]);

    assert_eq!(attempt.status(), SignInStatus::Complete);
    assert_eq!(
        attempt.apply(Event::ChallengeRaised, NOW),
        Err(Refusal::Over)
    );
}

/// A new password asked for after completion used to take the attempt back, and ask for a second session.
#[test]
fn nothing_takes_a_complete_attempt_back() {
    let (attempt, _) = after([
        identified(ada(), vec![], vec![]),
        proven(Level::First, password()),
    ]);

    for event in [Event::NewPasswordRequired, Event::ChallengeRaised] {
        assert_eq!(attempt.clone().apply(event, NOW), Err(Refusal::Over));
    }
}

fn any_level() -> impl Strategy2<Value = Level> {
    prop_oneof![Just(Level::First), Just(Level::Second)]
}

fn any_factor() -> impl Strategy2<Value = Factor> {
    prop_oneof![
        Just(password()),
        Just(email_code()),
        Just(reset_code()),
        Just(made_up())
    ]
}

fn any_event() -> impl Strategy2<Value = Event> {
    let subject =
        prop_oneof![4 => Just(ada()), 1 => Just(Subject::Nobody), 1 => Just(Subject::Newcomer)];
    let factors = || {
        prop_oneof![
            Just(vec![]),
            Just(vec![made_up()]),
            Just(vec![email_code()])
        ]
    };
    prop_oneof![
        2 => (subject, factors(), factors()).prop_map(|(subject, second, trust)| identified(subject, second, trust)),
        1 => (any_level(), any_factor()).prop_map(|(level, factor)| Event::Prepared { level, factor, expire_at: None, shown: Shown::default() }),
        4 => (any_level(), any_factor()).prop_map(|(level, factor)| proven(level, factor)),
        1 => Just(opened()),
        1 => factors().prop_map(|second| recognized("user_1", second)),
        1 => (any_level(), any_factor(), any::<bool>())
            .prop_map(|(level, factor, is_last)| Event::Missed { level, factor, is_last }),
        1 => Just(Event::NewPasswordRequired),
        1 => Just(Event::NewPasswordSet),
        1 => Just(Event::ChallengeRaised),
        1 => Just(Event::ChallengeAnswered),
        1 => Just(Event::SessionCreated { session_id: "sess_1".into() }),
    ]
}

proptest! {
    /// Q04: no order of events reaches a session without every required factor, and none reaches two.
    #[test]
    fn no_walk_reaches_a_session_without_every_required_factor(
        events in proptest::collection::vec((any_event(), 0u64..7200), 0..40),
    ) {
        let mut attempt = begun();
        let mut now = NOW;
        let mut sessions = 0;
        let mut password_is_due = false;
        for (event, seconds) in events {
            now = now + Duration::from_secs(seconds);
            let before = attempt.clone();
            let due = match &event {
                Event::NewPasswordRequired => true,
                Event::NewPasswordSet => false,
                Event::Proven { factor, .. } => password_is_due || *factor == reset_code(),
                _ => password_is_due,
            };
            match attempt.clone().apply(event, now) {
                Ok((next, effects)) => {
                    password_is_due = due;
                    sessions += effects.len();
                    attempt = next;
                }
                Err(_) => prop_assert_eq!(&attempt, &before),
            }
            if attempt.transferable().is_some() {
                prop_assert_eq!(&attempt.subject, &Subject::Newcomer);
            }
            if attempt.status() == SignInStatus::Complete {
                prop_assert_eq!(&attempt.subject, &ada());
                prop_assert!(!password_is_due, "D10: a reset ends with a new password");
                prop_assert!(is_proven(&attempt.first));
                prop_assert!(attempt.second_factors.is_empty() || is_proven(&attempt.second));
            }
        }
        prop_assert!(sessions <= 1);
    }
}
