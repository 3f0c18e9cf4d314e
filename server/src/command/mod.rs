//! What the binary does, command by command.

mod backup;
mod doctor;
mod keys;
mod serve;
mod user;

use std::path::Path;
use std::sync::Arc;

use thyra_auth::{Auth, Settings, SystemClock};

use crate::backend::BackendError;
use crate::cli::{Cli, Command, KeysCommand, UserCommand};
use crate::config::{Config, ConfigErrors};

/// Why a command did not do what it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// A setting cannot work.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// There is nothing to answer calls.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The address cannot be listened on.
    #[error(
        "THYRA_ADDR: read \"{address}\", which {reason}; expected an address of this machine with a free port"
    )]
    Bind {
        /// The address that was asked for.
        address: std::net::SocketAddr,
        /// What stands in the way.
        reason: String,
    },
    /// The command is for the embedded auth API only.
    #[error(
        "THYRA_AUTH_API_URL is set: users and keys are managed at the remote auth API, not here"
    )]
    Remote,
    /// The command was understood and refused.
    #[error("{0}")]
    Refused(String),
}

/// Does what the command line says.
///
/// # Errors
/// Says what to change. Nothing was served or written when the configuration is at fault.
pub async fn run(cli: Cli) -> Result<(), CommandError> {
    let config = load(cli.config.as_deref())?;
    crate::log::start(&config);
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&config).await,
        Command::User(UserCommand::Add {
            email,
            phone,
            password_stdin,
        }) => user::add(&config, &email, phone.as_deref(), password_stdin).await,
        Command::Keys(KeysCommand::Show) => keys::show(&config).await,
        Command::Keys(KeysCommand::Rotate) => keys::rotate(&config).await,
        Command::Backup { to } => backup::run(&config, &to).await,
        Command::Doctor => doctor::run(&config).await,
    }
}

fn load(file: Option<&Path>) -> Result<Config, ConfigErrors> {
    // A variable that is not text cannot be a setting of ours that works; its name shows in the refusal.
    let environment = std::env::vars_os().filter_map(|(name, text)| {
        Some((
            name.into_string().ok()?,
            text.to_string_lossy().into_owned(),
        ))
    });
    Config::load(file, environment)
}

/// The embedded auth API, for commands that work on its data.
async fn open_embedded(config: &Config) -> Result<Auth, CommandError> {
    let auth = Auth::open_idle(embedded_settings(config)?, Arc::new(SystemClock)).await;
    Ok(auth.map_err(BackendError::from)?)
}

/// How the embedded auth API is set; there is none in front of a remote one.
fn embedded_settings(config: &Config) -> Result<Settings, CommandError> {
    if config.auth_api_url.is_some() {
        return Err(CommandError::Remote);
    }
    Ok(config.auth_settings(&config.public_url(config.addr)))
}
