//! Messages that wait to be sent.
//!
//! What a message says is sealed by the master key as long as it lies in the database: a copy of the database shows
//! who was written to, and no code that still works. A message that cannot be sent is tried again, at growing
//! distances, as long as it is of use: until its code runs out, or for a day when it has none. Then it is given up.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thyra_wire::Timestamp;

use super::mail::Letter;
use crate::token::{MasterKey, OpenSealedError, Purpose};

/// How long after each failed try the next one comes; the last one repeats.
const BACKOFF: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(60 * 60),
];

/// How long a message without a code is tried.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// When a message that failed so many times is tried again; `None` when it is of no use any more by then.
pub(crate) fn next_try(failures: u32, last_use: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let step = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    let next = now + BACKOFF[step.min(BACKOFF.len() - 1)];
    (next < last_use).then_some(next)
}

/// The way a message goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Channel {
    /// By e-mail.
    #[default]
    Email,
    /// By SMS.
    Sms,
    /// By WhatsApp.
    Whatsapp,
}

impl Channel {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Whatsapp => "whatsapp",
        }
    }
}

/// A message to one person.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub channel: Channel,
    pub to: String,
    pub subject: String,
    pub body: String,
    /// The code in it, for the development outbox.
    pub code: Option<String>,
    /// The link in it, for the development outbox.
    pub link: Option<String>,
    /// When the code in it stops working.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Whose sign-in it is for: without them, nobody may get it any more.
    #[serde(default)]
    pub user_id: Option<String>,
}

impl Message {
    /// An e-mail.
    pub(crate) fn email(to: &str, letter: Letter) -> Self {
        Self::new(Channel::Email, to, letter)
    }

    /// A message to a phone number, which has no subject there.
    pub(crate) fn text(channel: Channel, to: &str, letter: Letter) -> Self {
        Self::new(channel, to, letter)
    }

    fn new(channel: Channel, to: &str, letter: Letter) -> Self {
        Self {
            channel,
            to: to.to_owned(),
            subject: letter.subject,
            body: letter.body,
            code: None,
            link: None,
            expires_at: None,
            user_id: None,
        }
    }

    /// The same, with the code that is in it and works until then.
    pub(crate) fn with_code(self, code: &str, expires_at: Timestamp) -> Self {
        Self {
            code: Some(code.to_owned()),
            expires_at: Some(expires_at),
            ..self
        }
    }

    /// The same, of use only as long as there is this user.
    pub(crate) fn for_user(self, user_id: &str) -> Self {
        Self {
            user_id: Some(user_id.to_owned()),
            ..self
        }
    }

    /// The same, with the link that is in it and works until then.
    pub(crate) fn with_link(self, link: &str, expires_at: Timestamp) -> Self {
        Self {
            link: Some(link.to_owned()),
            expires_at: Some(expires_at),
            ..self
        }
    }

    /// Whether it would come too late.
    pub(crate) fn has_run_out(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Until when it is worth sending.
    pub(crate) fn last_use(&self, created_at: Timestamp) -> Timestamp {
        self.expires_at.unwrap_or(created_at + GIVE_UP_AFTER)
    }

    /// The whole message as the database keeps it.
    pub(crate) fn seal(&self, master: &MasterKey) -> Vec<u8> {
        let json = serde_json::to_vec(self).expect("texts are always JSON");
        master.seal(Purpose::Message, &json)
    }

    /// What [`Message::seal`] was given.
    pub(crate) fn open(master: &MasterKey, sealed: &[u8]) -> Result<Self, OpenSealedError> {
        let json = master.open(Purpose::Message, sealed)?;
        serde_json::from_slice(&json).map_err(|_| OpenSealedError)
    }

    /// The message as the development outbox shows it.
    pub(crate) fn into_outbox(self, created_at: Timestamp) -> OutboxMessage {
        OutboxMessage {
            channel: self.channel,
            to: self.to,
            subject: self.subject,
            body: self.body,
            code: self.code,
            link: self.link,
            created_at,
        }
    }
}

/// A message as the development outbox shows it.
#[derive(Clone, Serialize)]
pub struct OutboxMessage {
    /// The way it goes.
    pub channel: Channel,
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// The code in it.
    pub code: Option<String>,
    /// The link in it.
    pub link: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for OutboxMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboxMessage")
            .field("channel", &self.channel)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::mail::CodeMail;
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

    fn message() -> Message {
        let letter = CodeMail::SignIn.letter("Acme", "012345", Duration::from_secs(600));
        Message::email("ada@example.com", letter)
            .with_code("012345", NOW + Duration::from_secs(600))
    }

    #[test]
    fn tries_grow_apart_and_end_when_the_message_is_of_no_use() {
        let end = NOW + GIVE_UP_AFTER;
        let waits: Vec<u64> = (1..=8)
            .map(|failures| next_try(failures, end, NOW).unwrap().since(NOW).as_secs())
            .collect();

        assert_eq!(waits, [5, 15, 60, 300, 900, 3600, 3600, 3600]);
        assert_eq!(next_try(1, end, end), None);
    }

    #[test]
    fn a_code_is_tried_as_long_as_it_works_and_anything_else_for_a_day() {
        let letter = super::super::mail::sign_up_attempt_letter("Acme", "https://example.com");
        let warning = Message::email("ada@example.com", letter);

        assert_eq!(message().last_use(NOW), NOW + Duration::from_secs(600));
        assert_eq!(warning.last_use(NOW), NOW + GIVE_UP_AFTER);
        assert!(message().has_run_out(NOW + Duration::from_secs(600)));
        assert!(!warning.has_run_out(NOW + Duration::from_secs(600)));
    }

    proptest! {
        #[test]
        fn every_message_is_given_up_in_the_end(first in 0u64..100_000) {
            let mut now = NOW + Duration::from_secs(first);
            let mut failures = 1;

            while let Some(next) = next_try(failures, NOW + GIVE_UP_AFTER, now) {
                prop_assert!(next > now);
                (now, failures) = (next, failures + 1);
                prop_assert!(failures < 100);
            }
        }
    }

    #[test]
    fn sec_d06_a_message_in_the_database_shows_no_code() {
        let master = MasterKey::from_bytes([1; 32]);

        let sealed = message().seal(&master);

        assert!(!sealed.windows(6).any(|part| part == b"012345"));
        let opened = Message::open(&master, &sealed).unwrap();
        assert_eq!(opened.code.as_deref(), Some("012345"));
        assert!(Message::open(&MasterKey::from_bytes([2; 32]), &sealed).is_err());
    }

    #[test]
    fn the_development_outbox_has_the_documented_json() {
        let json = serde_json::to_value(message().into_outbox(NOW)).unwrap();

        assert_eq!(json["channel"], "email");
        assert_eq!(json["to"], "ada@example.com");
        assert_eq!(json["code"], "012345");
        assert_eq!(json["link"], serde_json::Value::Null);
        assert_eq!(json["created_at"], 1_780_000_000_000_i64);
        let names: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(names.len(), 7);
    }

    #[test]
    fn sec_a12_no_debug_output_shows_a_code_or_an_address() {
        let shown = format!("{:?} {:?}", message(), message().into_outbox(NOW));

        assert!(
            !shown.contains("012345") && !shown.contains("ada@"),
            "{shown}"
        );
    }
}
