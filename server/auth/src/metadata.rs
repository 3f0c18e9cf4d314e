//! What apps attach to users: how much of it, and how deep. One limit for all who may write it.
//!
//! Whoever signs up writes metadata too. More of it than an app server may write, and the user could not be changed any
//! more; deeper than programs that read it can go, and their page fails.

use serde_json::Value;

/// In bytes of JSON, for each of a user's three kinds.
const MAX_BYTES: usize = 8 * 1024;
/// How many objects and lists may stand within each other.
const MAX_DEPTH: usize = 32;

/// Why a user cannot have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetadataProblem {
    TooLong,
    TooDeep,
}

/// Refuses what is too much.
pub(crate) fn check_metadata(value: &Value) -> Result<(), MetadataProblem> {
    if !is_within(value, MAX_DEPTH) {
        return Err(MetadataProblem::TooDeep);
    }
    if value.to_string().len() > MAX_BYTES {
        return Err(MetadataProblem::TooLong);
    }
    Ok(())
}

/// Whether there are no more levels than this.
fn is_within(value: &Value, levels: usize) -> bool {
    let is_inner_within = |inner: &Value| is_within(inner, levels - 1);
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => false,
        Value::Array(values) => values.iter().all(is_inner_within),
        Value::Object(fields) => fields.values().all(is_inner_within),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> Value {
        (0..levels).fold(Value::Null, |inner, level| {
            if level % 2 == 0 {
                Value::Array(vec![inner])
            } else {
                serde_json::json!({ "x": inner })
            }
        })
    }

    #[test]
    fn metadata_has_thirty_two_levels_at_most() {
        assert_eq!(check_metadata(&nested(32)), Ok(()));
        assert_eq!(check_metadata(&nested(33)), Err(MetadataProblem::TooDeep));
    }

    #[test]
    fn metadata_has_eight_kilobytes_at_most() {
        let of = |bytes: usize| Value::String("x".repeat(bytes - 2));

        assert_eq!(check_metadata(&of(8 * 1024)), Ok(()));
        assert_eq!(
            check_metadata(&of(8 * 1024 + 1)),
            Err(MetadataProblem::TooLong)
        );
    }
}
