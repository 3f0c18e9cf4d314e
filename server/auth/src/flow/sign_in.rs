//! The sign-in machine.
//!
//! The status is never stored: it follows from the facts (who was named, what was proven, what is still asked), so no
//! order of events can leave it wrong. `complete` needs an account, its first factor, its second factor when it has
//! one or the device is not trusted, a new password when one is due, and no open challenge. A session is asked for once,
//! at the moment the attempt becomes complete. An attempt made up for an identifier that nobody has can be prepared and
//! tried like any other, and never completes. One for somebody who may sign up does not complete either: what they prove is
//! taken over by a sign-up. One that began without an identifier learns who it is about from the proof.

use serde::{Deserialize, Serialize};
use thyra_wire::{Factor, SignInStatus, Strategy, Timestamp, UserData};

use super::{ATTEMPT_LIFETIME, FactorState, Progress, Shown};
use crate::clock::is_yet_to_come;

/// Who the attempt is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    /// Nobody was named yet.
    Unknown,
    /// Somebody who has no account; the attempt pretends otherwise.
    Nobody,
    /// Somebody who has no account, and may make one once they have proven who they are.
    Newcomer,
    /// A user.
    User(String),
}

/// Which of the two factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Level {
    /// The first one.
    First,
    /// The second one, or the proof that a new device is trusted.
    Second,
}

impl Level {
    /// Its name in the database: never renamed.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::First => "first_factor",
            Self::Second => "second_factor",
        }
    }
}

/// Who a proof turned out to be about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recognized {
    pub(crate) user_id: String,
    pub(crate) second_factors: Vec<Factor>,
    pub(crate) trust_factors: Vec<Factor>,
}

/// One attempt to sign in. Stored as JSON, and read by later builds: what is added has a default, what is there keeps
/// its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SignIn {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) identifier: Option<String>,
    /// What may be shown of the user; the machine does not look at it.
    pub(crate) user_data: Option<UserData>,
    pub(crate) subject: Subject,
    pub(crate) first_factors: Vec<Factor>,
    /// What the account has as second factors.
    pub(crate) second_factors: Vec<Factor>,
    /// What proves a new device; empty when the device is known or trust is not asked for.
    pub(crate) trust_factors: Vec<Factor>,
    pub(crate) first: Option<FactorState>,
    pub(crate) second: Option<FactorState>,
    pub(crate) new_password_is_due: bool,
    pub(crate) challenge_is_open: bool,
    pub(crate) session_id: Option<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// Somebody said who they are.
    Identified {
        identifier: String,
        subject: Subject,
        first_factors: Vec<Factor>,
        second_factors: Vec<Factor>,
        trust_factors: Vec<Factor>,
    },
    /// The attempt begins by a factor whose proof says who somebody is.
    Opened { factor: Factor },
    /// A factor was chosen and its code (or challenge) made.
    Prepared {
        level: Level,
        factor: Factor,
        expire_at: Option<Timestamp>,
        shown: Shown,
    },
    /// A factor was proven, and with it perhaps who it is about.
    Proven {
        level: Level,
        factor: Factor,
        subject: Option<Recognized>,
    },
    /// A wrong answer.
    Missed {
        level: Level,
        factor: Factor,
        is_last: bool,
    },
    /// A password has to be set before anything else: the one there is is known to others.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for strategies to come; the walks use it")
    )]
    NewPasswordRequired,
    /// It was set.
    NewPasswordSet,
    /// A bot challenge has to be answered.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for strategies to come; the walks use it")
    )]
    ChallengeRaised,
    /// It was.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for strategies to come; the walks use it")
    )]
    ChallengeAnswered,
    /// The session that was asked for exists.
    SessionCreated { session_id: String },
}

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A session for this user has to be made, and the attempt taken off its client.
    CreateSession {
        user_id: String,
        first_factor_at: Option<Timestamp>,
        second_factor_at: Option<Timestamp>,
    },
}

/// Why an event does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The attempt waits for something else.
    NotNow,
    /// The attempt has no such factor.
    NoSuchFactor,
    /// The attempt is over.
    Over,
}

impl SignIn {
    /// An attempt about which nothing is known.
    pub(crate) fn new(id: String, client_id: String, now: Timestamp) -> Self {
        Self {
            id,
            client_id,
            created_at: now,
            identifier: None,
            user_data: None,
            subject: Subject::Unknown,
            first_factors: Vec::new(),
            second_factors: Vec::new(),
            trust_factors: Vec::new(),
            first: None,
            second: None,
            new_password_is_due: false,
            challenge_is_open: false,
            session_id: None,
        }
    }

    /// What the attempt waits for.
    pub(crate) fn status(&self) -> SignInStatus {
        if self.session_id.is_some() {
            return SignInStatus::Complete;
        }
        if self.challenge_is_open {
            return SignInStatus::NeedsProtectCheck;
        }
        if self.subject == Subject::Unknown {
            return SignInStatus::NeedsIdentifier;
        }
        let has_account = !matches!(self.subject, Subject::Nobody | Subject::Newcomer);
        if !is_proven(&self.first) || !has_account {
            return SignInStatus::NeedsFirstFactor;
        }
        if self.new_password_is_due {
            return SignInStatus::NeedsNewPassword;
        }
        if is_proven(&self.second) || (self.second_factors.is_empty() && !self.trust_is_due()) {
            return SignInStatus::Complete;
        }
        if self.second_factors.is_empty() {
            SignInStatus::NeedsClientTrust
        } else {
            SignInStatus::NeedsSecondFactor
        }
    }

    /// Whether somebody signed in by it.
    pub(crate) fn is_over(&self) -> bool {
        self.session_id.is_some()
    }

    /// The identifier that somebody without an account has proven, and how: what a sign-up takes over.
    pub(crate) fn transferable(&self) -> Option<(&str, &Strategy)> {
        let first = self.first.as_ref();
        let proven = first.filter(|first| first.progress == Progress::Transferable)?;
        Some((self.identifier.as_deref()?, &proven.factor.strategy))
    }

    /// Whether the attempt can no longer be continued.
    pub(crate) fn is_abandoned(&self, now: Timestamp) -> bool {
        now >= self.created_at + ATTEMPT_LIFETIME || is_yet_to_come(self.created_at, now)
    }

    /// The factors that can be used now at this level.
    pub(crate) fn factors(&self, level: Level) -> &[Factor] {
        match (level, self.status()) {
            (Level::First, SignInStatus::NeedsFirstFactor | SignInStatus::NeedsIdentifier) => {
                &self.first_factors
            }
            (Level::Second, SignInStatus::NeedsSecondFactor) => &self.second_factors,
            (Level::Second, SignInStatus::NeedsClientTrust) => &self.trust_factors,
            _ => &[],
        }
    }

    /// The state of the factor at this level.
    pub(crate) fn state(&self, level: Level) -> Option<&FactorState> {
        match level {
            Level::First => self.first.as_ref(),
            Level::Second => self.second.as_ref(),
        }
    }

    /// Whether an answer to this factor is what is waited for.
    pub(crate) fn awaits(&self, level: Level, factor: &Factor) -> bool {
        self.state(level).is_some_and(|state| {
            state.factor.is_same_as(factor) && state.progress == Progress::Unverified
        })
    }

    /// A code proves the address already that a link of trust would go to; a password proves nothing about the device.
    fn trust_is_due(&self) -> bool {
        let by_password = self
            .first
            .as_ref()
            .is_some_and(|first| first.factor.strategy == Strategy::Password);
        by_password && !self.trust_factors.is_empty()
    }

    /// Takes an event in.
    pub(crate) fn apply(
        mut self,
        event: Event,
        now: Timestamp,
    ) -> Result<(Self, Vec<Effect>), Refusal> {
        if self.session_id.is_some() || self.is_abandoned(now) {
            return Err(Refusal::Over);
        }
        let was_complete = self.status() == SignInStatus::Complete;
        // Between completion and the session nothing else happens, or the session would be asked for twice.
        if was_complete && !matches!(event, Event::SessionCreated { .. }) {
            return Err(Refusal::Over);
        }
        self.take_in(event, now)?;
        let effects = self.effects(was_complete);
        Ok((self, effects))
    }

    fn take_in(&mut self, event: Event, now: Timestamp) -> Result<(), Refusal> {
        match event {
            Event::Identified { .. } => self.identify(event)?,
            Event::Opened { factor } => {
                self.expect(SignInStatus::NeedsIdentifier)?;
                self.first_factors = vec![factor];
            }
            Event::Prepared {
                level,
                factor,
                expire_at,
                shown,
            } => {
                self.expect_factor(level, &factor)?;
                let begun = FactorState::begun(factor, expire_at);
                self.set_state(level, FactorState { shown, ..begun });
            }
            Event::Proven {
                level,
                factor,
                subject,
            } => self.prove(level, factor, subject, now)?,
            Event::Missed {
                level,
                factor,
                is_last,
            } => self.miss(level, factor, is_last)?,
            Event::NewPasswordRequired => self.new_password_is_due = true,
            Event::NewPasswordSet => {
                self.expect(SignInStatus::NeedsNewPassword)?;
                self.new_password_is_due = false;
            }
            Event::ChallengeRaised => self.challenge_is_open = true,
            Event::ChallengeAnswered => {
                self.expect(SignInStatus::NeedsProtectCheck)?;
                self.challenge_is_open = false;
            }
            Event::SessionCreated { session_id } => {
                self.expect(SignInStatus::Complete)?;
                self.session_id = Some(session_id);
            }
        }
        Ok(())
    }

    fn identify(&mut self, event: Event) -> Result<(), Refusal> {
        self.expect(SignInStatus::NeedsIdentifier)?;
        if let Event::Identified {
            identifier,
            subject,
            first_factors,
            second_factors,
            trust_factors,
        } = event
        {
            // What was begun before was begun for nobody in particular.
            self.first = None;
            self.identifier = Some(identifier);
            self.subject = subject;
            self.first_factors = first_factors;
            self.second_factors = second_factors;
            self.trust_factors = trust_factors;
        }
        Ok(())
    }

    fn prove(
        &mut self,
        level: Level,
        factor: Factor,
        subject: Option<Recognized>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.expect_factor(level, &factor)?;
        self.recognize(subject)?;
        let is_newcomer = self.subject == Subject::Newcomer;
        self.new_password_is_due |= resets_password(&factor) && !is_newcomer;
        let state = self.tried(level, factor);
        let state = if is_newcomer {
            state.transferable(now)
        } else {
            state.proven(now)
        };
        self.set_state(level, state);
        self.keep_mail_one_factor();
        Ok(())
    }

    /// The attempt of an account that has these second factors now: much may have happened since the first one was proven.
    pub(crate) fn with_second_factors(mut self, second_factors: Vec<Factor>) -> Self {
        self.second_factors = second_factors;
        self.keep_mail_one_factor();
        self
    }

    /// Whoever reads somebody's mail has one factor, not two.
    fn keep_mail_one_factor(&mut self) {
        let first = self.first.as_ref().filter(|first| first.is_verified());
        if first.is_some_and(|first| is_by_mail(&first.factor)) {
            self.second_factors.retain(|second| !is_by_mail(second));
        }
    }

    /// A proof that names a user is one for this attempt when the attempt is about them, or about nobody yet. One that
    /// names nobody needs an attempt that knows whom it is about. What they have as a second factor may have changed since
    /// the attempt began.
    fn recognize(&mut self, subject: Option<Recognized>) -> Result<(), Refusal> {
        match (&self.subject, subject) {
            (Subject::Unknown, None) => Err(Refusal::NotNow),
            (Subject::Unknown, Some(subject)) => {
                self.subject = Subject::User(subject.user_id);
                self.second_factors = subject.second_factors;
                self.trust_factors = subject.trust_factors;
                Ok(())
            }
            (Subject::User(user_id), Some(subject)) if *user_id != subject.user_id => {
                Err(Refusal::NoSuchFactor)
            }
            (Subject::Nobody | Subject::Newcomer, Some(_)) => Err(Refusal::NoSuchFactor),
            (Subject::User(_), Some(subject)) => {
                self.second_factors = subject.second_factors;
                Ok(())
            }
            (_, None) => Ok(()),
        }
    }

    fn miss(&mut self, level: Level, factor: Factor, is_last: bool) -> Result<(), Refusal> {
        self.expect_factor(level, &factor)?;
        let state = self.tried(level, factor).missed(is_last);
        self.set_state(level, state);
        Ok(())
    }

    fn effects(&self, was_complete: bool) -> Vec<Effect> {
        let is_complete = self.status() == SignInStatus::Complete && self.session_id.is_none();
        match &self.subject {
            Subject::User(user_id) if is_complete && !was_complete => vec![Effect::CreateSession {
                user_id: user_id.clone(),
                first_factor_at: self.first.as_ref().and_then(|state| state.verified_at),
                second_factor_at: self.second.as_ref().and_then(|state| state.verified_at),
            }],
            _ => Vec::new(),
        }
    }

    fn expect(&self, status: SignInStatus) -> Result<(), Refusal> {
        (self.status() == status)
            .then_some(())
            .ok_or(Refusal::NotNow)
    }

    fn expect_factor(&self, level: Level, factor: &Factor) -> Result<(), Refusal> {
        let factors = self.factors(level);
        if factors.is_empty() {
            return Err(Refusal::NotNow);
        }
        factors
            .iter()
            .any(|own| own.is_same_as(factor))
            .then_some(())
            .ok_or(Refusal::NoSuchFactor)
    }

    /// The state of this factor with one more try, whether or not it was the one in use before.
    fn tried(&self, level: Level, factor: Factor) -> FactorState {
        let in_use = self
            .state(level)
            .filter(|state| state.factor.is_same_as(&factor))
            .cloned();
        in_use
            .unwrap_or_else(|| FactorState::begun(factor, None))
            .tried()
    }

    fn set_state(&mut self, level: Level, state: FactorState) {
        match level {
            Level::First => self.first = Some(state),
            Level::Second => self.second = Some(state),
        }
    }
}

/// Whether who proves this factor has forgotten their password.
fn resets_password(factor: &Factor) -> bool {
    matches!(
        factor.strategy,
        Strategy::ResetPasswordEmailCode | Strategy::ResetPasswordPhoneCode
    )
}

/// Whether a mailbox proves it.
fn is_by_mail(factor: &Factor) -> bool {
    matches!(
        factor.strategy,
        Strategy::EmailCode | Strategy::EmailLink | Strategy::ResetPasswordEmailCode
    )
}

fn is_proven(state: &Option<FactorState>) -> bool {
    state.as_ref().is_some_and(FactorState::is_verified)
}

#[cfg(test)]
#[path = "sign_in_tests.rs"]
mod tests;
