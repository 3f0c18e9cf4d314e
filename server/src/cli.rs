//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// The front door of your apps: hosted sign-in pages and the auth API behind them.
#[derive(Debug, Parser)]
#[command(
    name = "thyra",
    version,
    about,
    after_help = "Without a command, thyra serves."
)]
pub struct Cli {
    /// The configuration file. Default: ./thyra.toml, when it exists.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the hosted pages and the auth API. This is what happens without a command.
    Serve,
    /// Manage users.
    #[command(subcommand)]
    User(UserCommand),
    /// Manage keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Copy the database into a new file, also while thyra serves.
    Backup {
        /// Where the copy goes. A file that exists is not touched.
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
    /// Check configuration, data, mail and site, and say what is found.
    Doctor,
}

/// `thyra user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user with a verified e-mail address.
    Add {
        /// The e-mail address.
        email: String,
        /// A verified phone number, with `+` and the country's code.
        #[arg(long, value_name = "NUMBER")]
        phone: Option<String>,
        /// Read the password from the first line of standard input. Without it the user signs in by e-mail code.
        #[arg(long)]
        password_stdin: bool,
    },
}

/// `thyra keys …`
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Print the publishable key and the secret key.
    Show,
    /// Sign new sessions with a new key; the old one stays valid for the tokens it signed.
    Rotate,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_serves() {
        assert!(Cli::parse_from(["thyra"]).command.is_none());
    }
}
