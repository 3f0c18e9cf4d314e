//! Password hashes that another system made.
//!
//! They are kept as they came, verified by their own rules, and replaced by one of ours as soon as somebody signs in with the
//! password. What one of them may cost has an end: whoever imports hashes would otherwise choose how long a try takes.

use std::num::NonZeroU32;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::pbkdf2;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use subtle::ConstantTimeEq;

/// In KiB: what one hash may take.
const MAX_MEMORY: u32 = 256 * 1024;
const MAX_PASSES: u32 = 32;
const MAX_BCRYPT_COST: u32 = 14;
const MAX_ITERATIONS: u32 = 2_000_000;
const MAX_SCRYPT_LANES: u32 = 16;

/// A hash that can be verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Imported {
    /// `$argon2i$…` and `$argon2id$…`, as PHC strings.
    Argon2(Box<str>),
    /// `$2a$…`, `$2b$…`, `$2y$…`.
    Bcrypt(Box<str>),
    /// `pbkdf2_sha256$iterations$salt$hash`, as Django writes it, and the same with SHA-1.
    Pbkdf2 {
        digest: Pbkdf2Digest,
        iterations: NonZeroU32,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    /// `scrypt:N:r:p$salt$hash`, as Werkzeug writes it.
    Scrypt {
        log_n: u8,
        r: u32,
        p: u32,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pbkdf2Digest {
    Sha1,
    Sha256,
}

impl Imported {
    /// What app servers call the kinds that can be verified.
    pub(crate) const HASHERS: [&str; 7] = [
        "argon2i",
        "argon2id",
        "bcrypt",
        "pbkdf2_sha1",
        "pbkdf2_sha256",
        "pbkdf2_sha256_django",
        "scrypt_werkzeug",
    ];

    /// Reads a hash; `None` when it is of no kind that can be verified, or would cost too much.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.starts_with("$argon2i") {
            return argon2_of(text).map(|_| Self::Argon2(text.into()));
        }
        if ["$2a$", "$2b$", "$2y$"]
            .iter()
            .any(|kind| text.starts_with(kind))
        {
            let cost = text.get(4..6)?.parse::<u32>().ok()?;
            let is_whole = text.len() == 60 && text.is_ascii();
            return (is_whole && (4..=MAX_BCRYPT_COST).contains(&cost))
                .then(|| Self::Bcrypt(text.into()));
        }
        match text.split_once(':') {
            Some(("scrypt", rest)) => scrypt(rest),
            _ => pbkdf2(text),
        }
    }

    /// The names by which an app server may call this kind of hash.
    pub(crate) fn hashers(&self) -> &'static [&'static str] {
        match self {
            Self::Argon2(text) if text.starts_with("$argon2id") => &["argon2id"],
            Self::Argon2(_) => &["argon2i"],
            Self::Bcrypt(_) => &["bcrypt"],
            Self::Pbkdf2 {
                digest: Pbkdf2Digest::Sha256,
                ..
            } => &["pbkdf2_sha256", "pbkdf2_sha256_django"],
            Self::Pbkdf2 { .. } => &["pbkdf2_sha1"],
            Self::Scrypt { .. } => &["scrypt_werkzeug"],
        }
    }

    /// Whether this is the password that was hashed.
    pub(crate) fn verifies(&self, password: &[u8]) -> bool {
        match self {
            Self::Argon2(text) => argon2_verifies(text, password).unwrap_or(false),
            Self::Bcrypt(text) => bcrypt::verify(password, text).unwrap_or(false),
            Self::Pbkdf2 {
                digest,
                iterations,
                salt,
                hash,
            } => {
                let algorithm = match digest {
                    Pbkdf2Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                    Pbkdf2Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                };
                pbkdf2::verify(algorithm, *iterations, salt, password, hash).is_ok()
            }
            Self::Scrypt {
                log_n,
                r,
                p,
                salt,
                hash,
            } => {
                let Ok(params) = scrypt::Params::new(*log_n, *r, *p) else {
                    return false;
                };
                let mut output = vec![0; hash.len()];
                scrypt::scrypt(password, salt, &params, &mut output).is_ok()
                    && output.ct_eq(hash).into()
            }
        }
    }
}

/// The rules and the parts of a PHC string.
fn argon2_of(text: &str) -> Option<(Argon2<'static>, Vec<u8>, Vec<u8>)> {
    let phc = PasswordHash::new(text).ok()?;
    let algorithm = match phc.algorithm.as_str() {
        "argon2id" => Algorithm::Argon2id,
        "argon2i" => Algorithm::Argon2i,
        _ => return None,
    };
    let version = match phc.version {
        Some(19) => Version::V0x13,
        Some(16) | None => Version::V0x10,
        Some(_) => return None,
    };
    let number = |name| phc.params.get_decimal(name);
    let (memory, passes, lanes) = (number("m")?, number("t")?, number("p")?);
    let hash = phc.hash?.as_bytes().to_vec();
    if memory > MAX_MEMORY || passes > MAX_PASSES {
        return None;
    }
    let params = Params::new(memory, passes, lanes, Some(hash.len())).ok()?;
    let salt = phc.salt?.to_vec();
    Some((Argon2::new(algorithm, version, params), salt, hash))
}

fn argon2_verifies(text: &str, password: &[u8]) -> Option<bool> {
    let (rules, salt, hash) = argon2_of(text)?;
    let mut output = vec![0; hash.len()];
    rules
        .hash_password_into(password, &salt, &mut output)
        .ok()?;
    Some(output.ct_eq(&hash).into())
}

fn pbkdf2(text: &str) -> Option<Imported> {
    let parts: Vec<&str> = text.split('$').collect();
    let [name, iterations, salt, hash] = parts[..] else {
        return None;
    };
    let (digest, length) = match name {
        "pbkdf2_sha256" => (Pbkdf2Digest::Sha256, 32),
        "pbkdf2_sha1" => (Pbkdf2Digest::Sha1, 20),
        _ => return None,
    };
    let iterations = iterations.parse::<NonZeroU32>().ok()?;
    let hash = bytes(hash).filter(|hash| hash.len() == length)?;
    (iterations.get() <= MAX_ITERATIONS).then(|| Imported::Pbkdf2 {
        digest,
        iterations,
        salt: salt.as_bytes().to_vec(),
        hash,
    })
}

fn scrypt(rest: &str) -> Option<Imported> {
    let parts: Vec<&str> = rest.split(['$', ':']).collect();
    let [n, r, p, salt, hash] = parts[..] else {
        return None;
    };
    let (n, r, p) = (
        n.parse::<u32>().ok()?,
        r.parse::<u32>().ok()?,
        p.parse::<u32>().ok()?,
    );
    let memory = u64::from(n) * u64::from(r) / 8;
    let is_bounded = memory <= u64::from(MAX_MEMORY) && p <= MAX_SCRYPT_LANES;
    let hash = bytes(hash).filter(|hash| (16..=64).contains(&hash.len()))?;
    let log_n = u8::try_from(n.checked_ilog2()?).ok()?;
    scrypt::Params::new(log_n, r, p).ok()?;
    (n.is_power_of_two() && is_bounded).then(|| Imported::Scrypt {
        log_n,
        r,
        p,
        salt: salt.as_bytes().to_vec(),
        hash,
    })
}

/// Bytes in hexadecimal, or in base64 with or without padding.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let is_hexadecimal =
        text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hexadecimal {
        let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
        return (0..text.len()).step_by(2).map(byte).collect();
    }
    STANDARD
        .decode(text)
        .or_else(|_| STANDARD_NO_PAD.decode(text))
        .ok()
}

#[cfg(test)]
#[path = "imported_tests.rs"]
mod tests;
