//! Six-digit codes by e-mail.
//!
//! A code lives ten minutes, is compared at most five times, works once, and only for the attempt, purpose and address
//! it was made for: all three go into its digest. A new code takes the old one's place. For an identifier that nobody
//! has, a code is made that was sent to nobody and that no answer matches.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use thyra_wire::{CODE_LENGTH, ErrorCode, Factor, Secret, Timestamp, normalize_code};

use super::{Answer, Case, Preparation, Strategy, Verdict};
use crate::auth::Inner;
use crate::delivery::{CodeMail, Message};
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::{Identifier, mask_email};
use crate::store::{Code, Connection, NewCode, User, codes};
use crate::token::{Digest, Purpose, growing_id, random_bytes, random_code};

/// How long a code works.
const LIFETIME: Duration = Duration::from_secs(600);
/// How often a code is compared.
pub(crate) const MAX_TRIES: i64 = 5;
/// The code of test addresses, in development only.
const TEST_CODE: &str = "424242";
const TEST_MARK: &str = "+clerk_test@";

pub(crate) struct EmailCode;

impl Strategy for EmailCode {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::EmailCode
    }

    fn factors(&self, user: &User, typed: &Identifier, level: Level) -> Vec<Factor> {
        if level == Level::Second {
            return Vec::new();
        }
        let primary = user
            .primary_email_address()
            .map(|address| address.id.clone());
        let verified = user
            .email_addresses
            .iter()
            .filter(|address| address.verified_at.is_some());
        verified
            .map(|address| {
                let was_typed = typed.as_str() == address.email_address;
                let shown = if was_typed {
                    address.email_address.clone()
                } else {
                    mask_email(&address.email_address)
                };
                Factor::email(
                    self.name(),
                    &address.id,
                    &shown,
                    Some(&address.id) == primary.as_ref(),
                )
            })
            .collect()
    }

    fn decoys(&self, auth: &Inner, typed: &Identifier, level: Level) -> Vec<Factor> {
        match (level, typed) {
            (Level::First, Identifier::Email(address)) => {
                vec![Factor::email(
                    self.name(),
                    &auth.decoy_id("idn_", address),
                    address,
                    true,
                )]
            }
            _ => Vec::new(),
        }
    }

    fn prepare(&self, case: &Case<'_>) -> Result<Preparation, ApiError> {
        let purpose = purpose(case.level);
        let Some(address) = case.user.and_then(|user| address_of(user, case)) else {
            let typed = case.factor.safe_identifier.as_deref().unwrap_or_default();
            let code = make_unsendable_code(case.auth, case.attempt_id, purpose, typed, case.now);
            return Ok(Preparation {
                expire_at: Some(code.expires_at),
                code: Some(code),
                message: None,
                recipient: case.factor.safe_identifier.clone(),
            });
        };
        let (code, text) = make_code(case.auth, case.attempt_id, purpose, &address, case.now);
        let message = code_message(case.auth, CodeMail::SignIn, &code, &text);
        Ok(Preparation {
            expire_at: Some(code.expires_at),
            code: Some(code),
            message: Some(message),
            recipient: Some(address),
        })
    }

    fn check(&self, _auth: &Inner, answer: &Answer) -> Result<(), ApiError> {
        read_code(answer.code.as_ref()).map(drop)
    }

    fn attempt_within<'a>(
        &'a self,
        case: &'a Case<'a>,
        answer: &'a Answer,
        db: &'a mut Connection,
    ) -> Option<BoxFuture<'a, Result<Verdict, ApiError>>> {
        let checked = async move {
            let address = case.user.and_then(|user| address_of(user, case));
            let question = CodeQuestion {
                attempt_id: case.attempt_id,
                purpose: purpose(case.level),
                target: address.as_deref().unwrap_or_default(),
                now: case.now,
            };
            let code = read_code(answer.code.as_ref())?;
            check_code(case.auth, db, &question, &code).await
        };
        Some(checked.boxed())
    }
}

fn purpose(level: Level) -> &'static str {
    match level {
        Level::First => "sign_in_first_factor",
        Level::Second => "sign_in_second_factor",
    }
}

fn address_of(user: &User, case: &Case<'_>) -> Option<String> {
    let id = case.factor.email_address_id.as_deref()?;
    user.email_addresses
        .iter()
        .find(|address| address.id == id)
        .map(|address| address.email_address.clone())
}

/// A code for this attempt, purpose and address, and its text for the mail.
pub(crate) fn make_code(
    auth: &Inner,
    attempt_id: &str,
    purpose: &'static str,
    address: &str,
    now: Timestamp,
) -> (NewCode, Secret) {
    let is_test = auth.settings.test_codes && address.contains(TEST_MARK);
    let text = if is_test {
        TEST_CODE.to_owned()
    } else {
        random_code()
    };
    let digest = digest(auth, attempt_id, purpose, address, &text);
    (
        new_code(attempt_id, purpose, address, &digest, now),
        Secret::from(text),
    )
}

/// The mail with a code, sealed for the outbox.
pub(crate) fn code_message(auth: &Inner, mail: CodeMail, code: &NewCode, text: &Secret) -> Vec<u8> {
    let letter = mail.letter(&auth.settings.app_name, text.expose(), LIFETIME);
    Message::email(&code.target, letter)
        .with_code(text.expose(), code.expires_at)
        .seal(&auth.master)
}

/// A code that no answer matches, for an address to which nothing is sent. It is told apart from one for another address
/// as any code is: by how long it goes on working, nobody learns that it never did.
pub(crate) fn make_unsendable_code(
    auth: &Inner,
    attempt_id: &str,
    purpose: &'static str,
    address: &str,
    now: Timestamp,
) -> NewCode {
    let noise = random_bytes::<32>();
    let digest = auth.master.mac(Purpose::OneTimeCode, &noise);
    new_code(attempt_id, purpose, address, &digest, now)
}

fn new_code(
    attempt_id: &str,
    purpose: &'static str,
    target: &str,
    digest: &Digest,
    now: Timestamp,
) -> NewCode {
    NewCode {
        id: growing_id("otc_", now),
        attempt_id: attempt_id.to_owned(),
        purpose,
        target: target.to_owned(),
        digest: digest.to_text(),
        created_at: now,
        expires_at: now + LIFETIME,
    }
}

fn digest(auth: &Inner, attempt_id: &str, purpose: &str, target: &str, code: &str) -> Digest {
    // Lengths first: no two different quadruples have the same text.
    let text = format!(
        "{}:{attempt_id}{}:{purpose}{}:{target}{code}",
        attempt_id.len(),
        purpose.len(),
        target.len()
    );
    auth.master.mac(Purpose::OneTimeCode, text.as_bytes())
}

/// Which code is being answered.
pub(crate) struct CodeQuestion<'a> {
    pub(crate) attempt_id: &'a str,
    pub(crate) purpose: &'a str,
    /// The address that the answer is to prove.
    pub(crate) target: &'a str,
    pub(crate) now: Timestamp,
}

/// The digits of an answer. What has no six of them is no code, and no guess at one.
pub(crate) fn read_code(answer: Option<&Secret>) -> Result<Secret, ApiError> {
    let digits = answer
        .map(|code| normalize_code(code.expose()))
        .unwrap_or_default();
    if digits.is_empty() {
        return Err(ApiError::of(ErrorCode::FormParamNil, "code"));
    }
    if digits.len() != CODE_LENGTH {
        return Err(ApiError::of(ErrorCode::FormCodeIncorrect, "code"));
    }
    Ok(Secret::from(digits))
}

/// Compares an answer with the code that was sent. The try is counted before the comparison; whoever tells that it was
/// wrong commits first.
pub(crate) async fn check_code(
    auth: &Inner,
    db: &mut Connection,
    question: &CodeQuestion<'_>,
    answer: &Secret,
) -> Result<Verdict, ApiError> {
    let code = codes::count_try(db, question.attempt_id, question.purpose).await?;
    let Some(code) = code else {
        return Ok(unanswerable(ErrorCode::VerificationMissing));
    };
    if let Some(reason) = why_over(&code, question.now) {
        return Ok(unanswerable(reason));
    }
    Ok(compare(auth, question, code, answer))
}

/// Why no answer to this code is looked at any more.
fn why_over(code: &Code, now: Timestamp) -> Option<ErrorCode> {
    if code.is_consumed {
        Some(ErrorCode::VerificationAlreadyVerified)
    } else if code.tries > MAX_TRIES {
        Some(ErrorCode::VerificationFailed)
    } else if code.expires_at <= now {
        Some(ErrorCode::VerificationExpired)
    } else {
        None
    }
}

fn unanswerable(code: ErrorCode) -> Verdict {
    Verdict::Unanswerable {
        error: ApiError::new(code),
    }
}

fn compare(auth: &Inner, question: &CodeQuestion<'_>, code: Code, answer: &Secret) -> Verdict {
    let given = digest(
        auth,
        question.attempt_id,
        question.purpose,
        &code.target,
        answer.expose(),
    );
    let is_right = Digest::from_text(&code.digest).is_some_and(|stored| stored.matches(&given));
    // A code that went to one address says nothing about another.
    if is_right && code.target == question.target {
        return Verdict::Proven {
            code: Some(code.name),
        };
    }
    Verdict::Missed {
        error: ApiError::of(ErrorCode::FormCodeIncorrect, "code"),
        is_last: code.tries == MAX_TRIES,
    }
}
