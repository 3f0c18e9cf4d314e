//! `thyra keys`: what others need to know, and a new signing key.

use super::{CommandError, open_embedded};
use crate::config::Config;

/// Prints the keys. This is the one place where the secret key is shown.
pub(super) async fn show(config: &Config) -> Result<(), CommandError> {
    let auth = open_embedded(config).await?;
    println!("Publishable key  {}", auth.publishable_key());
    println!("Secret key       {}", auth.secret_key().expose());
    Ok(())
}

/// Makes a new signing key. The old one stays published until the last token it signed has expired.
pub(super) async fn rotate(config: &Config) -> Result<(), CommandError> {
    let auth = open_embedded(config).await?;
    let id = auth
        .rotate_keys()
        .await
        .map_err(|error| CommandError::Refused(format!("the keys were not rotated: {error}")))?;
    println!("New signing key  {id}");
    Ok(())
}
