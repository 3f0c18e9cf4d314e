//! A folder for a server's data, gone with the last that holds it.
//!
//! `tempfile` would do as well, but brings features of other crates with it that the released server does not have:
//! for that little cargo would compile half of the server a second time.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io, process};

/// An empty folder of this process's own.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes one where the machine keeps what is temporary.
    pub fn new() -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("thyra-bench-{}-{number}", process::id()));
        // Not `create_dir_all`: what somebody else has put there is not ours to use, nor to remove.
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
