//! The grace for a repeated request (E07).
//!
//! Whoever signs in gets a new `__client` cookie, and the old one opens nothing any more. When that answer is lost (a reload
//! while the call is under way, a form without scripts sent twice), the browser is left with the old one: it would be a
//! stranger, although the server signed it in. So for [`GRACE`], a request that comes with the predecessor of a cookie is
//! answered as if it had come with the successor, and is given that, the same to all. After that the predecessor is dead.
//!
//! What a grace gives away is the session itself, so it must be sure that it is the same browser that asks. Holding the
//! predecessor is not enough: cookies can be planted. Another host of the same site may set `__client` in a browser, and an
//! attacker may prepare an attempt for the victim's address before doing that; once the victim has answered the code, the
//! attacker, who knows the planted cookie, would be handed the session. Hence:
//!
//! - **Both the request that replaced the cookie and the one that is repeated carry the seal of the predecessor.** The seal is a
//!   second cookie, set with `__client` and derived from it by the master key: only the browser that got the predecessor from
//!   us has it. Its name begins with `__Host-`, and browsers take such a cookie from this very host over HTTPS alone: the host
//!   next door can plant `__client`, but no seal that goes with it. Over plain HTTP, which production refuses, there is no such
//!   prefix, and the seal protects from nobody who can plant cookies.
//! - **A seal is given with a new cookie, and with no other.** Whoever has a cookie set once more gets its seal once more only
//!   if they sent it: or a link would give one to a cookie that was planted.
//! - **A cookie that came before somebody said who they are has no grace.** When an attempt begins, the old cookie dies at
//!   once, as it does when somebody signs out: after a lost answer the browser is where it was, at the start. A cookie that
//!   was planted before a sign-in therefore is worth nothing after its first step, seal or not.
//! - **Only the last cookie has a predecessor**, and none has two: what is signed out or replaced again within the grace takes
//!   the grace with it.
//!
//! Nothing that opens anything is stored for it. The successor's secret is derived, by the master key, from the predecessor
//! and a seed that lies beside the digests: a copy of the database gives no cookie, and who repeats the request makes it
//! again.

use std::time::Duration;

use thyra_wire::{Secret, Timestamp};

use super::Visit;
use super::visit::token_of;
use crate::instance::Instance;
use crate::store::{Client, Connection, Predecessor, StoreError, clients};
use crate::token::{Digest, Purpose, random_token};

/// For how long after it was replaced a cookie gets its successor.
const GRACE: Duration = Duration::from_secs(10);

/// The `__client` cookie with which a request came.
#[derive(Clone, Debug)]
pub(crate) struct Presented {
    token: Secret,
    is_sealed: bool,
}

impl Presented {
    /// A cookie, and the seal beside it if there was one.
    pub(crate) fn new(auth: &Instance, token: &str, seal: Option<&str>) -> Self {
        let given = seal.and_then(Digest::from_text);
        Self {
            is_sealed: given.is_some_and(|given| given.matches(&seal_digest(auth, token))),
            token: Secret::from(token),
        }
    }

    /// Whether it came with the seal that goes with it.
    pub(super) fn is_sealed(&self) -> bool {
        self.is_sealed
    }

    pub(super) fn token(&self) -> &str {
        self.token.expose()
    }
}

/// What shows that we gave this cookie to the browser that has it.
pub(crate) fn seal(auth: &Instance, token: &str) -> String {
    seal_digest(auth, token).to_text()
}

fn seal_digest(auth: &Instance, token: &str) -> Digest {
    auth.master.mac(Purpose::ClientSeal, token.as_bytes())
}

/// A cookie that follows another, within the grace.
pub(super) struct Succession {
    pub(super) token: String,
    pub(super) predecessor: Predecessor,
}

impl Succession {
    /// The successor of the cookie that a request came with, unless that has no seal.
    pub(super) fn begin(
        auth: &Instance,
        client_id: &str,
        presented: &Presented,
        now: Timestamp,
    ) -> Option<Self> {
        if !presented.is_sealed {
            return None;
        }
        let predecessor = Predecessor {
            token_digest: Visit::token_digest(auth, presented.token()),
            seed: random_token(),
            replaced_at: now,
        };
        Some(Self {
            token: successor(auth, client_id, presented, &predecessor),
            predecessor,
        })
    }
}

/// The client whose cookie this was a moment ago, and the one it has now.
pub(super) async fn find(
    auth: &Instance,
    db: &mut Connection,
    presented: &Presented,
    now: Timestamp,
) -> Result<Option<(Client, Secret)>, StoreError> {
    if !presented.is_sealed {
        return Ok(None);
    }
    let Some((id, digest)) = Visit::name_of(auth, presented.token()) else {
        return Ok(None);
    };
    let Some((client, predecessor)) = clients::by_predecessor(db, id, &digest).await? else {
        return Ok(None);
    };
    let token = successor(auth, id, presented, &predecessor);
    let is_within = predecessor.replaced_at <= now && now < predecessor.replaced_at + GRACE;
    let is_last = client.has_token(&Visit::token_digest(auth, &token));
    Ok((is_within && is_last).then(|| (client, Secret::from(token))))
}

fn successor(
    auth: &Instance,
    client_id: &str,
    presented: &Presented,
    predecessor: &Predecessor,
) -> String {
    let text = format!("{}:{}", predecessor.seed, presented.token());
    let secret = auth.master.mac(Purpose::Successor, text.as_bytes());
    token_of(client_id, &secret.to_text())
}
