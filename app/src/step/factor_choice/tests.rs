//! The choice of factors, by example and for shuffled lists of any factors.

use proptest::prelude::*;
use proptest::strategy::Strategy as Arbitrary;
use thyra_wire::{SignInStatus, Strategy};

use super::*;

/// An attempt that waits for one of these first factors.
pub(crate) fn attempt(identifier: &str, factors: Vec<Factor>) -> SignIn {
    let mut sign_in: SignIn =
        serde_json::from_str(r#"{"id": "sia_1", "status": "needs_first_factor"}"#).unwrap();
    sign_in.status = SignInStatus::NeedsFirstFactor;
    sign_in.identifier = Some(identifier.to_owned());
    sign_in.supported_first_factors = Some(factors);
    sign_in
}

pub(crate) fn preferring(strategy: &str) -> Environment {
    let mut environment = Environment::default();
    environment.display_config.preferred_sign_in_strategy = strategy.to_owned();
    environment
}

fn email(id: &str, address: &str) -> Factor {
    Factor::email(Strategy::EmailCode, id, address, false)
}

#[test]
fn a_password_comes_first_where_the_instance_prefers_it() {
    let sign_in = attempt(
        "ada@x.org",
        vec![email("idn_1", "ada@x.org"), Factor::new(Strategy::Password)],
    );

    let chosen = starting_factor(&preferring("password"), &sign_in).unwrap();

    assert_eq!(chosen.strategy, Strategy::Password);
}

#[test]
fn a_code_to_the_typed_address_comes_first_where_the_instance_prefers_codes() {
    let factors = vec![
        Factor::new(Strategy::Password),
        email("idn_1", "a***@y.org"),
        email("idn_2", "ada@x.org"),
    ];
    let sign_in = attempt("ada@x.org", factors);

    let chosen = starting_factor(&preferring("otp"), &sign_in).unwrap();

    assert_eq!(chosen.email_address_id.as_deref(), Some("idn_2"));
}

#[test]
fn a_code_is_asked_for_before_a_link_is_waited_for() {
    let link = Factor::email(Strategy::EmailLink, "idn_1", "ada@x.org", true);
    let sign_in = attempt("ada@x.org", vec![link, email("idn_1", "ada@x.org")]);

    for preference in ["password", "otp"] {
        let chosen = starting_factor(&preferring(preference), &sign_in).unwrap();

        assert_eq!(chosen.strategy, Strategy::EmailCode, "{preference}");
    }
}

#[test]
fn a_passkey_this_version_cannot_use_does_not_stand_in_the_way() {
    let sign_in = attempt(
        "ada",
        vec![
            Factor::new(Strategy::Passkey),
            Factor::new(Strategy::Password),
        ],
    );

    let chosen = starting_factor(&preferring("password"), &sign_in).unwrap();

    assert_eq!(chosen.strategy, Strategy::Password);
}

#[test]
fn a_second_address_stays_among_the_alternatives() {
    let sign_in = attempt(
        "ada",
        vec![email("idn_1", "a***@x.org"), email("idn_2", "a***@y.org")],
    );
    let current = email("idn_1", "a***@x.org");

    let others = alternatives(&sign_in, Level::First, Some(&current));

    assert_eq!(others.len(), 1);
    assert_eq!(others[0].email_address_id.as_deref(), Some("idn_2"));
}

fn is_drawn(factor: &Factor) -> bool {
    method_of(factor, Level::First).is_some_and(Method::is_listed)
}

fn any_strategy() -> impl Arbitrary<Value = Strategy> {
    prop_oneof![
        proptest::sample::select(Strategy::KNOWN),
        "[a-z0-9_]{1,12}".prop_map(|text| Strategy::from(text.as_str())),
    ]
}

fn any_factor() -> impl Arbitrary<Value = Factor> {
    let address = proptest::sample::select(vec!["typed@x.org", "t***@y.org", "o***@z.org"]);
    (any_strategy(), 0..4u8, address).prop_map(|(strategy, id, address)| {
        let has_address = matches!(strategy, Strategy::EmailCode | Strategy::EmailLink);
        if has_address {
            Factor::email(strategy, &format!("idn_{id}"), address, id == 0)
        } else {
            Factor::new(strategy)
        }
    })
}

fn shuffled_factors() -> impl Arbitrary<Value = (Vec<Factor>, Vec<Factor>)> {
    proptest::collection::vec(any_factor(), 0..8)
        .prop_flat_map(|factors| (Just(factors.clone()), Just(factors).prop_shuffle()))
}

proptest! {
    #[test]
    fn the_choice_is_independent_of_the_list_order_up_to_ties(
        (one, other) in shuffled_factors(),
        preference in proptest::sample::select(vec!["password", "otp", "", "something new"]),
    ) {
        let environment = preferring(preference);
        let place = |sign_in: &SignIn| {
            let preference = Preference::of(&environment);
            starting_factor(&environment, sign_in).map(|factor| preference.place(factor, Some("typed@x.org")))
        };

        prop_assert_eq!(place(&attempt("typed@x.org", one)), place(&attempt("typed@x.org", other)));
    }

    #[test]
    fn what_is_chosen_or_offered_can_be_shown((factors, _) in shuffled_factors()) {
        let sign_in = attempt("typed@x.org", factors.clone());
        let chosen = starting_factor(&preferring("password"), &sign_in);

        prop_assert_eq!(chosen.is_some(), factors.iter().any(is_drawn));
        prop_assert!(chosen.is_none_or(is_drawn));
        let others = alternatives(&sign_in, Level::First, chosen);
        prop_assert!(others.iter().all(|factor| is_drawn(factor)));
        prop_assert!(others.iter().all(|factor| !chosen.unwrap().is_same_as(factor)));
    }

    #[test]
    fn among_equals_the_servers_first_wins((factors, _) in shuffled_factors()) {
        let sign_in = attempt("typed@x.org", factors.clone());
        let preference = Preference::Password;
        let place = |factor: &Factor| preference.place(factor, Some("typed@x.org"));

        if let Some(chosen) = starting_factor(&preferring("password"), &sign_in) {
            let first_equal = factors.iter().find(|f| is_drawn(f) && place(f) == place(chosen)).unwrap();
            prop_assert!(chosen.is_same_as(first_equal));
        }
    }

    #[test]
    fn a_key_names_its_own_factor(factor in any_factor()) {
        prop_assert!(FactorKey::of(&factor).names(&factor));
    }
}
