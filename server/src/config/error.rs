//! What is wrong with a configuration, in words for the person who wrote it.

use std::fmt;

/// One setting that cannot work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The setting, as its environment variable is called.
    pub setting: String,
    /// What was read, or that it is a secret.
    pub read: String,
    /// Where it was read.
    pub source: String,
    /// What would have fitted.
    pub expected: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            setting,
            read,
            source,
            expected,
        } = self;
        write!(f, "{setting}: read {read} ({source}), expected {expected}")
    }
}

/// Everything that is wrong with a configuration. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot work:")?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}
