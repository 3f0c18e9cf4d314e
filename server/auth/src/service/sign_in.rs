//! The sign-in, from the choice of a factor to the session.

use thyra_wire::{ErrorCode, Factor, Timestamp, UserData};

use super::account_lock::AccountLock;
use super::notices::tell_owner;
use super::sending::{Prepared, store_preparation};
use super::sign_in_create::user_data;
use super::{OldCookie, Visit, new_session};
use crate::error::ApiError;
use crate::flow::{Effect, Event, FactorState, Level, Recognized, Refusal, SignIn, Subject};
use crate::identifier::Identifier;
use crate::instance::Instance;
use crate::params::Params;
use crate::store::{Connection, Durability, Transaction, User, attempts, users};
use crate::strategy::{self, Case, Proof, Strategy, Verdict, Who};
use crate::token::Purpose;

/// What a client can do with its sign-in attempt.
pub(crate) struct SignInService<'a>(pub(crate) &'a Instance);

/// Whether a try is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    /// It is, and is counted.
    Open,
    /// The account is locked, and the answer must not tell: nothing was counted.
    Shut,
}

/// What an answer comes to.
enum Worth {
    /// It proves the factor.
    Proof(Proof),
    /// It does not, and this is the answer to it.
    Missed { error: ApiError, is_last: bool },
    /// It was no guess.
    Nothing(ApiError),
}

/// An attempt as it is now, and the transaction in which it may change.
pub(crate) struct OpenSignIn {
    pub(crate) attempt: SignIn,
    pub(super) db: Transaction,
}

/// What an answer was for, and whose tries are counted.
struct Tried<'a> {
    strategy: &'static dyn Strategy,
    case: Case<'a>,
    attempt: &'a SignIn,
    lock: AccountLock,
    gate: Gate,
}

impl Tried<'_> {
    /// A wrong answer, or one that has to look like it.
    fn missed(&self, is_last: bool) -> Worth {
        Worth::Missed {
            error: self.strategy.missed(&self.case),
            is_last,
        }
    }

    fn worth(&self, verdict: Verdict) -> Worth {
        match verdict {
            Verdict::Proven(proof) => Worth::Proof(proof),
            Verdict::Missed { is_last } => self.missed(is_last),
            Verdict::Unanswerable { error } => Worth::Nothing(error),
        }
    }

    /// What is let through: a locked account takes no proof, and a banned one says so to whoever proves to be its owner.
    fn admit(&self, worth: Worth) -> Result<Worth, ApiError> {
        if !matches!(worth, Worth::Proof(_)) {
            return Ok(worth);
        }
        if self.case.user.is_some_and(|user| user.is_banned) {
            return Err(ApiError::new(ErrorCode::UserBanned));
        }
        Ok(match self.gate {
            Gate::Open => worth,
            Gate::Shut => self.missed(false),
        })
    }
}

pub(super) fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::NotNow => ApiError::new(ErrorCode::StrategyForUserInvalid),
        Refusal::NoSuchFactor => ApiError::of(ErrorCode::FormParamValueInvalid, "strategy"),
        Refusal::Over => ApiError::new(ErrorCode::ResourceNotFound),
    }
}

impl SignInService<'_> {
    /// The client's attempt with this id.
    pub(crate) async fn find(&self, visit: &Visit, id: &str) -> Result<SignIn, ApiError> {
        let client = visit.client()?;
        let attempt = attempts::find(&mut *self.0.store.read().await?, id, &client.id).await?;
        attempt.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
    }

    /// The same, to be changed.
    pub(crate) async fn open(&self, visit: &mut Visit, id: &str) -> Result<OpenSignIn, ApiError> {
        visit.client()?;
        let mut db = self.0.store.write().await?;
        let client = visit.confirm(self.0, &mut db).await?;
        let attempt = attempts::find(&mut db, id, &client.id).await?;
        let attempt = attempt.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))?;
        Ok(OpenSignIn { attempt, db })
    }

    /// The factor of this strategy, the one with this target when one is named: the field and the id in it.
    pub(crate) fn factor(
        &self,
        attempt: &SignIn,
        level: Level,
        strategy: &thyra_wire::Strategy,
        target: Option<(&str, &str)>,
    ) -> Result<Factor, ApiError> {
        let of_strategy = || {
            attempt
                .factors(level)
                .iter()
                .filter(|factor| factor.strategy == *strategy)
        };
        let factor = match target {
            Some(target) => of_strategy().find(|factor| factor.target() == Some(target)),
            // The one in use before any other: an answer belongs to the last question.
            None => of_strategy()
                .find(|factor| {
                    attempt
                        .state(level)
                        .is_some_and(|state| state.factor.is_same_as(factor))
                })
                .or_else(|| {
                    of_strategy().find(|factor| factor.safe_identifier == attempt.identifier)
                })
                .or_else(|| of_strategy().next()),
        };
        factor.cloned().ok_or_else(|| match target {
            Some((name, _)) => ApiError::of(ErrorCode::ResourceNotFound, name),
            None => ApiError::new(ErrorCode::StrategyForUserInvalid),
        })
    }

    /// Makes what the factor needs, and sends it.
    pub(crate) async fn prepare(
        &self,
        visit: &mut Visit,
        open: OpenSignIn,
        level: Level,
        factor: Factor,
        request: &Params,
    ) -> Result<SignIn, ApiError> {
        let OpenSignIn { attempt, mut db } = open;
        let user = self.user_of(&mut db, &attempt).await?;
        // Where nobody may find out who has an account, this goes on as for somebody who never had one.
        if user.is_none() && matches!(attempt.subject, Subject::User(_)) && !self.0.is_strict() {
            return Err(refused(Refusal::Over));
        }
        let case = self.case(&attempt, level, &factor, user.as_ref(), visit);
        let strategy = strategy::find(&self.0.strategies, &factor.strategy)?;
        let mut preparation = strategy.prepare(&case, request, &mut db).await?;
        let made_expire_at = preparation.expire_at;
        let shown = std::mem::take(&mut preparation.shown);
        let expire_at = match store_preparation(self.0, &mut db, preparation, visit.now).await? {
            Prepared::Kept { .. } if attempt.awaits(level, &factor) => return Ok(attempt),
            Prepared::Kept { expire_at } => Some(expire_at),
            Prepared::Made => made_expire_at,
        };
        let event = Event::Prepared {
            level,
            factor: factor.clone(),
            expire_at,
            shown,
        };
        let (attempt, _) = attempt.apply(event, visit.now).map_err(refused)?;
        self.save(visit, &mut db, &attempt).await?;
        visit.commit(db, Durability::Attempt).await?;
        self.0.wake_deliveries();
        Ok(attempt)
    }

    /// Refuses what cannot be an answer by this strategy, before anything is opened for it.
    pub(crate) fn check(
        &self,
        strategy: &thyra_wire::Strategy,
        answer: &Params,
    ) -> Result<(), ApiError> {
        // One that is not here is refused as a factor that the attempt does not have.
        strategy::find(&self.0.strategies, strategy)
            .map_or(Ok(()), |strategy| strategy.check(self.0.tools(), answer))
    }

    /// Lets an answer prove the factor. Only a wrong answer stays counted: what could not be judged or stored is undone.
    pub(crate) async fn prove(
        &self,
        visit: &mut Visit,
        open: OpenSignIn,
        level: Level,
        factor: Factor,
        answer: &Params,
    ) -> Result<SignIn, ApiError> {
        let OpenSignIn { attempt, mut db } = open;
        let strategy = strategy::find(&self.0.strategies, &factor.strategy)?;
        let user = self.user_of(&mut db, &attempt).await?;
        let lock = AccountLock::of(self.0, &attempt);
        let gate = self.pass(&mut db, &lock, visit.now).await?;
        let user = user.as_ref().filter(|_| gate == Gate::Open);
        let tried = Tried {
            strategy,
            case: self.case(&attempt, level, &factor, user, visit),
            attempt: &attempt,
            lock,
            gate,
        };
        let judged = match strategy.attempt_within(&tried.case, answer, &mut db) {
            Some(judging) => Some(judging.await?),
            None => None,
        };
        if let Some(verdict) = judged {
            let worth = tried.admit(tried.worth(verdict))?;
            return self.record(visit, db, &tried, worth).await;
        }
        // The answer takes long to judge: the try is on record before that begins.
        db.commit(Durability::Attempt).await?;
        let judged = strategy.attempt(&tried.case, answer).await;
        let mut was_guess = gate == Gate::Shut;
        let result = match judged {
            Ok(verdict) => {
                let mut db = self.0.store.write().await?;
                if let Some(attempt) = self
                    .completed_meanwhile(visit, &mut db, tried.attempt)
                    .await?
                {
                    tried.lock.take_back(&mut db, visit.now).await?;
                    db.commit(Durability::Attempt).await?;
                    return Ok(attempt);
                }
                let worth = self.weigh(&mut db, &tried, verdict).await;
                was_guess |= matches!(worth, Ok(Worth::Missed { .. }));
                match worth {
                    Ok(worth) => self.record(visit, db, &tried, worth).await,
                    Err(error) => {
                        drop(db);
                        Err(error)
                    }
                }
            }
            Err(error) => Err(error),
        };
        tried
            .lock
            .settle(self.0, result, was_guess, visit.now)
            .await
    }

    /// What an answer comes to that was judged outside of the transaction.
    async fn weigh(
        &self,
        db: &mut Connection,
        tried: &Tried<'_>,
        verdict: Verdict,
    ) -> Result<Worth, ApiError> {
        let verdict = tried.strategy.look_up(&tried.case, verdict, db).await?;
        let worth = self.reconsider(db, tried, tried.worth(verdict)).await?;
        tried.admit(worth)
    }

    /// The attempt, when the same browser completed it while its second request was judged.
    async fn completed_meanwhile(
        &self,
        visit: &mut Visit,
        db: &mut Connection,
        attempt: &SignIn,
    ) -> Result<Option<SignIn>, ApiError> {
        // A cookie that was replaced in another browser is refused with what the answer was worth.
        let is_still_open = visit.confirm(self.0, db).await.is_err() || !visit.is_repeated();
        if is_still_open {
            return Ok(None);
        }
        let attempt = self.reload(db, attempt).await?;
        Ok(Some(attempt).filter(SignIn::is_over))
    }

    /// What a proof is still worth that was judged outside of the transaction: meanwhile the user may have been banned,
    /// locked or deleted, or what this proof or that of the first factor hangs on may have changed.
    async fn reconsider(
        &self,
        db: &mut Connection,
        tried: &Tried<'_>,
        worth: Worth,
    ) -> Result<Worth, ApiError> {
        let (Worth::Proof(_), Some(before)) = (&worth, tried.case.user) else {
            return Ok(worth);
        };
        if let Some(locked) = tried.lock.by_hand(db).await? {
            if self.0.is_strict() {
                return Ok(tried.missed(false));
            }
            return Err(locked);
        }
        let Some(now) = self.user_of(db, tried.attempt).await? else {
            return Ok(tried.missed(false));
        };
        if now.is_banned {
            return Err(ApiError::new(ErrorCode::UserBanned));
        }
        if !tried.strategy.still_holds(before, &now) {
            return Ok(tried.missed(false));
        }
        let first = tried
            .attempt
            .first
            .as_ref()
            .filter(|first| first.is_verified());
        let Some(first) = first else {
            return Ok(worth);
        };
        let strategy = strategy::find(&self.0.strategies, &first.factor.strategy)?;
        if strategy.still_holds(before, &now) {
            return Ok(worth);
        }
        let case = Case {
            level: Level::First,
            factor: &first.factor,
            ..tried.case
        };
        Ok(Worth::Missed {
            error: strategy.missed(&case),
            is_last: false,
        })
    }

    /// Counts the try. In strict mode a lock must look like a wrong answer and take as long: it shows only as a gate.
    async fn pass(
        &self,
        db: &mut Connection,
        lock: &AccountLock,
        now: Timestamp,
    ) -> Result<Gate, ApiError> {
        match lock.count_try(db, &self.0.lockout_policy, now).await? {
            Ok(()) => Ok(Gate::Open),
            Err(_) if self.0.is_strict() => Ok(Gate::Shut),
            Err(error) => Err(error),
        }
    }

    /// Stores what the answer was worth: a proof, or that it was wrong. Otherwise nothing of the transaction stays.
    async fn record(
        &self,
        visit: &mut Visit,
        db: Transaction,
        tried: &Tried<'_>,
        worth: Worth,
    ) -> Result<SignIn, ApiError> {
        match worth {
            Worth::Proof(proof) => self.proven(visit, db, tried, proof).await,
            Worth::Missed { error, is_last } => {
                self.missed(visit, db, tried, is_last).await?;
                Err(error)
            }
            Worth::Nothing(error) => Err(error),
        }
    }

    async fn missed(
        &self,
        visit: &mut Visit,
        mut db: Transaction,
        tried: &Tried<'_>,
        is_last: bool,
    ) -> Result<(), ApiError> {
        let event = Event::Missed {
            level: tried.case.level,
            factor: tried.case.factor.clone(),
            is_last,
        };
        if let Some(identifier) = &tried.attempt.identifier {
            self.note_failure(visit, identifier);
        }
        let attempt = self.reload(&mut db, tried.attempt).await?;
        if let Ok((attempt, _)) = attempt.apply(event, visit.now) {
            self.save(visit, &mut db, &attempt).await?;
        }
        visit.commit(db, Durability::Attempt).await
    }

    /// An answer for this identifier failed, or nobody has it.
    pub(super) fn note_failure(&self, visit: &Visit, identifier: &str) {
        let Some(network) = visit.network.filter(|_| self.0.settings.limits) else {
            return;
        };
        let digest = self
            .0
            .master
            .mac(Purpose::UnknownAccount, identifier.as_bytes());
        if self.0.stuffing.note(network, digest.short(), visit.now) {
            tracing::warn!(
                %network,
                "sign-ins of very many people fail in one network, which gets no further tries for a while"
            );
        }
    }

    async fn proven(
        &self,
        visit: &mut Visit,
        mut db: Transaction,
        tried: &Tried<'_>,
        proof: Proof,
    ) -> Result<SignIn, ApiError> {
        let Tried {
            strategy,
            case,
            lock,
            ..
        } = tried;
        let attempt = self.reload(&mut db, tried.attempt).await?;
        if let Some(spends) = &proof.spends
            && !strategy.spend(case, spends, &mut db).await?
        {
            return Err(ApiError::new(ErrorCode::VerificationAlreadyVerified));
        }
        if let (Some(notice), Some(user)) = (proof.notice, case.user) {
            tell_owner(self.0, &mut db, user, notice, visit.now).await?;
        }
        let (subject, named) = match &proof.subject {
            Some(user_id) => {
                let (recognized, user_data) = self.recognize(&mut db, tried, user_id).await?;
                (Some(recognized), Some(user_data))
            }
            None if case.level == Level::First => (self.known(&mut db, &attempt).await?, None),
            None => (None, None),
        };
        let event = Event::Proven {
            level: case.level,
            factor: case.factor.clone(),
            subject,
        };
        let (mut attempt, effects) = attempt.apply(event, visit.now).map_err(refused)?;
        attempt.user_data = named.or(attempt.user_data);
        if effects.is_empty() {
            lock.take_back(&mut db, visit.now).await?;
            self.save(visit, &mut db, &attempt).await?;
            visit.commit(db, Durability::Credential).await?;
            return match attempt.transferable() {
                // What comes along shows the attempt as it is.
                Some(_) => Err(ApiError::new(ErrorCode::SignUpIfMissingTransfer)),
                None => Ok(attempt),
            };
        }
        // The lock of whoever had not said who they are is another than the one that a sign-in clears.
        if *lock != AccountLock::of(self.0, &attempt) {
            lock.take_back(&mut db, visit.now).await?;
        }
        attempt = self.complete(visit, &mut db, attempt, effects).await?;
        visit.commit(db, Durability::Credential).await?;
        if proof.notice.is_some() {
            self.0.wake_deliveries();
        }
        Ok(attempt)
    }

    /// Carries out what a complete attempt asks for. Somebody signs in: what was tried at their account is forgotten.
    pub(super) async fn complete(
        &self,
        visit: &mut Visit,
        db: &mut Connection,
        mut attempt: SignIn,
        effects: Vec<Effect>,
    ) -> Result<SignIn, ApiError> {
        let lock = AccountLock::of(self.0, &attempt);
        for effect in effects {
            attempt = self.create_session(visit, db, attempt, effect).await?;
        }
        lock.clear(db).await?;
        attempts::update(db, &attempt).await?;
        Ok(attempt)
    }

    /// The user whom a proof names, with what they are asked for next.
    async fn recognize(
        &self,
        db: &mut Connection,
        tried: &Tried<'_>,
        user_id: &str,
    ) -> Result<(Recognized, UserData), ApiError> {
        let missed = || tried.strategy.missed(&tried.case);
        let user = users::by_id(db, user_id).await?.ok_or_else(missed)?;
        let locked = AccountLock::of_user(user_id).by_hand(db).await?;
        let refusal = if user.is_banned {
            Some(ApiError::new(ErrorCode::UserBanned))
        } else {
            locked
        };
        if let Some(refusal) = refusal {
            return Err(if self.0.is_strict() {
                missed()
            } else {
                refusal
            });
        }
        let recognized = Recognized {
            user_id: user.id.clone(),
            second_factors: self.factors_of(db, &user, None, Level::Second).await?,
            trust_factors: Vec::new(),
        };
        Ok((recognized, user_data(&user)))
    }

    /// The user whom the attempt is about, with what they are asked for next: as it is now, not as it was when the attempt
    /// began. Whoever began one a day ago must not pass by a second factor that is there since.
    pub(super) async fn known(
        &self,
        db: &mut Connection,
        attempt: &SignIn,
    ) -> Result<Option<Recognized>, ApiError> {
        let Some(user) = self.user_of(db, attempt).await? else {
            return Ok(None);
        };
        let typed = attempt.identifier.as_deref();
        let typed = typed.and_then(|typed| Identifier::parse(typed, &self.0.settings).ok());
        let second_factors = self
            .factors_of(db, &user, typed.as_ref(), Level::Second)
            .await?;
        Ok(Some(Recognized {
            user_id: user.id,
            second_factors,
            trust_factors: attempt.trust_factors.clone(),
        }))
    }

    /// What this user can prove at this level, in the order in which it is offered.
    pub(super) async fn factors_of(
        &self,
        db: &mut Connection,
        user: &User,
        typed: Option<&Identifier>,
        level: Level,
    ) -> Result<Vec<Factor>, ApiError> {
        let who = Who {
            tools: self.0.tools(),
            user,
            typed,
            level,
        };
        let mut factors = Vec::new();
        for strategy in &self.0.strategies {
            factors.extend(strategy.factors(who, db).await?);
        }
        Ok(factors)
    }

    async fn create_session(
        &self,
        visit: &mut Visit,
        db: &mut Connection,
        attempt: SignIn,
        effect: Effect,
    ) -> Result<SignIn, ApiError> {
        let Effect::CreateSession {
            user_id,
            first_factor_at,
            second_factor_at,
        } = effect;
        visit.refresh_client(db).await?;
        let session = new_session(
            self.0,
            &attempt.client_id,
            &user_id,
            (first_factor_at, second_factor_at),
            visit.now,
        );
        users::note_sign_in(db, &user_id, visit.now).await?;
        visit.begin_session(db, &session).await?;
        visit.rotate_token(self.0, db, OldCookie::Lingers).await?;
        visit.changes.sessions_changed = true;
        let last_strategy = attempt.first.as_ref().map(way_in);
        if let Some(client) = &mut visit.client {
            client.sign_in_id = None;
            client.sign_up_id = None;
            client.last_active_session_id = Some(session.id.clone());
            client.last_authentication_strategy = last_strategy;
        }
        visit.save_client(db).await?;
        let event = Event::SessionCreated {
            session_id: session.id,
        };
        Ok(attempt.apply(event, visit.now).map_err(refused)?.0)
    }

    /// The attempt as it is now, inside the transaction that will change it.
    async fn reload(&self, db: &mut Connection, attempt: &SignIn) -> Result<SignIn, ApiError> {
        let attempt = attempts::find(db, &attempt.id, &attempt.client_id).await?;
        attempt.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
    }

    pub(super) async fn save(
        &self,
        visit: &mut Visit,
        db: &mut Connection,
        attempt: &SignIn,
    ) -> Result<(), ApiError> {
        attempts::update(db, attempt).await?;
        visit.changes.sign_in = Some(attempt.clone());
        visit.note_change(db).await
    }

    pub(super) async fn user_of(
        &self,
        db: &mut Connection,
        attempt: &SignIn,
    ) -> Result<Option<User>, ApiError> {
        // The look-up happens for nobody too: an account must not show by a missing round trip.
        let id = if let Subject::User(id) = &attempt.subject {
            id.as_str()
        } else {
            ""
        };
        let user = users::by_id(db, id).await?;
        Ok(user.filter(|user| !(user.is_banned && self.0.is_strict())))
    }

    fn case<'a>(
        &'a self,
        attempt: &'a SignIn,
        level: Level,
        factor: &'a Factor,
        user: Option<&'a User>,
        visit: &Visit,
    ) -> Case<'a> {
        Case {
            tools: self.0.tools(),
            attempt_id: &attempt.id,
            client_id: &attempt.client_id,
            level,
            factor,
            user,
            is_newcomer: attempt.subject == Subject::Newcomer,
            now: visit.now,
        }
    }
}

/// How somebody signed in who proved this factor: who has set a new password has signed in with it.
fn way_in(first: &FactorState) -> String {
    let strategy = match &first.factor.strategy {
        thyra_wire::Strategy::ResetPasswordEmailCode
        | thyra_wire::Strategy::ResetPasswordPhoneCode => &thyra_wire::Strategy::Password,
        other => other,
    };
    strategy.as_str().to_owned()
}
