//! Which factor to show, and which others to offer.
//!
//! First everything goes that this version cannot draw; what is left is ranked by a total order, with the server's
//! own order as the last word among equals. So the choice does not depend on the order of the list any further than
//! that, and no factor is ever offered that leads to an empty card.

use thyra_wire::{Environment, Factor, Level, SignIn, Strategy};

use super::method::{Method, method_of};

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
        Self::new(factor.strategy.as_str(), factor.target_id())
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
        let fits_address = self.address.is_none() || self.address() == factor.target_id();
        self.strategy == factor.strategy.as_str() && fits_address
    }
}

/// The factor to show first, or `None` when there is none that can be shown.
pub fn starting_factor<'a>(environment: &Environment, sign_in: &'a SignIn) -> Option<&'a Factor> {
    let preference = Preference::of(environment);
    let identifier = sign_in.identifier.as_deref();
    // `min_by_key` keeps the first of equals, which is the server's order.
    supported(sign_in, Level::First).min_by_key(|factor| preference.place(factor, identifier))
}

/// The second factor to show first, or `None` when there is none that can be shown: the authenticator app, else a code by
/// SMS, else whatever the server names first. Backup codes are few, so they come last.
pub fn starting_second_factor(sign_in: &SignIn) -> Option<&Factor> {
    supported(sign_in, Level::Second).min_by_key(|factor| second_place(factor))
}

/// The factors to offer instead of `current`, in the order to show them.
///
/// Only the current factor itself is left out, not its whole strategy: a second e-mail address stays in the list.
pub fn alternatives<'a>(
    sign_in: &'a SignIn,
    level: Level,
    current: Option<&Factor>,
) -> Vec<&'a Factor> {
    let mut others: Vec<&Factor> = supported(sign_in, level)
        .filter(|factor| !current.is_some_and(|current| current.is_same_as(factor)))
        .collect();
    others.sort_by_key(|factor| match level {
        Level::First => rank(factor),
        Level::Second => second_place(factor),
    });
    others
}

fn supported(sign_in: &SignIn, level: Level) -> impl Iterator<Item = &Factor> {
    sign_in
        .factors(level)
        .filter(move |factor| method_of(factor, level).is_some_and(Method::is_listed))
}

/// Smaller comes first; equals stay as the server has them.
fn second_place(factor: &Factor) -> usize {
    match factor.strategy {
        Strategy::Totp => 0,
        Strategy::PhoneCode => 1,
        Strategy::BackupCode => 3,
        _ => 2,
    }
}

/// The factor by which a forgotten password can be reset, or `None` when there is none.
pub fn reset_factor(sign_in: &SignIn) -> Option<&Factor> {
    sign_in
        .factors(Level::First)
        .filter(|factor| method_of(factor, Level::First).is_some_and(Method::resets_password))
        .min_by_key(|factor| rank(factor))
}

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
        let reason = match (self, &factor.strategy) {
            (_, Strategy::Passkey) => 0,
            (Self::Password, Strategy::Password) => 1,
            _ if is_typed_one => 2,
            _ => 3,
        };
        (reason, rank(factor))
    }
}

/// The place of the factor's method in the table of methods; what has none comes last.
fn rank(factor: &Factor) -> usize {
    let method = Method::of(&factor.strategy);
    let place = method.and_then(|method| Method::ALL.iter().position(|other| *other == method));
    place.unwrap_or(Method::ALL.len())
}

#[cfg(test)]
pub(crate) mod tests;
