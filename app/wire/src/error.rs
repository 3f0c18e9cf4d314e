//! Errors as the API answers them.

use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::{Client, null_as_default};

string_enum! {
    /// What went wrong, as a machine reads it. A code is a promise: it is never renamed.
    ErrorCode {
        /// Nobody has this identifier.
        FormIdentifierNotFound => "form_identifier_not_found",
        /// Somebody has this identifier already.
        FormIdentifierExists => "form_identifier_exists",
        /// The password is not this user's.
        FormPasswordIncorrect => "form_password_incorrect",
        /// Identifier or password is wrong; which of them is not said.
        FormPasswordOrIdentifierIncorrect => "form_password_or_identifier_incorrect",
        /// The new password is one of the first that are tried.
        FormPasswordNotStrongEnough => "form_password_not_strong_enough",
        /// The new password has too few characters.
        FormPasswordLengthTooShort => "form_password_length_too_short",
        /// The new password has too many characters.
        FormPasswordLengthTooLong => "form_password_length_too_long",
        /// The password has too many bytes to be worth hashing.
        FormPasswordSizeInBytesExceeded => "form_password_size_in_bytes_exceeded",
        /// The one-time code is wrong.
        FormCodeIncorrect => "form_code_incorrect",
        /// The one-time code is no longer valid.
        VerificationExpired => "verification_expired",
        /// Too many wrong codes: a new one has to be sent.
        VerificationFailed => "verification_failed",
        /// The code was used already.
        VerificationAlreadyVerified => "verification_already_verified",
        /// No code was sent yet.
        VerificationMissing => "verification_missing",
        /// This way of verifying does not fit here.
        StrategyForUserInvalid => "strategy_for_user_invalid",
        /// The ticket is not one of this instance.
        TicketInvalid => "ticket_invalid_code",
        /// The ticket's time is over.
        TicketExpired => "ticket_expired_code",
        /// The ticket is of a sign-in token that was used already.
        SignInTokenAlreadyUsed => "sign_in_token_already_used_code",
        /// The ticket is of a sign-in token that was taken back.
        SignInTokenRevoked => "sign_in_token_revoked_code",
        /// The sign-in token was used or taken back already.
        SignInTokenCannotBeRevoked => "sign_in_token_cannot_be_revoked_code",
        /// The invitation was accepted already.
        InvitationAlreadyAccepted => "invitation_already_accepted",
        /// The invitation was taken back.
        InvitationAlreadyRevoked => "invitation_already_revoked",
        /// The invited address has no account: it has to sign up.
        InvitationAccountNotExists => "invitation_account_not_exists",
        /// There is an invitation for this address already.
        DuplicateRecord => "duplicate_record",
        /// Nobody signs up here without an invitation.
        SignUpModeRestricted => "sign_up_mode_restricted",
        /// The proven address has no account: the attempt can go over into a sign-up.
        SignUpIfMissingTransfer => "sign_up_if_missing_transfer",
        /// There is nothing to take over.
        AccountTransferInvalid => "account_transfer_invalid",
        /// Too many tries in too short a time.
        TooManyRequests => "too_many_requests",
        /// Too many wrong tries for this account: it is locked for a while.
        UserLocked => "user_locked",
        /// The account is banned.
        UserBanned => "user_banned",
        /// Somebody is signed in on this client already.
        SessionExists => "session_exists",
        /// The user has an authenticator app already.
        TotpAlreadyEnabled => "totp_already_enabled",
        /// A field that is needed is missing or empty.
        FormParamNil => "form_param_nil",
        /// A field has the wrong form.
        FormParamFormatInvalid => "form_param_format_invalid",
        /// A field has a value that is not one of those it may have.
        FormParamValueInvalid => "form_param_value_invalid",
        /// A field was given that does not exist, or more than once.
        FormParamUnknown => "form_param_unknown",
        /// A field is too long.
        FormParamMaxLengthExceeded => "form_param_max_length_exceeded",
        /// The username has a character that it may not have.
        FormUsernameInvalidCharacter => "form_username_invalid_character",
        /// The username is too short or too long.
        FormUsernameInvalidLength => "form_username_invalid_length",
        /// The address or number cannot be deleted: the user has nothing else to be known by.
        IdentificationDeletionFailed => "identification_deletion_failed",
        /// The thing asked for does not exist, or not for the one who asks.
        ResourceNotFound => "resource_not_found",
        /// The action does not exist under this path.
        MethodNotAllowed => "method_not_allowed",
        /// The request is not signed in.
        AuthenticationInvalid => "authentication_invalid",
        /// The request comes from an origin that may not make it.
        OriginInvalid => "origin_invalid",
        /// The request could not be read.
        RequestInvalid => "request_invalid",
        /// The request's content type is not one that is understood.
        UnsupportedContentType => "unsupported_content_type",
        /// The request is too large.
        RequestTooLarge => "request_too_large",
        /// The secret key is missing or wrong.
        ClerkKeyInvalid => "clerk_key_invalid",
        /// The server has too much to do at the moment.
        ServiceUnavailable => "service_unavailable",
        /// Something broke on the server.
        InternalError => "internal_clerk_error",
    }
}

/// An error answer: one or more errors, and the client's state when it changed all the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiErrors {
    /// What went wrong, the most important first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub errors: Vec<ApiError>,
    /// Names this answer in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk_trace_id: Option<String>,
    /// The client as it is now, when the failed call changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Box<Client>>,
}

impl ApiErrors {
    /// The first error, which is the one that names the whole.
    pub fn first(&self) -> Option<&ApiError> {
        self.errors.first()
    }

    /// Whether the first error has this code.
    pub fn is(&self, code: &ErrorCode) -> bool {
        self.first().is_some_and(|error| error.code == *code)
    }
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    /// For machines.
    #[serde(default)]
    pub code: ErrorCode,
    /// For developers: short.
    #[serde(default)]
    pub message: String,
    /// For people: a whole sentence, safe to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub long_message: Option<String>,
    /// Where and about what.
    #[serde(default, deserialize_with = "null_as_default")]
    pub meta: ErrorMeta,
}

impl ApiError {
    /// The sentence to show: the long message, or the short one when there is no other.
    pub fn sentence(&self) -> &str {
        self.long_message.as_deref().unwrap_or(&self.message)
    }
}

/// What an error is about. Absent means absent: clients read a `null` field name as a nameless field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorMeta {
    /// The field of the request that is at fault, in snake case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param_name: Option<String>,
    /// The session that stands in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Seconds until the lock opens by itself. Of too many requests the auth API says it in the header `Retry-After` instead,
    /// which no page can read: whoever calls it for a page writes it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lockout_expires_in_seconds: Option<u64>,
}
