//! Six-digit codes by SMS or WhatsApp, to one of the user's numbers: to sign in, as the second factor, and for whatever else
//! a phone proves.
//!
//! A number is a first factor or a second one, never both: whoever holds the phone would pass both by it. Nothing is sent
//! to a number that nobody has, or to one of a country that codes are not sent to.

use futures::FutureExt as _;
use thyra_wire::{ErrorCode, Factor};

use super::contract::{Case, Preparation, Saying, Strategy, Verdict, Who};
use super::one_time_code::{
    CodeQuestion, check_code, make_code, make_unsendable_code, phone_message, read_code,
    spend_code, wrong_code,
};
use super::tools::Tools;
use crate::delivery::{Channel, CodeText};
use crate::error::ApiError;
use crate::flow::{Level, Shown};
use crate::guard::takes_codes;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::phone_number::mask_phone_number;
use crate::settings::Settings;
use crate::store::{Connection, PhoneNumber, User};

/// A code to a phone. Strategies of this kind differ in their names, in what their messages say, and in where they fit.
pub(crate) struct PhoneCode {
    pub(super) name: thyra_wire::Strategy,
    pub(super) text: CodeText,
    pub(super) is_second_factor: bool,
}

/// A code to sign in.
pub(crate) static PHONE_CODE: PhoneCode = PhoneCode {
    name: thyra_wire::Strategy::PhoneCode,
    text: CodeText::SignIn,
    is_second_factor: true,
};

impl Strategy for PhoneCode {
    fn name(&self) -> thyra_wire::Strategy {
        self.name.clone()
    }

    fn factors<'a>(&'a self, who: Who<'a>, _db: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        let is_offered = who.tools.settings.has_phone_numbers()
            && (who.level == Level::First || self.is_second_factor);
        let factors = is_offered.then(|| factors_of(&self.name(), &who));
        async { Ok(factors.unwrap_or_default()) }.boxed()
    }

    fn decoys(&self, tools: Tools<'_>, typed: &Identifier, level: Level) -> Vec<Factor> {
        match (level, typed) {
            (Level::First, Identifier::PhoneNumber(number))
                if takes_codes(tools.settings, number) =>
            {
                let id = tools.decoy_id("idn_", number);
                vec![Factor::phone(self.name(), &id, number, true)]
            }
            _ => Vec::new(),
        }
    }

    fn prepare<'a>(
        &'a self,
        case: &'a Case<'a>,
        request: &'a Params,
        _db: &'a mut Connection,
    ) -> Saying<'a, Preparation> {
        async move {
            let channel = channel_of(case.tools.settings, request)?;
            Ok(prepare((self.text, channel), case))
        }
        .boxed()
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
            let number = case.user.and_then(|user| number_of(user, case));
            let question = CodeQuestion {
                key: case.key(),
                target: number.unwrap_or_default(),
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

/// The way that a request asks for, SMS when it asks for none. Older clients send `default`.
fn channel_of(settings: &Settings, request: &Params) -> Result<Channel, ApiError> {
    let offered = settings.phone_channels();
    let asked = request.text("channel")?;
    let channel = match asked.as_deref() {
        None | Some("default") => offered.first().copied(),
        Some(name) => offered
            .iter()
            .copied()
            .find(|channel| channel.as_str() == name),
    };
    channel.ok_or_else(|| ApiError::of(ErrorCode::FormParamValueInvalid, "channel"))
}

/// One factor for each number that codes of this level go to. What the person typed is shown as they typed it.
fn factors_of(strategy: &thyra_wire::Strategy, who: &Who<'_>) -> Vec<Factor> {
    let primary = who.user.primary_phone_number().map(|number| &number.id);
    let numbers = who.user.phone_numbers.iter();
    let asked = numbers.filter(|number| {
        is_for(number, who.level) && takes_codes(who.tools.settings, &number.phone_number)
    });
    asked
        .map(|number| {
            let was_typed = who
                .typed
                .is_some_and(|typed| typed.as_str() == number.phone_number);
            let shown = if was_typed {
                number.phone_number.clone()
            } else {
                mask_phone_number(&number.phone_number)
            };
            let is_primary = Some(&number.id) == primary;
            let factor = Factor::phone(strategy.clone(), &number.id, &shown, is_primary);
            Factor {
                default: (who.level == Level::Second).then_some(number.default_second_factor),
                ..factor
            }
        })
        .collect()
}

fn is_for(number: &PhoneNumber, level: Level) -> bool {
    match level {
        Level::First => number.is_first_factor(),
        Level::Second => number.is_second_factor(),
    }
}

fn prepare((text, channel): (CodeText, Channel), case: &Case<'_>) -> Preparation {
    let known = case
        .user
        .and_then(|user| Some((user, number_of(user, case)?)));
    let (code, message) = match known {
        Some((user, number)) => {
            let (code, secret) = make_code(case.tools, case.key(), number, case.now);
            let message = phone_message(case.tools, (text, channel), &code, &secret);
            let sealed = message.for_user(&user.id).seal(case.tools.master);
            (code, Some(sealed))
        }
        None => {
            let typed = case.factor.safe_identifier.as_deref().unwrap_or_default();
            let code = make_unsendable_code(case.tools, case.key(), typed, case.now);
            (code, None)
        }
    };
    Preparation {
        expire_at: Some(code.expires_at),
        shown: Shown {
            channel: Some(channel.as_str().to_owned()),
            ..Shown::default()
        },
        recipient: Some(code.target.clone()),
        challenge: Some(code),
        channel,
        message,
    }
}

/// The number of this user that the case is about, as long as it is one for this level.
fn number_of<'a>(user: &'a User, case: &Case<'_>) -> Option<&'a str> {
    let id = case.factor.phone_number_id.as_deref()?;
    user.phone_numbers
        .iter()
        .find(|number| number.id == id && is_for(number, case.level))
        .map(|number| number.phone_number.as_str())
}
