//! The steps of a sign-in, by example and for every status and URL.

use proptest::prelude::*;
use proptest::strategy::Strategy as _;
use thyra_wire::Strategy;

use super::super::factor_choice::tests::{attempt, preferring};
use super::*;

fn password_and_code() -> SignIn {
    attempt(
        "ada@x.org",
        vec![
            Factor::new(Strategy::Password),
            Factor::email(Strategy::EmailCode, "idn_1", "ada@x.org", true),
        ],
    )
}

fn decide(sign_in: Option<&SignIn>, route: SignInRoute) -> Decision {
    step(&preferring("password"), sign_in, &SignInLocation::at(route))
}

#[test]
fn without_an_attempt_every_deep_link_falls_back_to_the_start() {
    for route in [
        SignInRoute::FactorOne,
        SignInRoute::Methods,
        SignInRoute::FactorTwo,
        SignInRoute::ClientTrust,
    ] {
        assert_eq!(decide(None, route), start());
    }
    assert_eq!(
        step(&preferring(""), None, &SignInLocation::default()),
        start()
    );
}

#[test]
fn the_index_stays_the_place_to_correct_the_identifier() {
    let sign_in = password_and_code();

    assert_eq!(decide(Some(&sign_in), SignInRoute::Index), start());
}

#[test]
fn the_url_names_the_factor_to_show() {
    let sign_in = password_and_code();
    let location = SignInLocation {
        route: Some(SignInRoute::FactorOne),
        factor: Some(FactorKey::new("email_code", Some("idn_1"))),
        link: None,
    };

    let decision = step(&preferring("password"), Some(&sign_in), &location);

    assert!(matches!(decision.step, Step::Code { is_sent: false, .. }));
}

fn with_code_sent() -> SignIn {
    let sent = Verification::new(Strategy::EmailCode, VerificationStatus::Unverified);
    SignIn {
        first_factor_verification: Some(sent),
        ..password_and_code()
    }
}

#[test]
fn a_reload_after_sending_resumes_the_code_step() {
    let location = SignInLocation {
        route: Some(SignInRoute::FactorOne),
        factor: Some(FactorKey::new("email_code", Some("idn_1"))),
        link: None,
    };

    let decision = step(&preferring("password"), Some(&with_code_sent()), &location);

    assert!(matches!(decision.step, Step::Code { is_sent: true, .. }));
}

#[test]
fn back_from_the_code_is_the_password_again() {
    let decision = decide(Some(&with_code_sent()), SignInRoute::FactorOne);

    assert_eq!(decision.step, Step::Password);
}

#[test]
fn the_methods_leave_out_the_factor_one_comes_from() {
    let sign_in = password_and_code();

    let Step::Methods {
        factors, current, ..
    } = decide(Some(&sign_in), SignInRoute::Methods).step
    else {
        panic!("the methods are listed");
    };

    assert_eq!(
        current.map(|factor| factor.strategy),
        Some(Strategy::Password)
    );
    assert_eq!(factors.len(), 1);
    assert_eq!(factors[0].strategy, Strategy::EmailCode);
}

#[test]
fn a_list_of_methods_with_nothing_in_it_is_not_shown() {
    let sign_in = attempt("ada", vec![Factor::new(Strategy::Password)]);

    let decision = decide(Some(&sign_in), SignInRoute::Methods);

    assert_eq!(
        decision,
        Decision {
            step: Step::Password,
            route: SignInRoute::FactorOne
        }
    );
}

/// A form post used to lead somewhere else than the page goes: to the start, where nothing is said of what is missing.
#[test]
fn what_is_not_available_is_said_where_a_form_post_leads() {
    let newer = SignInStatus::from("needs_something_new");
    for status in SignInStatus::KNOWN.iter().chain([&newer]) {
        let mut sign_in = password_and_code();
        sign_in.status = status.clone();
        let route = next_sign_in_route(&sign_in);

        let decision = decide(Some(&sign_in), route);

        let is_known_here = matches!(
            status,
            SignInStatus::NeedsIdentifier
                | SignInStatus::NeedsFirstFactor
                | SignInStatus::NeedsNewPassword
                | SignInStatus::Complete
        );
        let is_said = matches!(decision.step, Step::Unavailable(_));
        assert_eq!(
            (decision.route, is_said),
            (route, !is_known_here),
            "{status}"
        );
    }
}

#[test]
fn every_supported_factor_has_a_step() {
    for strategy in Strategy::KNOWN {
        let factor = Factor::new(strategy.clone());
        let has_step = !matches!(
            factor_step(&password_and_code(), Level::First, Some(&factor)),
            Step::Unavailable(_)
        );
        assert_eq!(has_step, is_supported(&factor, Level::First), "{strategy}");
    }
}

fn second_factors(factors: Vec<Factor>) -> SignIn {
    SignIn {
        status: SignInStatus::NeedsSecondFactor,
        supported_second_factors: Some(factors),
        ..password_and_code()
    }
}

fn mail() -> Factor {
    Factor::email(Strategy::EmailCode, "idn_1", "ada@x.org", true)
}

fn app_and_more() -> SignIn {
    second_factors(vec![
        Factor::new(Strategy::BackupCode),
        mail(),
        Factor::new(Strategy::Totp),
    ])
}

#[test]
fn the_app_is_the_second_factor_to_begin_with_and_backup_codes_are_the_last() {
    let decision = decide(Some(&app_and_more()), SignInRoute::FactorTwo);
    assert_eq!(
        (decision.step, decision.route),
        (Step::Totp, SignInRoute::FactorTwo)
    );

    let without_app = second_factors(vec![Factor::new(Strategy::BackupCode), mail()]);
    let decision = decide(Some(&without_app), SignInRoute::FactorTwo);

    assert!(matches!(
        decision.step,
        Step::Code {
            level: Level::Second,
            ..
        }
    ));
}

#[test]
fn the_routes_of_the_first_factor_lead_to_the_second_one() {
    for route in [
        SignInRoute::FactorOne,
        SignInRoute::Methods,
        SignInRoute::ForgotPassword,
        SignInRoute::ResetPassword,
    ] {
        let decision = decide(Some(&app_and_more()), route);
        assert_eq!(
            (decision.step, decision.route),
            (Step::Totp, SignInRoute::FactorTwo)
        );
    }
}

#[test]
fn the_other_second_factors_are_listed_and_none_of_the_first_ones() {
    let decision = decide(Some(&app_and_more()), SignInRoute::SecondMethods);

    let Step::Methods {
        level,
        factors,
        current,
        reset,
    } = decision.step
    else {
        panic!("the methods are listed");
    };
    let strategies: Vec<_> = factors.iter().map(|factor| &factor.strategy).collect();
    assert_eq!(strategies, [&Strategy::EmailCode, &Strategy::BackupCode]);
    assert_eq!(current.map(|factor| factor.strategy), Some(Strategy::Totp));
    assert_eq!((level, reset), (Level::Second, None));
}

#[test]
fn the_url_names_the_second_factor_to_show() {
    let location = SignInLocation {
        factor: Some(FactorKey::new("backup_code", None)),
        ..SignInLocation::at(SignInRoute::FactorTwo)
    };

    let decision = step(&preferring("password"), Some(&app_and_more()), &location);

    assert_eq!(decision.step, Step::BackupCode);
}

#[test]
fn a_second_factor_that_cannot_be_drawn_is_said() {
    let unknown = second_factors(vec![Factor::new(Strategy::from("of_tomorrow"))]);

    let decision = decide(Some(&unknown), SignInRoute::SecondMethods);

    assert_eq!(decision.step, Step::Unavailable(Unavailable::SecondFactor));
    assert_eq!(decision.route, SignInRoute::FactorTwo);
}

fn resettable() -> SignIn {
    let mut sign_in = password_and_code();
    let reset = Factor::email(Strategy::ResetPasswordEmailCode, "idn_1", "ada@x.org", true);
    sign_in
        .supported_first_factors
        .as_mut()
        .unwrap()
        .push(reset);
    sign_in
}

#[test]
fn a_forgotten_password_can_be_reset_or_done_without() {
    let Step::Methods {
        factors,
        reset: Some(reset),
        ..
    } = decide(Some(&resettable()), SignInRoute::ForgotPassword).step
    else {
        panic!("the reset is offered");
    };

    assert_eq!(reset.strategy, Strategy::ResetPasswordEmailCode);
    let others: Vec<_> = factors.iter().map(|factor| &factor.strategy).collect();
    assert_eq!(others, [&Strategy::EmailCode]);
}

#[test]
fn a_reset_is_never_chosen_for_somebody() {
    let mut sign_in = resettable();
    sign_in
        .supported_first_factors
        .as_mut()
        .unwrap()
        .retain(|factor| factor.strategy == Strategy::ResetPasswordEmailCode);

    let decision = decide(Some(&sign_in), SignInRoute::FactorOne);

    assert_eq!(decision.step, Step::Unavailable(Unavailable::FirstFactor));
}

#[test]
fn without_a_way_to_reset_the_other_methods_help() {
    let decision = decide(Some(&password_and_code()), SignInRoute::ForgotPassword);

    assert_eq!(decision.route, SignInRoute::Methods);
}

#[test]
fn a_new_password_is_forced_where_no_reset_was_asked_for() {
    for (strategy, is_forced) in [
        (Strategy::ResetPasswordEmailCode, false),
        (Strategy::EmailCode, true),
    ] {
        let sign_in = SignIn {
            status: SignInStatus::NeedsNewPassword,
            first_factor_verification: Some(Verification::new(
                strategy,
                VerificationStatus::Verified,
            )),
            ..resettable()
        };

        let decision = decide(Some(&sign_in), SignInRoute::FactorOne);

        assert_eq!(decision.step, Step::NewPassword { is_forced });
        assert_eq!(decision.route, SignInRoute::ResetPassword);
    }
}

fn any_location() -> impl proptest::strategy::Strategy<Value = SignInLocation> {
    let paths = [
        "",
        "factor-one",
        "factor-one/methods",
        "factor-one/forgot-password",
        "reset-password",
        "reset-password-success",
        "verify",
        "factor-two",
        "factor-two/methods",
        "account-not-found",
        "nonsense",
    ];
    (
        proptest::sample::select(paths.to_vec()),
        proptest::option::of("[a-z_.0-9]{0,16}"),
    )
        .prop_map(|(path, key)| SignInLocation {
            route: SignInRoute::parse(path),
            factor: key.as_deref().map(|key| FactorKey::new(key, None)),
            link: key.as_deref().map(LinkStatus::parse),
        })
}

proptest! {
    #[test]
    fn every_status_and_url_has_a_step_and_settles_at_once(
        status in proptest::sample::select(SignInStatus::KNOWN),
        location in any_location(),
        has_factors: bool,
    ) {
        let mut sign_in = if has_factors { app_and_more() } else { attempt("ada", Vec::new()) };
        sign_in.status = status;
        let environment = preferring("password");

        let first = step(&environment, Some(&sign_in), &location);
        let replaced = SignInLocation { route: Some(first.route), factor: location.factor.clone(), link: location.link };
        let second = step(&environment, Some(&sign_in), &replaced);

        // Otherwise two redirects would chase each other.
        prop_assert_eq!(first.route, second.route);
        prop_assert_eq!(first.step, second.step);
    }
}
