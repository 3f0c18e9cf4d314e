//! One request: who makes it, and what becomes of their cookie.

use thyra_wire::{Secret, Timestamp};

use super::grace::{self, Presented, Succession};
use crate::error::ApiError;
use crate::flow::SignIn;
use crate::guard::Network;
use crate::instance::Instance;
use crate::store::{
    Client, Connection, Durability, Session, StoreError, Transaction, User, clients, sessions,
    users,
};
use crate::token::{Purpose, growing_id, random_token};

/// Between the client's id and the secret, in the `__client` cookie.
const TOKEN_SEPARATOR: char = '.';

/// What the answer does to the `__client` cookie.
#[derive(Clone, Debug, Default)]
pub(crate) enum CookieChange {
    /// Nothing.
    #[default]
    None,
    /// Sets it.
    Set(Secret),
    /// Sets it as another request did whose answer was lost.
    Repeat(Secret),
    /// Sets it once more, as the browser sent it.
    Again(Secret),
    /// Takes it away.
    Remove,
}

/// Who makes a request, and what became of their client while it was answered.
#[derive(Debug)]
pub(crate) struct Visit {
    /// As the open transaction will leave it. Absent as long as the browser has none.
    pub(crate) client: Option<Client>,
    /// The origin of the app; goes into tokens as `azp`.
    pub(crate) origin: String,
    /// What the open transaction will have changed.
    pub(crate) changes: Changes,
    /// What is so for certain. Answers are made of nothing else.
    pub(crate) kept: Kept,
    /// Whether the request comes from the client's own browser, which gets to know a new cookie.
    is_present: bool,
    pub(crate) now: Timestamp,
    /// The network it comes from; absent when nobody knows.
    pub(crate) network: Option<Network>,
    /// The cookie it came with, as long as what follows may have its grace.
    presented: Option<Presented>,
}

/// What becomes of a cookie that is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OldCookie {
    /// It opens nothing any more.
    Dies,
    /// It gets its successor for a few seconds more, in the same browser.
    Lingers,
}

/// The client as the database has it, as far as this request knows, and what this request changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) client: Option<Client>,
    pub(crate) changes: Changes,
}

/// What a request changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) cookie: CookieChange,
    /// The attempt, so that the answer need not read it again.
    pub(crate) sign_in: Option<SignIn>,
    /// The client's sessions with their users, when this request made them what they are: likewise.
    pub(crate) sessions: Option<Vec<(Session, User)>>,
    /// Whether somebody signed in or out.
    pub(crate) sessions_changed: bool,
}

/// The cookie of this client with this secret. It says whose it is, so that it can be found without an index of secrets.
pub(super) fn token_of(client_id: &str, secret: &str) -> String {
    format!("{client_id}{TOKEN_SEPARATOR}{secret}")
}

/// The client as it is now.
///
/// # Errors
/// `resource_not_found` when its cookie was replaced, or the client forgotten, since the request came in: as for a cookie
/// that was dead before. Whoever planted a cookie before a sign-in could otherwise have a request under way that is
/// answered after it.
pub(crate) async fn confirmed(db: &mut Connection, client: &Client) -> Result<Client, ApiError> {
    let client = clients::again(db, client).await?;
    client.ok_or_else(|| ApiError::new(thyra_wire::ErrorCode::ResourceNotFound))
}

impl Kept {
    /// Whether this request gave the client the cookie it has: then nobody else can have one.
    pub(crate) fn made_cookie(&self) -> bool {
        matches!(self.changes.cookie, CookieChange::Set(_))
    }
}

impl Visit {
    /// A request of this client's browser.
    pub(crate) fn new(client: Option<Client>, origin: String, now: Timestamp) -> Self {
        Self {
            kept: Kept {
                client: client.clone(),
                changes: Changes::default(),
            },
            client,
            origin,
            changes: Changes::default(),
            is_present: true,
            now,
            network: None,
            presented: None,
        }
    }

    /// Something that happens to a client while another browser makes the request: it keeps its cookie.
    pub(crate) fn of_absent(client: Client, origin: String, now: Timestamp) -> Self {
        Self {
            is_present: false,
            ..Self::new(Some(client), origin, now)
        }
    }

    /// A request with this cookie: of the client that has it, or had it a moment ago.
    pub(crate) async fn of_cookie(
        auth: &Instance,
        presented: Option<Presented>,
        origin: String,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut visit = Self::new(None, origin, now);
        let Some(presented) = presented else {
            return Ok(visit);
        };
        let found = Self::find_client(auth, Some(presented.token())).await?;
        visit.client.clone_from(&found);
        visit.kept.client = found;
        visit.presented = Some(presented);
        if visit.client.is_none() {
            let mut db = auth.store.read().await?;
            visit.become_repeated(auth, &mut db).await?;
        }
        Ok(visit)
    }

    /// Goes on as the client whose cookie was replaced a moment ago, when this is its browser.
    async fn become_repeated(
        &mut self,
        auth: &Instance,
        db: &mut Connection,
    ) -> Result<bool, StoreError> {
        let Some(presented) = &self.presented else {
            return Ok(false);
        };
        let Some((client, token)) = grace::find(auth, db, presented, self.now).await? else {
            return Ok(false);
        };
        self.changes = Changes {
            cookie: CookieChange::Repeat(token),
            // Whatever the lost answer said about it.
            sessions_changed: true,
            ..Changes::default()
        };
        self.kept = Kept {
            client: Some(client.clone()),
            changes: self.changes.clone(),
        };
        self.client = Some(client);
        Ok(true)
    }

    /// Whether the cookie it came with was given to this very browser.
    pub(crate) fn is_sealed(&self) -> bool {
        self.presented.as_ref().is_some_and(Presented::is_sealed)
    }

    /// Whether it repeats a request whose answer was lost, with the cookie of before.
    pub(crate) fn is_repeated(&self) -> bool {
        matches!(self.changes.cookie, CookieChange::Repeat(_))
    }

    /// Makes sure that the client still has the cookie by which it was found, or had it a moment ago.
    ///
    /// # Errors
    /// As [`confirmed`].
    pub(crate) async fn confirm(
        &mut self,
        auth: &Instance,
        db: &mut Connection,
    ) -> Result<&Client, ApiError> {
        let again = clients::again(db, self.client()?).await?;
        if again.is_some() {
            self.client = again;
        } else if !self.become_repeated(auth, db).await? {
            return Err(ApiError::new(thyra_wire::ErrorCode::ResourceNotFound));
        }
        self.client()
    }

    /// How the database knows a cookie.
    pub(crate) fn token_digest(auth: &Instance, token: &str) -> String {
        auth.master
            .mac(Purpose::ClientSecret, token.as_bytes())
            .to_text()
    }

    /// The client whose cookie this is.
    pub(crate) async fn find_client(
        auth: &Instance,
        token: Option<&str>,
    ) -> Result<Option<Client>, StoreError> {
        let Some((id, digest)) = token.and_then(|token| Self::name_of(auth, token)) else {
            return Ok(None);
        };
        clients::by_token(&mut *auth.store.read().await?, id, &digest).await
    }

    /// Whose cookie this says it is, and its digest.
    pub(super) fn name_of<'a>(auth: &Instance, token: &'a str) -> Option<(&'a str, String)> {
        let (id, _) = token.split_once(TOKEN_SEPARATOR)?;
        Some((id, Self::token_digest(auth, token)))
    }

    /// The client, or the answer for a browser that has none where one is needed.
    pub(crate) fn client(&self) -> Result<&Client, ApiError> {
        self.client
            .as_ref()
            .ok_or_else(|| ApiError::new(thyra_wire::ErrorCode::ResourceNotFound))
    }

    /// The client, made when the browser has none.
    pub(crate) async fn ensure_client(
        &mut self,
        auth: &Instance,
        db: &mut Connection,
    ) -> Result<String, StoreError> {
        if let Some(client) = &self.client {
            return Ok(client.id.clone());
        }
        let id = growing_id("client_", self.now);
        let token = token_of(&id, &random_token());
        self.presented = None;
        let client = Client::new(id, Self::token_digest(auth, &token), self.now);
        clients::insert(db, &client).await?;
        self.changes.cookie = CookieChange::Set(Secret::from(token));
        let id = client.id.clone();
        self.client = Some(client);
        Ok(id)
    }

    /// Lets a session begin, in the place of all that the client had.
    pub(crate) async fn begin_session(
        &mut self,
        db: &mut Connection,
        session: &Session,
    ) -> Result<(), StoreError> {
        sessions::end_of_client(db, &session.client_id, self.now).await?;
        sessions::insert(db, session).await?;
        let user = users::by_id(db, &session.user_id).await?;
        self.changes.sessions = Some(
            user.map(|user| (session.clone(), user))
                .into_iter()
                .collect(),
        );
        Ok(())
    }

    /// Reads the client again inside a transaction, so that what is written builds on what others wrote.
    ///
    /// # Errors
    /// As [`confirmed`].
    pub(crate) async fn refresh_client(&mut self, db: &mut Connection) -> Result<(), ApiError> {
        if let Some(client) = &self.client {
            self.client = Some(confirmed(db, client).await?);
        }
        Ok(())
    }

    /// The same for a request that can as well begin with a client of its own.
    pub(crate) async fn refresh_or_forget_client(
        &mut self,
        db: &mut Connection,
    ) -> Result<(), StoreError> {
        if let Some(client) = &self.client {
            self.client = clients::again(db, client).await?;
        }
        Ok(())
    }

    /// Notes that something of the client changed, whatever others wrote in the meantime.
    pub(crate) async fn note_change(&mut self, db: &mut Connection) -> Result<(), ApiError> {
        self.refresh_client(db).await?;
        Ok(self.save_client(db).await?)
    }

    /// Writes the client.
    pub(crate) async fn save_client(&mut self, db: &mut Connection) -> Result<(), StoreError> {
        let now = self.now;
        match &mut self.client {
            Some(client) => clients::update(db, client, now).await,
            None => Ok(()),
        }
    }

    /// Gives the browser a new cookie and kills the old one: whoever planted or stole that holds nothing now. It happens
    /// whenever somebody signs in or out, and whenever somebody says who they are.
    pub(crate) async fn rotate_token(
        &mut self,
        auth: &Instance,
        db: &mut Connection,
        old: OldCookie,
    ) -> Result<(), StoreError> {
        let Some(client) = self.client.as_mut().filter(|_| self.is_present) else {
            return Ok(());
        };
        if old == OldCookie::Dies {
            self.presented = None;
        }
        let presented = self.presented.as_ref();
        let succession = presented
            .and_then(|presented| Succession::begin(auth, &client.id, presented, self.now));
        let (token, predecessor) = match succession {
            Some(succession) => (succession.token, Some(succession.predecessor)),
            None => (token_of(&client.id, &random_token()), None),
        };
        let digest = Self::token_digest(auth, &token);
        clients::set_token(db, client, digest, predecessor.as_ref()).await?;
        self.changes.cookie = CookieChange::Set(Secret::from(token));
        Ok(())
    }

    /// Makes it happen. What is answered from now on tells of it, whatever goes wrong later.
    pub(crate) async fn commit(
        &mut self,
        db: Transaction,
        durability: Durability,
    ) -> Result<(), ApiError> {
        db.commit(durability).await?;
        self.kept = Kept {
            client: self.client.clone(),
            changes: self.changes.clone(),
        };
        Ok(())
    }
}
