//! The layers a setting is read from, and the errors met on the way.
//!
//! The merging is figment's. What is ours is that every value arrives as text together with where it came from, so
//! that one kind of report fits a number in a file as well as a word in a variable.

use std::collections::BTreeMap;
use std::path::Path;

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use figment::value::Value;

use super::error::{ConfigError, ConfigErrors};
use super::setting::{self, Setting};

/// Read, merged, not yet understood.
pub(super) struct Layers {
    figment: Figment,
    values: BTreeMap<String, Value>,
    given: Given,
    pub(super) errors: Vec<ConfigError>,
}

/// The settings that somebody has set, each with what was read: a default is nobody's wish.
pub(super) type Given = BTreeMap<&'static str, String>;

const DEFAULT_FILE: &str = "thyra.toml";
const ENVIRONMENT: &str = "environment";

impl Layers {
    pub(super) fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        if let Some(missing) = file.filter(|path| !path.is_file()) {
            return Err(single(
                "--config",
                &missing.display().to_string(),
                "command line",
                "a file that exists",
            ));
        }
        let file = file.or_else(|| Some(Path::new(DEFAULT_FILE)).filter(|path| path.is_file()));
        let figment = match file {
            // Exact: figment would otherwise look for the name in every folder above.
            Some(file) => Figment::from(Toml::file_exact(file)),
            None => Figment::new(),
        };
        let figment = figment.merge(environment_layer(environment));
        let values = figment.extract().map_err(|error| {
            single(
                DEFAULT_FILE,
                "something that is not TOML",
                &error.to_string(),
                "lines of name = value",
            )
        })?;
        Ok(Self {
            figment,
            values,
            given: Given::new(),
            errors: Vec::new(),
        })
    }

    /// A setting of one value; `None` when it is absent or wrong. Wrong is remembered.
    pub(super) fn value<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let given = self.values.remove(name)?;
        let setting = setting::find(name).expect("every setting that is read is in the table");
        self.given.insert(setting.name, shown(setting, &given));
        let parsed = text(&given).as_deref().and_then(&parse);
        if parsed.is_none() {
            self.refuse(setting, &given);
        }
        parsed
    }

    /// A setting of several values: a TOML array, or text with commas.
    pub(super) fn list<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let Some(given) = self.values.remove(name) else {
            return Vec::new();
        };
        let setting = setting::find(name).expect("every setting that is read is in the table");
        self.given.insert(setting.name, shown(setting, &given));
        let parsed: Option<Vec<T>> =
            parts(&given).and_then(|parts| parts.iter().map(|part| parse(part)).collect());
        parsed.unwrap_or_else(|| {
            self.refuse(setting, &given);
            Vec::new()
        })
    }

    /// Whatever nobody asked for does not exist.
    pub(super) fn refuse_unknown(&mut self) {
        for (name, value) in std::mem::take(&mut self.values) {
            let expected = match setting::closest(&name) {
                Some(meant) => format!("a setting that exists; did you mean {}?", meant.variable()),
                None => "a setting that exists; the README has the list".to_owned(),
            };
            self.errors.push(ConfigError {
                setting: setting::variable(&name),
                // Not the value: a misspelled THYRA_SECRET_KEI holds a secret all the same.
                read: "an unknown name".to_owned(),
                source: self.source(&value),
                expected,
            });
        }
    }

    pub(super) fn into_result<T>(self, config: T) -> Result<T, ConfigErrors> {
        if self.errors.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(self.errors))
        }
    }

    /// What was set, so far.
    pub(super) fn given(&self) -> &Given {
        &self.given
    }

    fn refuse(&mut self, setting: &Setting, given: &Value) {
        self.errors.push(ConfigError {
            setting: setting.variable(),
            read: shown(setting, given),
            source: self.source(given),
            expected: setting.expected.to_owned(),
        });
    }

    fn source(&self, value: &Value) -> String {
        let metadata = self.figment.get_metadata(value.tag());
        let file = metadata
            .and_then(|metadata| metadata.source.as_ref())
            .and_then(|source| source.file_path());
        file.map_or_else(|| ENVIRONMENT.to_owned(), |path| path.display().to_string())
    }
}

/// What was read, as far as it may be printed.
fn shown(setting: &Setting, given: &Value) -> String {
    match text(given) {
        Some(text) if setting.is_secret => {
            format!(
                "a secret of {} characters (not shown)",
                text.chars().count()
            )
        }
        Some(text) => format!("{:?}", super::parse::without_password(&text)),
        None => "a list or table".to_owned(),
    }
}

/// Only the variables that are ours. Their text is taken as it is: figment's own provider would read `1.0` as a
/// number and hand back `1`.
fn environment_layer(
    environment: impl IntoIterator<Item = (String, String)>,
) -> Serialized<BTreeMap<String, String>> {
    let ours = environment.into_iter().filter_map(|(name, text)| {
        let name = name.strip_prefix("THYRA_")?.to_ascii_lowercase();
        Some((name, text))
    });
    Serialized::globals(ours.collect())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.trim().to_owned()),
        Value::Char(_, c) => Some(c.to_string()),
        Value::Bool(_, flag) => Some(flag.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|whole| whole.to_string())
            .or_else(|| number.to_f64().map(|fraction| fraction.to_string())),
        Value::Array(_, items) => items
            .iter()
            .map(text)
            .collect::<Option<Vec<_>>>()
            .map(|items| items.join(",")),
        _ => None,
    }
}

fn parts(value: &Value) -> Option<Vec<String>> {
    let text = text(value)?;
    let parts = text.split([',', ' ', '\n']).filter(|part| !part.is_empty());
    Some(parts.map(str::to_owned).collect())
}

fn single(setting: &str, read: &str, source: &str, expected: &str) -> ConfigErrors {
    ConfigErrors(vec![ConfigError {
        setting: setting.to_owned(),
        read: read.to_owned(),
        source: source.to_owned(),
        expected: expected.to_owned(),
    }])
}
