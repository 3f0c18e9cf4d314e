//! Which figures are asked for.

/// The names of all figures, in the order in which they are taken.
pub const ALL: [&str; 8] = [
    "start",
    "timing",
    "scale",
    "passwords",
    "tokens",
    "codes",
    "session-checks",
    "better-auth",
];

/// The figures that are asked for on the command line; all of them when none is named.
pub struct Selection(Vec<String>);

impl Selection {
    /// Reads names of figures.
    ///
    /// # Errors
    /// With a sentence, when there is no figure of that name.
    pub fn read(names: impl Iterator<Item = String>) -> Result<Self, String> {
        let names: Vec<String> = names.collect();
        match names.iter().find(|name| !ALL.contains(&name.as_str())) {
            Some(name) => Err(format!(
                "no figure is called {name}; there are {}",
                ALL.join(", ")
            )),
            None => Ok(Self(names)),
        }
    }

    /// Whether this figure is asked for.
    pub fn has(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|asked| asked == name)
    }
}
