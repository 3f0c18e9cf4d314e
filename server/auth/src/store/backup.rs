//! A copy of the database while it is in use.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

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
/// or writes the database meanwhile goes on; a checkpoint that falls due waits for a tenth of a second at most.
///
/// Waits for the disk. The file belongs to its owner alone, and is there whole or not at all: it is written beside its
/// place and gets its name when the disk has it.
pub(crate) fn back_up(database_url: &str, to: &Path) -> Result<u64, BackupError> {
    let from = path_of(database_url)?;
    if !from.is_file() {
        return Err(BackupError::NoDatabase(from));
    }
    if to.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let not_writable = |path: &Path, cause| BackupError::NotWritable {
        path: path.to_owned(),
        cause,
    };
    let folder = to.parent().filter(|path| !path.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let open_folder = File::open(folder).map_err(|cause| not_writable(folder, cause))?;
    let part = Part::beside(to).map_err(|cause| not_writable(to, cause))?;
    Connection::open_reader(&from)?.copy_into(&part.0)?;
    let bytes = part.become_whole(to).map_err(|cause| match cause.kind() {
        ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
        _ => not_writable(to, cause),
    })?;
    // The file is whole; whether its name survives a power cut is all that a failure here leaves open.
    if let Err(error) = open_folder.sync_all() {
        tracing::warn!(%error, folder = %folder.display(), "the folder could not be synchronised with the disk");
    }
    Ok(bytes)
}

/// A file on its way. It is gone when it is dropped.
struct Part(PathBuf);

impl Part {
    fn beside(whole: &Path) -> std::io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut name = whole.as_os_str().to_owned();
        name.push(format!(".{}-{number}.part", std::process::id()));
        let path = PathBuf::from(name);
        // SQLite writes into a file that is empty, and leaves its mode as it is.
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        options.open(&path)?;
        Ok(Self(path))
    }

    /// Gives it its name, unless another file has got that in the meantime.
    fn become_whole(self, whole: &Path) -> std::io::Result<u64> {
        let file = File::open(&self.0)?;
        file.sync_all()?;
        match fs::hard_link(&self.0, whole) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
            // Not every file system has links; there, whoever is last between looking and renaming wins.
            Err(_) if whole.symlink_metadata().is_ok() => {
                return Err(ErrorKind::AlreadyExists.into());
            }
            Err(_) => fs::rename(&self.0, whole)?,
            Ok(()) => {}
        }
        Ok(file.metadata()?.len())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Gone already where it was renamed. A file that cannot be removed has a name that says what it is.
        let _ = fs::remove_file(&self.0);
    }
}
