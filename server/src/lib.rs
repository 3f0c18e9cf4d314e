//! Hosted sign-in pages, configuration and commands: the library behind the binary `thyra`.

pub mod config;
