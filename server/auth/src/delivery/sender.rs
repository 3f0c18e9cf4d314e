//! Who takes messages away.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use super::outbox::{Channel, Message};

/// The answer of a sender, later.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;

/// A way out for messages.
pub(crate) trait Sender: Send + Sync {
    /// Hands the message over. When this succeeds, somebody else is responsible for it.
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a>;
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
#[error("the message was not taken: {cause}")]
pub(crate) struct SendError {
    /// Whether trying again is pointless: the address does not exist, or the message is refused as it is.
    pub is_permanent: bool,
    cause: Box<dyn Error + Send + Sync>,
}

impl SendError {
    pub(crate) fn new(is_permanent: bool, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            is_permanent,
            cause: cause.into(),
        }
    }
}

/// The way out for each channel.
pub(crate) struct Senders {
    pub(crate) mail: Box<dyn Sender>,
    /// By SMS and WhatsApp.
    pub(crate) text: Box<dyn Sender>,
}

impl Sender for Senders {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        match message.channel {
            Channel::Email => self.mail.send(message),
            Channel::Sms | Channel::Whatsapp => self.text.send(message),
        }
    }
}

/// Sends nothing: in development messages stay in the outbox, where `/dev/outbox` shows them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DevelopmentSender;

impl Sender for DevelopmentSender {
    fn send<'a>(&'a self, _: &'a Message) -> Sending<'a> {
        Box::pin(async { Ok(()) })
    }
}
