//! The sign-up machine.
//!
//! What is missing and what is unverified follows from the facts, never from what was stored about them. The user is
//! asked for once, when nothing is missing and nothing is unverified. An attempt with an address that somebody has
//! (strict mode pretends that it is free) takes every answer in and never completes.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use thyra_wire::{Factor, SignUpRequirement, SignUpStatus, Strategy, Timestamp};

use super::{ATTEMPT_LIFETIME, FactorState, Progress};
use crate::clock::is_yet_to_come;
use crate::settings::{Requirement, Settings, SignUpMode};

/// Which fields a sign-up has, and whether anybody may begin one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SignUpRules {
    mode: SignUpMode,
    username: Requirement,
    first_name: Requirement,
    last_name: Requirement,
}

impl SignUpRules {
    /// The rules that the settings ask for.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            mode: settings.sign_up,
            username: settings.username,
            first_name: settings.first_name,
            last_name: settings.last_name,
        }
    }

    /// The fields with this requirement, in the order in which forms show them.
    pub(crate) fn fields(self, wanted: Requirement) -> Vec<SignUpRequirement> {
        [
            (SignUpRequirement::EmailAddress, Requirement::Required),
            (SignUpRequirement::Username, self.username),
            (SignUpRequirement::FirstName, self.first_name),
            (SignUpRequirement::LastName, self.last_name),
            (SignUpRequirement::Password, Requirement::Required),
        ]
        .into_iter()
        .filter(|(_, requirement)| *requirement == wanted)
        .map(|(field, _)| field)
        .collect()
    }

    /// Whether the field exists.
    pub(crate) fn has(self, field: &SignUpRequirement) -> bool {
        !self.fields(Requirement::Off).contains(field)
    }
}

/// How far each address and number is, by the name of its field.
pub(crate) type Verifications = BTreeMap<String, FactorState>;

/// One attempt to create an account. Stored as JSON, and read by later builds: what is added has a default, what is
/// there keeps its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SignUp {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) email_address: Option<String>,
    /// The address belongs to somebody: nobody may notice.
    pub(crate) email_is_taken: bool,
    /// Earlier builds had the code to the address and nothing else.
    #[serde(default, alias = "email_code", deserialize_with = "verifications")]
    pub(crate) verifications: Verifications,
    pub(crate) password_hash: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) unsafe_metadata: serde_json::Value,
    pub(crate) locale: Option<String>,
    /// The invitation that proves the address.
    #[serde(default)]
    pub(crate) ticket_id: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) session_id: Option<String>,
}

/// The verifications, also as they were kept before there was more than one.
fn verifications<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Verifications, D::Error> {
    Ok(match Kept::deserialize(deserializer)? {
        Kept::Map(verifications) => verifications,
        Kept::Code(code) => BTreeMap::from([(email_field(), code.into())]),
        Kept::Nothing => Verifications::new(),
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Code(KeptCode),
    Map(Verifications),
    Nothing,
}

/// The code to the address, as earlier builds kept it.
#[derive(Deserialize)]
struct KeptCode {
    expire_at: Timestamp,
    attempts: u32,
    is_spent: bool,
    verified_at: Option<Timestamp>,
}

impl From<KeptCode> for FactorState {
    fn from(code: KeptCode) -> Self {
        let progress = match code.verified_at {
            Some(_) => Progress::Verified,
            None if code.is_spent => Progress::Failed,
            None => Progress::Unverified,
        };
        Self {
            progress,
            attempts: code.attempts,
            verified_at: code.verified_at,
            ..Self::begun(Factor::new(Strategy::EmailCode), Some(code.expire_at))
        }
    }
}

fn email_field() -> String {
    SignUpRequirement::EmailAddress.as_str().to_owned()
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SignUpEvent {
    /// The address was proven before the sign-up began: by the invitation that was sent there, or by a sign-in.
    Transferred {
        email_address: String,
        strategy: Strategy,
        ticket_id: Option<String>,
    },
    /// Fields were given. An absent field stays as it is.
    Filled {
        email_address: Option<String>,
        email_is_taken: bool,
        password_hash: Option<String>,
        username: Option<String>,
        first_name: Option<String>,
        last_name: Option<String>,
        unsafe_metadata: Option<serde_json::Value>,
    },
    /// A way to verify the address was chosen, and its code made.
    Prepared {
        strategy: Strategy,
        expire_at: Option<Timestamp>,
    },
    /// The right answer came back.
    Proven,
    /// A wrong one did.
    Missed { is_last: bool },
    /// The user and session that were asked for exist.
    UserCreated { user_id: String, session_id: String },
}

impl SignUpEvent {
    /// The same, with what is known by now about whether somebody has the address.
    pub(crate) fn with_address_taken(mut self, is_taken: bool) -> Self {
        if let Self::Filled { email_is_taken, .. } = &mut self {
            *email_is_taken = is_taken;
        }
        self
    }
}

/// What has to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignUpEffect {
    /// The user and a session have to be made, and the attempt taken off its client.
    CreateUser,
}

/// Why an event does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignUpRefusal {
    /// There is no address to verify.
    NoAddress,
    /// The address is verified already.
    AlreadyVerified,
    /// Nobody signs up here without an invitation.
    NotInvited,
    /// The attempt is over.
    Over,
}

impl SignUp {
    /// An attempt about which nothing is known.
    pub(crate) fn new(id: String, client_id: String, now: Timestamp) -> Self {
        Self {
            id,
            client_id,
            created_at: now,
            email_address: None,
            email_is_taken: false,
            verifications: Verifications::new(),
            password_hash: None,
            username: None,
            first_name: None,
            last_name: None,
            unsafe_metadata: serde_json::Value::Object(serde_json::Map::new()),
            locale: None,
            ticket_id: None,
            user_id: None,
            session_id: None,
        }
    }

    /// How far the attempt is.
    pub(crate) fn status(&self, rules: SignUpRules, now: Timestamp) -> SignUpStatus {
        if self.user_id.is_some() {
            return SignUpStatus::Complete;
        }
        if self.is_abandoned(now) {
            return SignUpStatus::Abandoned;
        }
        if self.has_everything(rules) {
            SignUpStatus::Complete
        } else {
            SignUpStatus::MissingRequirements
        }
    }

    /// Whether the attempt can still be continued.
    pub(crate) fn is_abandoned(&self, now: Timestamp) -> bool {
        now >= self.abandon_at() || is_yet_to_come(self.created_at, now)
    }

    /// When the attempt can no longer be continued.
    pub(crate) fn abandon_at(&self) -> Timestamp {
        self.created_at + ATTEMPT_LIFETIME
    }

    /// The required fields that were not given.
    pub(crate) fn missing_fields(&self, rules: SignUpRules) -> Vec<SignUpRequirement> {
        rules
            .fields(Requirement::Required)
            .into_iter()
            .filter(|field| !self.has(field))
            .collect()
    }

    /// The identifiers that have to be verified yet.
    pub(crate) fn unverified_fields(&self) -> Vec<SignUpRequirement> {
        let is_unverified = self.email_address.is_some() && !self.email_is_verified();
        if is_unverified {
            vec![SignUpRequirement::EmailAddress]
        } else {
            Vec::new()
        }
    }

    /// Whether the address is proven.
    pub(crate) fn email_is_verified(&self) -> bool {
        self.verification(&SignUpRequirement::EmailAddress)
            .is_some_and(FactorState::is_verified)
    }

    /// How far the verification of this field is. Absent before it began.
    pub(crate) fn verification(&self, field: &SignUpRequirement) -> Option<&FactorState> {
        self.verifications.get(field.as_str())
    }

    fn has(&self, field: &SignUpRequirement) -> bool {
        match field {
            SignUpRequirement::EmailAddress => self.email_address.is_some(),
            SignUpRequirement::Password => self.password_hash.is_some(),
            SignUpRequirement::Username => self.username.is_some(),
            SignUpRequirement::FirstName => self.first_name.is_some(),
            SignUpRequirement::LastName => self.last_name.is_some(),
            _ => false,
        }
    }

    fn has_everything(&self, rules: SignUpRules) -> bool {
        !self.email_is_taken
            && self.missing_fields(rules).is_empty()
            && self.unverified_fields().is_empty()
    }

    /// Takes an event in.
    pub(crate) fn apply(
        mut self,
        event: SignUpEvent,
        rules: SignUpRules,
        now: Timestamp,
    ) -> Result<(Self, Vec<SignUpEffect>), SignUpRefusal> {
        if self.user_id.is_some() || self.is_abandoned(now) {
            return Err(SignUpRefusal::Over);
        }
        let was_whole = self.has_everything(rules);
        self.take_in(event, now)?;
        if rules.mode == SignUpMode::Restricted && self.ticket_id.is_none() {
            return Err(SignUpRefusal::NotInvited);
        }
        let is_whole = self.user_id.is_none() && self.has_everything(rules);
        let effects = if is_whole && !was_whole {
            vec![SignUpEffect::CreateUser]
        } else {
            Vec::new()
        };
        Ok((self, effects))
    }

    fn take_in(&mut self, event: SignUpEvent, now: Timestamp) -> Result<(), SignUpRefusal> {
        match event {
            SignUpEvent::Transferred {
                email_address,
                strategy,
                ticket_id,
            } => {
                self.set_email_address(email_address, false);
                let begun = FactorState::begun(Factor::new(strategy), None);
                self.verifications.insert(email_field(), begun.proven(now));
                self.ticket_id = ticket_id;
            }
            SignUpEvent::Filled { .. } => self.fill(event),
            SignUpEvent::Prepared {
                strategy,
                expire_at,
            } => {
                self.expect_unverified_address()?;
                let begun = FactorState::begun(Factor::new(strategy), expire_at);
                self.verifications.insert(email_field(), begun);
            }
            SignUpEvent::Proven => {
                let state = self.take_state()?.tried().proven(now);
                self.verifications.insert(email_field(), state);
            }
            SignUpEvent::Missed { is_last } => {
                let state = self.take_state()?.tried().missed(is_last);
                self.verifications.insert(email_field(), state);
            }
            SignUpEvent::UserCreated {
                user_id,
                session_id,
            } => {
                self.user_id = Some(user_id);
                self.session_id = Some(session_id);
            }
        }
        Ok(())
    }

    fn fill(&mut self, event: SignUpEvent) {
        let SignUpEvent::Filled {
            email_address,
            email_is_taken,
            password_hash,
            username,
            first_name,
            last_name,
            unsafe_metadata,
        } = event
        else {
            return;
        };
        if let Some(email_address) = email_address {
            self.set_email_address(email_address, email_is_taken);
        }
        replace(&mut self.password_hash, password_hash);
        replace(&mut self.username, username);
        replace(&mut self.first_name, first_name);
        replace(&mut self.last_name, last_name);
        if let Some(unsafe_metadata) = unsafe_metadata {
            self.unsafe_metadata = unsafe_metadata;
        }
    }

    /// Another address is another proof to be made, and asks for a password of its own: whoever prepared an attempt in
    /// somebody else's browser must not know the password of the account that comes of it. The same one keeps both.
    fn set_email_address(&mut self, email_address: String, is_taken: bool) {
        if self.email_address.as_ref() != Some(&email_address) {
            self.verifications.remove(&email_field());
            self.password_hash = None;
            self.ticket_id = None;
        }
        self.email_address = Some(email_address);
        self.email_is_taken = is_taken;
    }

    fn expect_unverified_address(&self) -> Result<(), SignUpRefusal> {
        if self.email_address.is_none() {
            return Err(SignUpRefusal::NoAddress);
        }
        if self.email_is_verified() {
            return Err(SignUpRefusal::AlreadyVerified);
        }
        Ok(())
    }

    fn take_state(&mut self) -> Result<FactorState, SignUpRefusal> {
        self.expect_unverified_address()?;
        let state = self.verifications.remove(&email_field());
        state.ok_or(SignUpRefusal::NoAddress)
    }
}

/// A field that was not given stays as it is.
fn replace(field: &mut Option<String>, given: Option<String>) {
    if given.is_some() {
        *field = given;
    }
}

#[cfg(test)]
#[path = "sign_up_tests.rs"]
mod tests;
