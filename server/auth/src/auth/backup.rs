//! A copy of all data, to be kept somewhere else.

use std::path::{Path, PathBuf};

use super::opening::beside;
use crate::settings::Settings;
use crate::store::{self, BackupError, StoreError};

/// A copy of the database that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backup {
    /// How large it is, in bytes.
    pub bytes: u64,
    /// The master key, which is not in the copy. Keep it as well, and somewhere else: no instance opens the copy without it.
    /// What it seals are keys, codes and messages; users and their password hashes stand in the copy as they are.
    pub master_key_path: PathBuf,
}

/// Copies what the database of these settings holds at this moment into a new file, also while an instance serves. All that
/// was acknowledged before the call is in it, and nothing half-made.
///
/// To restore it, put it where `database_url` says, into a folder without `-wal` and `-shm` files of another database, with
/// the master key beside it, and open it. Sessions go on.
///
/// ```
/// # use thyra_auth::{Auth, Settings, back_up};
/// # async fn example(folder: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
/// # let database_url = format!("sqlite:{}", folder.join("thyra.db").display());
/// let settings = Settings::development("http://localhost:3000", &database_url);
/// let auth = Auth::open(settings.clone()).await?;
///
/// let backup = back_up(&settings, &folder.join("backup.db")).await?;
///
/// assert!(backup.bytes > 0);
/// # Ok(())
/// # }
/// # let folder = tempfile::tempdir().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(folder.path())).unwrap();
/// ```
///
/// # Errors
/// When there is no database, when `to` exists or cannot be written, when the disk is full. Nothing is at `to` then.
pub async fn back_up(settings: &Settings, to: &Path) -> Result<Backup, BackupError> {
    let (database_url, to) = (settings.database_url.clone(), to.to_owned());
    let master_key_path = match &settings.master_key_path {
        Some(path) => path.clone(),
        None => beside(&store::path_of(&database_url)?),
    };
    let written = tokio::task::spawn_blocking(move || store::back_up(&database_url, &to)).await;
    let bytes = written.map_err(|error| StoreError::Unavailable(error.to_string()))??;
    Ok(Backup {
        bytes,
        master_key_path,
    })
}
