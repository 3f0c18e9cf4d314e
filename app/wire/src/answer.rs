//! Reading the auth API's answers as official clients do.
//!
//! Servers differ in what they leave out, what they send as `null`, and how they write times. An official client takes all
//! of it, so whoever reads an answer of another server reads it here: what is `null` counts as missing, what is missing as
//! empty, and a time may be milliseconds or a text as of RFC 3339. Fields and values that nobody knows are passed over.
//! What is left is what cannot be read: something that is no JSON, or of another shape altogether.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;

use crate::Timestamp;

/// What belongs to the app or to another server, and is handed on as it came.
const AS_IT_CAME: [&str; 3] = ["public_metadata", "unsafe_metadata", "actor"];

/// Reads an answer.
///
/// ```
/// use thyra_wire::{Session, Timestamp, read_answer};
///
/// let answer = br#"{"id": "sess_1", "status": "active", "user": null, "created_at": "2026-05-28T20:26:40Z"}"#;
/// let session: Session = read_answer(answer).unwrap();
/// assert_eq!(session.created_at, Timestamp::from_seconds(1_780_000_000));
/// ```
///
/// # Errors
/// What is wrong with it, for developers.
pub fn read_answer<T: DeserializeOwned>(answer: &[u8]) -> Result<T, serde_json::Error> {
    let mut answer: Value = serde_json::from_slice(answer)?;
    // Left to serde, a list would be the fields of a struct in their order.
    if !answer.is_object() {
        return Err(serde_json::Error::custom("expected an object"));
    }
    settle(&mut answer);
    serde_json::from_value(answer)
}

fn settle(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| {
                if name.ends_with("_at") {
                    *value = time(value);
                }
                let is_ours = !AS_IT_CAME.contains(&name.as_str());
                if is_ours {
                    settle(value);
                }
                !(is_ours && value.is_null())
            });
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        _ => {}
    }
}

/// A time as a whole number of milliseconds; `null` for what is none.
fn time(value: &Value) -> Value {
    let millis = match value {
        Value::String(text) => Timestamp::parse(text).map(Timestamp::as_millis),
        // A number with a fraction: what is after the point is less than a millisecond.
        Value::Number(number) => number
            .as_i64()
            .or(number.as_f64().map(|millis| millis as i64)),
        _ => None,
    };
    millis.map_or(Value::Null, Value::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Client, Environment, SignIn, SignInStatus, User};

    fn read<T: DeserializeOwned>(answer: &Value) -> T {
        read_answer(answer.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn times_are_numbers_or_texts() {
        let expected = Timestamp::from_millis(1_780_000_000_250);
        for written in [
            json!(1_780_000_000_250_i64),
            json!(1_780_000_000_250.0),
            json!("2026-05-28T20:26:40.250Z"),
            json!("2026-05-28T22:26:40.250+02:00"),
        ] {
            let user: User = read(&json!({"id": "user_1", "last_sign_in_at": written}));
            assert_eq!(user.last_sign_in_at, Some(expected), "{written}");
        }
        for written in [json!("yesterday"), json!({}), json!(null)] {
            let user: User = read(&json!({"created_at": written, "last_sign_in_at": written}));
            assert_eq!(user.last_sign_in_at, None, "{written}");
            assert_eq!(user.created_at, Timestamp::default(), "{written}");
        }
    }

    #[test]
    fn what_is_null_or_missing_is_empty() {
        let sign_in: SignIn = read(&json!({"status": null, "supported_first_factors": [{}]}));

        assert_eq!(sign_in.id, "");
        assert_eq!(sign_in.status, SignInStatus::default());
        assert_eq!(
            sign_in.supported_first_factors.map(|all| all.len()),
            Some(1)
        );
        let environment =
            json!({"auth_config": {"single_session_mode": null}, "user_settings": null});
        assert_eq!(read::<Environment>(&environment), Environment::default());
    }

    #[test]
    fn ids_of_unknown_objects_name_nothing() {
        let client: Client = read(&json!({
            "last_active_session_id": "sess_other",
            "sessions": [{"id": "sess_1", "status": "active",
                "user": {"primary_email_address_id": "idn_other"}}],
        }));

        let session = client.active_session().unwrap();

        assert_eq!(session.id, "sess_1");
        assert_eq!(session.user.as_ref().unwrap().primary_email_address(), None);
    }

    #[test]
    fn what_belongs_to_the_app_is_left_as_it_came() {
        let metadata = json!({"invited_at": "today", "by": null});

        let user: User = read(&json!({"public_metadata": metadata, "unsafe_metadata": null}));

        assert_eq!(user.public_metadata, metadata);
    }

    #[test]
    fn what_is_no_answer_cannot_be_read() {
        for text in ["", "<html>", "[]", "\"\"", "{\"errors\": 1"] {
            assert!(read_answer::<SignIn>(text.as_bytes()).is_err(), "{text}");
        }
    }
}
