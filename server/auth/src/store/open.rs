//! Opening the database: file, permissions, pragmas, migrations.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Store, StoreError};

/// How long a writer waits for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 8;

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
        let options = SqliteConnectOptions::from_str(database_url)?;
        let path = options.get_filename().to_owned();
        create_private(&path)?;
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .optimize_on_close(true, None);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("./migrations")
            .run(&writer)
            .await
            .map_err(|error| {
                StoreError::Unavailable(format!(
                    "the tables could not be brought up to date: {error}"
                ))
            })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await?;
        let metadata = fs::metadata(&path).map_err(|error| unusable(&path, &error))?;
        let file = DatabaseFile {
            inode: (metadata.dev(), metadata.ino()),
            path,
        };
        Ok(Self {
            readers,
            writer,
            file: Some(file),
            round_trips: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Where the database is.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.path.as_path())
    }

    /// Waits for what is being written, then lets go of the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// The file belongs to its owner alone from its first moment; SQLite gives its WAL the same mode.
fn create_private(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
    }
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| unusable(path, &error))?;
    file.set_permissions(fs::Permissions::from_mode(0o600))
        .map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{} cannot be used: {error}", path.display()))
}
