//! Links by e-mail, to sign in without typing anything.
//!
//! A link lives ten minutes, works once, and proves the address for the attempt it was made for. It is followed outside of
//! the attempt: whoever opens it may be another browser, so it is found by the token in it, and the page behind it
//! (`http/verify.rs`) decides nothing but asks for a press of a button. A new link takes the old one's place. One that was
//! made before the password changed proves nothing any more.

use std::time::Duration;

use futures::FutureExt as _;
use serde::{Deserialize, Serialize};
use thyra_wire::{ErrorCode, Factor, Timestamp};

use super::contract::{Case, Preparation, Saying, Strategy, Who};
use super::email_code::{address_of, factors_of};
use super::tools::Tools;
use crate::delivery::{Message, sign_in_link_letter};
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::settings::Settings;
use crate::store::{ChallengeKey, Connection, NewChallenge, User, challenges};
use crate::token::{Purpose, growing_id, random_bytes, random_token};

/// How long a link works.
const LIFETIME: Duration = Duration::from_secs(600);
/// Between the attempt's id and the secret.
const SEPARATOR: char = '.';

pub(crate) struct EmailLink;

/// What a link keeps for the moment it is followed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LinkPayload {
    /// The browser that asked for it.
    pub(crate) client_id: String,
    /// Where whoever follows it ends up.
    pub(crate) redirect_url: String,
    /// When the user's password was set last.
    pub(crate) password_updated_at: Option<Timestamp>,
}

impl Strategy for EmailLink {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::EmailLink
    }

    fn factors<'a>(&'a self, who: Who<'a>, _db: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        let is_offered = who.tools.settings.email_links && who.level == Level::First;
        let factors = is_offered.then(|| factors_of(&self.name(), &who));
        async { Ok(factors.unwrap_or_default()) }.boxed()
    }

    fn decoys(&self, tools: Tools<'_>, typed: &Identifier, level: Level) -> Vec<Factor> {
        match (level, typed) {
            (Level::First, Identifier::Email(address)) if tools.settings.email_links => {
                let id = tools.decoy_id("idn_", address);
                vec![Factor::email(self.name(), &id, address, true)]
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
        async move { prepare(case, request) }.boxed()
    }

    fn spend<'a>(
        &'a self,
        case: &'a Case<'a>,
        spends: &'a str,
        db: &'a mut Connection,
    ) -> Saying<'a, bool> {
        async move { Ok(challenges::consume(db, case.key(), spends, case.now).await?) }.boxed()
    }

    fn still_holds(&self, before: &User, now: &User) -> bool {
        before.password_updated_at == now.password_updated_at
    }

    fn missed(&self, _case: &Case<'_>) -> ApiError {
        ApiError::new(ErrorCode::StrategyForUserInvalid)
    }
}

fn prepare(case: &Case<'_>, request: &Params) -> Result<Preparation, ApiError> {
    let redirect_url = allowed_target(case.tools.settings, &request.required("redirect_url")?)?;
    let address = match case.user {
        Some(user) => address_of(user, case),
        None => case.address_of_newcomer(),
    };
    let shown = case.factor.safe_identifier.clone();
    let is_real = address.is_some();
    let target = address.or(shown).unwrap_or_default();
    let token = format!("{}{SEPARATOR}{}", case.attempt_id, random_token());
    let digest = if is_real {
        token_digest(case.tools, &token)
    } else {
        // Nobody is sent it, so that no link answers it.
        let noise = random_bytes::<32>();
        case.tools.master.mac(Purpose::LinkToken, &noise).to_text()
    };
    let payload = LinkPayload {
        client_id: case.client_id.to_owned(),
        redirect_url,
        password_updated_at: case.user.and_then(|user| user.password_updated_at),
    };
    let challenge = NewChallenge {
        id: growing_id("lnk_", case.now),
        attempt_id: case.attempt_id.to_owned(),
        strategy: case.factor.strategy.to_string(),
        level: case.level.as_str(),
        target: target.clone(),
        digest,
        sealed_payload: Some(payload.seal(case.tools)),
        created_at: case.now,
        expires_at: case.now + LIFETIME,
    };
    let message = is_real.then(|| {
        let message = link_message(case.tools, &target, &token, challenge.expires_at);
        let message = match case.user {
            Some(user) => message.for_user(&user.id),
            None => message,
        };
        message.seal(case.tools.master)
    });
    Ok(Preparation {
        expire_at: Some(challenge.expires_at),
        challenge: Some(challenge),
        message,
        recipient: Some(target),
        ..Preparation::default()
    })
}

/// Where a link may lead: a whole URL of the own origin or a listed one, as clients send it.
fn allowed_target(settings: &Settings, url: &str) -> Result<String, ApiError> {
    let target = settings.redirect_policy().check(url);
    let target = target.filter(|target| target.origin().is_some());
    target
        .map(|target| target.as_str().to_owned())
        .ok_or_else(|| ApiError::of(ErrorCode::FormParamValueInvalid, "redirect_url"))
}

/// The address in the mail is made of the public URL and nothing that a request says.
fn link_message(tools: Tools<'_>, to: &str, token: &str, expires_at: Timestamp) -> Message {
    let Settings {
        public_url,
        api_path,
        app_name,
        ..
    } = tools.settings;
    let url = format!("{public_url}{api_path}/v1/verify?token={token}");
    let letter = sign_in_link_letter(app_name, &url, LIFETIME);
    Message::email(to, letter).with_link(&url, expires_at)
}

/// The attempt that a link's token is about: by this, and by its digest, it is found.
pub(crate) fn attempt_of_token(token: &str) -> Option<&str> {
    token.split_once(SEPARATOR).map(|(attempt, _)| attempt)
}

/// How the database knows the token of a link.
pub(crate) fn token_digest(tools: Tools<'_>, token: &str) -> String {
    tools
        .master
        .mac(Purpose::LinkToken, token.as_bytes())
        .to_text()
}

/// What a link asks: the first factor of its attempt.
pub(crate) fn link_key(attempt_id: &str) -> ChallengeKey<'_> {
    ChallengeKey {
        attempt_id,
        strategy: "email_link",
        level: Level::First.as_str(),
    }
}

impl LinkPayload {
    fn seal(&self, tools: Tools<'_>) -> Vec<u8> {
        let json = serde_json::to_vec(self).expect("texts and times are always JSON");
        tools.master.seal(Purpose::ChallengePayload, &json)
    }

    /// What was sealed, unless it was by another key.
    pub(crate) fn open(tools: Tools<'_>, sealed: &[u8]) -> Option<Self> {
        let json = tools.master.open(Purpose::ChallengePayload, sealed).ok()?;
        serde_json::from_slice(&json).ok()
    }
}
