//! How codes reach people.
//!
//! A message is written into the outbox in the transaction that makes its code, and sent afterwards: a mail server
//! that is slow or dead delays the mail, never the request, and loses nothing. The same holds for who sends texts.

mod html;
mod mail;
mod outbox;
mod sender;
mod sms;
mod smtp;
mod text;

pub(crate) use mail::{
    CodeMail, Notice, invitation_letter, sign_in_link_letter, sign_up_attempt_letter,
};
pub use outbox::{Channel, OutboxMessage};
pub(crate) use outbox::{Message, next_try};
pub(crate) use sender::{DevelopmentSender, SendError, Sender, Senders};
pub(crate) use sms::{SmsSender, SmsSettingError};
pub(crate) use smtp::{SmtpSender, SmtpSettingError};
pub(crate) use text::{CodeText, TextedCode, notice_text};
