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
use crate::store::{Connection, User, users};

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

    /// A password that was kept by older rules is kept by ours from now on. It proves what it does either way.
    fn spend<'a>(
        &'a self,
        case: &'a Case<'a>,
        spends: &'a str,
        db: &'a mut Connection,
    ) -> Saying<'a, bool> {
        async move {
            if let Some(user) = case.user
                && let Some(before) = &user.password_hash
            {
                users::rehash_password(db, &user.id, before, spends).await?;
            }
            Ok(true)
        }
        .boxed()
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
    let Some(stored) = stored else {
        hasher.verify_dummy(password).await?;
        return Ok(Verdict::Missed { is_last: false });
    };
    if !hasher.verify(password.clone(), stored.clone()).await? {
        return Ok(Verdict::Missed { is_last: false });
    }
    let renewed = match hasher.is_outdated(&stored) {
        true => Some(hasher.hash(password).await?),
        false => None,
    };
    Ok(Verdict::Proven(Proof {
        spends: renewed,
        ..Proof::default()
    }))
}
