//! Which first factor to show, and which others to offer.
//!
//! First everything goes that this version cannot draw; what is left is ranked by a total order, with the server's
//! own order as the last word among equals. So the choice does not depend on the order of the list any further than
//! that, and no factor is ever offered that leads to an empty card.

use thyra_wire::{Environment, Factor, SignIn, Strategy};

/// Names one factor of an attempt in a URL: its strategy (`?factor=`), and the id of the address, number or wallet it
/// goes to (`&address=`) where the strategy alone would be ambiguous.
///
/// ```
/// use thyra::step::FactorKey;
/// use thyra_wire::{Factor, Strategy};
///
/// let factor = Factor::email(Strategy::EmailCode, "idn_1", "ada@example.com", true);
/// assert!(FactorKey::of(&factor).names(&factor));
/// assert!(FactorKey::new("email_code", None).names(&factor));
/// assert!(!FactorKey::new("email_code", Some("idn_2")).names(&factor));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorKey {
    strategy: String,
    address: Option<String>,
}

impl FactorKey {
    /// The key with these parts, as they stand in a URL.
    pub fn new(strategy: &str, address: Option<&str>) -> Self {
        Self {
            strategy: strategy.to_owned(),
            address: address.map(str::to_owned),
        }
    }

    /// The key of this factor.
    pub fn of(factor: &Factor) -> Self {
        Self::new(factor.strategy.as_str(), address_id(factor))
    }

    /// The strategy, as the wire spells it.
    pub fn strategy(&self) -> &str {
        &self.strategy
    }

    /// The id of the address, number or wallet.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Whether this is that factor's key. Without an address it names every factor of its strategy.
    pub fn names(&self, factor: &Factor) -> bool {
        let fits_address = self.address.is_none() || self.address() == address_id(factor);
        self.strategy == factor.strategy.as_str() && fits_address
    }
}

fn address_id(factor: &Factor) -> Option<&str> {
    let ids = [
        &factor.email_address_id,
        &factor.phone_number_id,
        &factor.web3_wallet_id,
        &factor.enterprise_connection_id,
    ];
    ids.into_iter().flatten().next().map(String::as_str)
}

/// Whether this version has a step for the factor.
pub fn is_supported(factor: &Factor) -> bool {
    matches!(factor.strategy, Strategy::Password | Strategy::EmailCode)
}

/// The factor to show first, or `None` when there is none that can be shown.
pub fn starting_factor<'a>(environment: &Environment, sign_in: &'a SignIn) -> Option<&'a Factor> {
    let preference = Preference::of(environment);
    let identifier = sign_in.identifier.as_deref();
    // `min_by_key` keeps the first of equals, which is the server's order.
    supported(sign_in).min_by_key(|factor| preference.place(factor, identifier))
}

/// The factors to offer instead of `current`, in the order to show them.
///
/// Only the current factor itself is left out, not its whole strategy: a second e-mail address stays in the list.
pub fn alternatives<'a>(sign_in: &'a SignIn, current: Option<&Factor>) -> Vec<&'a Factor> {
    let mut others: Vec<&Factor> = supported(sign_in)
        .filter(|factor| !current.is_some_and(|current| current.is_same_as(factor)))
        .collect();
    others.sort_by_key(|factor| rank(&LIST_ORDER, factor));
    others
}

fn supported(sign_in: &SignIn) -> impl Iterator<Item = &Factor> {
    sign_in
        .supported_first_factors
        .iter()
        .flatten()
        .filter(|factor| is_supported(factor))
}

const PASSWORD_ORDER: [Strategy; 5] = [
    Strategy::Passkey,
    Strategy::Password,
    Strategy::EmailLink,
    Strategy::EmailCode,
    Strategy::PhoneCode,
];
const CODE_ORDER: [Strategy; 5] = [
    Strategy::EmailLink,
    Strategy::EmailCode,
    Strategy::PhoneCode,
    Strategy::Passkey,
    Strategy::Password,
];
const LIST_ORDER: [Strategy; 5] = [
    Strategy::EmailLink,
    Strategy::EmailCode,
    Strategy::PhoneCode,
    Strategy::Passkey,
    Strategy::Password,
];

/// What the instance would rather see used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preference {
    Password,
    Code,
}

impl Preference {
    fn of(environment: &Environment) -> Self {
        match environment
            .display_config
            .preferred_sign_in_strategy
            .as_str()
        {
            "otp" => Self::Code,
            _ => Self::Password,
        }
    }

    /// Smaller comes first: the kind of reason to take the factor, then its place among those with the same reason.
    fn place(self, factor: &Factor, identifier: Option<&str>) -> (u8, usize) {
        let is_typed_one = identifier.is_some() && factor.safe_identifier.as_deref() == identifier;
        let (order, reason) = match (self, &factor.strategy) {
            (Self::Password, Strategy::Passkey) => (&PASSWORD_ORDER, 0),
            (Self::Code, Strategy::Passkey) => (&CODE_ORDER, 0),
            (Self::Password, Strategy::Password) => (&PASSWORD_ORDER, 1),
            (Self::Password, _) => (&PASSWORD_ORDER, if is_typed_one { 2 } else { 3 }),
            (Self::Code, _) => (&CODE_ORDER, if is_typed_one { 2 } else { 3 }),
        };
        (reason, rank(order, factor))
    }
}

fn rank(order: &[Strategy], factor: &Factor) -> usize {
    order
        .iter()
        .position(|strategy| *strategy == factor.strategy)
        .unwrap_or(order.len())
}

#[cfg(test)]
pub(crate) mod tests {
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

        let others = alternatives(&sign_in, Some(&current));

        assert_eq!(others.len(), 1);
        assert_eq!(others[0].email_address_id.as_deref(), Some("idn_2"));
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

            prop_assert_eq!(chosen.is_some(), factors.iter().any(is_supported));
            prop_assert!(chosen.is_none_or(is_supported));
            let others = alternatives(&sign_in, chosen);
            prop_assert!(others.iter().all(|factor| is_supported(factor)));
            prop_assert!(others.iter().all(|factor| !chosen.unwrap().is_same_as(factor)));
        }

        #[test]
        fn among_equals_the_servers_first_wins((factors, _) in shuffled_factors()) {
            let sign_in = attempt("typed@x.org", factors.clone());
            let preference = Preference::Password;
            let place = |factor: &Factor| preference.place(factor, Some("typed@x.org"));

            if let Some(chosen) = starting_factor(&preferring("password"), &sign_in) {
                let first_equal = factors.iter().find(|f| is_supported(f) && place(f) == place(chosen)).unwrap();
                prop_assert!(chosen.is_same_as(first_equal));
            }
        }

        #[test]
        fn a_key_names_its_own_factor(factor in any_factor()) {
            prop_assert!(FactorKey::of(&factor).names(&factor));
        }
    }
}
