//! Six-digit codes by e-mail, to one of the user's addresses.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use thyra_wire::Factor;

use super::one_time_code::{
    CodeQuestion, check_code, code_message, make_code, make_unsendable_code, read_code,
};
use super::{Answer, Case, Preparation, Strategy, Verdict};
use crate::auth::Inner;
use crate::delivery::CodeMail;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::{Identifier, mask_email};
use crate::store::{Connection, User};

pub(crate) struct EmailCode;

impl Strategy for EmailCode {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::EmailCode
    }

    fn factors(&self, user: &User, typed: &Identifier, level: Level) -> Vec<Factor> {
        if level == Level::Second {
            return Vec::new();
        }
        let primary = user
            .primary_email_address()
            .map(|address| address.id.clone());
        let verified = user
            .email_addresses
            .iter()
            .filter(|address| address.verified_at.is_some());
        verified
            .map(|address| {
                let was_typed = typed.as_str() == address.email_address;
                let shown = if was_typed {
                    address.email_address.clone()
                } else {
                    mask_email(&address.email_address)
                };
                Factor::email(
                    self.name(),
                    &address.id,
                    &shown,
                    Some(&address.id) == primary.as_ref(),
                )
            })
            .collect()
    }

    fn decoys(&self, auth: &Inner, typed: &Identifier, level: Level) -> Vec<Factor> {
        match (level, typed) {
            (Level::First, Identifier::Email(address)) => {
                vec![Factor::email(
                    self.name(),
                    &auth.decoy_id("idn_", address),
                    address,
                    true,
                )]
            }
            _ => Vec::new(),
        }
    }

    fn prepare(&self, case: &Case<'_>) -> Result<Preparation, ApiError> {
        let key = case.key();
        let Some(address) = case.user.and_then(|user| address_of(user, case)) else {
            let typed = case.factor.safe_identifier.as_deref().unwrap_or_default();
            let code = make_unsendable_code(case.auth, key, typed, case.now);
            return Ok(Preparation {
                expire_at: Some(code.expires_at),
                challenge: Some(code),
                message: None,
                recipient: case.factor.safe_identifier.clone(),
            });
        };
        let (code, text) = make_code(case.auth, key, &address, case.now);
        let message = code_message(case.auth, CodeMail::SignIn, &code, &text);
        Ok(Preparation {
            expire_at: Some(code.expires_at),
            challenge: Some(code),
            message: Some(message),
            recipient: Some(address),
        })
    }

    fn check(&self, _auth: &Inner, answer: &Answer) -> Result<(), ApiError> {
        read_code(answer.code.as_ref()).map(drop)
    }

    fn attempt_within<'a>(
        &'a self,
        case: &'a Case<'a>,
        answer: &'a Answer,
        db: &'a mut Connection,
    ) -> Option<BoxFuture<'a, Result<Verdict, ApiError>>> {
        let checked = async move {
            let address = case.user.and_then(|user| address_of(user, case));
            let question = CodeQuestion {
                key: case.key(),
                target: address.as_deref().unwrap_or_default(),
                now: case.now,
            };
            let code = read_code(answer.code.as_ref())?;
            check_code(case.auth, db, &question, &code).await
        };
        Some(checked.boxed())
    }
}

fn address_of(user: &User, case: &Case<'_>) -> Option<String> {
    let id = case.factor.email_address_id.as_deref()?;
    user.email_addresses
        .iter()
        .find(|address| address.id == id)
        .map(|address| address.email_address.clone())
}
