//! The parameters of a request: what was asked for, by name.
//!
//! Parameters that are not known are ignored, because newer clients send more than this server knows. Those of the API
//! that would change what is asked for, and that this server does not have, are refused by name: who asks for a transfer
//! must not get something else. A known one that comes twice is refused: which of the two counts would be anybody's guess.

use thyra_wire::{ErrorCode, Secret};

use crate::error::ApiError;

/// Longer than any text field of the API; passwords have a limit of their own.
pub(crate) const MAX_TEXT_LENGTH: usize = 2048;

/// The parameters of a request, by name.
#[derive(Debug, Default)]
pub(crate) struct Params(pub(crate) Vec<(String, Value)>);

/// A parameter's value, as forms and as JSON carry it.
pub(crate) enum Value {
    Text(Secret),
    Json(serde_json::Value),
}

impl Value {
    fn asks_for_something(&self) -> bool {
        match self {
            Self::Text(text) => !matches!(text.expose(), "" | "false"),
            Self::Json(serde_json::Value::String(text)) => !matches!(text.as_str(), "" | "false"),
            Self::Json(value) => !matches!(
                value,
                serde_json::Value::Null | serde_json::Value::Bool(false)
            ),
        }
    }
}

impl std::fmt::Debug for Value {
    /// Any of them may be a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Params {
    fn value(&self, name: &str) -> Result<Option<&Value>, ApiError> {
        let mut values = self
            .0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value);
        let first = values.next();
        match values.next() {
            Some(_) => Err(ApiError::of(ErrorCode::FormParamUnknown, name)),
            None => Ok(first),
        }
    }

    /// A secret. Empty counts as not given.
    pub(crate) fn secret(&self, name: &str) -> Result<Option<Secret>, ApiError> {
        match self.value(name)? {
            None | Some(Value::Json(serde_json::Value::Null)) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(Value::Json(serde_json::Value::String(text))) => {
                Ok(Some(Secret::from(text.as_str())).filter(|text| !text.is_empty()))
            }
            Some(Value::Json(_)) => Err(ApiError::of(ErrorCode::FormParamFormatInvalid, name)),
        }
    }

    /// A text. Empty counts as not given.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        let Some(text) = self.secret(name)? else {
            return Ok(None);
        };
        if text.expose().len() > MAX_TEXT_LENGTH {
            return Err(ApiError::of(ErrorCode::FormParamMaxLengthExceeded, name));
        }
        Ok(Some(text.expose().to_owned()))
    }

    /// A truth value.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        let text = match self.value(name)? {
            None | Some(Value::Json(serde_json::Value::Null)) => return Ok(None),
            Some(Value::Json(serde_json::Value::Bool(flag))) => return Ok(Some(*flag)),
            Some(Value::Json(serde_json::Value::String(text))) => text.as_str(),
            Some(Value::Json(_)) => "",
            Some(Value::Text(text)) if text.is_empty() => return Ok(None),
            Some(Value::Text(text)) => text.expose(),
        };
        match text {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(ApiError::of(ErrorCode::FormParamFormatInvalid, name)),
        }
    }

    /// A text that has to be given.
    pub(crate) fn required(&self, name: &str) -> Result<String, ApiError> {
        self.text(name)?
            .ok_or_else(|| ApiError::of(ErrorCode::FormParamNil, name))
    }

    /// Refuses parameters of the API that this server does not have. Empty, `null` and `false` ask for nothing.
    pub(crate) fn refuse(&self, names: &[&str]) -> Result<(), ApiError> {
        let asks = |name: &str| {
            let mut given = self.0.iter().filter(|(key, _)| key == name);
            given.any(|(_, value)| value.asks_for_something())
        };
        match names.iter().find(|name| asks(name)) {
            Some(name) => Err(ApiError::of(ErrorCode::FormParamUnknown, name)),
            None => Ok(()),
        }
    }

    /// A JSON object, which forms carry as text.
    pub(crate) fn object(&self, name: &str) -> Result<Option<serde_json::Value>, ApiError> {
        let malformed = || ApiError::of(ErrorCode::FormParamFormatInvalid, name);
        let value = match self.value(name)? {
            None | Some(Value::Json(serde_json::Value::Null)) => return Ok(None),
            Some(Value::Text(text)) if text.is_empty() => return Ok(None),
            Some(Value::Text(text)) => {
                serde_json::from_str(text.expose()).map_err(|_| malformed())?
            }
            Some(Value::Json(value)) => value.clone(),
        };
        if value.is_object() {
            Ok(Some(value))
        } else {
            Err(malformed())
        }
    }
}
