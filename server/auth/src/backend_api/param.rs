//! What is wrong with one parameter of a request.

use thyra_wire::ErrorCode;

use crate::error::ApiError;
use crate::metadata::MetadataProblem;

/// One parameter and its fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParamError {
    pub code: ErrorCode,
    pub param: String,
}

impl ParamError {
    fn new(code: ErrorCode, param: &str) -> Self {
        Self {
            code,
            // A name that is not ours comes from outside: it is echoed, but not at any length.
            param: param.chars().take(64).collect(),
        }
    }

    pub(crate) fn missing(param: &str) -> Self {
        Self::new(ErrorCode::FormParamNil, param)
    }

    pub(crate) fn format(param: &str) -> Self {
        Self::new(ErrorCode::FormParamFormatInvalid, param)
    }

    pub(crate) fn value(param: &str) -> Self {
        Self::new(ErrorCode::FormParamValueInvalid, param)
    }

    pub(crate) fn unknown(param: &str) -> Self {
        Self::new(ErrorCode::FormParamUnknown, param)
    }

    pub(crate) fn too_long(param: &str) -> Self {
        Self::new(ErrorCode::FormParamMaxLengthExceeded, param)
    }
}

impl ParamError {
    pub(crate) fn metadata(param: &str, problem: MetadataProblem) -> Self {
        match problem {
            MetadataProblem::TooLong => Self::too_long(param),
            MetadataProblem::TooDeep => Self::format(param),
        }
    }
}

impl From<ParamError> for ApiError {
    fn from(error: ParamError) -> Self {
        Self::of(error.code, &error.param)
    }
}
