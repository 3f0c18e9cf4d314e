//! The fields of a JSON body.
//!
//! Fields are taken out by name and type, and whatever is left over is refused: a misspelt or unsupported field is
//! never silently dropped, and neither is one that is given twice.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use thyra_wire::Secret;

use super::param::ParamError;
use crate::metadata::check_metadata;

/// The fields that were not taken yet.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, Value)>);

/// Why a body has no fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAnObject;

impl Fields {
    /// Of a body; an empty body has none.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, NotAnObject> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(body).map_err(|_| NotAnObject)
    }

    /// A text, `null` for none. The outer `None`: the field is not there.
    pub(crate) fn text(
        &mut self,
        name: &str,
        max_chars: usize,
    ) -> Result<Option<Option<String>>, ParamError> {
        match self.take(name)? {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) if text.chars().count() > max_chars => {
                Err(ParamError::too_long(name))
            }
            Some(Value::String(text)) if text.chars().any(char::is_control) => {
                Err(ParamError::format(name))
            }
            Some(Value::String(text)) => Ok(Some(Some(text))),
            Some(_) => Err(ParamError::format(name)),
        }
    }

    /// A password, exactly as it came.
    pub(crate) fn secret(&mut self, name: &str) -> Result<Option<Secret>, ParamError> {
        match self.take(name)? {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(Secret::from(text))),
            Some(_) => Err(ParamError::format(name)),
        }
    }

    /// A list of texts, none when the field is not there.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Vec<String>, ParamError> {
        let values = match self.take(name)? {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(values)) => values,
            Some(_) => return Err(ParamError::format(name)),
        };
        let text = |value| match value {
            Value::String(text) => Ok(text),
            _ => Err(ParamError::format(name)),
        };
        values.into_iter().map(text).collect()
    }

    /// Yes or no; no when the field is not there.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, ParamError> {
        self.flag_or(name, false)
    }

    /// Yes or no, and this when the field is not there.
    pub(crate) fn flag_or(&mut self, name: &str, default: bool) -> Result<bool, ParamError> {
        Ok(self.optional_flag(name)?.unwrap_or(default))
    }

    /// Yes or no, when the field is there.
    pub(crate) fn optional_flag(&mut self, name: &str) -> Result<Option<bool>, ParamError> {
        match self.take(name)? {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(ParamError::format(name)),
        }
    }

    /// A whole number between these two.
    pub(crate) fn number(
        &mut self,
        name: &str,
        bounds: std::ops::RangeInclusive<u64>,
    ) -> Result<Option<u64>, ParamError> {
        let number = match self.take(name)? {
            None | Some(Value::Null) => return Ok(None),
            Some(value) => value.as_u64().ok_or_else(|| ParamError::format(name))?,
        };
        let is_allowed = bounds.contains(&number);
        is_allowed
            .then_some(Some(number))
            .ok_or_else(|| ParamError::value(name))
    }

    /// An object that the app attaches to a user.
    pub(crate) fn metadata(
        &mut self,
        name: &str,
    ) -> Result<Option<Map<String, Value>>, ParamError> {
        match self.take(name)? {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                check_metadata(&value).map_err(|problem| ParamError::metadata(name, problem))?;
                match value {
                    Value::Object(object) => Ok(Some(object)),
                    _ => Err(ParamError::format(name)),
                }
            }
        }
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self) -> Result<(), ParamError> {
        match self.0.first() {
            Some((name, _)) => Err(ParamError::unknown(name)),
            None => Ok(()),
        }
    }

    fn take(&mut self, name: &str) -> Result<Option<Value>, ParamError> {
        let Some(position) = self.0.iter().position(|(known, _)| known == name) else {
            return Ok(None);
        };
        let (_, value) = self.0.swap_remove(position);
        if self.0.iter().any(|(known, _)| known == name) {
            return Err(ParamError::unknown(name));
        }
        Ok(Some(value))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Keeps repeated names, which a map would merge.
struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields {
        Fields::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn missing_null_and_given_are_three_things() {
        let mut fields = fields(r#"{"a": null, "b": "text"}"#);

        assert_eq!(fields.text("missing", 9), Ok(None));
        assert_eq!(fields.text("a", 9), Ok(Some(None)));
        assert_eq!(fields.text("b", 9), Ok(Some(Some("text".to_owned()))));
        assert_eq!(fields.finish(), Ok(()));
    }

    #[test]
    fn a_field_of_the_wrong_type_is_named() {
        for json in [
            r#"{"x": 1}"#,
            r#"{"x": []}"#,
            r#"{"x": {}}"#,
            r#"{"x": true}"#,
        ] {
            assert_eq!(
                fields(json).text("x", 9),
                Err(ParamError::format("x")),
                "{json}"
            );
        }
        assert_eq!(
            fields(r#"{"x": "1"}"#).flag("x"),
            Err(ParamError::format("x"))
        );
        assert_eq!(
            fields(r#"{"x": [1]}"#).texts("x"),
            Err(ParamError::format("x"))
        );
        assert_eq!(
            fields(r#"{"x": []}"#).metadata("x"),
            Err(ParamError::format("x"))
        );
    }

    #[test]
    fn a_number_is_whole_and_within_its_bounds() {
        let number = |json: &str| fields(json).number("x", 1..=9);

        assert_eq!(number("{}"), Ok(None));
        assert_eq!(number(r#"{"x": null}"#), Ok(None));
        assert_eq!(number(r#"{"x": 9}"#), Ok(Some(9)));
        for outside in [r#"{"x": 0}"#, r#"{"x": 10}"#] {
            assert_eq!(number(outside), Err(ParamError::value("x")), "{outside}");
        }
        for wrong in [r#"{"x": -1}"#, r#"{"x": 1.5}"#, r#"{"x": "1"}"#] {
            assert_eq!(number(wrong), Err(ParamError::format("x")), "{wrong}");
        }
    }

    #[test]
    fn sec_l06_a_field_that_nobody_took_is_refused() {
        let mut fields = fields(r#"{"first_name": "Ada", "role": "admin"}"#);
        fields.text("first_name", 9).unwrap();

        assert_eq!(fields.finish(), Err(ParamError::unknown("role")));
    }

    #[test]
    fn a_field_given_twice_is_refused() {
        let mut fields = fields(r#"{"x": "1", "x": "2"}"#);

        assert_eq!(fields.text("x", 9), Err(ParamError::unknown("x")));
    }

    #[test]
    fn too_long_texts_and_control_characters_are_refused() {
        assert_eq!(
            fields(r#"{"x": "äöü"}"#).text("x", 2),
            Err(ParamError::too_long("x"))
        );
        assert_eq!(
            fields(r#"{"x": "a\u0000b"}"#).text("x", 9),
            Err(ParamError::format("x"))
        );
        let huge = format!(r#"{{"x": {{"y": "{}"}}}}"#, "z".repeat(9000));
        assert_eq!(fields(&huge).metadata("x"), Err(ParamError::too_long("x")));
    }

    #[test]
    fn what_is_no_object_has_no_fields() {
        for body in ["[]", "1", "null", "{", "\"x\"", "{}{}", "\u{feff}{}"] {
            assert_eq!(
                Fields::parse(body.as_bytes()).err(),
                Some(NotAnObject),
                "{body}"
            );
        }
        assert!(Fields::parse(b"  ").is_ok());
        assert!(Fields::parse(b"\xff").is_err());
    }
}
