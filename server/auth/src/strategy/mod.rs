//! The ways to prove who one is.
//!
//! One file for each strategy, one table of all of them, and one trait: which factors a user has, what is made when
//! one is chosen, whether an answer is one and proves it. A strategy decides nothing about the attempt; that is the flow's part.

mod email_code;
mod one_time_code;
mod password;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use thyra_wire::{ErrorCode, Factor, Secret, Timestamp};

use crate::auth::Inner;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::store::{ChallengeKey, Connection, NewChallenge, User};

pub(crate) use one_time_code::{
    CodeQuestion, MAX_TRIES as MAX_CODE_TRIES, check_code, code_message, make_code,
    make_unsendable_code, read_code,
};

/// A way to prove who one is.
pub(crate) trait Strategy: Send + Sync {
    /// Its name on the wire.
    fn name(&self) -> thyra_wire::Strategy;

    /// The factors that this user has by this strategy. `typed` is what the person said who they are.
    fn factors(&self, user: &User, typed: &Identifier, level: Level) -> Vec<Factor>;

    /// The factors to show for an identifier that nobody has, when nobody may find out: those that anybody with such
    /// an identifier could have. The same are shown for identifiers that somebody has.
    fn decoys(&self, auth: &Inner, typed: &Identifier, level: Level) -> Vec<Factor>;

    /// What has to be stored and sent when the factor is chosen.
    fn prepare(&self, case: &Case<'_>) -> Result<Preparation, ApiError>;

    /// Refuses what cannot be an answer at all: nothing is compared, and nobody's try is counted.
    fn check(&self, _auth: &Inner, _answer: &Answer) -> Result<(), ApiError> {
        Ok(())
    }

    /// Whether the answer proves the factor, for a strategy whose work takes long: no transaction waits for it.
    fn attempt<'a>(
        &'a self,
        _case: &'a Case<'a>,
        _answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Verdict, ApiError>> {
        async { Err(ApiError::new(ErrorCode::StrategyForUserInvalid)) }.boxed()
    }

    /// The same for a strategy that asks nothing but the database: within the transaction that counts the try and
    /// stores the proof. `None` for all others.
    fn attempt_within<'a>(
        &'a self,
        _case: &'a Case<'a>,
        _answer: &'a Answer,
        _db: &'a mut Connection,
    ) -> Option<BoxFuture<'a, Result<Verdict, ApiError>>> {
        None
    }
}

/// One factor of one attempt.
pub(crate) struct Case<'a> {
    pub(crate) auth: &'a Inner,
    pub(crate) attempt_id: &'a str,
    pub(crate) level: Level,
    pub(crate) factor: &'a Factor,
    /// Absent when nobody has the identifier.
    pub(crate) user: Option<&'a User>,
    pub(crate) now: Timestamp,
}

impl<'a> Case<'a> {
    /// What is asked: by this an answer finds its challenge.
    pub(crate) fn key(&self) -> ChallengeKey<'a> {
        ChallengeKey {
            attempt_id: self.attempt_id,
            strategy: self.factor.strategy.as_str(),
            level: self.level.as_str(),
        }
    }
}

/// What somebody answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) password: Option<Secret>,
    pub(crate) code: Option<Secret>,
}

/// What has to be stored and sent when a factor is chosen; all of it in the transaction that stores the choice.
#[derive(Debug, Default)]
pub(crate) struct Preparation {
    pub(crate) expire_at: Option<Timestamp>,
    pub(crate) challenge: Option<NewChallenge>,
    /// A message, sealed for the outbox.
    pub(crate) message: Option<Vec<u8>>,
    /// The address that the message goes to, or would go to if somebody had it.
    pub(crate) recipient: Option<String>,
}

/// What an answer is worth.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It proves the factor. The challenge with this id has to be consumed in the transaction that stores the proof.
    Proven { spends: Option<String> },
    /// It does not. `is_last`: no other answer to the same question will be looked at.
    Missed { error: ApiError, is_last: bool },
    /// There was nothing to answer, or it is over: this was not a guess.
    Unanswerable { error: ApiError },
}

/// All strategies, in the order in which they are offered.
pub(crate) static STRATEGIES: &[&dyn Strategy] = &[&password::Password, &email_code::EmailCode];

/// The strategy with this name.
pub(crate) fn find(
    strategies: &[&'static dyn Strategy],
    name: &str,
) -> Result<&'static dyn Strategy, ApiError> {
    strategies
        .iter()
        .copied()
        .find(|strategy| strategy.name().as_str() == name)
        .ok_or_else(|| ApiError::of(ErrorCode::FormParamValueInvalid, "strategy"))
}
