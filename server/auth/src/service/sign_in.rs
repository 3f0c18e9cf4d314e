//! The sign-in, from the choice of a factor to the session.

use thyra_wire::{ErrorCode, Factor, Strategy};

use super::account_lock::AccountLock;
use super::{Visit, new_session};
use crate::auth::Inner;
use crate::error::ApiError;
use crate::flow::{Effect, Event, Level, Refusal, SignIn, Subject};
use crate::store::{
    Connection, Durability, StoreError, Transaction, User, codes, outbox, sessions, sign_ins, users,
};
use crate::strategy::{self, Answer, Case, Preparation, Verdict};
use crate::token::random_id;

/// What a client can do with its sign-in attempt.
pub(crate) struct SignInService<'a>(pub(crate) &'a Inner);

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
        let attempt = sign_ins::find(&mut *self.0.store.read().await?, id, &client.id).await?;
        attempt.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
    }

    /// The factor of this strategy, the one to this address when one is named.
    pub(crate) fn factor(
        &self,
        attempt: &SignIn,
        level: Level,
        strategy: &Strategy,
        address_id: Option<&str>,
    ) -> Result<Factor, ApiError> {
        let of_strategy = || {
            attempt
                .factors(level)
                .iter()
                .filter(|factor| factor.strategy == *strategy)
        };
        let factor = match address_id {
            Some(id) => of_strategy().find(|factor| factor.email_address_id.as_deref() == Some(id)),
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
        factor.cloned().ok_or_else(|| {
            if address_id.is_some() {
                ApiError::of(ErrorCode::ResourceNotFound, "email_address_id")
            } else {
                ApiError::new(ErrorCode::StrategyForUserInvalid)
            }
        })
    }

    /// Makes what the factor needs, and sends it.
    pub(crate) async fn prepare(
        &self,
        visit: &mut Visit,
        attempt: SignIn,
        level: Level,
        factor: Factor,
    ) -> Result<SignIn, ApiError> {
        let mut db = self.0.store.write().await?;
        let attempt = self.reload(&mut db, &attempt).await?;
        let user = self.user_of(&mut db, &attempt).await?;
        let case = self.case(&attempt, level, &factor, user.as_ref(), visit);
        let preparation =
            strategy::find(&self.0.strategies, factor.strategy.as_str())?.prepare(&case)?;
        let event = Event::Prepared {
            level,
            factor: factor.clone(),
            expire_at: preparation.expire_at,
        };
        let (attempt, _) = attempt.apply(event, visit.now).map_err(refused)?;
        store_preparation(self.0, &mut db, preparation, visit).await?;
        self.save(visit, &mut db, &attempt).await?;
        db.commit(Durability::Attempt).await?;
        self.0.wake_deliveries();
        Ok(attempt)
    }

    /// Lets an answer prove the factor.
    pub(crate) async fn prove(
        &self,
        visit: &mut Visit,
        attempt: SignIn,
        level: Level,
        factor: Factor,
        answer: Answer,
    ) -> Result<SignIn, ApiError> {
        let mut db = self.0.store.write().await?;
        let user = self.user_of(&mut db, &attempt).await?;
        let lock = AccountLock::of(self.0, &attempt);
        let policy = &self.0.lockout_policy;
        let locked = lock.count_try(&mut db, policy, visit.now).await?;
        let case = self.case(&attempt, level, &factor, user.as_ref(), visit);
        let (verdict, mut db) = match locked {
            // In strict mode a lock must look like a wrong answer and take as long.
            Err(_) if self.0.is_strict() => {
                let (verdict, db) = self.judge(db, &anonymous(&case), &answer).await?;
                (without_proof(verdict), db)
            }
            Err(error) => return Err(error),
            Ok(()) => self.judge(db, &case, &answer).await?,
        };
        let is_banned = user.as_ref().is_some_and(|user| user.is_banned);
        match verdict {
            Verdict::Proven { .. } if is_banned && !self.0.is_strict() => {
                db.commit(Durability::Attempt).await?;
                Err(ApiError::new(ErrorCode::UserBanned))
            }
            Verdict::Proven { code_id } => {
                let event = Event::Proven { level, factor };
                self.proven(visit, db, &attempt, event, code_id, &lock)
                    .await
            }
            Verdict::Missed { error, is_last } => {
                let event = Event::Missed {
                    level,
                    factor,
                    is_last,
                };
                let attempt = self.reload(&mut db, &attempt).await?;
                if let Ok((attempt, _)) = attempt.apply(event, visit.now) {
                    self.save(visit, &mut db, &attempt).await?;
                }
                db.commit(Durability::Attempt).await?;
                Err(error)
            }
            Verdict::Unanswerable { error } => {
                lock.take_back(&mut db, visit.now).await?;
                db.commit(Durability::Attempt).await?;
                Err(error)
            }
        }
    }

    /// What the answer is worth, and the transaction to go on with: the one that counted the try, or the next one when
    /// the answer takes long to judge. Then the try is on record before the work begins.
    async fn judge(
        &self,
        mut db: Transaction,
        case: &Case<'_>,
        answer: &Answer,
    ) -> Result<(Verdict, Transaction), ApiError> {
        let strategy = strategy::find(&self.0.strategies, case.factor.strategy.as_str())?;
        let judged = match strategy.attempt_within(case, answer, &mut db) {
            Some(judging) => Some(judging.await?),
            None => None,
        };
        if let Some(verdict) = judged {
            return Ok((verdict, db));
        }
        db.commit(Durability::Attempt).await?;
        let verdict = strategy.attempt(case, answer).await?;
        Ok((verdict, self.0.store.write().await?))
    }

    async fn proven(
        &self,
        visit: &mut Visit,
        mut db: Transaction,
        attempt: &SignIn,
        event: Event,
        code_id: Option<String>,
        lock: &AccountLock,
    ) -> Result<SignIn, ApiError> {
        let attempt = self.reload(&mut db, attempt).await?;
        if let Some(code_id) = code_id
            && !codes::consume(&mut db, &code_id, visit.now).await?
        {
            return Err(ApiError::new(ErrorCode::VerificationAlreadyVerified));
        }
        let (mut attempt, effects) = attempt.apply(event, visit.now).map_err(refused)?;
        if effects.is_empty() {
            lock.take_back(&mut db, visit.now).await?;
            self.save(visit, &mut db, &attempt).await?;
            db.commit(Durability::Credential).await?;
            return Ok(attempt);
        }
        for effect in effects {
            attempt = self.create_session(visit, &mut db, attempt, effect).await?;
        }
        lock.clear(&mut db).await?;
        sign_ins::update(&mut db, &attempt).await?;
        db.commit(Durability::Credential).await?;
        Ok(attempt)
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
        sessions::end_of_client(db, &attempt.client_id, visit.now).await?;
        sessions::insert(db, &session).await?;
        users::note_sign_in(db, &user_id, visit.now).await?;
        visit.rotate_token(self.0, db).await?;
        let last_strategy = attempt
            .first
            .as_ref()
            .map(|first| first.factor.strategy.as_str().to_owned());
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
        let attempt = sign_ins::find(db, &attempt.id, &attempt.client_id).await?;
        attempt.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
    }

    async fn save(
        &self,
        visit: &mut Visit,
        db: &mut Connection,
        attempt: &SignIn,
    ) -> Result<(), StoreError> {
        sign_ins::update(db, attempt).await?;
        visit.sign_in = Some(attempt.clone());
        visit.note_change(db).await
    }

    async fn user_of(
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
            auth: self.0,
            attempt_id: &attempt.id,
            level,
            factor,
            user,
            now: visit.now,
        }
    }
}

fn anonymous<'a>(case: &Case<'a>) -> Case<'a> {
    Case {
        user: None,
        ..*case
    }
}

/// A locked account takes no proof, whatever the answer was worth.
fn without_proof(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Proven { .. } => Verdict::Missed {
            error: ApiError::of(ErrorCode::FormCodeIncorrect, "code"),
            is_last: false,
        },
        other => other,
    }
}

/// Stores the code and the message that were made for a factor.
pub(super) async fn store_preparation(
    auth: &Inner,
    db: &mut Connection,
    preparation: Preparation,
    visit: &Visit,
) -> Result<(), StoreError> {
    if let Some(code) = &preparation.code {
        codes::replace(db, code).await?;
    }
    if let Some(message) = &preparation.message {
        let due = auth.sends_mail().then_some(visit.now);
        outbox::insert(db, &random_id("msg_"), message, due, visit.now).await?;
    }
    Ok(())
}
