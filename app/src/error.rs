//! The one error type of everything that reaches the auth API.
//!
//! What a person may read comes from the auth API's catalogue ([`AuthError::Api`]) or from the fixed sentences here.
//! Details that help a developer (a refused connection, an unreadable answer) stay in the server's log: an error
//! travels to the page, and with scripts off even through the address bar, so it never carries what somebody typed.

use std::fmt;

use leptos::server_fn::Decodes;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use thyra_wire::{ApiError, ApiErrors, ErrorCode, ErrorMeta};

use crate::i18n::{ErrorContext, Texts, error_sentence};
use crate::json::WireEncoding;
#[cfg(feature = "ssr")]
use crate::server_fns::reads_a_form;

/// Why a call to the auth API did not do what it should.
///
/// ```
/// use thyra::AuthError;
///
/// let error = AuthError::NotConfigured;
/// assert_eq!(error.code(), "not_configured");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AuthError {
    /// The auth API answered with errors; they are safe to show.
    Api(ApiErrors),
    /// The auth API, or our own server, could not be reached, or what stands before it failed.
    Transport {
        /// Whether it is worth trying the same again.
        is_temporary: bool,
    },
    /// The auth API, or our own server, gave an answer that cannot be read: no JSON, or of another shape altogether.
    Unreadable,
    /// The request came from another site, so it was not carried out.
    CrossSite,
    /// The server has no `AuthApi` in its request extensions.
    NotConfigured,
    /// A method was called during server rendering, where only properties can be read.
    ServerRendering,
    /// A method was called before what it builds on was there.
    Precondition(Precondition),
    /// No factor of this sign-in fits the method that was called.
    FactorNotFound,
}

/// What was missing when a method of [`SignInFuture`](crate::SignInFuture) or
/// [`SignUpFuture`](crate::SignUpFuture) was called. No request was sent and no signal changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Precondition {
    /// An address id was given, but there is no sign-in whose address it could be.
    NoSignInForAddressId,
    /// Neither an address was given, nor is there a sign-in that has one.
    NoSignInAndNoAddress,
    /// `finalize` needs a sign-in or sign-up that is complete.
    NotComplete,
    /// An identifier or address was given that has nothing in it. To `create` with nothing, give none.
    EmptyIdentifier,
}

impl AuthError {
    /// The machine-readable name: the first error's code, or a name of ours.
    pub fn code(&self) -> &str {
        match self {
            Self::Api(errors) => errors
                .first()
                .map_or("api_response_error", |error| error.code.as_str()),
            Self::Transport { .. } => "network_error",
            Self::Unreadable => "unreadable_answer",
            Self::CrossSite => "origin_invalid",
            Self::NotConfigured => "not_configured",
            Self::ServerRendering => "server_rendering",
            Self::Precondition(_) => "precondition_failed",
            Self::FactorNotFound => "factor_not_found",
        }
    }

    /// Whether the auth API's first error has this code.
    pub fn is(&self, code: &ErrorCode) -> bool {
        matches!(self, Self::Api(errors) if errors.is(code))
    }

    /// The errors the auth API named; none when the failure was not its answer.
    pub fn api_errors(&self) -> &[ApiError] {
        match self {
            Self::Api(errors) => &errors.errors,
            _ => &[],
        }
    }

    /// The field that the first error is about, and that error.
    pub fn field(&self) -> Option<(&str, &ApiError)> {
        let item = self.api_errors().first()?;
        Some((item.meta.param_name.as_deref()?, item))
    }

    /// An answer with this one error.
    pub(crate) fn of(error: ApiError) -> Self {
        Self::Api(ApiErrors {
            errors: vec![error],
            ..ApiErrors::default()
        })
    }

    /// An answer with one error, as the auth API would give it.
    pub(crate) fn api(code: ErrorCode, sentence: &str) -> Self {
        Self::of(ApiError {
            code,
            message: sentence.to_owned(),
            long_message: Some(sentence.to_owned()),
            meta: ErrorMeta::default(),
        })
    }

    /// The same about one field.
    #[cfg(feature = "ssr")]
    pub(crate) fn about_field(code: ErrorCode, field: &str, sentence: &str) -> Self {
        let mut error = Self::api(code, sentence);
        if let Self::Api(errors) = &mut error {
            errors.errors[0].meta.param_name = Some(field.to_owned());
        }
        error
    }

    /// The answer about an id that is nobody's.
    #[cfg(feature = "ssr")]
    pub(crate) fn nobodys_id() -> Self {
        Self::api(
            ErrorCode::ResourceNotFound,
            "There is nothing with this id.",
        )
    }

    /// What may be taken from an error that came with an address: which known code, about which known field, and how
    /// long to wait.
    ///
    /// Anybody can write an address, so nothing in it is ever shown as it is: the sentences are the catalogue's.
    pub(crate) fn without_words(self) -> Self {
        let Self::Api(errors) = self else {
            return self;
        };
        let errors = errors.errors.into_iter().take(MAX_POSTED);
        Self::Api(ApiErrors {
            errors: errors.map(item_without_words).collect(),
            ..ApiErrors::default()
        })
    }

    /// The same error with the sentences of these texts.
    pub(crate) fn in_words(mut self, texts: &Texts, limits: &ErrorContext) -> Self {
        if let Self::Api(errors) = &mut self {
            for error in &mut errors.errors {
                error.message = error_sentence(texts, limits, error);
            }
        }
        self
    }

    /// The same error with the time to wait, when it is about too many requests.
    #[cfg(feature = "ssr")]
    pub(crate) fn with_wait(mut self, seconds: u64) -> Self {
        if let Self::Api(errors) = &mut self {
            let errors = errors.errors.iter_mut();
            for error in errors.filter(|error| error.code == ErrorCode::TooManyRequests) {
                error.meta.lockout_expires_in_seconds = Some(seconds);
            }
        }
        self
    }

    /// The same error without the client that came with it: what may travel in an address bar.
    #[cfg(feature = "ssr")]
    pub(crate) fn without_client(mut self) -> Self {
        if let Self::Api(errors) = &mut self {
            errors.client = None;
        }
        self
    }
}

/// No form of ours has more fields that could be at fault.
const MAX_POSTED: usize = 8;

/// The longest wait that is believed, in seconds: a day.
const MAX_WAIT: u64 = 86_400;

/// The fields of our forms that an error can be about.
const FIELDS: [&str; 8] = [
    "identifier",
    "email_address",
    "username",
    "password",
    "code",
    "first_name",
    "last_name",
    "legal_accepted",
];

fn item_without_words(item: ApiError) -> ApiError {
    let code = match item.code {
        ErrorCode::Unknown(_) => ErrorCode::InternalError,
        known => known,
    };
    let is_field = |name: &String| FIELDS.contains(&name.as_str());
    let believed = |seconds: &u64| *seconds <= MAX_WAIT;
    ApiError {
        code,
        message: String::new(),
        long_message: None,
        meta: ErrorMeta {
            param_name: item.meta.param_name.filter(is_field),
            session_id: None,
            lockout_expires_in_seconds: item.meta.lockout_expires_in_seconds.filter(believed),
        },
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(errors) => f.write_str(
                errors
                    .first()
                    .map_or("The request failed.", ApiError::sentence),
            ),
            Self::Transport { .. } => {
                f.write_str("The server could not be reached. Check your connection and try again.")
            }
            Self::Unreadable => f.write_str("The server's answer could not be read."),
            Self::CrossSite => f.write_str("The request came from another site."),
            Self::NotConfigured => f.write_str("Sign-in is not set up: the server has no AuthApi."),
            Self::ServerRendering => f.write_str("This can only be done in the browser."),
            Self::Precondition(Precondition::EmptyIdentifier) => {
                f.write_str("An identifier is needed.")
            }
            Self::Precondition(_) => f.write_str("This step needs an earlier one."),
            Self::FactorNotFound => f.write_str("This way of signing in is not available."),
        }
    }
}

impl FromServerFnError for AuthError {
    type Encoder = WireEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {}
            // Bytes that are no text: of a form that comes in, or of an answer or address that is read.
            ServerFnErrorErr::Deserialization(_) if reads_a_form() => {}
            ServerFnErrorErr::Deserialization(_) => return Self::Unreadable,
            _ => return Self::Transport { is_temporary: true },
        }
        #[cfg(feature = "ssr")]
        crate::server_fns::answer_bad_request();
        Self::api(
            ErrorCode::RequestInvalid,
            "The form could not be read. Reload the page and try again.",
        )
    }

    /// Reads the error of a failed call. What is none of ours is of something that stands before our server, a proxy for
    /// one: the server could not be reached.
    fn de(answer: leptos::server_fn::Bytes) -> Self {
        WireEncoding::decode(answer).unwrap_or(Self::Transport { is_temporary: true })
    }
}

/// In the browser nothing is read but answers.
#[cfg(not(feature = "ssr"))]
fn reads_a_form() -> bool {
    false
}
