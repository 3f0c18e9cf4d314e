//! Passwords.
//!
//! An account without a password, and an identifier without an account, cost the same work as a wrong password: a hash
//! with the current parameters over nothing. Which of them it was is said only when nobody is to be protected from it.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use thyra_wire::{ErrorCode, Factor, Secret};

use super::{Answer, Case, Preparation, Strategy, Verdict};
use crate::auth::Inner;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::store::User;

pub(crate) struct Password;

impl Strategy for Password {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::Password
    }

    fn factors(&self, user: &User, _typed: &Identifier, level: Level) -> Vec<Factor> {
        let has_one = level == Level::First && user.password_hash.is_some();
        has_one
            .then(|| Factor::new(self.name()))
            .into_iter()
            .collect()
    }

    fn decoys(&self, _auth: &Inner, _typed: &Identifier, level: Level) -> Vec<Factor> {
        (level == Level::First)
            .then(|| Factor::new(self.name()))
            .into_iter()
            .collect()
    }

    fn prepare(&self, _case: &Case<'_>) -> Result<Preparation, ApiError> {
        Err(ApiError::of(ErrorCode::FormParamValueInvalid, "strategy"))
    }

    fn check(&self, auth: &Inner, answer: &Answer) -> Result<(), ApiError> {
        auth.check_tried_password(given(answer)?)
    }

    fn attempt<'a>(
        &'a self,
        case: &'a Case<'a>,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Verdict, ApiError>> {
        attempt(case, answer).boxed()
    }
}

fn given(answer: &Answer) -> Result<&Secret, ApiError> {
    let password = answer.password.as_ref();
    password.ok_or_else(|| ApiError::of(ErrorCode::FormParamNil, "password"))
}

async fn attempt(case: &Case<'_>, answer: &Answer) -> Result<Verdict, ApiError> {
    let password = given(answer)?.clone();
    let hasher = &case.auth.hasher;
    let stored = case.user.and_then(|user| user.password_hash.clone());
    let is_right = match stored {
        Some(stored) => hasher.verify(password, stored).await?,
        None => {
            hasher.verify_dummy(password).await?;
            false
        }
    };
    if is_right {
        return Ok(Verdict::Proven { spends: None });
    }
    Ok(Verdict::Missed {
        error: wrong_password(case),
        is_last: false,
    })
}

fn wrong_password(case: &Case<'_>) -> ApiError {
    let has_none = case.user.is_some_and(|user| user.password_hash.is_none());
    if case.auth.is_strict() {
        ApiError::of(ErrorCode::FormPasswordOrIdentifierIncorrect, "password")
    } else if has_none {
        ApiError::new(ErrorCode::StrategyForUserInvalid)
    } else {
        ApiError::of(ErrorCode::FormPasswordIncorrect, "password")
    }
}
