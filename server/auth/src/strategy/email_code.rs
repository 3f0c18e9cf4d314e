//! Six-digit codes by e-mail, to one of the user's addresses: to sign in, and for whatever else a mailbox proves.

use futures::FutureExt as _;
use thyra_wire::Factor;

use super::contract::{Case, Preparation, Saying, Strategy, Verdict, Who};
use super::one_time_code::{
    CodeQuestion, check_code, code_message, make_code, make_unsendable_code, read_code, spend_code,
    wrong_code,
};
use super::tools::Tools;
use crate::delivery::CodeMail;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::{Identifier, mask_email};
use crate::params::Params;
use crate::store::{Connection, User};

/// A code by e-mail. Strategies of this kind differ in their names and in what their mails say.
pub(crate) struct EmailCode {
    pub(super) name: thyra_wire::Strategy,
    pub(super) mail: CodeMail,
}

/// A code to sign in.
pub(crate) static EMAIL_CODE: EmailCode = EmailCode {
    name: thyra_wire::Strategy::EmailCode,
    mail: CodeMail::SignIn,
};

impl Strategy for EmailCode {
    fn name(&self) -> thyra_wire::Strategy {
        self.name.clone()
    }

    fn factors<'a>(&'a self, who: Who<'a>, _db: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        let is_asked_for = match who.level {
            Level::First => true,
            Level::Second => self.name == EMAIL_CODE.name && second_factor_is_by_mail(&who),
        };
        let factors = is_asked_for.then(|| factors_of(&self.name(), &who));
        let factors = factors.unwrap_or_default();
        async { Ok(factors) }.boxed()
    }

    fn decoys(&self, tools: Tools<'_>, typed: &Identifier, level: Level) -> Vec<Factor> {
        match (level, typed) {
            (Level::First, Identifier::Email(address)) => {
                let id = tools.decoy_id("idn_", address);
                vec![Factor::email(self.name(), &id, address, true)]
            }
            _ => Vec::new(),
        }
    }

    fn prepare<'a>(
        &'a self,
        case: &'a Case<'a>,
        _request: &'a Params,
        _db: &'a mut Connection,
    ) -> Saying<'a, Preparation> {
        let preparation = self.make(case);
        async { Ok(preparation) }.boxed()
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
        let checked = async move {
            let address = self.address(case);
            let question = CodeQuestion {
                key: case.key(),
                target: address.as_deref().unwrap_or_default(),
                now: case.now,
            };
            let code = read_code(answer.secret("code")?.as_ref())?;
            check_code(case.tools, db, &question, &code).await
        };
        Some(checked.boxed())
    }

    fn spend<'a>(
        &'a self,
        case: &'a Case<'a>,
        spends: &'a str,
        db: &'a mut Connection,
    ) -> Saying<'a, bool> {
        spend_code(db, case.key(), spends, case.now).boxed()
    }

    fn missed(&self, _case: &Case<'_>) -> ApiError {
        wrong_code()
    }
}

/// Whether something by mail is the user's second factor. Not beside another one: whoever reads somebody's mail could set a
/// new password by it and then pass the second factor by it too.
pub(super) fn second_factor_is_by_mail(who: &Who<'_>) -> bool {
    who.tools.settings.email_second_factor && !who.has_second_factor()
}

/// One factor for each verified address. What the person typed is shown as they typed it.
pub(super) fn factors_of(strategy: &thyra_wire::Strategy, who: &Who<'_>) -> Vec<Factor> {
    let primary = who.user.primary_email_address().map(|address| &address.id);
    let verified = who
        .user
        .email_addresses
        .iter()
        .filter(|address| address.verified_at.is_some());
    verified
        .map(|address| {
            let was_typed = who
                .typed
                .is_some_and(|typed| typed.as_str() == address.email_address);
            let shown = if was_typed {
                address.email_address.clone()
            } else {
                mask_email(&address.email_address)
            };
            let is_primary = Some(&address.id) == primary;
            Factor::email(strategy.clone(), &address.id, &shown, is_primary)
        })
        .collect()
}

impl EmailCode {
    /// The address that the case is about: the user's, or the one that somebody without an account may sign up with. They have
    /// no password that could be replaced.
    fn address(&self, case: &Case<'_>) -> Option<String> {
        match case.user {
            Some(user) => address_of(user, case),
            None if self.mail == CodeMail::SignIn => case.address_of_newcomer(),
            None => None,
        }
    }

    fn make(&self, case: &Case<'_>) -> Preparation {
        let Some(address) = self.address(case) else {
            return unsendable(case);
        };
        let (code, text) = make_code(case.tools, case.key(), &address, case.now);
        let mail = match case.level {
            Level::First => self.mail,
            Level::Second => CodeMail::SecondFactor,
        };
        let message = code_message(case.tools, mail, &code, &text);
        let message = match case.user {
            Some(user) => message.for_user(&user.id),
            None => message,
        };
        Preparation {
            expire_at: Some(code.expires_at),
            challenge: Some(code),
            message: Some(message.seal(case.tools.master)),
            recipient: Some(address),
            ..Preparation::default()
        }
    }
}

fn unsendable(case: &Case<'_>) -> Preparation {
    let typed = case.factor.safe_identifier.as_deref().unwrap_or_default();
    let code = make_unsendable_code(case.tools, case.key(), typed, case.now);
    Preparation {
        expire_at: Some(code.expires_at),
        challenge: Some(code),
        recipient: case.factor.safe_identifier.clone(),
        ..Preparation::default()
    }
}

/// The address of this user that the case is about.
pub(super) fn address_of(user: &User, case: &Case<'_>) -> Option<String> {
    let id = case.factor.email_address_id.as_deref()?;
    user.email_addresses
        .iter()
        .find(|address| address.id == id)
        .map(|address| address.email_address.clone())
}
