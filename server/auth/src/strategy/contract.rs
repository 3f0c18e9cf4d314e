//! What a strategy has to say.
//!
//! Which factors a user has, what is made when one is chosen, whether an answer is one and proves it, what a proof uses
//! up, and what it hangs on. A strategy decides nothing about the attempt: that is the flow's part. It stores nothing
//! either but what its own proof uses up: what it makes is stored by the service, with the attempt.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use thyra_wire::{ErrorCode, Factor, Timestamp};

use super::Tools;
use crate::delivery::{Channel, Notice};
use crate::error::ApiError;
use crate::flow::{Level, Shown};
use crate::identifier::Identifier;
use crate::params::Params;
use crate::store::{ChallengeKey, Connection, NewChallenge, User};

/// What a strategy says after it has asked the database, or worked for a while.
pub(crate) type Saying<'a, T> = BoxFuture<'a, Result<T, ApiError>>;

/// A way to prove who one is.
pub(crate) trait Strategy: Send + Sync {
    /// Its name on the wire, or the first one of several.
    fn name(&self) -> thyra_wire::Strategy;

    /// Whether this name is one of its own: providers and wallets have a name each, and are one strategy.
    fn handles(&self, name: &thyra_wire::Strategy) -> bool {
        *name == self.name()
    }

    /// The factors that this user has by this strategy.
    fn factors<'a>(&'a self, who: Who<'a>, db: &'a mut Connection) -> Saying<'a, Vec<Factor>>;

    /// The factors to show for an identifier that nobody has, when nobody may find out: those that anybody with such
    /// an identifier could have. The same are shown for identifiers that somebody has.
    fn decoys(&self, tools: Tools<'_>, typed: &Identifier, level: Level) -> Vec<Factor>;

    /// The factor by which an attempt can begin before anybody said who they are, for a strategy whose proof names the
    /// user. `name` is the one of its names that was asked for.
    fn opening(&self, _name: &thyra_wire::Strategy) -> Option<Factor> {
        None
    }

    /// Whether its factors have to be chosen before they are answered.
    fn is_prepared(&self) -> bool {
        true
    }

    /// Whether an attempt that begins by it comes with the answer: then the answer is looked at in the same request.
    fn is_answered_at_once(&self) -> bool {
        false
    }

    /// What has to be stored and sent when the factor is chosen. `request` says how: a channel, a URL to come back to.
    fn prepare<'a>(
        &'a self,
        _case: &'a Case<'a>,
        _request: &'a Params,
        _db: &'a mut Connection,
    ) -> Saying<'a, Preparation> {
        async { Err(ApiError::of(ErrorCode::FormParamValueInvalid, "strategy")) }.boxed()
    }

    /// Refuses what cannot be an answer at all: nothing is compared, and nobody's try is counted.
    fn check(&self, _tools: Tools<'_>, _answer: &Params) -> Result<(), ApiError> {
        Ok(())
    }

    /// Whether the answer proves the factor, for a strategy whose work takes long: no transaction waits for it.
    fn attempt<'a>(&'a self, _case: &'a Case<'a>, _answer: &'a Params) -> Saying<'a, Verdict> {
        async { Err(ApiError::new(ErrorCode::StrategyForUserInvalid)) }.boxed()
    }

    /// What `attempt` found is worth, where that hangs on more than the user: asked within the transaction that stores the
    /// proof, for a strategy whose work takes long and that has to ask the database too.
    fn look_up<'a>(
        &'a self,
        _case: &'a Case<'a>,
        verdict: Verdict,
        _db: &'a mut Connection,
    ) -> Saying<'a, Verdict> {
        async { Ok(verdict) }.boxed()
    }

    /// Whether the answer proves the factor, for a strategy that asks nothing but the database: within the transaction
    /// that counts the try and stores the proof. `None` for all others.
    fn attempt_within<'a>(
        &'a self,
        _case: &'a Case<'a>,
        _answer: &'a Params,
        _db: &'a mut Connection,
    ) -> Option<Saying<'a, Verdict>> {
        None
    }

    /// Uses up what the proof can be made of only once, in the transaction that stores the proof. False when another
    /// request did so before.
    fn spend<'a>(
        &'a self,
        _case: &'a Case<'a>,
        _spends: &'a str,
        _db: &'a mut Connection,
    ) -> Saying<'a, bool> {
        // A strategy that names something and cannot use it up must not let anybody in.
        async { Ok(false) }.boxed()
    }

    /// Whether a proof about the user as they were `before` is one about the user as they are `now`: what took long to
    /// judge is looked at again.
    fn still_holds(&self, _before: &User, _now: &User) -> bool {
        true
    }

    /// The error of a wrong answer.
    fn missed(&self, case: &Case<'_>) -> ApiError;
}

/// Whose factors are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Who<'a> {
    pub(crate) tools: Tools<'a>,
    pub(crate) user: &'a User,
    /// As whom the person introduced themselves. Absent when the proof said who they are.
    pub(crate) typed: Option<&'a Identifier>,
    pub(crate) level: Level,
}

impl Who<'_> {
    /// Whether something is asked for beside the first factor that is neither mail nor stands in for something else.
    pub(crate) fn has_second_factor(&self) -> bool {
        let settings = self.tools.settings;
        let has_app = settings.totp && self.user.totp_enabled;
        has_app || (settings.has_phone_numbers() && self.user.has_reserved_number())
    }
}

/// One factor of one attempt.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) tools: Tools<'a>,
    pub(crate) attempt_id: &'a str,
    /// The browser that the attempt was made in.
    pub(crate) client_id: &'a str,
    pub(crate) level: Level,
    pub(crate) factor: &'a Factor,
    /// Absent when nobody has the identifier, or nobody said who they are.
    pub(crate) user: Option<&'a User>,
    /// Whether nobody has the identifier, and whoever proves it may sign up with it.
    pub(crate) is_newcomer: bool,
    pub(crate) now: Timestamp,
}

impl<'a> Case<'a> {
    /// The address that somebody who may sign up has typed.
    pub(crate) fn address_of_newcomer(&self) -> Option<String> {
        let typed = self.factor.safe_identifier.clone();
        typed.filter(|_| self.is_newcomer)
    }

    /// What is asked: by this an answer finds its challenge.
    pub(crate) fn key(&self) -> ChallengeKey<'a> {
        ChallengeKey {
            attempt_id: self.attempt_id,
            strategy: self.factor.strategy.as_str(),
            level: self.level.as_str(),
        }
    }
}

/// What has to be stored and sent when a factor is chosen; all of it in the transaction that stores the choice.
#[derive(Debug, Default)]
pub(crate) struct Preparation {
    pub(crate) expire_at: Option<Timestamp>,
    /// What the attempt shows of it.
    pub(crate) shown: Shown,
    pub(crate) challenge: Option<NewChallenge>,
    /// A message, sealed for the outbox.
    pub(crate) message: Option<Vec<u8>>,
    /// The way the message goes.
    pub(crate) channel: Channel,
    /// The address or number that the message goes to, or would go to if somebody had it.
    pub(crate) recipient: Option<String>,
}

/// What an answer is worth.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It proves the factor.
    Proven(Proof),
    /// It does not. `is_last`: no other answer to the same question will be looked at.
    Missed { is_last: bool },
    /// There was nothing to answer, or it is over: this was not a guess.
    Unanswerable { error: ApiError },
}

/// What a right answer proves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The user, when the answer says who that is.
    pub(crate) subject: Option<String>,
    /// What the proof uses up, in words of its strategy.
    pub(crate) spends: Option<String>,
    /// What the owner of the account hears of by mail.
    pub(crate) notice: Option<Notice>,
}
