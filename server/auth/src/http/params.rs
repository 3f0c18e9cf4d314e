//! How the parameters of a request are read: a form or a JSON object, nothing else.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::{HeaderMap, header};
use thyra_wire::ErrorCode;

use crate::error::ApiError;
use crate::params::{Params, Value};

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = content_type(request.headers());
        let body = read_body(request, state).await?;
        match kind.as_deref() {
            _ if body.is_empty() => Ok(Self::default()),
            Some("application/x-www-form-urlencoded") => decode_form(&body),
            Some("application/json") => decode_json(&body).map(from_object),
            _ => Err(ApiError::new(ErrorCode::UnsupportedContentType)),
        }
    }
}

/// The content type without its parameters.
fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
    )
}

/// The whole body, unless it is too large or breaks off.
pub(crate) async fn read_body<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            let is_too_large = rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE;
            ApiError::new(if is_too_large {
                ErrorCode::RequestTooLarge
            } else {
                ErrorCode::RequestInvalid
            })
        })
}

/// Reads a form strictly. The usual parser replaces bytes that are no UTF-8, which would let one password in for
/// another: here they are refused, raw and escaped.
fn decode_form(body: &[u8]) -> Result<Params, ApiError> {
    let unreadable = || ApiError::new(ErrorCode::RequestInvalid);
    let body = std::str::from_utf8(body).map_err(|_| unreadable())?;
    let pairs = body.split('&').filter(|pair| !pair.is_empty());
    let decoded = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decode_part(name)?, Value::Text(decode_part(value)?.into())))
    });
    let decoded = decoded.collect::<Option<_>>().ok_or_else(unreadable)?;
    Ok(Params(decoded))
}

/// A name or value, unless its escapes are no UTF-8. A percent sign that begins no escape stands for itself.
fn decode_part(escaped: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let (byte, tail) = match (first, tail) {
            (b'+', _) => (b' ', tail),
            (b'%', [high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (16 * high + low, tail),
                _ => (first, &rest[1..]),
            },
            _ => (first, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// A JSON object.
pub(crate) fn decode_json(
    body: &[u8],
) -> Result<serde_json::Map<String, serde_json::Value>, ApiError> {
    match serde_json::from_slice(body) {
        Ok(serde_json::Value::Object(object)) => Ok(object),
        _ => Err(ApiError::new(ErrorCode::RequestInvalid)),
    }
}

fn from_object(object: serde_json::Map<String, serde_json::Value>) -> Params {
    Params(
        object
            .into_iter()
            .map(|(name, value)| (name, Value::Json(value)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::params::MAX_TEXT_LENGTH;

    fn form(body: &str) -> Params {
        decode_form(body.as_bytes()).unwrap()
    }

    #[test]
    fn an_empty_field_counts_as_not_given() {
        assert_eq!(form("identifier=&x=1").text("identifier").unwrap(), None);
    }

    #[test]
    fn a_field_that_comes_twice_is_refused_when_it_is_asked_for() {
        let params = form("identifier=a&identifier=b&unknown=1&unknown=2");

        let error = params.text("identifier").unwrap_err();

        assert_eq!(error.code(), &ErrorCode::FormParamUnknown);
        assert_eq!(error.meta().param_name.as_deref(), Some("identifier"));
    }

    #[test]
    fn broken_encoding_is_refused_rather_than_repaired() {
        assert_eq!(
            decode_form(b"password=%ff%fe").unwrap_err().code(),
            &ErrorCode::RequestInvalid
        );
        assert!(decode_form("password=%EF%BF%BD".as_bytes()).is_ok());
    }

    /// Raw bytes used to become replacement characters, and one such character that was sent on purpose used to switch
    /// the check off for all fields: nine times 0xff signed in with nine times 0xfe.
    #[test]
    fn bytes_that_are_no_text_are_refused_wherever_they_stand() {
        for body in [
            &b"password=\xff\xff\xff"[..],
            b"\xfe=1",
            b"password=\xff&other=%EF%BF%BD",
            b"password=%ff&other=%EF%BF%BD",
            b"password=%ff&other=\xef\xbf\xbd",
            b"password=\xe2%82%ac\xe2",
            b"password=%ED%A0%80",
        ] {
            let error = decode_form(body).unwrap_err();
            assert_eq!(error.code(), &ErrorCode::RequestInvalid, "{body:?}");
        }
    }

    #[test]
    fn a_percent_sign_that_begins_no_escape_stands_for_itself() {
        let params = form("a=100%&b=%zz&c=%4&d=%2B+%2b&=x&e");

        let text = |name| params.text(name).unwrap().unwrap_or_default();
        assert_eq!(
            (text("a"), text("b"), text("c")),
            ("100%".into(), "%zz".into(), "%4".into())
        );
        assert_eq!((text("d"), text("e")), ("+ +".into(), String::new()));
    }

    #[test]
    fn a_truth_value_is_one_of_two_words() {
        let params = form("a=true&b=false&c=&d=yes");

        let flag = |name| params.flag(name);
        assert_eq!(flag("a").unwrap(), Some(true));
        assert_eq!(flag("b").unwrap(), Some(false));
        assert_eq!((flag("c").unwrap(), flag("e").unwrap()), (None, None));
        assert_eq!(
            flag("d").unwrap_err().code(),
            &ErrorCode::FormParamFormatInvalid
        );
    }

    #[test]
    fn an_over_long_text_is_refused() {
        let params = form(&format!("identifier={}", "a".repeat(MAX_TEXT_LENGTH + 1)));

        assert_eq!(
            params.text("identifier").unwrap_err().code(),
            &ErrorCode::FormParamMaxLengthExceeded
        );
    }

    #[test]
    fn sec_a12_parameters_do_not_print() {
        assert!(!format!("{:?}", form("password=canary")).contains("canary"));
    }

    proptest! {
        #[test]
        fn sec_p03_no_body_makes_the_decoder_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode_form(&body);
            let _ = decode_json(&body);
        }

        #[test]
        fn what_browsers_encode_is_read_as_it_was_typed(pairs in proptest::collection::vec((".{0,8}", ".{0,8}"), 0..6)) {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();

            let Params(read) = decode_form(body.as_bytes()).unwrap();

            let read: Vec<_> = read.iter().map(|(name, value)| match value {
                Value::Text(text) => (name.clone(), text.expose().to_owned()),
                Value::Json(_) => unreachable!("a form has texts"),
            }).collect();
            prop_assert_eq!(read, pairs);
        }
    }
}
