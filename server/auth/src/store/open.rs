//! Opening the database: file, permissions, pragmas, migrations.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use super::log::Log;
use super::readers::Readers;
use super::writer::Writer;
use super::{Connection, Store, StoreError, migrations};

/// The file behind the database, as it was when it was opened.
#[derive(Clone, Debug)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    inode: (u64, u64),
}

impl DatabaseFile {
    /// Whether the path still leads to the file that is open.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let gone =
            || StoreError::Unavailable(format!("{} is gone or was replaced", self.path.display()));
        let metadata = fs::metadata(&self.path).map_err(|_| gone())?;
        ((metadata.dev(), metadata.ino()) == self.inode)
            .then_some(())
            .ok_or_else(gone)
    }
}

impl Store {
    /// Opens the database, makes it when it does not exist, and brings its tables up to date.
    pub(crate) async fn open(database_url: &str) -> Result<Self, StoreError> {
        let path = path_of(database_url)?;
        create_private(&path)?;
        let mut connection = Connection::open_writer(&path)?;
        migrations::run(&mut connection)?;
        let writer = Writer::new(connection, Log::open(&path)?)?;
        let metadata = fs::metadata(&path).map_err(|error| unusable(&path, &error))?;
        Ok(Self {
            readers: Readers::new(path.clone()),
            writer,
            file: DatabaseFile {
                inode: (metadata.dev(), metadata.ino()),
                path,
            },
            round_trips: AtomicU64::new(0),
        })
    }

    /// Where the database is.
    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }

    /// Waits for what is being written, then lets go of the file.
    pub(crate) async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
    }
}

/// `sqlite:data/thyra.db`, also with slashes after the colon and options after a question mark, as other programs write
/// it.
pub(crate) fn path_of(database_url: &str) -> Result<PathBuf, StoreError> {
    let rest = database_url.strip_prefix("sqlite:").ok_or_else(|| {
        StoreError::Unavailable("its URL does not begin with `sqlite:`".to_owned())
    })?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    Ok(PathBuf::from(path.split('?').next().unwrap_or_default()))
}

/// The file belongs to its owner alone from its first moment; SQLite gives its WAL the same mode.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
    }
    let made = OpenOptions::new()
        .create_new(true)
        .append(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(_) => Ok(()),
        // Not opened: when a process closes a file, SQLite's locks on it are gone, also those of another connection.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))
        }
        Err(error) => Err(error),
    }
    .map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{} cannot be used: {error}", path.display()))
}
