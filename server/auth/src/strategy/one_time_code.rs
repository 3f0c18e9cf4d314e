//! Six digits that are sent to an address, whatever for.
//!
//! A code lives ten minutes, one that goes to a phone five, is compared at most five times, works once, and only for the attempt, strategy, level and
//! address it was made for: all four go into its digest, and by the first three it is found. A new code takes the old
//! one's place. For an identifier that nobody has, a code is made that was sent to nobody and that no answer matches.

use std::time::Duration;

use thyra_wire::{CODE_LENGTH, ErrorCode, Secret, Timestamp, normalize_code};

use super::contract::{Proof, Verdict};
use super::tools::Tools;
use crate::clock::is_yet_to_come;
use crate::delivery::{Channel, CodeMail, CodeText, Message, TextedCode};
use crate::error::ApiError;
use crate::phone_number::is_test_number;
use crate::store::{Challenge, ChallengeKey, Connection, NewChallenge, challenges};
use crate::token::{Digest, Purpose, growing_id, random_bytes, random_code};

/// How long a code works, at the longest.
const LIFETIME: Duration = Duration::from_secs(600);
/// How long a code works that goes to a phone.
const PHONE_LIFETIME: Duration = Duration::from_secs(300);
/// How often a code is compared.
pub(crate) const MAX_TRIES: i64 = 5;
/// The code of test addresses and numbers, in development only.
const TEST_CODE: &str = "424242";
const TEST_MARK: &str = "+clerk_test@";

/// A code for this question and address (or number), and its text for the message.
pub(crate) fn make_code(
    tools: Tools<'_>,
    key: ChallengeKey<'_>,
    address: &str,
    now: Timestamp,
) -> (NewChallenge, Secret) {
    let is_test =
        tools.settings.test_codes && (address.contains(TEST_MARK) || is_test_number(address));
    let text = if is_test {
        TEST_CODE.to_owned()
    } else {
        random_code()
    };
    let digest = digest(tools, key, address, &text);
    (
        new_challenge(key, address, &digest, now),
        Secret::from(text),
    )
}

/// The mail with a code.
pub(crate) fn code_message(
    tools: Tools<'_>,
    mail: CodeMail,
    code: &NewChallenge,
    text: &Secret,
) -> Message {
    let letter = mail.letter(&tools.settings.app_name, text.expose(), LIFETIME);
    Message::email(&code.target, letter).with_code(text.expose(), code.expires_at)
}

/// The message to a phone with a code.
pub(super) fn phone_message(
    tools: Tools<'_>,
    (occasion, channel): (CodeText, Channel),
    code: &NewChallenge,
    text: &Secret,
) -> Message {
    let texted = TextedCode {
        app_name: &tools.settings.app_name,
        host: tools.settings.hostname(),
        code: text.expose(),
        lifetime: PHONE_LIFETIME,
    };
    let letter = occasion.letter(channel, texted);
    Message::text(channel, &code.target, letter).with_code(text.expose(), code.expires_at)
}

/// A code that no answer matches, for an address to which nothing is sent. It is told apart from one for another address
/// as any code is: by how long it goes on working, nobody learns that it never did.
pub(crate) fn make_unsendable_code(
    tools: Tools<'_>,
    key: ChallengeKey<'_>,
    address: &str,
    now: Timestamp,
) -> NewChallenge {
    let noise = random_bytes::<32>();
    let digest = tools.master.mac(Purpose::OneTimeCode, &noise);
    new_challenge(key, address, &digest, now)
}

fn new_challenge(
    key: ChallengeKey<'_>,
    target: &str,
    digest: &Digest,
    now: Timestamp,
) -> NewChallenge {
    NewChallenge {
        id: growing_id("otc_", now),
        attempt_id: key.attempt_id.to_owned(),
        strategy: key.strategy.to_owned(),
        level: key.level,
        target: target.to_owned(),
        digest: digest.to_text(),
        sealed_payload: None,
        created_at: now,
        expires_at: now + lifetime(key.strategy),
    }
}

fn lifetime(strategy: &str) -> Duration {
    match strategy {
        "phone_code" | "reset_password_phone_code" => PHONE_LIFETIME,
        _ => LIFETIME,
    }
}

fn digest(tools: Tools<'_>, key: ChallengeKey<'_>, target: &str, code: &str) -> Digest {
    // Lengths first: no two different lists of parts have the same text.
    let mut text = String::new();
    for part in [key.attempt_id, key.strategy, key.level, target] {
        text.push_str(&part.len().to_string());
        text.push(':');
        text.push_str(part);
    }
    text.push_str(code);
    tools.master.mac(Purpose::OneTimeCode, text.as_bytes())
}

/// Which code is being answered.
#[derive(Clone, Copy)]
pub(crate) struct CodeQuestion<'a> {
    pub(crate) key: ChallengeKey<'a>,
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
    tools: Tools<'_>,
    db: &mut Connection,
    question: &CodeQuestion<'_>,
    answer: &Secret,
) -> Result<Verdict, ApiError> {
    let challenge = challenges::count_try(db, question.key).await?;
    let Some(challenge) = challenge else {
        return Ok(unanswerable(ErrorCode::VerificationMissing));
    };
    if let Some(reason) = why_over(&challenge, question.now) {
        return Ok(unanswerable(reason));
    }
    Ok(compare(tools, question, challenge, answer))
}

/// Why no answer to this code is looked at any more.
fn why_over(code: &Challenge, now: Timestamp) -> Option<ErrorCode> {
    if code.is_consumed {
        Some(ErrorCode::VerificationAlreadyVerified)
    } else if code.tries > MAX_TRIES {
        Some(ErrorCode::VerificationFailed)
    } else if code.expires_at <= now || is_yet_to_come(code.expires_at, now + LIFETIME) {
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

fn compare(
    tools: Tools<'_>,
    question: &CodeQuestion<'_>,
    code: Challenge,
    answer: &Secret,
) -> Verdict {
    let given = digest(tools, question.key, &code.target, answer.expose());
    let is_right = Digest::from_text(&code.digest).is_some_and(|stored| stored.matches(&given));
    // A code that went to one address says nothing about another.
    if is_right && code.target == question.target {
        return Verdict::Proven(Proof {
            spends: Some(code.id),
            ..Proof::default()
        });
    }
    Verdict::Missed {
        is_last: code.tries == MAX_TRIES,
    }
}

/// Uses the right code up.
pub(crate) async fn spend_code(
    db: &mut Connection,
    key: ChallengeKey<'_>,
    id: &str,
    now: Timestamp,
) -> Result<bool, ApiError> {
    Ok(challenges::consume(db, key, id, now).await?)
}

/// The error of a wrong code.
pub(crate) fn wrong_code() -> ApiError {
    ApiError::of(ErrorCode::FormCodeIncorrect, "code")
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::auth::Auth;
    use crate::settings::Settings;

    const ADA: &str = "ada@example.com";
    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn key(strategy: &'static str, level: &'static str) -> ChallengeKey<'static> {
        ChallengeKey {
            attempt_id: "sia_1",
            strategy,
            level,
        }
    }

    /// What an answer to one question is worth as an answer to another, both asked of the same attempt and address.
    async fn asked_for(auth: &Auth, sent: ChallengeKey<'_>, asked: ChallengeKey<'_>) -> Verdict {
        let tools = auth.0.tools();
        let mut db = auth.0.store.write().await.unwrap();
        let (other, _) = make_code(tools, asked, ADA, NOW);
        challenges::replace(&mut db, &other).await.unwrap();
        let (code, text) = make_code(tools, sent, ADA, NOW);
        challenges::replace(&mut db, &code).await.unwrap();
        let question = CodeQuestion {
            key: asked,
            target: ADA,
            now: NOW,
        };
        check_code(tools, &mut db, &question, &text).await.unwrap()
    }

    /// A code that was mailed to sign in used to answer every other question of the same level, were it a new password.
    #[tokio::test]
    async fn sec_d04_a_code_answers_no_question_of_another_strategy_or_level() {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
        let auth = Auth::open(Settings::development("http://127.0.0.1:3000", &url))
            .await
            .unwrap();
        let strategies = ["email_code", "reset_password_email_code", "phone_code"];
        let levels = ["first_factor", "second_factor", "sign_up"];
        let questions: Vec<_> = strategies
            .into_iter()
            .flat_map(|strategy| levels.map(|level| key(strategy, level)))
            .collect();

        for sent in &questions {
            for asked in &questions {
                let verdict = asked_for(&auth, *sent, *asked).await;
                let is_proven = matches!(verdict, Verdict::Proven { .. });
                assert_eq!(
                    is_proven,
                    sent == asked,
                    "{sent:?} for {asked:?}: {verdict:?}"
                );
            }
        }
    }
}
