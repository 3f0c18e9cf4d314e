//! A copy of the database while it is in use.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::open::path_of;
use super::{Connection, StoreError};

/// Why there is no backup. Nothing was left where it should have been.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// There is nothing to copy.
    #[error("there is no database at {}", .0.display())]
    NoDatabase(PathBuf),
    /// A backup never takes the place of another file.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The copy cannot be written there.
    #[error("{} cannot be written: {cause}", path.display())]
    NotWritable {
        /// Where it should have been.
        path: PathBuf,
        /// What stands in the way.
        cause: std::io::Error,
    },
    /// The database cannot be read, or the disk is full.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies what the database holds at one moment into a new file at `to`, and gives how many bytes that has. Whoever reads
/// or writes the database meanwhile is not held up.
///
/// Waits for the disk. The file belongs to its owner alone, and is there whole or not at all: it is written beside its
/// place and gets its name when the disk has it.
pub(crate) fn back_up(database_url: &str, to: &Path) -> Result<u64, BackupError> {
    let from = path_of(database_url)?;
    if !from.is_file() {
        return Err(BackupError::NoDatabase(from));
    }
    let not_writable = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
        _ => BackupError::NotWritable {
            path: to.to_owned(),
            cause,
        },
    };
    let part = Part::beside(to).map_err(not_writable)?;
    Connection::open_reader(&from)?.copy_into(&part.0)?;
    part.become_whole(to).map_err(not_writable)
}

/// A file on its way. It is gone when it is dropped.
struct Part(PathBuf);

impl Part {
    fn beside(whole: &Path) -> std::io::Result<Self> {
        if whole.symlink_metadata().is_ok() {
            return Err(std::io::ErrorKind::AlreadyExists.into());
        }
        let mut name = whole.as_os_str().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = Self(name.into());
        // SQLite writes into a file that is empty, and leaves its mode as it is.
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        options.open(&part.0).map(|_| part)
    }

    /// Gives it its name, unless another file has got that in the meantime.
    fn become_whole(self, whole: &Path) -> std::io::Result<u64> {
        let file = File::open(&self.0)?;
        file.sync_all()?;
        fs::hard_link(&self.0, whole)?;
        let folder = whole.parent().filter(|path| !path.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(file.metadata()?.len())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // A file that cannot be removed has a name that says what it is.
        let _ = fs::remove_file(&self.0);
    }
}
