//! The log: lines for people in development, JSON for machines in production, both to standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts logging. A second call changes nothing.
pub fn start(config: &Config) {
    let filter = EnvFilter::new(&config.log);
    let builder = tracing_subscriber::fmt()
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _ = if config.is_production() {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
}

/// From now on a panic goes to the log with its place and, if it is a literal, its message.
///
/// A message that was put together may quote the value that caused it, and from now on values come from people.
pub(crate) fn keep_panics_discreet() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let words = panic.payload().downcast_ref::<&'static str>().copied();
        tracing::error!(place, words, "panic");
    }));
}
