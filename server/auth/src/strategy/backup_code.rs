//! Backup codes, for the day on which the second factor is lost.
//!
//! Ten of them, 50 bits each, shown once and each good for one sign-in. They stand in for a second factor: who has none is
//! not asked for them. Too few bits for a quick digest, so they are hashed as passwords are, all of a user's under one salt:
//! a code is hashed once and looked up. The salt comes from the master key, and is not in the database.

use futures::FutureExt as _;
use thyra_wire::{ErrorCode, Factor, Secret, Timestamp};

use super::contract::{Case, Proof, Saying, Strategy, Verdict, Who};
use super::factor_lock::FactorLock;
use super::one_time_code::wrong_code;
use super::tools::Tools;
use crate::delivery::Notice;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::store::{Connection, backup_codes};
use crate::token::{Digest, Purpose, random_bytes};

const NAME: thyra_wire::Strategy = thyra_wire::Strategy::BackupCode;

/// How many a user gets.
const COUNT: usize = 10;
/// Of the alphabet's letters, five bits each.
const LENGTH: usize = 10;
/// Crockford's: no letter in it is taken for another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// What is longer is no code of anybody.
const MAX_LENGTH: usize = 64;
/// The salt for somebody who is nobody.
const NOBODY: &str = "";

pub(crate) struct BackupCode;

impl Strategy for BackupCode {
    fn name(&self) -> thyra_wire::Strategy {
        NAME
    }

    fn factors<'a>(&'a self, who: Who<'a>, _db: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        let is_asked_for = who.level == Level::Second && who.tools.settings.backup_codes;
        let has_some = is_asked_for && who.has_second_factor() && who.user.backup_code_enabled;
        let factor = has_some.then(|| Factor::new(NAME));
        async { Ok(factor.into_iter().collect()) }.boxed()
    }

    fn decoys(&self, _tools: Tools<'_>, _typed: &Identifier, _level: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn is_prepared(&self) -> bool {
        false
    }

    fn check(&self, _tools: Tools<'_>, answer: &Params) -> Result<(), ApiError> {
        read_backup_code(answer.secret("code")?.as_ref()).map(drop)
    }

    fn attempt<'a>(&'a self, case: &'a Case<'a>, answer: &'a Params) -> Saying<'a, Verdict> {
        async move {
            let code = read_backup_code(answer.secret("code")?.as_ref())?;
            let user_id = case.user.map_or(NOBODY, |user| user.id.as_str());
            let digest = digest_of(case.tools, user_id, &code).await?;
            Ok(Verdict::Proven(Proof {
                spends: Some(digest),
                notice: Some(Notice::BackupCodeUsed),
                ..Proof::default()
            }))
        }
        .boxed()
    }

    fn look_up<'a>(
        &'a self,
        case: &'a Case<'a>,
        verdict: Verdict,
        db: &'a mut Connection,
    ) -> Saying<'a, Verdict> {
        async move {
            match case.user {
                Some(user) => look_up(db, &user.id, verdict, case.now).await,
                None => Ok(Verdict::Missed { is_last: false }),
            }
        }
        .boxed()
    }

    fn spend<'a>(
        &'a self,
        case: &'a Case<'a>,
        spends: &'a str,
        db: &'a mut Connection,
    ) -> Saying<'a, bool> {
        async move {
            match case.user {
                Some(user) => spend_backup_code(db, &user.id, spends, case.now).await,
                None => Ok(false),
            }
        }
        .boxed()
    }

    fn missed(&self, _case: &Case<'_>) -> ApiError {
        wrong_code()
    }
}

/// What a hash found is worth: it proves something when the user has such a code, not used yet.
async fn look_up(
    db: &mut Connection,
    user_id: &str,
    verdict: Verdict,
    now: Timestamp,
) -> Result<Verdict, ApiError> {
    let Verdict::Proven(Proof {
        spends: Some(digest),
        ..
    }) = &verdict
    else {
        return Ok(verdict);
    };
    let lock = FactorLock::new(user_id, &NAME);
    if let Err(error) = lock.count_try(db, now).await? {
        return Ok(Verdict::Unanswerable { error });
    }
    if !backup_codes::is_unused(db, user_id, digest).await? {
        return Ok(Verdict::Missed { is_last: false });
    }
    lock.clear(db).await?;
    Ok(verdict)
}

/// Whether this is one of the user's codes, for whoever asks outside of a sign-in. `hashed` is what
/// [`BackupCodes::digest_of`] gave; the proof spends it.
pub(crate) async fn judge_backup_code(
    db: &mut Connection,
    user_id: &str,
    hashed: String,
    now: Timestamp,
) -> Result<Verdict, ApiError> {
    let proof = Proof {
        spends: Some(hashed),
        notice: Some(Notice::BackupCodeUsed),
        ..Proof::default()
    };
    look_up(db, user_id, Verdict::Proven(proof), now).await
}

/// Uses the code up: false when another request did so before.
pub(crate) async fn spend_backup_code(
    db: &mut Connection,
    user_id: &str,
    digest: &str,
    now: Timestamp,
) -> Result<bool, ApiError> {
    Ok(backup_codes::consume(db, user_id, digest, now).await?)
}

/// A set of codes for a user: to be shown, and to be kept.
pub(crate) struct BackupCodes {
    /// As they are shown, once.
    pub(crate) shown: Vec<Secret>,
    /// What is kept of them.
    pub(crate) digests: Vec<String>,
}

impl BackupCodes {
    /// Ten new ones.
    pub(crate) async fn random(tools: Tools<'_>, user_id: &str) -> Result<Self, ApiError> {
        let shown = std::iter::repeat_with(random_code).take(COUNT).collect();
        Self::of(tools, user_id, shown).await
    }

    /// Those that another server made.
    pub(crate) async fn of(
        tools: Tools<'_>,
        user_id: &str,
        shown: Vec<Secret>,
    ) -> Result<Self, ApiError> {
        let mut digests = Vec::new();
        for code in &shown {
            digests.push(Self::digest_of(tools, user_id, code).await?);
        }
        digests.sort();
        digests.dedup();
        Ok(Self { shown, digests })
    }

    /// The digest of one, as it is kept.
    pub(crate) async fn digest_of(
        tools: Tools<'_>,
        user_id: &str,
        code: &Secret,
    ) -> Result<String, ApiError> {
        let code = read_backup_code(Some(code))?;
        digest_of(tools, user_id, &code).await
    }
}

async fn digest_of(tools: Tools<'_>, user_id: &str, code: &Secret) -> Result<String, ApiError> {
    let salt = tools.master.mac(Purpose::BackupCode, user_id.as_bytes());
    let digest = tools.hasher.digest(code.clone(), salt).await?;
    Ok(Digest::to_text(&digest))
}

/// Two groups of five letters.
fn random_code() -> Secret {
    let mut text = String::with_capacity(LENGTH + 1);
    for (at, byte) in random_bytes::<LENGTH>().into_iter().enumerate() {
        if at == LENGTH / 2 {
            text.push('-');
        }
        // 256 is a multiple of 32: every letter is equally likely.
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    Secret::from(text)
}

/// A code as it was typed: in capitals or not, in groups or not, with the letters that are taken for others.
fn read_backup_code(answer: Option<&Secret>) -> Result<Secret, ApiError> {
    let typed = answer.map(Secret::expose).unwrap_or_default();
    let is_between = |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2013}');
    let letter = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let code: String = typed
        .chars()
        .filter(|c| !is_between(c))
        .map(letter)
        .collect();
    if code.is_empty() {
        return Err(ApiError::of(ErrorCode::FormParamNil, "code"));
    }
    if code.len() > MAX_LENGTH {
        return Err(wrong_code());
    }
    Ok(Secret::from(code))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn read(text: &str) -> String {
        let code = read_backup_code(Some(&Secret::from(text))).unwrap();
        code.expose().to_owned()
    }

    #[test]
    fn sec_j05_a_code_has_forty_bits_and_more_and_none_comes_twice() {
        let codes: HashSet<String> = (0..1000)
            .map(|_| random_code().expose().to_owned())
            .collect();

        assert_eq!(codes.len(), 1000);
        for code in &codes {
            let letters: Vec<char> = code.chars().filter(|c| *c != '-').collect();
            assert!(letters.len() * 5 >= 40, "{code}");
            assert!(
                letters.iter().all(|c| ALPHABET.contains(&(*c as u8))),
                "{code}"
            );
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["abcde-f0123", " ABCDE F0123 ", "abcdefOi23", "abcdefol23"] {
            assert_eq!(read(typed), "abcdef0123", "{typed}");
        }
        for nothing in ["", " - "] {
            let error = read_backup_code(Some(&Secret::from(nothing))).unwrap_err();
            assert_eq!(error.code(), &ErrorCode::FormParamNil, "{nothing:?}");
        }
        assert!(read_backup_code(Some(&Secret::from("x".repeat(65)))).is_err());
    }
}
