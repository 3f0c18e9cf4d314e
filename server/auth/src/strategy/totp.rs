//! Codes of an authenticator app, as a second factor.
//!
//! A code belongs to a step of 30 seconds, and is right during one step before and after it too. The newest step that was
//! accepted is kept: no code of that step or of an earlier one is right again, for whichever attempt. Answers are counted
//! against the account, and against the app itself.

use futures::FutureExt as _;
use thyra_wire::{ErrorCode, Factor, Timestamp};

use super::contract::{Case, Proof, Saying, Strategy, Verdict, Who};
use super::factor_lock::FactorLock;
use super::one_time_code::{read_code, wrong_code};
use super::tools::Tools;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::store::{Connection, totp};
use crate::token::TotpSecret;

const NAME: thyra_wire::Strategy = thyra_wire::Strategy::Totp;

pub(crate) struct Totp;

impl Strategy for Totp {
    fn name(&self) -> thyra_wire::Strategy {
        NAME
    }

    fn factors<'a>(&'a self, who: Who<'a>, _db: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        let is_asked_for = who.level == Level::Second && who.tools.settings.totp;
        let factor = (is_asked_for && who.user.totp_enabled).then(|| Factor::new(NAME));
        async { Ok(factor.into_iter().collect()) }.boxed()
    }

    fn decoys(&self, _tools: Tools<'_>, _typed: &Identifier, _level: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn is_prepared(&self) -> bool {
        false
    }

    fn check(&self, _tools: Tools<'_>, answer: &Params) -> Result<(), ApiError> {
        read_code(answer.secret("code")?.as_ref()).map(drop)
    }

    fn attempt_within<'a>(
        &'a self,
        case: &'a Case<'a>,
        answer: &'a Params,
        db: &'a mut Connection,
    ) -> Option<Saying<'a, Verdict>> {
        let judged = async move {
            let code = read_code(answer.secret("code")?.as_ref())?;
            let Some(user) = case.user else {
                return Ok(Verdict::Missed { is_last: false });
            };
            judge_totp(case.tools, db, &user.id, code.expose(), case.now).await
        };
        Some(judged.boxed())
    }

    fn spend<'a>(
        &'a self,
        case: &'a Case<'a>,
        spends: &'a str,
        db: &'a mut Connection,
    ) -> Saying<'a, bool> {
        async move {
            match case.user {
                Some(user) => spend_totp(db, &user.id, spends, case.now).await,
                None => Ok(false),
            }
        }
        .boxed()
    }

    fn missed(&self, _case: &Case<'_>) -> ApiError {
        wrong_code()
    }
}

/// Whether this is a code of the user's app that was not accepted before. The proof spends its step.
pub(crate) async fn judge_totp(
    tools: Tools<'_>,
    db: &mut Connection,
    user_id: &str,
    code: &str,
    now: Timestamp,
) -> Result<Verdict, ApiError> {
    let stored = totp::of_user(db, user_id).await?;
    let Some(stored) = stored.filter(|stored| stored.verified_at.is_some()) else {
        return Ok(Verdict::Unanswerable {
            error: ApiError::new(ErrorCode::StrategyForUserInvalid),
        });
    };
    let lock = FactorLock::new(user_id, &NAME);
    if let Err(error) = lock.count_try(db, now).await? {
        return Ok(Verdict::Unanswerable { error });
    }
    let secret =
        TotpSecret::open(tools.master, &stored.sealed_secret).map_err(ApiError::internal)?;
    let step = secret.step_of(code, now);
    // A code that was accepted before looks like a wrong one: whoever watched somebody type learns nothing from it.
    let Some(step) = step.filter(|step| *step > stored.last_step) else {
        return Ok(Verdict::Missed { is_last: false });
    };
    lock.clear(db).await?;
    Ok(Verdict::Proven(Proof {
        spends: Some(step.to_string()),
        ..Proof::default()
    }))
}

/// Accepts the step: false when it, or a later one, was accepted before.
pub(crate) async fn spend_totp(
    db: &mut Connection,
    user_id: &str,
    step: &str,
    now: Timestamp,
) -> Result<bool, ApiError> {
    let step = step.parse().map_err(ApiError::internal)?;
    Ok(totp::accept(db, user_id, step, now).await?)
}
