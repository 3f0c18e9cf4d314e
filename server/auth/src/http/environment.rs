//! `/v1/environment`: what the instance allows.
//!
//! Clients crash on attributes that are missing and on settings that are half there, so everything they know of is
//! answered, switched off where this server does not have it.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::visitor::LogicalMethod;
use crate::error::ApiError;
use crate::identifier::USERNAME_LENGTH;
use crate::instance::{Instance, SharedInstance};
use crate::settings::{Mode, Requirement, Settings};

/// What the instance allows: bare, without an envelope. Development clients ask by `PATCH`.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    method: LogicalMethod,
) -> Result<Json<Value>, ApiError> {
    match method.0.as_str() {
        "GET" | "PATCH" => Ok(Json(environment(&auth))),
        _ => Err(ApiError::new(thyra_wire::ErrorCode::MethodNotAllowed)),
    }
}

fn environment(auth: &Instance) -> Value {
    json!({
        "object": "environment",
        "id": "env_thyra",
        "maintenance_mode": false,
        "client_debug_mode": false,
        "partitioned_cookies": false,
        "auth_config": auth_config(),
        "display_config": display_config(auth),
        "user_settings": user_settings(auth),
        "organization_settings": organization_settings(),
        "commerce_settings": null,
        "api_keys_settings": { "user_api_keys_enabled": false, "orgs_api_keys_enabled": false },
        "protect_config": null,
    })
}

fn auth_config() -> Value {
    json!({
        "object": "auth_config",
        "id": "aac_thyra",
        "single_session_mode": true,
        "claimed_at": null,
        "reverification": false,
        "preferred_channels": null,
        "session_minter": false,
    })
}

fn display_config(auth: &Instance) -> Value {
    let settings = &auth.settings;
    let environment_type = if settings.mode == Mode::Production {
        "production"
    } else {
        "development"
    };
    json!({
        "object": "display_config",
        "id": "dc_thyra",
        "instance_environment_type": environment_type,
        "application_name": settings.app_name,
        "branded": false,
        "preferred_sign_in_strategy": "password",
        "captcha_provider": "turnstile",
        "captcha_public_key": null,
        "captcha_public_key_invisible": null,
        "captcha_widget_type": null,
        "captcha_oauth_bypass": [],
        "captcha_heartbeat": false,
        "home_url": settings.public_url,
        "sign_in_url": settings.sign_in_url,
        "sign_up_url": settings.sign_up_url,
        "user_profile_url": "",
        "waitlist_url": "",
        "after_sign_in_url": settings.after_sign_in_url,
        "after_sign_up_url": settings.after_sign_up_url,
        "after_sign_out_one_url": "",
        "after_sign_out_all_url": "",
        "after_switch_session_url": "",
        "after_join_waitlist_url": "",
        "after_create_organization_url": "",
        "after_leave_organization_url": "",
        "organization_profile_url": "",
        "create_organization_url": "",
        "logo_image_url": "",
        "favicon_image_url": "",
        "support_email": "",
        "terms_url": "",
        "privacy_policy_url": "",
        "show_devmode_warning": false,
        "clerk_js_version": "6",
        "google_one_tap_client_id": null,
        "theme": {},
    })
}

fn user_settings(auth: &Instance) -> Value {
    let settings = &auth.settings;
    json!({
        "attributes": {
            "email_address": email_address(settings),
            "phone_number": phone_number(settings),
            "username": identifier(settings.username),
            "first_name": attribute(settings.first_name, &[]),
            "last_name": attribute(settings.last_name, &[]),
            "password": attribute(Requirement::Required, &[]),
            "web3_wallet": attribute(Requirement::Off, &[]),
            "authenticator_app": second_factor(settings.totp, &["totp"], &["totp"]),
            "backup_code": second_factor(settings.backup_codes, &[], &["backup_code"]),
            "passkey": attribute(Requirement::Off, &[]),
        },
        "actions": { "delete_self": false, "create_organization": false },
        "social": {},
        "enterprise_sso": { "enabled": false, "self_serve_sso": false },
        "sign_in": { "second_factor": {
            "required": false,
            "enabled": settings.totp || settings.email_second_factor || settings.has_phone_numbers(),
        } },
        "sign_up": {
            "allowlist_only": false,
            "progressive": true,
            "captcha_enabled": false,
            "mode": settings.sign_up.as_str(),
            "legal_consent_enabled": false,
            "mfa": { "required": false },
        },
        "password_settings": password_settings(auth.tools().password_policy().min_length),
        "passkey_settings": { "allow_autofill": false, "show_sign_in_button": false },
        "username_settings": {
            "min_length": USERNAME_LENGTH.start(),
            "max_length": USERNAME_LENGTH.end(),
        },
        "attack_protection": { "enumeration_protection": { "enabled": auth.is_strict() } },
    })
}

/// An attribute whose verifications are its first factors too.
fn attribute(requirement: Requirement, verifications: &[&str]) -> Value {
    json!({
        "enabled": requirement != Requirement::Off,
        "required": requirement == Requirement::Required,
        "immutable": false,
        "verifications": verifications,
        "used_for_first_factor": !verifications.is_empty(),
        "first_factors": verifications,
        "used_for_second_factor": false,
        "second_factors": [],
        "verify_at_sign_up": !verifications.is_empty(),
    })
}

/// An address is verified by a code, signs in by one, and lets a forgotten password be replaced.
fn email_address(settings: &Settings) -> Value {
    let mut attribute = attribute(Requirement::Required, &["email_code"]);
    attribute["first_factors"] = if settings.email_links {
        json!(["email_code", "email_link", "reset_password_email_code"])
    } else {
        json!(["email_code", "reset_password_email_code"])
    };
    if settings.email_second_factor {
        attribute["used_for_second_factor"] = json!(true);
        attribute["second_factors"] = json!(["email_code"]);
    }
    attribute
}

/// What is asked for beside a first factor, and nowhere else.
fn second_factor(is_on: bool, verifications: &[&str], second_factors: &[&str]) -> Value {
    let requirement = if is_on {
        Requirement::Optional
    } else {
        Requirement::Off
    };
    let mut attribute = attribute(requirement, &[]);
    if is_on {
        attribute["verifications"] = json!(verifications);
        attribute["used_for_second_factor"] = json!(true);
        attribute["second_factors"] = json!(second_factors);
    }
    attribute
}

/// A number is verified by a code, signs in by one, and lets a forgotten password be replaced; one that is reserved for it is
/// the second factor.
fn phone_number(settings: &Settings) -> Value {
    let is_on = settings.has_phone_numbers();
    let verifications: &[_] = if is_on { &["phone_code"] } else { &[] };
    let mut attribute = attribute(settings.phone_numbers, verifications);
    if is_on {
        attribute["first_factors"] = json!(["phone_code", "reset_password_phone_code"]);
        attribute["used_for_second_factor"] = json!(true);
        attribute["second_factors"] = json!(["phone_code"]);
    }
    let channels = settings.phone_channels();
    let channels = channels.iter().map(|channel| channel.as_str());
    attribute["channels"] = channels.filter(|_| is_on).collect();
    attribute
}

/// An attribute by which a sign-in can begin, without a verification of its own.
fn identifier(requirement: Requirement) -> Value {
    let mut attribute = attribute(requirement, &[]);
    attribute["used_for_first_factor"] = json!(requirement != Requirement::Off);
    attribute
}

fn password_settings(min_length: usize) -> Value {
    json!({
        "allowed_special_characters": "",
        "disable_hibp": true,
        "min_length": min_length,
        "max_length": 0,
        "require_special_char": false,
        "require_numbers": false,
        "require_uppercase": false,
        "require_lowercase": false,
        "show_zxcvbn": false,
        "min_zxcvbn_strength": 0,
    })
}

fn organization_settings() -> Value {
    json!({
        "enabled": false,
        "max_allowed_memberships": 5,
        "force_organization_selection": false,
        "actions": { "admin_delete": true },
        "domains": { "enabled": false, "enrollment_modes": [], "default_role": null },
        "slug": { "disabled": false },
        "organization_creation_defaults": { "enabled": false },
    })
}
