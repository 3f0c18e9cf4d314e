//! The master key's file.
//!
//! One line of 64 hex digits, readable by its owner only. It is made once, atomically: two processes that start
//! together end up with the same key, and a crash leaves either no file or a whole one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{KEY_LENGTH, MasterKey};
use crate::token::random::{random_bytes, random_id};

/// Why the master key's file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MasterKeyError {
    /// The file cannot be read.
    #[error("cannot read the master key {path}: {cause}")]
    Read {
        /// Where it was looked for.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The file does not exist and cannot be made.
    #[error("cannot make the master key {path}: {cause}")]
    Create {
        /// Where it was to be made.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The file holds something else.
    #[error("the master key {path} is malformed: expected 64 hex digits, found {found}")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What it holds, without a word of it.
        found: String,
    },
    /// The file is open to others.
    #[error(
        "the master key {path} can be read by others (mode {mode:o}); expected 600: run `chmod 600 {path}`"
    )]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

impl MasterKey {
    /// Reads the key from this file, or makes the file when it does not exist.
    ///
    /// # Errors
    /// When the file cannot be read or made, holds something else than 64 hex digits, or is open to others.
    pub fn load_or_create(path: &Path) -> Result<Self, MasterKeyError> {
        match fs::symlink_metadata(path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => create(path)?,
            _ => {}
        }
        load(path)
    }
}

fn load(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let read_error = |cause| MasterKeyError::Read {
        path: path.to_owned(),
        cause,
    };
    let mode = mode_of(&fs::metadata(path).map_err(read_error)?);
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::TooOpen {
            path: path.to_owned(),
            mode,
        });
    }
    let text = Zeroizing::new(fs::read(path).map_err(read_error)?);
    parse_hex(text.trim_ascii()).ok_or_else(|| MasterKeyError::Malformed {
        path: path.to_owned(),
        found: format!("{} bytes of something else", text.len()),
    })
}

fn create(path: &Path) -> Result<(), MasterKeyError> {
    let key = Zeroizing::new(random_bytes::<KEY_LENGTH>());
    match write_new(path, &hex(key.as_ref())) {
        // Somebody else was faster: theirs is the key.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(MasterKeyError::Create {
            path: path.to_owned(),
            cause,
        }),
        Ok(()) => Ok(()),
    }
}

/// Writes beside the target and links it into place: a rename would overwrite the key of a faster process.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let draft = directory.join(random_id(".master-key-"));
    let linked = write_draft(&draft, text).and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    linked.and(removed)?;
    // The directory's entry has to be on disk before anything is sealed with the key.
    File::open(directory)?.sync_all()
}

fn write_draft(draft: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(unix)]
fn mode_of(metadata: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777
}

#[cfg(not(unix))]
fn mode_of(_: &fs::Metadata) -> u32 {
    0o600
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn parse_hex(text: &[u8]) -> Option<MasterKey> {
    if text.len() != 2 * KEY_LENGTH {
        return None;
    }
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    for (byte, pair) in key.iter_mut().zip(text.chunks_exact(2)) {
        *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
    }
    Some(MasterKey(key))
}

fn hex_digit(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::Purpose;
    use super::*;

    fn write(path: &Path, text: &str, mode: u32) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn same(one: &MasterKey, other: &MasterKey) -> bool {
        let mac = |key: &MasterKey| key.mac(Purpose::OneTimeCode, b"x");
        mac(one).matches(&mac(other))
    }

    #[test]
    fn sec_l04_the_first_start_makes_a_key_and_the_second_finds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");

        let first = MasterKey::load_or_create(&path).unwrap();
        let second = MasterKey::load_or_create(&path).unwrap();

        assert!(same(&first, &second));
        let elsewhere = MasterKey::load_or_create(&folder.path().join("other.key")).unwrap();
        assert!(!same(&first, &elsewhere));
    }

    #[test]
    fn sec_n02_the_file_is_the_owners_alone_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");

        MasterKey::load_or_create(&path).unwrap();

        assert_eq!(mode_of(&fs::metadata(&path).unwrap()), 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn sec_n02_a_file_open_to_others_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        write(&path, &"ab".repeat(32), 0o640);

        let error = MasterKey::load_or_create(&path).unwrap_err().to_string();

        assert!(
            error.contains("640") && error.contains("chmod 600"),
            "{error}"
        );
    }

    #[test]
    fn a_malformed_file_is_refused_without_showing_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");

        for text in ["", "canary", &"zz".repeat(32), &"ab".repeat(33)] {
            write(&path, text, 0o600);
            let error = MasterKey::load_or_create(&path).unwrap_err();
            assert!(matches!(error, MasterKeyError::Malformed { .. }));
            assert!(!error.to_string().contains("canary"));
        }
    }

    #[test]
    fn a_folder_that_does_not_exist_is_named_in_the_error() {
        let path = Path::new("/nowhere/at/all/master.key");

        let error = MasterKey::load_or_create(path).unwrap_err();

        assert!(matches!(error, MasterKeyError::Create { .. }));
        assert!(error.to_string().contains("/nowhere/at/all/master.key"));
    }

    #[test]
    fn processes_that_start_together_get_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");

        let keys: Vec<MasterKey> = std::thread::scope(|scope| {
            let start = || scope.spawn(|| MasterKey::load_or_create(&path).unwrap());
            let threads: Vec<_> = (0..8).map(|_| start()).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });

        assert!(keys.iter().all(|key| same(key, &keys[0])));
    }
}
