//! The sentence for an error.
//!
//! Looked up by code and field, then by code, then taken from the server, so that an error this version does not know
//! still says something. The server's sentence is text like any other: the view escapes it.

use thyra_wire::{ApiError, Environment, ErrorCode};

use super::fill::fill;
use super::texts::{ErrorTexts, Texts};

/// The numbers that error sentences speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorContext {
    /// The fewest characters of a password.
    pub password_minimum: u32,
    /// The most characters of a password.
    pub password_maximum: u32,
    /// The fewest characters of a username.
    pub username_minimum: u32,
    /// The most characters of a username.
    pub username_maximum: u32,
    /// Whether people can sign in with a username too.
    pub takes_usernames: bool,
}

impl ErrorContext {
    /// The limits of this instance; where it names none, those that the API itself falls back to.
    pub fn of(environment: &Environment) -> Self {
        let passwords = &environment.user_settings.password_settings;
        let usernames = &environment.user_settings.username_settings;
        let or = |value: u32, default: u32| if value == 0 { default } else { value };
        Self {
            password_minimum: passwords.min_length.max(8),
            password_maximum: or(passwords.max_length, 72),
            username_minimum: or(usernames.min_length, 4),
            username_maximum: or(usernames.max_length, 64),
            takes_usernames: environment
                .user_settings
                .enabled_attribute("username")
                .is_some(),
        }
    }
}

/// The sentence to show for an error.
///
/// ```
/// use thyra::i18n::{ErrorContext, Locale, error_sentence};
/// use thyra_wire::{ApiError, Environment};
///
/// let error: ApiError = serde_json::from_str(r#"{"code": "a_new_one", "message": "no", "long_message": "No way."}"#).unwrap();
/// let context = ErrorContext::of(&Environment::default());
/// assert_eq!(error_sentence(Locale::English.texts(), &context, &error), "No way.");
/// ```
pub fn error_sentence(texts: &Texts, context: &ErrorContext, error: &ApiError) -> String {
    let param = error.meta.param_name.as_deref().unwrap_or_default();
    // Where only addresses identify people, the sentence about an address says more.
    let is_address = param == "identifier" && !context.takes_usernames;
    let param = if is_address { "email_address" } else { param };
    if let Some(sentence) = with_wait(&texts.errors, error) {
        return sentence;
    }
    let Some(text) = of_code(&texts.errors, &error.code, param) else {
        return server_sentence(texts, error);
    };
    let (minimum, maximum) = match error.code {
        ErrorCode::FormUsernameInvalidLength => {
            (context.username_minimum, context.username_maximum)
        }
        _ => (context.password_minimum, context.password_maximum),
    };
    fill(
        text,
        &[
            ("minimum", &minimum.to_string()),
            ("maximum", &maximum.to_string()),
        ],
    )
}

/// The sentence that says for how long, when the server did.
fn with_wait(texts: &ErrorTexts, error: &ApiError) -> Option<String> {
    let text = match error.code {
        ErrorCode::UserLocked => texts.user_locked_wait,
        ErrorCode::TooManyRequests => texts.too_many_requests_wait,
        _ => return None,
    };
    let seconds = error.meta.lockout_expires_in_seconds;
    let wait = wait(texts, seconds.filter(|seconds| *seconds > 0)?);
    Some(fill(text, &[("wait", &wait)]))
}

/// A time in words: seconds up to a minute and a half, then minutes, rounded up so that nobody comes too early.
fn wait(texts: &ErrorTexts, seconds: u64) -> String {
    let (count, one, many) = if seconds <= 90 {
        (seconds, texts.wait_second, texts.wait_seconds)
    } else {
        (seconds.div_ceil(60), texts.wait_minute, texts.wait_minutes)
    };
    let text = if count == 1 { one } else { many };
    fill(text, &[("count", &count.to_string())])
}

fn server_sentence(texts: &Texts, error: &ApiError) -> String {
    match error.sentence().trim() {
        "" => texts.errors.internal_clerk_error.to_owned(),
        sentence => sentence.to_owned(),
    }
}

fn of_code(texts: &ErrorTexts, code: &ErrorCode, param: &str) -> Option<&'static str> {
    let text = match code {
        ErrorCode::FormIdentifierNotFound => texts.form_identifier_not_found,
        ErrorCode::FormIdentifierExists => exists(texts, param),
        ErrorCode::FormPasswordIncorrect => texts.form_password_incorrect,
        ErrorCode::FormPasswordOrIdentifierIncorrect => texts.form_password_or_identifier_incorrect,
        ErrorCode::FormPasswordNotStrongEnough => texts.form_password_not_strong_enough,
        ErrorCode::FormPasswordLengthTooShort => texts.form_password_length_too_short,
        ErrorCode::FormPasswordLengthTooLong => texts.form_password_length_too_long,
        ErrorCode::FormPasswordSizeInBytesExceeded => texts.form_password_size_in_bytes_exceeded,
        ErrorCode::FormCodeIncorrect => texts.form_code_incorrect,
        ErrorCode::TotpAlreadyEnabled => texts.totp_already_enabled,
        ErrorCode::VerificationExpired => texts.verification_expired,
        ErrorCode::VerificationFailed => texts.verification_failed,
        ErrorCode::VerificationAlreadyVerified => texts.verification_already_verified,
        ErrorCode::VerificationMissing => texts.verification_missing,
        ErrorCode::StrategyForUserInvalid => texts.strategy_for_user_invalid,
        ErrorCode::TicketInvalid => texts.ticket_invalid,
        ErrorCode::TicketExpired => texts.ticket_expired,
        ErrorCode::SignInTokenAlreadyUsed => texts.ticket_used,
        ErrorCode::SignInTokenRevoked | ErrorCode::InvitationAlreadyRevoked => texts.ticket_revoked,
        ErrorCode::InvitationAlreadyAccepted => texts.invitation_accepted,
        ErrorCode::InvitationAccountNotExists => texts.invitation_without_account,
        ErrorCode::SignUpModeRestricted => texts.sign_up_restricted,
        ErrorCode::TooManyRequests => texts.too_many_requests,
        ErrorCode::UserLocked => texts.user_locked,
        ErrorCode::UserBanned => texts.user_banned,
        ErrorCode::SessionExists => texts.session_exists,
        ErrorCode::FormParamNil => missing(texts, param),
        ErrorCode::FormParamFormatInvalid => malformed(texts, param),
        ErrorCode::FormParamValueInvalid => texts.form_param_value_invalid,
        ErrorCode::FormParamMaxLengthExceeded => texts.form_param_max_length_exceeded,
        ErrorCode::FormUsernameInvalidCharacter => texts.form_username_invalid_character,
        ErrorCode::FormUsernameInvalidLength => texts.form_username_invalid_length,
        ErrorCode::ResourceNotFound
        | ErrorCode::SignUpIfMissingTransfer
        | ErrorCode::AccountTransferInvalid => texts.resource_not_found,
        ErrorCode::AuthenticationInvalid => texts.authentication_invalid,
        ErrorCode::OriginInvalid => texts.origin_invalid,
        ErrorCode::FormParamUnknown
        | ErrorCode::MethodNotAllowed
        | ErrorCode::RequestInvalid
        | ErrorCode::UnsupportedContentType => texts.request_invalid,
        ErrorCode::RequestTooLarge => texts.request_too_large,
        ErrorCode::ServiceUnavailable => texts.service_unavailable,
        ErrorCode::InternalError => texts.internal_clerk_error,
        // A code of a newer API: the server's own sentence says more than we could.
        _ => return None,
    };
    Some(text)
}

fn exists(texts: &ErrorTexts, param: &str) -> &'static str {
    match param {
        "email_address" => texts.form_identifier_exists_email_address,
        "username" => texts.form_identifier_exists_username,
        _ => texts.form_identifier_exists,
    }
}

fn missing(texts: &ErrorTexts, param: &str) -> &'static str {
    match param {
        "identifier" => texts.form_param_nil_identifier,
        "email_address" => texts.form_param_nil_email_address,
        "username" => texts.form_param_nil_username,
        "password" => texts.form_param_nil_password,
        "code" => texts.form_param_nil_code,
        "first_name" => texts.form_param_nil_first_name,
        "last_name" => texts.form_param_nil_last_name,
        _ => texts.form_param_nil,
    }
}

fn malformed(texts: &ErrorTexts, param: &str) -> &'static str {
    match param {
        "email_address" => texts.form_param_format_invalid_email_address,
        "identifier" => texts.form_param_format_invalid_identifier,
        _ => texts.form_param_format_invalid,
    }
}

#[cfg(test)]
mod tests {
    use thyra_wire::ErrorMeta;

    use super::super::Locale;
    use super::*;

    fn error(code: ErrorCode, param: Option<&str>, long_message: Option<&str>) -> ApiError {
        ApiError {
            code,
            message: "short".to_owned(),
            long_message: long_message.map(str::to_owned),
            meta: ErrorMeta {
                param_name: param.map(str::to_owned),
                ..ErrorMeta::default()
            },
        }
    }

    fn sentence(error: &ApiError) -> String {
        error_sentence(
            Locale::English.texts(),
            &ErrorContext::of(&Environment::default()),
            error,
        )
    }

    #[test]
    fn the_field_is_looked_up_before_the_bare_code() {
        let about_username = error(ErrorCode::FormIdentifierExists, Some("username"), None);
        let about_nothing = error(ErrorCode::FormIdentifierExists, None, None);

        assert_eq!(
            sentence(&about_username),
            "That username is taken. Try another."
        );
        assert_eq!(
            sentence(&about_nothing),
            "That is taken already. Try another, or sign in."
        );
    }

    #[test]
    fn limits_are_those_of_the_instance() {
        let mut environment = Environment::default();
        environment.user_settings.password_settings.min_length = 12;
        let error = error(
            ErrorCode::FormPasswordLengthTooShort,
            Some("password"),
            None,
        );

        let sentence = error_sentence(
            Locale::English.texts(),
            &ErrorContext::of(&environment),
            &error,
        );

        assert_eq!(sentence, "Passwords must have at least 12 characters.");
    }

    #[test]
    fn the_time_to_wait_is_the_servers() {
        for (code, wait, expected) in [
            (
                ErrorCode::TooManyRequests,
                Some(1),
                "Too many requests. Try again in 1 second.",
            ),
            (
                ErrorCode::TooManyRequests,
                Some(90),
                "Too many requests. Try again in 90 seconds.",
            ),
            (
                ErrorCode::TooManyRequests,
                Some(91),
                "Too many requests. Try again in 2 minutes.",
            ),
            (
                ErrorCode::TooManyRequests,
                Some(0),
                "Too many requests. Wait a little and try again.",
            ),
            (
                ErrorCode::TooManyRequests,
                None,
                "Too many requests. Wait a little and try again.",
            ),
            (
                ErrorCode::UserLocked,
                Some(3541),
                "Your account is locked after too many attempts. Try again in 60 minutes.",
            ),
            (
                ErrorCode::UserLocked,
                None,
                "Your account is locked after too many attempts. Try again later.",
            ),
            (
                ErrorCode::FormCodeIncorrect,
                Some(5),
                "Incorrect code. Check it and try again.",
            ),
        ] {
            let mut error = error(code, None, None);
            error.meta.lockout_expires_in_seconds = wait;
            assert_eq!(sentence(&error), expected);
        }
    }

    #[test]
    fn every_known_code_that_a_form_can_meet_has_a_sentence_of_ours() {
        let without: Vec<&str> = ErrorCode::KNOWN
            .iter()
            .filter(|code| of_code(&Locale::English.texts().errors, code, "").is_none())
            .map(|code| code.as_str())
            .collect();

        // Only the Backend API answers these, and only to servers; or what no form of ours sends.
        let of_no_form = [
            "sign_in_token_cannot_be_revoked_code",
            "duplicate_record",
            "identification_deletion_failed",
            "clerk_key_invalid",
        ];
        assert_eq!(without, of_no_form);
    }

    #[test]
    fn an_unknown_code_without_words_still_says_something() {
        let mut silent = error(ErrorCode::from("brand_new"), None, None);
        silent.message = String::new();

        assert_eq!(
            sentence(&silent),
            "Something went wrong on our side. Try again."
        );
    }
}
