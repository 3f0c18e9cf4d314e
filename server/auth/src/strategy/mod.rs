//! The ways to prove who one is: one file for each, one contract that all of them keep, and the list.

mod backup_code;
mod contract;
mod email_code;
mod email_link;
mod factor_lock;
mod one_time_code;
mod password;
mod phone_code;
mod reset_password_email_code;
mod reset_password_phone_code;
mod ticket;
mod tools;
mod totp;

use thyra_wire::ErrorCode;

use crate::error::ApiError;

pub(crate) use backup_code::{BackupCodes, judge_backup_code, spend_backup_code};
#[cfg(test)]
pub(crate) use contract::Saying;
pub(crate) use contract::{Case, Preparation, Proof, Strategy, Verdict, Who};
pub(crate) use email_link::{LinkPayload, attempt_of_token, link_key, token_digest};
pub(crate) use one_time_code::{
    CodeQuestion, MAX_TRIES as MAX_CODE_TRIES, check_code, code_message, make_code,
    make_unsendable_code, read_code, spend_code, wrong_code,
};

pub(crate) use ticket::{
    id_in as ticket_id_in, invalid as invalid_ticket, subject_of as subject_of_ticket,
    why_not as why_ticket_ended,
};
pub(crate) use tools::Tools;
pub(crate) use totp::{judge_totp, spend_totp};

/// All strategies, in the order in which they are offered.
pub(crate) static STRATEGIES: &[&dyn Strategy] = &[
    &password::Password,
    &email_code::EMAIL_CODE,
    &email_link::EmailLink,
    &phone_code::PHONE_CODE,
    &reset_password_email_code::RESET_PASSWORD_EMAIL_CODE,
    &reset_password_phone_code::RESET_PASSWORD_PHONE_CODE,
    &totp::Totp,
    &backup_code::BackupCode,
    &ticket::TicketStrategy,
];

/// The strategy that has this name.
pub(crate) fn find(
    strategies: &[&'static dyn Strategy],
    name: &thyra_wire::Strategy,
) -> Result<&'static dyn Strategy, ApiError> {
    strategies
        .iter()
        .copied()
        .find(|strategy| strategy.handles(name))
        .ok_or_else(|| ApiError::of(ErrorCode::FormParamValueInvalid, "strategy"))
}
