//! Codes on their way to people: stored, sent, and not sent more often than anybody wants to get them.
//!
//! Asking again within [`RESEND_PAUSE`] for a code that still works sends nothing and answers as the first time did:
//! pages ask when they open, and people press twice. Beyond the limit of the address or number the answer is 429. Both hold for
//! messages that leave the house; the development outbox is nobody's mailbox, and there every request shows its mail.

use std::time::Duration;

use thyra_wire::{ErrorCode, Timestamp};

use crate::error::ApiError;
use crate::guard::{LONGEST_WINDOW, mail_wait, mailbox};
use crate::instance::Instance;
use crate::store::{Connection, NewChallenge, challenges, mails_to, outbox};
use crate::strategy::{MAX_CODE_TRIES, Preparation};
use crate::token::{Purpose, growing_id};

/// How long after a code the next one is made, unless the first is used up. What people's buttons count down.
const RESEND_PAUSE: Duration = Duration::from_secs(30);

/// What became of a preparation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prepared {
    /// Its code was stored, its message sent.
    Made,
    /// The code of a moment ago goes on working, until then.
    Kept { expire_at: Timestamp },
}

/// Stores the code and the message that were made for a factor, in the transaction that stores the choice.
pub(super) async fn store_preparation(
    auth: &Instance,
    db: &mut Connection,
    preparation: Preparation,
    now: Timestamp,
) -> Result<Prepared, ApiError> {
    if auth.sends(preparation.channel) {
        if let Some(challenge) = &preparation.challenge
            && let Some(expire_at) = still_fresh(db, challenge, now).await?
        {
            return Ok(Prepared::Kept { expire_at });
        }
        if let Some(recipient) = &preparation.recipient {
            count_message(auth, db, recipient, now).await?;
        }
    }
    if let Some(challenge) = &preparation.challenge {
        challenges::replace(db, challenge).await?;
    }
    // Without a message too: a write that is missing, or an index that is not written, would tell by the time it takes
    // that nobody has the address.
    if preparation.challenge.is_some() || preparation.message.is_some() {
        let id = growing_id("msg_", now);
        let message = preparation.message.as_deref();
        let due = auth.sends(preparation.channel).then_some(now);
        outbox::insert(db, &id, message, due, now).await?;
    }
    Ok(Prepared::Made)
}

/// Until when the challenge works that this one would replace, when it is too young to be replaced.
async fn still_fresh(
    db: &mut Connection,
    challenge: &NewChallenge,
    now: Timestamp,
) -> Result<Option<Timestamp>, ApiError> {
    Ok(challenges::unused_since(db, challenge, MAX_CODE_TRIES, now - RESEND_PAUSE).await?)
}

/// Counted for addresses and numbers without an account too: otherwise the limit would tell who has one.
async fn count_message(
    auth: &Instance,
    db: &mut Connection,
    recipient: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let digest = auth
        .master
        .mac(Purpose::Recipient, mailbox(recipient).as_bytes());
    let recipient = digest.to_text();
    let sent = mails_to::since(db, &recipient, now - LONGEST_WINDOW).await?;
    if let Some(wait) = mail_wait(&sent, now) {
        return Err(ApiError::new(ErrorCode::TooManyRequests).with_retry_after(wait));
    }
    mails_to::insert(db, &growing_id("mail_", now), &recipient, now).await?;
    Ok(())
}
