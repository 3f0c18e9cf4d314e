//! Passwords: what they must be, and how they are kept.
//!
//! Kept as argon2id with at least 19 MiB, two passes and one lane; weaker settings are refused when the server starts.
//! A password is the bytes that were sent: nothing is trimmed, folded, cut or normalized, neither when it is set nor
//! when it is checked. (Normalizing would make more keyboards agree, but also tie every stored hash to one version of
//! Unicode's tables.) Whoever asks for the hash of too long a text is refused before any hashing is done.

use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use thyra_wire::Secret;

use super::blocklist::{is_common, is_one_of};
#[cfg(test)]
use super::hash_queue::Load;
use super::hash_queue::{HashMemory, HashQueue, QueueFull, QueueLimits};
use super::imported::Imported;
use crate::token::{Digest, random_bytes};

const SALT_LENGTH: usize = 16;
const OUTPUT_LENGTH: usize = 32;

/// Nothing in the database makes one hash take more than this, in KiB.
const MAX_MEMORY: u32 = 256 * 1024;

/// How much work one hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HashParameters {
    /// In KiB.
    pub memory: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl HashParameters {
    /// The least that is accepted, and what is used: OWASP's first choice.
    pub(crate) const STANDARD: Self = Self {
        memory: 19_456,
        passes: 2,
        lanes: 1,
    };

    fn context(self) -> Result<Argon2<'static>, HashError> {
        if self.memory > MAX_MEMORY {
            return Err(HashError::Unreadable);
        }
        let params = Params::new(self.memory, self.passes, self.lanes, Some(OUTPUT_LENGTH))
            .map_err(|_| HashError::Unreadable)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// Settings that would make passwords cheaper to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("password hashing needs at least 19456 KiB, 2 passes and 1 lane; read {0:?}")]
pub(crate) struct WeakParameters(HashParameters);

/// Why a password was not hashed or checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HashError {
    /// Too much to do: answer 503 with `Retry-After`.
    #[error("too many passwords are waiting to be checked")]
    Busy { retry_after: Duration },
    /// What is stored is not a hash this server makes.
    #[error("the stored password hash is not one of ours")]
    Unreadable,
}

/// Hashes and checks passwords, a few at a time.
#[derive(Debug)]
pub(crate) struct PasswordHasher {
    queue: HashQueue,
    parameters: HashParameters,
    /// What the password of somebody who does not exist is checked against.
    nobody: String,
    retry_after: Duration,
}

impl PasswordHasher {
    /// So many threads, 256 places to wait, 5 seconds at most.
    pub(crate) fn with_threads(threads: usize) -> Self {
        let limits = QueueLimits {
            threads: threads.max(1),
            waiting: 256,
            deadline: Duration::from_secs(5),
        };
        Self::with(HashParameters::STANDARD, limits).expect("the standard is strong enough")
    }

    pub(crate) fn with(
        parameters: HashParameters,
        limits: QueueLimits,
    ) -> Result<Self, WeakParameters> {
        let least = HashParameters::STANDARD;
        let is_strong = parameters.memory >= least.memory
            && parameters.passes >= least.passes
            && parameters.lanes >= least.lanes;
        if !is_strong {
            return Err(WeakParameters(parameters));
        }
        Ok(Self {
            queue: HashQueue::new(limits),
            parameters,
            nobody: phc_string(parameters, &random_bytes(), &random_bytes()),
            retry_after: limits.deadline,
        })
    }

    /// The hash to store, as a PHC string.
    pub(crate) async fn hash(&self, password: Secret) -> Result<String, HashError> {
        let parameters = self.parameters;
        let task = move |memory: &mut HashMemory| {
            let salt: [u8; SALT_LENGTH] = random_bytes();
            let output = argon2id(parameters, password.expose().as_bytes(), &salt, memory)?;
            Ok(phc_string(parameters, &salt, &output))
        };
        self.queue.run(task).await.map_err(|full| self.busy(full))?
    }

    /// Whether this is the password that was hashed.
    pub(crate) async fn verify(&self, password: Secret, phc: String) -> Result<bool, HashError> {
        let task =
            move |memory: &mut HashMemory| verify_in(memory, password.expose().as_bytes(), &phc);
        self.queue.run(task).await.map_err(|full| self.busy(full))?
    }

    /// The digest of a text under this salt: for what is found by its digest, and has too few bits for a quick one.
    pub(crate) async fn digest(&self, text: Secret, salt: Digest) -> Result<Digest, HashError> {
        let parameters = self.parameters;
        let task = move |memory: &mut HashMemory| {
            let output = argon2id(
                parameters,
                text.expose().as_bytes(),
                salt.as_bytes(),
                memory,
            )?;
            Digest::from_bytes(&output).ok_or(HashError::Unreadable)
        };
        self.queue.run(task).await.map_err(|full| self.busy(full))?
    }

    /// Whether a right password is worth hashing anew: what is stored was made by another system, or by weaker parameters.
    pub(crate) fn is_outdated(&self, phc: &str) -> bool {
        parse_phc(phc).is_none_or(|(parameters, ..)| {
            parameters.memory < self.parameters.memory
                || parameters.passes < self.parameters.passes
                || parameters.lanes < self.parameters.lanes
        })
    }

    /// The same work as [`PasswordHasher::verify`], for somebody who does not exist or has no password: the answer
    /// takes as long, so the time does not tell who has an account.
    pub(crate) async fn verify_dummy(&self, password: Secret) -> Result<(), HashError> {
        self.verify(password, self.nobody.clone()).await.map(|_| ())
    }

    /// What is going on.
    #[cfg(test)]
    pub(crate) fn load(&self) -> &Load {
        self.queue.load()
    }

    fn busy(&self, _: QueueFull) -> HashError {
        HashError::Busy {
            retry_after: self.retry_after,
        }
    }
}

/// Checks a password on this thread, without queue or limit: what the benchmark divides by.
///
/// ```
/// assert!(!thyra_auth::raw_verify("password", "not a hash"));
/// ```
pub fn raw_verify(password: &str, phc: &str) -> bool {
    verify_in(&mut HashMemory::default(), password.as_bytes(), phc) == Ok(true)
}

fn verify_in(memory: &mut HashMemory, password: &[u8], phc: &str) -> Result<bool, HashError> {
    let Some((parameters, salt, expected)) = parse_phc(phc) else {
        let imported = Imported::parse(phc).ok_or(HashError::Unreadable)?;
        return Ok(imported.verifies(password));
    };
    let output = argon2id(parameters, password, &salt, memory)?;
    Ok(output.ct_eq(&expected).into())
}

fn argon2id(
    parameters: HashParameters,
    password: &[u8],
    salt: &[u8],
    memory: &mut HashMemory,
) -> Result<[u8; OUTPUT_LENGTH], HashError> {
    let context = parameters.context()?;
    let blocks = memory.blocks(context.params().block_count());
    let mut output = [0; OUTPUT_LENGTH];
    context
        .hash_password_into_with_memory(password, salt, &mut output, blocks)
        .map_err(|_| HashError::Unreadable)?;
    Ok(output)
}

fn phc_string(
    parameters: HashParameters,
    salt: &[u8; SALT_LENGTH],
    output: &[u8; OUTPUT_LENGTH],
) -> String {
    let HashParameters {
        memory,
        passes,
        lanes,
    } = parameters;
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${output}")
}

fn parse_phc(phc: &str) -> Option<(HashParameters, Vec<u8>, [u8; OUTPUT_LENGTH])> {
    let hash = PasswordHash::new(phc).ok()?;
    if hash.algorithm.as_str() != "argon2id" || hash.version != Some(19) {
        return None;
    }
    let parameters = HashParameters {
        memory: hash.params.get_decimal("m")?,
        passes: hash.params.get_decimal("t")?,
        lanes: hash.params.get_decimal("p")?,
    };
    let output = hash.hash?.as_bytes().try_into().ok()?;
    Some((parameters, hash.salt?.to_vec(), output))
}

/// What a password must be to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PasswordPolicy {
    /// In characters (code points).
    pub min_length: usize,
    /// In bytes; checked before anything is hashed, also when a password is only tried.
    pub max_bytes: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 8,
            max_bytes: 1024,
        }
    }
}

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordProblem {
    TooShort,
    TooManyBytes,
    /// It is one of those that are tried first.
    Common,
}

impl PasswordPolicy {
    /// Whether a new password may be this. `about` are texts that somebody who guesses has before their eyes.
    pub(crate) fn check_new(
        &self,
        password: &Secret,
        about: &[&str],
    ) -> Result<(), PasswordProblem> {
        self.check_tried(password)?;
        let password = password.expose();
        if password.chars().count() < self.min_length {
            return Err(PasswordProblem::TooShort);
        }
        if is_common(password) || is_one_of(password, about) {
            return Err(PasswordProblem::Common);
        }
        Ok(())
    }

    /// Whether a password that is tried is worth hashing.
    pub(crate) fn check_tried(&self, password: &Secret) -> Result<(), PasswordProblem> {
        if password.expose().len() > self.max_bytes {
            return Err(PasswordProblem::TooManyBytes);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "passwords_tests.rs"]
mod tests;
