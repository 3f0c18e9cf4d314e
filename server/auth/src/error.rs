//! The catalogue of errors.
//!
//! One place says for each machine code which status it has and which sentence people read. The cause is kept apart:
//! it goes to the log, never into an answer. Wrong credentials are 422, never 401, because clients read a 401 as "the
//! session is gone" and sign out.

use std::error::Error as StdError;
use std::time::Duration;

use http::StatusCode;
use thyra_wire::{ErrorCode, ErrorMeta};

use crate::guard::HashError;
use crate::store::StoreError;

/// When it is worth asking again after the database did not answer.
const DATABASE_PAUSE: Duration = Duration::from_secs(5);

/// An error answer.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    /// Boxed, because errors travel in results that mostly hold none.
    meta: Box<ErrorMeta>,
    /// In the place of the catalogue's sentence, which knows no settings.
    sentence: Option<String>,
    retry_after: Option<Duration>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl ApiError {
    /// An error about nothing in particular.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            meta: Box::default(),
            sentence: None,
            retry_after: None,
            cause: None,
        }
    }

    /// An error about one field of the request.
    pub fn of(code: ErrorCode, param_name: &str) -> Self {
        let mut error = Self::new(code);
        error.meta.param_name = Some(param_name.to_owned());
        error
    }

    /// An error that broke something on the server: logged, and told to nobody.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(ErrorCode::InternalError)
        }
    }

    /// Names the session that stands in the way.
    pub(crate) fn with_session(mut self, session_id: &str) -> Self {
        self.meta.session_id = Some(session_id.to_owned());
        self
    }

    /// Says it in words that depend on a setting.
    pub(crate) fn with_sentence(mut self, sentence: String) -> Self {
        self.sentence = Some(sentence);
        self
    }

    /// Says when it is worth trying again.
    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Says when a lock opens by itself.
    pub(crate) fn with_lockout(mut self, wait: Duration) -> Self {
        self.meta.lockout_expires_in_seconds = Some(wait.as_secs());
        self
    }

    /// What a machine reads.
    pub fn code(&self) -> &ErrorCode {
        &self.code
    }

    /// What is at fault.
    pub fn meta(&self) -> &ErrorMeta {
        &self.meta
    }

    /// When it is worth trying again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// What broke: for the log only.
    pub fn cause(&self) -> Option<&(dyn StdError + Send + Sync)> {
        self.cause.as_deref()
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        entry(&self.code).0
    }

    /// The sentence people read.
    pub fn sentence(&self) -> &str {
        let of_catalogue = entry(&self.code).1;
        self.sentence.as_deref().unwrap_or(of_catalogue)
    }

    /// The error as it goes over the wire.
    pub fn to_wire(&self) -> thyra_wire::ApiError {
        thyra_wire::ApiError {
            code: self.code.clone(),
            message: self.sentence().to_owned(),
            long_message: Some(self.sentence().to_owned()),
            meta: ErrorMeta::clone(&self.meta),
        }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.sentence())
    }
}

impl StdError for ApiError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn StdError + 'static))
    }
}

impl From<HashError> for ApiError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy { retry_after } => {
                Self::new(ErrorCode::ServiceUnavailable).with_retry_after(retry_after)
            }
            error @ HashError::Unreadable => Self::internal(error),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if !error.is_unavailable() {
            return Self::internal(error);
        }
        Self {
            cause: Some(Box::new(error)),
            ..Self::new(ErrorCode::ServiceUnavailable).with_retry_after(DATABASE_PAUSE)
        }
    }
}

fn entry(code: &ErrorCode) -> (StatusCode, &'static str) {
    use ErrorCode::*;
    const FORM: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    match code {
        FormIdentifierNotFound => (FORM, "Couldn't find your account."),
        FormIdentifierExists => (FORM, "That is already in use. Please try another."),
        FormPasswordIncorrect => (
            FORM,
            "Password is incorrect. Try again, or use another method.",
        ),
        FormPasswordOrIdentifierIncorrect => (FORM, "The email address or password is incorrect."),
        FormPasswordNotStrongEnough => (
            FORM,
            "This password is one of the first that are tried. Choose another one.",
        ),
        FormPasswordLengthTooShort => (FORM, "The password is too short."),
        FormPasswordLengthTooLong | FormPasswordSizeInBytesExceeded => {
            (FORM, "The password is too long.")
        }
        FormCodeIncorrect => (FORM, "Incorrect code."),
        VerificationExpired => (FORM, "This code has expired. Request a new one."),
        VerificationFailed => (FORM, "Too many incorrect codes. Request a new one."),
        VerificationAlreadyVerified => (FORM, "This code was used already."),
        VerificationMissing => (FORM, "No code was sent yet. Request one first."),
        StrategyForUserInvalid => (
            FORM,
            "This way to sign in is not available for this account.",
        ),
        TicketInvalid => (FORM, "This link doesn't work. It may be incomplete."),
        TicketExpired => (FORM, "This link is too old."),
        SignInTokenAlreadyUsed => (FORM, "This link was used already. It works once."),
        SignInTokenRevoked => (FORM, "This link was withdrawn."),
        SignInTokenCannotBeRevoked => (FORM, "The sign-in token was used or revoked already."),
        InvitationAlreadyAccepted => (FORM, "This invitation was accepted already."),
        InvitationAlreadyRevoked => (FORM, "This invitation was withdrawn."),
        InvitationAccountNotExists => (
            FORM,
            "There is no account for this invitation yet. Sign up with it.",
        ),
        DuplicateRecord => (FORM, "There is an invitation for this address already."),
        SignUpModeRestricted => (FORM, "You need an invitation to create an account."),
        SignUpIfMissingTransfer => (
            StatusCode::NOT_FOUND,
            "There is no account with this address yet. Sign up with it.",
        ),
        AccountTransferInvalid => (FORM, "There is nothing to go on with. Begin again."),
        TooManyRequests => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many requests. Try again in a moment.",
        ),
        UserLocked => (
            FORM,
            "Your account is locked after too many attempts. Try again later.",
        ),
        UserBanned => (StatusCode::FORBIDDEN, "This account is banned."),
        SessionExists => (FORM, "You're already signed in."),
        TotpAlreadyEnabled => (
            FORM,
            "You have an authenticator app already. Remove it before you add another one.",
        ),
        FormParamNil => (FORM, "Please fill in this field."),
        FormParamFormatInvalid => (FORM, "This doesn't have the right form."),
        FormParamValueInvalid => (FORM, "This value isn't one that is allowed here."),
        FormParamUnknown => (
            FORM,
            "This field was given more than once, or isn't known here.",
        ),
        FormParamMaxLengthExceeded => (FORM, "This is too long."),
        FormUsernameInvalidCharacter => (
            FORM,
            "Usernames may contain letters, numbers, underscores and dashes.",
        ),
        FormUsernameInvalidLength => (FORM, "The username is too short or too long."),
        IdentificationDeletionFailed => (FORM, "The user has nothing else to be known by."),
        ResourceNotFound => (StatusCode::NOT_FOUND, "This doesn't exist, or no longer."),
        MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "This can't be done here."),
        AuthenticationInvalid => (StatusCode::UNAUTHORIZED, "You're signed out."),
        OriginInvalid => (
            StatusCode::FORBIDDEN,
            "Requests from this origin are not allowed.",
        ),
        RequestInvalid => (StatusCode::BAD_REQUEST, "The request could not be read."),
        UnsupportedContentType => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send application/x-www-form-urlencoded or application/json.",
        ),
        RequestTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large."),
        ClerkKeyInvalid => (
            StatusCode::UNAUTHORIZED,
            "The secret key is missing or invalid.",
        ),
        ServiceUnavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "There is too much to do at the moment. Try again in a few seconds.",
        ),
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong. Try again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_internal_errors_have_a_status_of_500() {
        for code in ErrorCode::KNOWN {
            let is_internal = *code == ErrorCode::InternalError;
            let is_500 = ApiError::new(code.clone()).status() == StatusCode::INTERNAL_SERVER_ERROR;
            assert_eq!(is_500, is_internal, "{code}");
        }
    }

    #[test]
    fn a_401_is_never_the_answer_to_wrong_credentials() {
        let codes = [
            ErrorCode::FormPasswordIncorrect,
            ErrorCode::FormCodeIncorrect,
            ErrorCode::FormIdentifierNotFound,
        ];
        for code in codes {
            assert_eq!(
                ApiError::new(code).status(),
                StatusCode::UNPROCESSABLE_ENTITY
            );
        }
    }

    #[test]
    fn what_broke_stays_out_of_the_answer() {
        let error = ApiError::internal("the canary is in the coal mine");

        let answer = serde_json::to_string(&error.to_wire()).unwrap();

        assert!(!answer.contains("canary"));
        assert!(error.cause().is_some());
    }
}
