//! Texts by an HTTP API that speaks as Twilio's does.
//!
//! A message is one `POST` of a form (`To`, `From`, `Body`) with the account's name and token, and it is taken when the
//! answer is a success with the message's `sid`. Anything else is not: what a captive portal or a broken proxy answers looks
//! like a success too. A number that the API refuses as it is (400) is not tried again; all else may pass, as does a wrong
//! token that is put right. Nothing of what the API says is kept but its numbers: its sentences name the recipient.

use std::time::Duration;

use http::{StatusCode, header};
use reqwest::{Client, Response, Url, redirect};
use serde::Deserialize;
use thyra_wire::Secret;

use super::outbox::{Channel, Message};
use super::sender::{SendError, Sender, Sending};

/// How long the API may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How much of an answer is read.
const MAX_ANSWER: usize = 64 * 1024;
/// By this begins the id of a group of senders, which has a field of its own.
const SERVICE_PREFIX: &str = "MG";

/// Sends by one API.
pub(crate) struct SmsSender {
    client: Client,
    /// With the account's name and token.
    url: Url,
    sms_from: Option<String>,
    whatsapp_from: Option<String>,
}

/// A setting for texts that cannot work. It never shows the URL, which holds a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SmsSettingError {
    #[error(
        "sms_url: read a text of {0} characters; expected https://SID:TOKEN@host/…/Messages.json (http for this \
         machine only)"
    )]
    Url(usize),
    #[error(
        "sms_from: read nothing; expected the number that messages come from, or whatsapp_from with one for WhatsApp"
    )]
    NoSender,
    #[error("sms_url: the client for it cannot be made ({0})")]
    Client(String),
}

impl SmsSender {
    /// A sender by the API at this URL. Connects only when something is sent.
    pub(crate) fn new(
        url: &Secret,
        sms_from: Option<&str>,
        whatsapp_from: Option<&str>,
    ) -> Result<Self, SmsSettingError> {
        if sms_from.is_none() && whatsapp_from.is_none() {
            return Err(SmsSettingError::NoSender);
        }
        let parsed = Url::parse(url.expose()).ok().filter(is_usable);
        let client = Client::builder()
            .timeout(TIMEOUT)
            // The token is for this host and no other.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| SmsSettingError::Client(error.to_string()))?;
        Ok(Self {
            client,
            url: parsed.ok_or_else(|| SmsSettingError::Url(url.expose().chars().count()))?,
            sms_from: sms_from.map(str::to_owned),
            whatsapp_from: whatsapp_from.map(str::to_owned),
        })
    }

    /// The message as the API reads it.
    fn form(&self, message: &Message) -> Result<String, SendError> {
        let (from, prefix) = match message.channel {
            Channel::Whatsapp => (&self.whatsapp_from, "whatsapp:"),
            _ => (&self.sms_from, ""),
        };
        let Some(from) = from else {
            return Err(SendError::new(true, "there is no sender for this channel"));
        };
        let sender_field = match from.starts_with(SERVICE_PREFIX) {
            true => "MessagingServiceSid",
            false => "From",
        };
        Ok(form_urlencoded::Serializer::new(String::new())
            .append_pair("To", &format!("{prefix}{}", message.to))
            .append_pair(sender_field, &format!("{prefix}{from}"))
            .append_pair("Body", &message.body)
            .finish())
    }

    async fn post(&self, form: String) -> Result<(), SendError> {
        let request = self
            .client
            .post(self.url.clone())
            .header(
                header::CONTENT_TYPE,
                "application/x-www-form-urlencoded; charset=utf-8",
            )
            .header(header::ACCEPT, "application/json")
            .body(form);
        let answer = request.send().await.map_err(passing)?;
        let status = answer.status();
        let said = read(answer).await?;
        match status {
            _ if status.is_success() && said.sid.is_some() => Ok(()),
            _ if status.is_success() => Err(SendError::new(
                false,
                "the answer does not say that it was taken",
            )),
            _ => Err(refusal(status, said.code)),
        }
    }
}

/// What of an answer is looked at.
#[derive(Debug, Default, Deserialize)]
struct Said {
    /// The id of the message that was taken.
    sid: Option<String>,
    /// Why it was not.
    code: Option<u64>,
}

/// What the answer says; nothing, when it is not JSON.
async fn read(mut answer: Response) -> Result<Said, SendError> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(passing)? {
        if body.len() + part.len() > MAX_ANSWER {
            return Ok(Said::default());
        }
        body.extend_from_slice(&part);
    }
    Ok(serde_json::from_slice(&body).unwrap_or_default())
}

fn refusal(status: StatusCode, code: Option<u64>) -> SendError {
    let code = code.map_or_else(String::new, |code| format!(", code {code}"));
    let cause = format!("the API answered {}{code}", status.as_u16());
    SendError::new(status == StatusCode::BAD_REQUEST, cause)
}

/// The API was not reached, or did not answer. The URL is left out of the error.
fn passing(error: reqwest::Error) -> SendError {
    SendError::new(false, error.without_url())
}

/// A token goes out in the clear to this machine only.
fn is_usable(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let is_private = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    is_private && !host.is_empty() && !url.username().is_empty() && url.password().is_some()
}

impl Sender for SmsSender {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(async move { self.post(self.form(message)?).await })
    }
}

#[cfg(test)]
mod tests;
