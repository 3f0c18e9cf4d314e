//! Sending and verifying the code of a sign-in.

use thyra_wire::{Factor, Secret, SignIn, Strategy, VerificationStatus, normalize_code};

use super::complete::path_segment;
use crate::AuthError;
use crate::auth_api::{Call, Exchange};

/// Sends a code to the factor's address.
pub(crate) async fn send(
    exchange: &mut Exchange,
    sign_in: &SignIn,
    factor: &Factor,
) -> Result<SignIn, AuthError> {
    let path = format!(
        "/v1/client/sign_ins/{}/prepare_first_factor",
        path_segment(&sign_in.id)?
    );
    let call = Call::post(path)
        .field("strategy", factor.strategy.as_str())
        .optional("email_address_id", factor.email_address_id.as_deref());
    exchange.call(call).await
}

/// Tries a code.
pub(crate) async fn verify(
    exchange: &mut Exchange,
    sign_in_id: &str,
    code: &Secret,
) -> Result<SignIn, AuthError> {
    let path = format!(
        "/v1/client/sign_ins/{}/attempt_first_factor",
        path_segment(sign_in_id)?
    );
    let call = Call::post(path)
        .field("strategy", Strategy::EmailCode.as_str())
        .field("code", normalize_code(code.expose()));
    exchange.call(call).await
}

/// The factor a code is sent for: the one with this id, else the one whose address was typed, else the first.
///
/// An id that no factor has falls through, as with the official clients.
pub(crate) fn choose<'a>(
    sign_in: &'a SignIn,
    email_address_id: Option<&str>,
) -> Option<&'a Factor> {
    let factors = || {
        let all = sign_in.supported_first_factors.iter().flatten();
        all.filter(|factor| factor.strategy == Strategy::EmailCode)
    };
    let named = email_address_id
        .and_then(|id| factors().find(|factor| factor.email_address_id.as_deref() == Some(id)));
    let typed = || factors().find(|factor| factor.safe_identifier == sign_in.identifier);
    named.or_else(typed).or_else(|| factors().next())
}

/// Whether a code for this factor is on its way and was not used, so that no second one has to be sent.
///
/// A verification does not say which address it is for. With several addresses, the one the step before was about is
/// taken for it.
pub(crate) fn is_on_its_way(
    sign_in: &SignIn,
    factor: &Factor,
    current_address: Option<&str>,
) -> bool {
    let is_open = sign_in
        .first_factor_verification
        .as_ref()
        .is_some_and(|verification| {
            verification.status == Some(VerificationStatus::Unverified)
                && verification.strategy.as_ref() == Some(&factor.strategy)
        });
    let is_only_one = sign_in
        .supported_first_factors
        .iter()
        .flatten()
        .filter(|other| other.strategy == factor.strategy)
        .count()
        == 1;
    let is_same_address = match current_address {
        Some(current) => factor.email_address_id.as_deref() == Some(current),
        None => is_only_one || factor.safe_identifier == sign_in.identifier,
    };
    is_open && is_same_address
}

#[cfg(test)]
mod tests {
    use thyra_wire::{SignInStatus, Verification};

    use super::*;

    fn sign_in(factors: Vec<Factor>, verification: Option<Verification>) -> SignIn {
        let mut sign_in: SignIn = serde_json::from_str(
            r#"{"id": "sia_1", "status": "needs_first_factor", "identifier": "b@example.com"}"#,
        )
        .unwrap();
        sign_in.supported_first_factors = Some(factors);
        sign_in.first_factor_verification = verification;
        assert_eq!(sign_in.status, SignInStatus::NeedsFirstFactor);
        sign_in
    }

    fn email(id: &str, address: &str) -> Factor {
        Factor::email(Strategy::EmailCode, id, address, false)
    }

    fn open() -> Option<Verification> {
        Some(Verification::new(
            Strategy::EmailCode,
            VerificationStatus::Unverified,
        ))
    }

    #[test]
    fn the_code_goes_to_the_named_then_the_typed_then_the_first_address() {
        let two = sign_in(
            vec![
                Factor::new(Strategy::Password),
                email("idn_a", "a***"),
                email("idn_b", "b@example.com"),
            ],
            None,
        );
        let id = |named| choose(&two, named).and_then(|factor| factor.email_address_id.as_deref());

        assert_eq!(id(Some("idn_a")), Some("idn_a"));
        assert_eq!(id(None), Some("idn_b"));
        assert_eq!(id(Some("idn_unknown")), Some("idn_b"));
        let other = sign_in(vec![email("idn_a", "a***"), email("idn_c", "c***")], None);
        assert_eq!(
            choose(&other, None).unwrap().email_address_id.as_deref(),
            Some("idn_a")
        );
        assert_eq!(
            choose(&sign_in(vec![Factor::new(Strategy::Password)], None), None),
            None
        );
    }

    #[test]
    fn a_reload_sends_no_second_code() {
        let one = email("idn_a", "a***");
        assert!(is_on_its_way(
            &sign_in(vec![one.clone()], open()),
            &one,
            None
        ));
        assert!(is_on_its_way(
            &sign_in(vec![one.clone()], open()),
            &one,
            Some("idn_a")
        ));
    }

    #[test]
    fn another_address_or_an_ended_code_needs_a_new_one() {
        let (a, b) = (email("idn_a", "a***"), email("idn_b", "b@example.com"));
        let two = sign_in(vec![a.clone(), b.clone()], open());

        assert!(!is_on_its_way(&two, &a, Some("idn_b")));
        assert!(
            !is_on_its_way(&two, &a, None),
            "the typed address is the likelier one"
        );
        assert!(is_on_its_way(&two, &b, None));
        for status in [
            VerificationStatus::Expired,
            VerificationStatus::Failed,
            VerificationStatus::Verified,
        ] {
            let ended = Some(Verification::new(Strategy::EmailCode, status));
            assert!(!is_on_its_way(&sign_in(vec![a.clone()], ended), &a, None));
        }
        assert!(!is_on_its_way(&sign_in(vec![a.clone()], None), &a, None));
    }
}
