//! One factor of a sign-in: choosing it, preparing it, answering it. Any strategy, either level.

use thyra_wire::{Factor, Level, Secret, SignIn, Strategy, VerificationStatus, normalize_code};

use super::complete::path_segment;
use crate::AuthError;
use crate::auth_api::{Call, Exchange};

/// How what the factor needs is sent.
#[derive(Debug, Default)]
pub(crate) struct Sending {
    /// Where a link leads, as a whole URL.
    pub(crate) redirect_url: Option<String>,
    /// How a code is sent to a phone.
    pub(crate) channel: Option<String>,
}

/// A URL that may be a path of the own origin, as a whole one.
pub(crate) fn absolute(url: String, own_origin: &str) -> String {
    match url.starts_with('/') {
        true => format!("{own_origin}{url}"),
        false => url,
    }
}

/// Makes the auth API send what the factor needs: a code, a link.
pub(crate) async fn prepare(
    exchange: &mut Exchange,
    sign_in: &SignIn,
    level: Level,
    factor: &Factor,
    sending: Sending,
) -> Result<SignIn, AuthError> {
    let verb = match level {
        Level::First => "prepare_first_factor",
        Level::Second => "prepare_second_factor",
    };
    let call = call(&sign_in.id, verb, &factor.strategy)?;
    let call = match factor.target() {
        Some((name, id)) => call.field(name, id),
        None => call,
    };
    let call = call
        .optional("redirect_url", sending.redirect_url)
        .optional("channel", sending.channel);
    exchange.call(call).await
}

/// The code in what was typed, as this strategy has it: digits, or for a backup code whatever it is.
pub(crate) fn code_of(strategy: &Strategy, typed: &Secret) -> String {
    match strategy {
        Strategy::BackupCode => typed.expose().trim().to_owned(),
        _ => normalize_code(typed.expose()),
    }
}

/// Answers the factor with a field of this name.
pub(crate) async fn attempt(
    exchange: &mut Exchange,
    sign_in_id: &str,
    level: Level,
    strategy: &Strategy,
    (name, answer): (&'static str, &str),
) -> Result<SignIn, AuthError> {
    let verb = match level {
        Level::First => "attempt_first_factor",
        Level::Second => "attempt_second_factor",
    };
    let call = call(sign_in_id, verb, strategy)?.field(name, answer);
    exchange.call(call).await
}

fn call(sign_in_id: &str, verb: &str, strategy: &Strategy) -> Result<Call, AuthError> {
    let id = path_segment(sign_in_id)?;
    let call = Call::post(format!("/v1/client/sign_ins/{id}/{verb}"));
    Ok(call.field("strategy", strategy.as_str()))
}

/// The factor of this strategy: the one with this target, else the one whose address was typed, else the first.
///
/// A target that no factor has falls through, as with the official clients.
pub(crate) fn choose<'a>(
    sign_in: &'a SignIn,
    level: Level,
    strategy: &Strategy,
    target: Option<&str>,
) -> Option<&'a Factor> {
    let factors = || {
        let all = sign_in.factors(level);
        all.filter(|factor| factor.strategy == *strategy)
    };
    let named = target.and_then(|id| factors().find(|factor| factor.target_id() == Some(id)));
    let typed = || factors().find(|factor| factor.safe_identifier == sign_in.identifier);
    named.or_else(typed).or_else(|| factors().next())
}

/// The first factor of this strategy.
pub(crate) fn first<'a>(
    sign_in: &'a SignIn,
    level: Level,
    strategy: &Strategy,
) -> Option<&'a Factor> {
    let mut factors = sign_in.factors(level);
    factors.find(|factor| factor.strategy == *strategy)
}

/// Whether what the factor needs is on its way and was not used, so that it need not be sent a second time.
///
/// A verification does not say which address it is for. With several addresses, the one the step before was about is
/// taken for it.
pub(crate) fn is_on_its_way(
    sign_in: &SignIn,
    level: Level,
    factor: &Factor,
    current_target: Option<&str>,
) -> bool {
    let is_open = sign_in.verification(level).is_some_and(|verification| {
        verification.status == Some(VerificationStatus::Unverified)
            && verification.strategy.as_ref() == Some(&factor.strategy)
    });
    let of_strategy = |other: &&Factor| other.strategy == factor.strategy;
    let is_only_one = sign_in.factors(level).filter(of_strategy).count() == 1;
    let is_same_target = match current_target {
        Some(current) => factor.target_id() == Some(current),
        None => is_only_one || factor.safe_identifier == sign_in.identifier,
    };
    is_open && is_same_target
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
        let id = |named| {
            choose(&two, Level::First, &Strategy::EmailCode, named)
                .and_then(|factor| factor.email_address_id.as_deref())
        };

        assert_eq!(id(Some("idn_a")), Some("idn_a"));
        assert_eq!(id(None), Some("idn_b"));
        assert_eq!(id(Some("idn_unknown")), Some("idn_b"));
        let other = sign_in(vec![email("idn_a", "a***"), email("idn_c", "c***")], None);
        assert_eq!(
            choose(&other, Level::First, &Strategy::EmailCode, None)
                .unwrap()
                .email_address_id
                .as_deref(),
            Some("idn_a")
        );
        assert_eq!(
            choose(
                &sign_in(vec![Factor::new(Strategy::Password)], None),
                Level::First,
                &Strategy::EmailCode,
                None
            ),
            None
        );
    }

    #[test]
    fn a_reload_sends_no_second_code() {
        let one = email("idn_a", "a***");
        assert!(is_on_its_way(
            &sign_in(vec![one.clone()], open()),
            Level::First,
            &one,
            None
        ));
        assert!(is_on_its_way(
            &sign_in(vec![one.clone()], open()),
            Level::First,
            &one,
            Some("idn_a")
        ));
    }

    #[test]
    fn another_address_or_an_ended_code_needs_a_new_one() {
        let (a, b) = (email("idn_a", "a***"), email("idn_b", "b@example.com"));
        let two = sign_in(vec![a.clone(), b.clone()], open());

        assert!(!is_on_its_way(&two, Level::First, &a, Some("idn_b")));
        assert!(
            !is_on_its_way(&two, Level::First, &a, None),
            "the typed address is the likelier one"
        );
        assert!(is_on_its_way(&two, Level::First, &b, None));
        for status in [
            VerificationStatus::Expired,
            VerificationStatus::Failed,
            VerificationStatus::Verified,
        ] {
            let ended = Some(Verification::new(Strategy::EmailCode, status));
            assert!(!is_on_its_way(
                &sign_in(vec![a.clone()], ended),
                Level::First,
                &a,
                None
            ));
        }
        assert!(!is_on_its_way(
            &sign_in(vec![a.clone()], None),
            Level::First,
            &a,
            None
        ));
    }
}
