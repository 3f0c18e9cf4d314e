//! Every recorded answer of the embedded auth API, as other servers would give it: with fields left out, `null`, or added,
//! and with times as texts.

use std::fmt::Debug;
use std::path::Path;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use thyra_wire::{
    ApiErrors, Client, Envelope, Environment, Session, SignIn, SignUp, Token, User, read_answer,
};

const FOLDERS: [&str; 2] = ["api", "backend_api"];

/// Answers that other clients ask for, and this library does not read.
const NOT_READ: [&str; 5] = [
    "totp",
    "backup_code",
    "phone_number",
    "sign_in_token",
    "invitation",
];

/// An answer as it was recorded.
struct Recorded {
    name: String,
    body: Value,
}

fn recorded() -> Vec<Recorded> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server/auth/tests");
    let folders = FOLDERS.map(|folder| tests.join(folder).join("snapshots"));
    let mut answers = Vec::new();
    for file in folders
        .iter()
        .flat_map(|folder| folder.read_dir().expect("answers are recorded there"))
    {
        let path = file.expect("the folder can be read").path();
        let text = std::fs::read_to_string(&path).expect("a record is text");
        let at = text.find("\n{\n").expect("an answer is an object");
        let body: Value = serde_json::from_str(&text[at..]).expect("an answer is JSON");
        if kind(&body).is_some_and(|kind| NOT_READ.contains(&kind)) {
            continue;
        }
        answers.push(Recorded {
            name: path.display().to_string(),
            body,
        });
    }
    answers
}

/// What becomes of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    None,
    Dropped,
    Null,
    /// Another field comes to stand beside it.
    Added,
    /// A time becomes a text.
    Text,
}

const HARMLESS: [Change; 3] = [Change::None, Change::Added, Change::Text];
const ANY: [Change; 5] = [
    Change::None,
    Change::Dropped,
    Change::Null,
    Change::Added,
    Change::Text,
];

/// The answer after these changes, one for each field in turn.
fn changed(value: &Value, changes: &mut impl Iterator<Item = Change>) -> Value {
    match value {
        Value::Object(fields) => changed_fields(fields, changes),
        Value::Array(items) => items.iter().map(|item| changed(item, changes)).collect(),
        other => other.clone(),
    }
}

fn changed_fields(
    fields: &Map<String, Value>,
    changes: &mut impl Iterator<Item = Change>,
) -> Value {
    let mut after = Map::new();
    for (name, value) in fields {
        // What the app has attached is nobody's to change.
        let is_the_apps = name.ends_with("_metadata");
        let inside = if is_the_apps {
            value.clone()
        } else {
            changed(value, changes)
        };
        // Without its response there is no answer.
        let change = changes.next().filter(|_| name != "response");
        // Attributes are named by the fields themselves: another one would be another attribute.
        let is_attribute = value.get("used_for_first_factor").is_some();
        let change = change.filter(|change| !(is_attribute && *change == Change::Added));
        match change.unwrap_or(Change::None) {
            Change::Dropped => continue,
            Change::Null => after.insert(name.clone(), Value::Null),
            Change::Added => {
                after.insert(
                    format!("{name}_of_tomorrow"),
                    json!({"of": ["a newer API", null]}),
                );
                after.insert(name.clone(), inside)
            }
            Change::Text => after.insert(name.clone(), as_text(name, inside)),
            Change::None => after.insert(name.clone(), inside),
        };
    }
    Value::Object(after)
}

/// A recorded time as a text: all of them are whole days of January 2026, or so the text would be another time.
fn as_text(name: &str, value: Value) -> Value {
    const NEW_YEAR: i64 = 1_767_225_600_000;
    let Some(millis) = value.as_i64().filter(|_| name.ends_with("_at")) else {
        return value;
    };
    let seconds = (millis - NEW_YEAR) / 1000;
    if millis % 1000 != 0 || !(0..31 * 86_400).contains(&seconds) {
        return value;
    }
    let (day, hour) = (seconds / 86_400 + 1, seconds / 3600 % 24);
    json!(format!(
        "2026-01-{day:02}T{hour:02}:{:02}:{:02}Z",
        seconds / 60 % 60,
        seconds % 60
    ))
}

fn check<T: DeserializeOwned + PartialEq + Debug>(
    recorded: &Value,
    changed: &Value,
    is_harmless: bool,
) -> Result<(), TestCaseError> {
    let read = read_answer::<T>(changed.to_string().as_bytes());
    let read = read.map_err(|error| TestCaseError::fail(format!("{error}: {changed:#}")))?;
    if is_harmless {
        let before: T = serde_json::from_value(recorded.clone()).expect("it is our own");
        prop_assert_eq!(read, before);
    }
    Ok(())
}

/// What an answer says that it is.
fn kind(recorded: &Value) -> Option<&str> {
    let objects = [&recorded["response"]["object"], &recorded["object"]];
    objects.into_iter().find_map(Value::as_str)
}

/// Reads the answer as what it is.
fn check_as_its_kind(
    name: &str,
    recorded: &Value,
    changed: &Value,
    is_harmless: bool,
) -> Result<(), TestCaseError> {
    match kind(recorded) {
        Some("sign_in") => check::<Envelope<SignIn>>(recorded, changed, is_harmless),
        Some("sign_up") => check::<Envelope<SignUp>>(recorded, changed, is_harmless),
        Some("session") if recorded["response"].is_object() => {
            check::<Envelope<Session>>(recorded, changed, is_harmless)
        }
        Some("session") => check::<Session>(recorded, changed, is_harmless),
        Some("user") => check::<User>(recorded, changed, is_harmless),
        Some("token") => check::<Token>(recorded, changed, is_harmless),
        Some("environment") => check::<Environment>(recorded, changed, is_harmless),
        None if recorded["errors"].is_array() => check::<ApiErrors>(recorded, changed, is_harmless),
        None => check::<Envelope<Option<Client>>>(recorded, changed, is_harmless),
        Some(other) => panic!("{name} is a {other}, of which this test has not heard"),
    }
}

fn changes(of: &'static [Change]) -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![4 => Just(Change::None), 1 => proptest::sample::select(of)];
    proptest::collection::vec(change, 1..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_answer_is_read_whatever_it_leaves_out(changes in changes(&ANY)) {
        for Recorded { name, body } in recorded() {
            let changed = changed(&body, &mut changes.iter().copied().cycle());
            check_as_its_kind(&name, &body, &changed, false)?;
        }
    }

    #[test]
    fn added_fields_and_times_as_texts_change_nothing(changes in changes(&HARMLESS)) {
        for Recorded { name, body } in recorded() {
            let changed = changed(&body, &mut changes.iter().copied().cycle());
            check_as_its_kind(&name, &body, &changed, true)?;
        }
    }
}

#[test]
fn every_kind_of_answer_was_recorded() {
    let answers = recorded();

    assert!(answers.len() >= 17, "{} answers", answers.len());
    for Recorded { name, body } in answers {
        let every_time = std::iter::repeat(Change::Text);
        let changed = changed(&body, &mut every_time.take(10_000));
        check_as_its_kind(&name, &body, &changed, true).unwrap();
        let has_times = body.to_string().contains("_at\":1767");
        assert_eq!(has_times, changed != body, "{name}");
    }
}
