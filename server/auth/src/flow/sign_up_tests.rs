//! Walks the sign-up machine.

use proptest::prelude::{Just, any, prop_assert, prop_oneof, proptest};
use proptest::strategy::Strategy as _;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
const RULES: SignUpRules = SignUpRules {
    mode: SignUpMode::Public,
    username: Requirement::Required,
    first_name: Requirement::Optional,
    last_name: Requirement::Off,
};

fn begun() -> SignUp {
    SignUp::new("sua_1".into(), "client_1".into(), NOW)
}

fn filled(email: Option<&str>, taken: bool, password: bool, username: bool) -> SignUpEvent {
    SignUpEvent::Filled {
        email_address: email.map(str::to_owned),
        email_is_taken: taken,
        password_hash: password.then(|| "$argon2id$…".to_owned()),
        username: username.then(|| "ada_".to_owned()),
        first_name: None,
        last_name: None,
        unsafe_metadata: None,
    }
}

fn code_made() -> SignUpEvent {
    SignUpEvent::Prepared {
        strategy: thyra_wire::Strategy::EmailCode,
        expire_at: Some(NOW + std::time::Duration::from_secs(600)),
    }
}

fn after(events: impl IntoIterator<Item = SignUpEvent>) -> (SignUp, Vec<SignUpEffect>) {
    events
        .into_iter()
        .fold((begun(), Vec::new()), |(attempt, mut effects), event| {
            let (attempt, more) = attempt.apply(event, RULES, NOW).expect("the event fits");
            effects.extend(more);
            (attempt, effects)
        })
}

#[test]
fn what_is_missing_follows_the_rules() {
    assert_eq!(
        begun().missing_fields(RULES),
        [
            SignUpRequirement::EmailAddress,
            SignUpRequirement::Username,
            SignUpRequirement::Password
        ]
    );
}

#[test]
fn the_user_is_asked_for_when_nothing_is_missing_and_nothing_unverified() {
    let (attempt, effects) = after([
        filled(Some("ada@example.com"), false, true, true),
        code_made(),
    ]);
    assert_eq!(
        attempt.status(RULES, NOW),
        SignUpStatus::MissingRequirements
    );
    assert_eq!(effects, []);

    let (attempt, effects) = attempt.apply(SignUpEvent::Proven, RULES, NOW).unwrap();

    assert_eq!(attempt.status(RULES, NOW), SignUpStatus::Complete);
    assert_eq!(effects, [SignUpEffect::CreateUser]);
}

#[test]
fn a_field_that_comes_after_the_proof_completes_too() {
    let (_, effects) = after([
        filled(Some("ada@example.com"), false, true, false),
        code_made(),
        SignUpEvent::Proven,
        filled(None, false, false, true),
    ]);

    assert_eq!(effects, [SignUpEffect::CreateUser]);
}

/// Whoever prepared the attempt in somebody else's browser would know the password of the account.
#[test]
fn sec_e02_another_address_asks_for_a_password_of_its_own() {
    let prepared = filled(None, false, true, true);
    let (attempt, _) = after([
        prepared,
        filled(Some("ada@example.com"), false, false, false),
    ]);
    assert_eq!(attempt.missing_fields(RULES), [SignUpRequirement::Password]);

    let again = [
        filled(Some("ada@example.com"), false, true, true),
        filled(Some("ada@example.com"), false, false, false),
    ];
    let (attempt, _) = after(again);
    assert_eq!(attempt.missing_fields(RULES), [], "the same address");
}

const RESTRICTED: SignUpRules = SignUpRules {
    mode: SignUpMode::Restricted,
    ..RULES
};

fn invited(email_address: &str) -> SignUpEvent {
    SignUpEvent::Transferred {
        email_address: email_address.to_owned(),
        strategy: Strategy::Ticket,
        ticket_id: Some("inv_1".to_owned()),
    }
}

/// A sign-in has proven the address.
fn signed_in_as(email_address: &str) -> SignUpEvent {
    SignUpEvent::Transferred {
        email_address: email_address.to_owned(),
        strategy: Strategy::EmailCode,
        ticket_id: None,
    }
}

#[test]
fn what_a_sign_in_has_proven_is_proven() {
    let (attempt, _) = after([signed_in_as("ada@example.com")]);
    assert_eq!(attempt.unverified_fields(), []);

    let refused = begun().apply(signed_in_as("ada@example.com"), RESTRICTED, NOW);

    assert_eq!(refused, Err(SignUpRefusal::NotInvited));
}

#[test]
fn an_invitation_proves_the_address_it_was_sent_to() {
    let (attempt, effects) = after([invited("ada@example.com")]);
    assert_eq!(attempt.unverified_fields(), []);
    assert_eq!(effects, []);

    let (_, effects) = attempt
        .apply(filled(None, false, true, true), RESTRICTED, NOW)
        .unwrap();

    assert_eq!(effects, [SignUpEffect::CreateUser]);
}

/// What an invitation grants is for whoever was invited, and for no other address.
#[test]
fn an_invitation_is_not_taken_along_to_another_address() {
    let (attempt, _) = after([
        invited("ada@example.com"),
        filled(Some("eve@example.com"), false, true, true),
    ]);

    assert_eq!(attempt.ticket_id, None);
    assert_eq!(
        attempt.unverified_fields(),
        [SignUpRequirement::EmailAddress]
    );
}

#[test]
fn nobody_signs_up_without_an_invitation_where_one_is_needed() {
    let without = filled(Some("ada@example.com"), false, true, true);
    let refused = begun().apply(without, RESTRICTED, NOW);
    assert_eq!(refused, Err(SignUpRefusal::NotInvited));

    let (attempt, _) = begun()
        .apply(invited("ada@example.com"), RESTRICTED, NOW)
        .unwrap();
    let elsewhere = filled(Some("eve@example.com"), false, true, true);
    let refused = attempt.apply(elsewhere, RESTRICTED, NOW);

    assert_eq!(refused, Err(SignUpRefusal::NotInvited));
}

#[test]
fn another_address_has_to_be_proven_anew() {
    let (attempt, _) = after([
        filled(Some("ada@example.com"), false, false, false),
        code_made(),
        SignUpEvent::Proven,
        filled(Some("eve@example.com"), false, true, true),
    ]);

    assert_eq!(
        attempt.unverified_fields(),
        [SignUpRequirement::EmailAddress]
    );
}

#[test]
fn sec_b04_an_address_that_somebody_has_looks_the_same_and_never_completes() {
    let (attempt, effects) = after([
        filled(Some("ada@example.com"), true, true, true),
        code_made(),
        SignUpEvent::Proven,
    ]);

    assert_eq!(effects, []);
    assert_ne!(attempt.status(RULES, NOW), SignUpStatus::Complete);
}

/// As an attempt was stored when it had one code and nothing else, with a field of some later build.
fn of_yesterday(email_code: &str) -> SignUp {
    let text = format!(
        r#"{{"id":"sua_1","client_id":"client_1","created_at":1000000000,"email_address":"ada@example.com",
        "email_is_taken":false,"email_code":{email_code},"password_hash":"$argon2id$…","username":"ada_",
        "first_name":null,"last_name":null,"unsafe_metadata":{{}},"locale":null,"user_id":null,"session_id":null,
        "of_tomorrow":[1]}}"#
    );
    serde_json::from_str(&text).unwrap()
}

#[test]
fn an_attempt_of_an_earlier_build_goes_on() {
    let sent = r#"{"expire_at":1000600000,"attempts":2,"is_spent":false,"verified_at":null}"#;
    let attempt = of_yesterday(sent);
    let state = attempt
        .verification(&SignUpRequirement::EmailAddress)
        .unwrap();
    assert_eq!(state.attempts, 2);

    let (attempt, effects) = attempt.apply(SignUpEvent::Proven, RULES, NOW).unwrap();

    assert_eq!(effects, [SignUpEffect::CreateUser]);
    let text = serde_json::to_string(&attempt).unwrap();
    assert_eq!(serde_json::from_str::<SignUp>(&text).unwrap(), attempt);
}

#[test]
fn an_earlier_builds_attempt_without_a_code_has_no_verification() {
    assert_eq!(of_yesterday("null").verifications, Verifications::new());
    let verified =
        r#"{"expire_at":1000600000,"attempts":1,"is_spent":false,"verified_at":1000000000}"#;
    assert!(of_yesterday(verified).email_is_verified());
}

#[test]
fn an_attempt_ends_after_a_day() {
    let late = NOW + ATTEMPT_LIFETIME;

    assert_eq!(begun().status(RULES, late), SignUpStatus::Abandoned);
    assert_eq!(
        begun().apply(code_made(), RULES, late),
        Err(SignUpRefusal::Over)
    );
}

fn any_event() -> impl proptest::strategy::Strategy<Value = SignUpEvent> {
    let address = prop_oneof![
        Just(None),
        Just(Some("ada@example.com")),
        Just(Some("eve@example.com"))
    ];
    prop_oneof![
        (address, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            |(address, taken, password, username)| filled(address, taken, password, username)
        ),
        Just(code_made()),
        Just(SignUpEvent::Proven),
        Just(invited("ada@example.com")),
        Just(signed_in_as("eve@example.com")),
        any::<bool>().prop_map(|is_last| SignUpEvent::Missed { is_last }),
    ]
}

proptest! {
    #[test]
    fn no_walk_creates_a_user_with_an_unproven_address(
        events in proptest::collection::vec(any_event(), 0..30),
        rules in proptest::sample::select(vec![RULES, RESTRICTED]),
    ) {
        let mut attempt = begun();
        for event in events {
            let Ok((next, effects)) = attempt.clone().apply(event, rules, NOW) else { continue };
            attempt = next;
            if !effects.is_empty() {
                prop_assert!(attempt.email_is_verified() && !attempt.email_is_taken);
                prop_assert!(attempt.missing_fields(RULES).is_empty());
                let is_invited = attempt.email_address.as_deref() == Some("ada@example.com");
                prop_assert!(attempt.ticket_id.is_none() || is_invited);
                prop_assert!(rules == RULES || attempt.ticket_id.is_some());
            }
        }
    }
}
