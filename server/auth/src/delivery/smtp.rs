//! Mail by SMTP.

use std::time::Duration;

use lettre::message::{Mailbox, Message as Mail, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use thyra_wire::Secret;

use super::html::Html;
use super::outbox::Message;
use super::sender::{SendError, Sender, Sending};

/// How long the mail server may take for each step of the conversation.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends by one mail server, over a few connections that stay open.
pub(crate) struct SmtpSender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    app_name: String,
}

/// A mail setting that cannot work. It never shows the URL, which holds a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SmtpSettingError {
    #[error(
        "THYRA_SMTP_URL is malformed ({0}); expected smtps://user:password@host:465 or \
         smtp://user:password@host:587?tls=required"
    )]
    Url(String),
    #[error(
        "the sender address of mails is malformed: read {0:?}, expected `Name <name@example.com>`"
    )]
    From(String),
}

impl SmtpSender {
    /// A sender by the server of this URL, writing from this address in the name of the app. Connects only when something is
    /// sent.
    pub(crate) fn from_url(
        url: &Secret,
        from: &str,
        app_name: &str,
    ) -> Result<Self, SmtpSettingError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
            .map_err(|error| SmtpSettingError::Url(cause_of(&error)))?;
        let from = from
            .parse()
            .map_err(|_| SmtpSettingError::From(from.to_owned()))?;
        Ok(Self {
            transport: builder.timeout(Some(TIMEOUT)).build(),
            from,
            app_name: app_name.to_owned(),
        })
    }

    fn html(&self, message: &Message) -> String {
        let app_name = &self.app_name;
        Html { app_name, message }.to_string()
    }

    fn mail(&self, message: &Message) -> Result<Mail, SendError> {
        let to: Mailbox = message.to.parse().map_err(permanent)?;
        Mail::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.subject.clone())
            .multipart(MultiPart::alternative_plain_html(
                message.body.clone(),
                self.html(message),
            ))
            .map_err(permanent)
    }
}

impl Sender for SmtpSender {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(async move {
            let mail = self.mail(message)?;
            let sent = self.transport.send(mail).await;
            sent.map(|_| ())
                .map_err(|error| SendError::new(error.is_permanent(), error))
        })
    }
}

fn permanent(error: impl std::error::Error + Send + Sync + 'static) -> SendError {
    SendError::new(true, error)
}

/// The innermost cause: the outer ones only say that connecting failed, which was not even tried.
fn cause_of(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests;
