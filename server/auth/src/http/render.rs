//! Resources as the wire shows them.

use thyra_wire::{
    PublicUserData, SignUpRequirement, SignUpStatus, SignUpVerification, SignUpVerifications,
    Strategy, Timestamp, Token, Verification, VerificationStatus,
};

use crate::flow::{Level, SignIn, SignUp, SignUpRules};
use crate::instance::Instance;
use crate::service::{ClientView, factor_ages};
use crate::settings::Requirement;
use crate::store::{EmailAddress, PhoneNumber, Session, User};

/// How long after its end a session counts as abandoned; nothing but other clients' arithmetic depends on it.
pub(crate) const ABANDONED_AFTER: std::time::Duration =
    std::time::Duration::from_secs(30 * 24 * 3600);

/// The client with everything in it.
pub(super) fn client(auth: &Instance, view: ClientView, now: Timestamp) -> thyra_wire::Client {
    let ClientView {
        client,
        sessions,
        sign_in: attempt,
        sign_up: registration,
    } = view;
    thyra_wire::Client {
        object: "client".to_owned(),
        id: client.id,
        sessions: sessions
            .into_iter()
            .map(|(session, user, jwt)| self::session(&session, &user, jwt, now))
            .collect(),
        sign_in: attempt.map(|attempt| sign_in(auth, &attempt, now)),
        sign_up: registration.map(|registration| sign_up(auth, &registration, now)),
        last_active_session_id: client.last_active_session_id,
        last_authentication_strategy: client
            .last_authentication_strategy
            .as_deref()
            .map(Strategy::from),
        captcha_bypass: false,
        cookie_expires_at: None,
        created_at: client.created_at,
        updated_at: client.updated_at,
    }
}

/// A session with its user and a fresh token.
pub(super) fn session(
    session: &Session,
    user: &User,
    jwt: String,
    now: Timestamp,
) -> thyra_wire::Session {
    thyra_wire::Session {
        object: "session".to_owned(),
        id: session.id.clone(),
        status: session.status.clone(),
        expire_at: session.expire_at,
        abandon_at: session.expire_at + ABANDONED_AFTER,
        last_active_at: session.last_active_at,
        last_active_organization_id: None,
        actor: None,
        tasks: None,
        factor_verification_age: Some(factor_ages(session, now)),
        last_active_token: Some(Token {
            object: "token".to_owned(),
            jwt,
        }),
        public_user_data: Some(public_user_data(user)),
        user: Some(self::user(user)),
        created_at: session.created_at,
        updated_at: session.updated_at,
    }
}

/// A session that is over: without user and token.
pub(super) fn ended_session(session: &Session) -> thyra_wire::Session {
    thyra_wire::Session {
        object: "session".to_owned(),
        id: session.id.clone(),
        status: session.status.clone(),
        expire_at: session.expire_at,
        abandon_at: session.expire_at + ABANDONED_AFTER,
        last_active_at: session.last_active_at,
        last_active_organization_id: None,
        actor: None,
        tasks: None,
        factor_verification_age: None,
        last_active_token: None,
        public_user_data: None,
        user: None,
        created_at: session.created_at,
        updated_at: session.updated_at,
    }
}

fn public_user_data(user: &User) -> PublicUserData {
    let address = user
        .primary_email_address()
        .map(|address| address.email_address.clone());
    let number = user
        .primary_phone_number()
        .map(|number| number.phone_number.clone());
    PublicUserData {
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        image_url: String::new(),
        has_image: false,
        identifier: address
            .or_else(|| user.username.clone())
            .or(number)
            .unwrap_or_default(),
        user_id: Some(user.id.clone()),
    }
}

/// A user, as the user themselves may see them.
pub(crate) fn user(user: &User) -> thyra_wire::User {
    thyra_wire::User {
        object: "user".to_owned(),
        id: user.id.clone(),
        external_id: user.external_id.clone(),
        username: user.username.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        primary_email_address_id: user.primary_email_address_id.clone(),
        primary_phone_number_id: user.primary_phone_number_id.clone(),
        email_addresses: user.email_addresses.iter().map(email_address).collect(),
        phone_numbers: user.phone_numbers.iter().map(phone_number).collect(),
        password_enabled: user.password_hash.is_some(),
        totp_enabled: user.totp_enabled,
        backup_code_enabled: user.backup_code_enabled,
        two_factor_enabled: user.has_second_factor(),
        public_metadata: user.public_metadata.clone(),
        unsafe_metadata: user.unsafe_metadata.clone(),
        last_sign_in_at: user.last_sign_in_at,
        created_at: user.created_at,
        updated_at: user.updated_at,
        ..thyra_wire::User::default()
    }
}

fn email_address(address: &EmailAddress) -> thyra_wire::EmailAddress {
    let strategy = address
        .verification_strategy
        .as_deref()
        .unwrap_or("email_code");
    thyra_wire::EmailAddress {
        object: "email_address".to_owned(),
        id: address.id.clone(),
        email_address: address.email_address.clone(),
        verification: Some(of_identification(strategy, address.verified_at)),
        linked_to: Vec::new(),
        matches_sso_connection: false,
    }
}

/// A phone number of a user.
pub(crate) fn phone_number(number: &PhoneNumber) -> thyra_wire::PhoneNumber {
    let strategy = number
        .verification_strategy
        .as_deref()
        .unwrap_or("phone_code");
    thyra_wire::PhoneNumber {
        object: "phone_number".to_owned(),
        id: number.id.clone(),
        phone_number: number.phone_number.clone(),
        reserved_for_second_factor: number.reserved_for_second_factor,
        default_second_factor: number.default_second_factor,
        verification: Some(of_identification(strategy, number.verified_at)),
        linked_to: Vec::new(),
    }
}

fn of_identification(strategy: &str, verified_at: Option<Timestamp>) -> Verification {
    let status = if verified_at.is_some() {
        VerificationStatus::Verified
    } else {
        VerificationStatus::Unverified
    };
    Verification::new(Strategy::from(strategy), status)
}

/// A sign-in attempt.
pub(super) fn sign_in(auth: &Instance, attempt: &SignIn, now: Timestamp) -> thyra_wire::SignIn {
    let status = attempt.status();
    let second = attempt.factors(Level::Second);
    let is_identified = attempt.identifier.is_some();
    thyra_wire::SignIn {
        object: "sign_in".to_owned(),
        id: attempt.id.clone(),
        status,
        supported_identifiers: supported_identifiers(auth),
        identifier: attempt.identifier.clone(),
        supported_first_factors: is_identified.then(|| attempt.first_factors.clone()),
        supported_second_factors: (!second.is_empty()).then(|| second.to_vec()),
        first_factor_verification: attempt.first.as_ref().map(|state| state.to_wire(now)),
        second_factor_verification: attempt.second.as_ref().map(|state| state.to_wire(now)),
        user_data: attempt.user_data.clone(),
        created_session_id: attempt.session_id.clone(),
        client_trust_state: None,
    }
}

/// What can be typed to say who one is.
fn supported_identifiers(auth: &Instance) -> Vec<String> {
    let settings = &auth.settings;
    let has_usernames = settings.username != Requirement::Off;
    let identifiers = [
        Some("email_address"),
        settings.has_phone_numbers().then_some("phone_number"),
        has_usernames.then_some("username"),
    ];
    identifiers
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect()
}

/// A sign-up attempt.
pub(super) fn sign_up(auth: &Instance, attempt: &SignUp, now: Timestamp) -> thyra_wire::SignUp {
    let rules = SignUpRules::of(&auth.settings);
    let status = attempt.status(rules, now);
    let is_open = status == SignUpStatus::MissingRequirements;
    thyra_wire::SignUp {
        object: "sign_up".to_owned(),
        id: attempt.id.clone(),
        status,
        required_fields: rules.fields(Requirement::Required),
        optional_fields: rules.fields(Requirement::Optional),
        missing_fields: if is_open {
            attempt.missing_fields(rules)
        } else {
            Vec::new()
        },
        unverified_fields: if is_open {
            attempt.unverified_fields()
        } else {
            Vec::new()
        },
        verifications: Some(SignUpVerifications {
            email_address: attempt
                .email_address
                .as_ref()
                .map(|_| email_verification(attempt, now)),
            ..SignUpVerifications::default()
        }),
        username: attempt.username.clone(),
        first_name: attempt.first_name.clone(),
        last_name: attempt.last_name.clone(),
        email_address: attempt.email_address.clone(),
        phone_number: None,
        web3_wallet: None,
        has_password: attempt.password_hash.is_some(),
        unsafe_metadata: attempt.unsafe_metadata.clone(),
        external_account: None,
        external_account_strategy: None,
        created_session_id: attempt.session_id.clone(),
        created_user_id: attempt.user_id.clone(),
        abandon_at: Some(attempt.abandon_at()),
        legal_accepted_at: None,
        locale: attempt.locale.clone(),
    }
}

fn email_verification(attempt: &SignUp, now: Timestamp) -> SignUpVerification {
    let state = attempt.verification(&SignUpRequirement::EmailAddress);
    let status = state.map_or(VerificationStatus::Unverified, |state| state.status(now));
    let next_action = match status {
        VerificationStatus::Verified => "",
        VerificationStatus::Unverified if state.is_some() => "needs_attempt",
        _ => "needs_prepare",
    };
    SignUpVerification {
        object: "verification".to_owned(),
        status: Some(status),
        strategy: state.map(|state| state.factor.strategy.clone()),
        attempts: state.map(|state| state.attempts),
        expire_at: state.and_then(|state| state.expire_at),
        next_action: next_action.to_owned(),
        supported_strategies: vec![Strategy::EmailCode],
    }
}
