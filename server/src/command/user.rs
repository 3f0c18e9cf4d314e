//! `thyra user`: users by hand.

use std::io::BufRead;

use thyra_wire::Secret;

use super::{CommandError, open_embedded};
use crate::config::Config;

/// Adds a user whose address and number count as verified.
///
/// A password is read from standard input only: on the command line every other user of the machine could read it.
pub(super) async fn add(
    config: &Config,
    email: &str,
    phone: Option<&str>,
    password_stdin: bool,
) -> Result<(), CommandError> {
    let auth = open_embedded(config).await?;
    let password = password_stdin.then(read_password).transpose()?;
    let id = auth
        .add_user_with_phone_number(email, phone, password)
        .await
        .map_err(|error| CommandError::Refused(format!("the user was not added: {error}")))?;
    println!("{id}");
    Ok(())
}

fn read_password() -> Result<Secret, CommandError> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| {
            CommandError::Refused(format!("the password could not be read: {error}"))
        })?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(CommandError::Refused(
            "standard input had no password on its first line".to_owned(),
        ));
    }
    Ok(Secret::from(password))
}
