//! Passwords.
//!
//! An account without a password, and an identifier without an account, cost the same work as a wrong password: a hash
//! with the current parameters over nothing. Which of them it was is said only when nobody is to be protected from it.

use futures::FutureExt as _;
use thyra_wire::{ErrorCode, Factor, Secret};

use super::contract::{Case, Proof, Saying, Strategy, Verdict, Who};
use super::tools::Tools;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::store::{Connection, User};

pub(crate) struct Password;

impl Strategy for Password {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::Password
    }

    fn factors<'a>(&'a self, who: Who<'a>, _db: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        let has_one = who.level == Level::First && who.user.password_hash.is_some();
        let factor = has_one.then(|| Factor::new(self.name()));
        async move { Ok(factor.into_iter().collect()) }.boxed()
    }

    fn decoys(&self, _tools: Tools<'_>, _typed: &Identifier, level: Level) -> Vec<Factor> {
        (level == Level::First)
            .then(|| Factor::new(self.name()))
            .into_iter()
            .collect()
    }

    fn is_prepared(&self) -> bool {
        false
    }

    fn check(&self, tools: Tools<'_>, answer: &Params) -> Result<(), ApiError> {
        tools.check_tried_password(&given(answer)?)
    }

    fn attempt<'a>(&'a self, case: &'a Case<'a>, answer: &'a Params) -> Saying<'a, Verdict> {
        attempt(case, answer).boxed()
    }

    fn still_holds(&self, before: &User, now: &User) -> bool {
        before.password_hash == now.password_hash
    }

    fn missed(&self, case: &Case<'_>) -> ApiError {
        let has_none = case.user.is_some_and(|user| user.password_hash.is_none());
        if case.tools.is_strict() {
            ApiError::of(ErrorCode::FormPasswordOrIdentifierIncorrect, "password")
        } else if has_none {
            ApiError::new(ErrorCode::StrategyForUserInvalid)
        } else {
            ApiError::of(ErrorCode::FormPasswordIncorrect, "password")
        }
    }
}

fn given(answer: &Params) -> Result<Secret, ApiError> {
    let password = answer.secret("password")?;
    password.ok_or_else(|| ApiError::of(ErrorCode::FormParamNil, "password"))
}

async fn attempt(case: &Case<'_>, answer: &Params) -> Result<Verdict, ApiError> {
    let password = given(answer)?;
    let hasher = case.tools.hasher;
    let stored = case.user.and_then(|user| user.password_hash.clone());
    let is_right = match stored {
        Some(stored) => hasher.verify(password, stored).await?,
        None => {
            hasher.verify_dummy(password).await?;
            false
        }
    };
    Ok(if is_right {
        Verdict::Proven(Proof::default())
    } else {
        Verdict::Missed { is_last: false }
    })
}
