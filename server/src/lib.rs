//! Hosted sign-in pages, configuration and commands: the library behind the binary `thyra`.

pub mod backend;
pub mod cli;
pub mod command;
pub mod config;
pub mod http;
pub mod log;
pub mod serve;
