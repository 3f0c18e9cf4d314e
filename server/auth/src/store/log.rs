//! The write-ahead log on the disk: one synchronisation for many transactions.
//!
//! SQLite appends a transaction to the log before its commit returns. From then on it survives the end of the process,
//! but not yet a power cut: for that the log has to be synchronised with the disk. We do that ourselves, after the
//! commit and outside of the writer's lock, so that whoever commits in the meantime shares the next synchronisation
//! instead of waiting for one of their own. Nobody is answered before theirs is done. The log is written in order: what
//! one transaction builds on is on the disk when it is.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use tokio::sync::Mutex;

use super::StoreError;

/// The log of one database.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    /// The folder, as long as the name of the log in it may not be on the disk: the log may be a new file.
    nameless_in: std::sync::Mutex<Option<File>>,
    commits: AtomicU64,
    /// How many commits are on the disk for certain. Whoever holds this synchronises.
    synchronised: Arc<Mutex<u64>>,
    /// How often that was done.
    synchronisations: AtomicU64,
    is_broken: AtomicBool,
}

impl Log {
    /// The log beside the database with this path, which is open.
    pub(super) fn open(database: &Path) -> Result<Self, StoreError> {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        let file = File::options().write(true).open(path).map_err(failed)?;
        let folder = database
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new("."))).map_err(failed)?;
        Ok(Self {
            nameless_in: std::sync::Mutex::new(Some(folder)),
            ..Self::on(file)
        })
    }

    /// The log in this file.
    pub(super) fn on(file: File) -> Self {
        Self {
            file,
            nameless_in: std::sync::Mutex::default(),
            commits: AtomicU64::new(0),
            synchronised: Arc::default(),
            synchronisations: AtomicU64::new(0),
            is_broken: AtomicBool::new(false),
        }
    }

    /// Counts a commit that just returned; gives its number.
    pub(super) fn note_commit(&self) -> u64 {
        self.commits.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Waits until this commit, and all before it, are on the disk.
    ///
    /// What came of it is noted before the next one begins, also when nobody waits for it any more: the kernel tells of a
    /// failure once.
    pub(super) async fn synchronise(self: Arc<Self>, commit: u64) -> Result<(), StoreError> {
        let mut synchronised = self.synchronised.clone().lock_owned().await;
        if *synchronised >= commit {
            return Ok(());
        }
        self.check()?;
        self.let_others_commit().await;
        let done = tokio::task::spawn_blocking(move || {
            *synchronised = self.synchronise_now()?;
            Ok(())
        });
        done.await
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(failed)
    }

    /// Whoever is about to commit does so first, and shares this synchronisation. As long as some do, more may; under load
    /// there would always be another.
    async fn let_others_commit(&self) {
        const ROUNDS: usize = 4;
        let mut commits = self.commits.load(Ordering::SeqCst);
        for _ in 0..ROUNDS {
            tokio::task::yield_now().await;
            let now = self.commits.load(Ordering::SeqCst);
            if now == commits {
                break;
            }
            commits = now;
        }
    }

    /// Gives how many commits are on the disk now.
    fn synchronise_now(&self) -> Result<u64, std::io::Error> {
        let commits = self.commits.load(Ordering::SeqCst);
        self.synchronisations.fetch_add(1, Ordering::Relaxed);
        let done = self.synchronise_name().and_then(|()| self.file.sync_data());
        done.inspect_err(|error| {
            // The kernel forgets what it could not write: a second try that succeeds would prove nothing.
            self.is_broken.store(true, Ordering::SeqCst);
            tracing::error!(%error, "nothing is written any more until a restart: the disk refused the log");
        })?;
        Ok(commits)
    }

    /// With the first commit that has to last, and not at the start: whoever only reads need not wait for the disk.
    fn synchronise_name(&self) -> Result<(), std::io::Error> {
        let mut nameless_in = self
            .nameless_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = nameless_in.as_ref() {
            folder.sync_all()?;
        }
        *nameless_in = None;
        Ok(())
    }

    /// Refuses when the log could not be synchronised before: nothing can be promised until a restart reads it again.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if self.is_broken.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable(
                "the log could not be written to the disk".to_owned(),
            ));
        }
        Ok(())
    }

    /// How often the log was synchronised so far.
    #[cfg(test)]
    pub(super) fn synchronisations(&self) -> u64 {
        self.synchronisations.load(Ordering::Relaxed)
    }
}

fn failed(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("the log cannot be written to the disk: {error}"))
}
