//! `thyra backup`: a copy of the database, to be kept somewhere else.

use std::path::Path;

use super::{CommandError, embedded_settings};
use crate::config::Config;

/// Writes the copy, and says what else has to be kept. Nothing is made when there is no database: a wrong path must not end
/// in a copy of nothing.
pub(super) async fn run(config: &Config, to: &Path) -> Result<(), CommandError> {
    let backup = thyra_auth::back_up(&embedded_settings(config)?, to)
        .await
        .map_err(|error| CommandError::Refused(format!("nothing was backed up: {error}")))?;
    println!("Backup      {} ({} KiB)", to.display(), backup.bytes / 1024);
    println!("Guard it    as the database itself: it is not encrypted");
    println!(
        "Keep also   {}, at another place: thyra cannot use the copy without it",
        backup.master_key_path.display()
    );
    Ok(())
}
