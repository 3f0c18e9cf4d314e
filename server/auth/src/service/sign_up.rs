//! The sign-up, from the first field to the user.

use thyra_wire::{ErrorCode, Secret, SignUpRequirement};

use super::sending::{Prepared, store_preparation};
use super::{AccountLock, OldCookie, Visit, new_session};
use crate::delivery::{CodeMail, Message, sign_up_attempt_letter};
use crate::error::ApiError;
use crate::flow::{SignUp, SignUpEffect, SignUpEvent, SignUpRefusal, SignUpRules};
use crate::identifier::{canonical_username, parse_email, parse_name};
use crate::instance::Instance;
use crate::store::{
    ChallengeKey, Connection, Durability, NewEmailAddress, StoreError, Transaction, User, attempts,
    users,
};
use crate::strategy::{
    CodeQuestion, Preparation, Verdict, check_code, code_message, make_code, make_unsendable_code,
    read_code, spend_code, wrong_code,
};
use crate::token::random_id;

/// What the code of a sign-up is for: its name in the database, never renamed.
const LEVEL: &str = "sign_up";

/// The name of the one strategy by which an address is verified here.
const EMAIL_CODE: &str = "email_code";

/// What the code to the address of this attempt answers.
fn email_code_of(attempt: &SignUp) -> ChallengeKey<'_> {
    ChallengeKey {
        attempt_id: &attempt.id,
        strategy: EMAIL_CODE,
        level: LEVEL,
    }
}

/// The fields of a sign-up as they were typed. An empty one counts as not given.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignUpFields {
    pub(crate) email_address: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) username: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) unsafe_metadata: Option<serde_json::Value>,
    pub(crate) locale: Option<String>,
    /// What the ticket stands for that came along.
    pub(crate) ticket_id: Option<String>,
    /// Whether it goes on where the client's sign-in found nobody.
    pub(crate) transfer: bool,
}

/// The right code, and the lock that it opens.
struct UsedCode<'a> {
    id: String,
    lock: &'a AccountLock,
}

/// What a client can do with its sign-up attempt.
pub(crate) struct SignUpService<'a>(pub(crate) &'a Instance);

pub(super) fn refused(refusal: SignUpRefusal) -> ApiError {
    match refusal {
        SignUpRefusal::NoAddress => ApiError::new(ErrorCode::VerificationMissing),
        SignUpRefusal::AlreadyVerified => ApiError::new(ErrorCode::VerificationAlreadyVerified),
        SignUpRefusal::NotInvited => ApiError::new(ErrorCode::SignUpModeRestricted),
        SignUpRefusal::Over => ApiError::new(ErrorCode::ResourceNotFound),
    }
}

/// Whether a verification of the address began: without one there is nothing to answer.
fn has_begun(attempt: &SignUp) -> bool {
    attempt
        .verification(&SignUpRequirement::EmailAddress)
        .is_some()
}

impl SignUpService<'_> {
    pub(super) fn rules(&self) -> SignUpRules {
        SignUpRules::of(&self.0.settings)
    }

    /// The client's attempt with this id.
    pub(crate) async fn find(&self, visit: &Visit, id: &str) -> Result<SignUp, ApiError> {
        let client = visit.client()?;
        let attempt = attempts::find(&mut *self.0.store.read().await?, id, &client.id).await?;
        attempt.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
    }

    /// The same, to be changed: what is made for an attempt is made for what it says now.
    async fn open(&self, visit: &mut Visit, id: &str) -> Result<(SignUp, Transaction), ApiError> {
        visit.client()?;
        let mut db = self.0.store.write().await?;
        let client = visit.confirm(self.0, &mut db).await?;
        let attempt = attempts::find(&mut db, id, &client.id).await?;
        let attempt = attempt.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))?;
        Ok((attempt, db))
    }

    /// Adds or changes fields.
    pub(crate) async fn update(
        &self,
        visit: &mut Visit,
        id: &str,
        fields: SignUpFields,
    ) -> Result<SignUp, ApiError> {
        self.find(visit, id).await?;
        let says_who = fields.email_address.is_some() || fields.password.is_some();
        let event = self.check(fields).await?;
        let (attempt, mut db) = self.open(visit, id).await?;
        if was_completed(visit, &attempt) {
            return Ok(attempt);
        }
        let event = self.look_again(&mut db, event).await?;
        // Whoever repeats it has the cookie of the first time.
        if says_who && !visit.is_repeated() {
            visit.refresh_client(&mut db).await?;
            visit
                .rotate_token(self.0, &mut db, OldCookie::Lingers)
                .await?;
        }
        self.apply(visit, db, &attempt, event, None).await
    }

    /// Sends a code to the address.
    pub(crate) async fn prepare_email_code(
        &self,
        visit: &mut Visit,
        id: &str,
    ) -> Result<SignUp, ApiError> {
        let (attempt, mut db) = self.open(visit, id).await?;
        let address = attempt
            .email_address
            .clone()
            .ok_or_else(|| refused(SignUpRefusal::NoAddress))?;
        let preparation = self.preparation(&attempt, &address, visit);
        let made_expire_at = preparation.expire_at;
        let prepared = store_preparation(self.0, &mut db, preparation, visit.now).await?;
        let expire_at = match prepared {
            Prepared::Kept { .. } if has_begun(&attempt) => return Ok(attempt),
            Prepared::Kept { expire_at } => Some(expire_at),
            Prepared::Made => made_expire_at,
        };
        let event = SignUpEvent::Prepared {
            strategy: EMAIL_CODE.into(),
            expire_at,
        };
        let (attempt, _) = attempt
            .apply(event, self.rules(), visit.now)
            .map_err(refused)?;
        attempts::update(&mut db, &attempt).await?;
        visit.note_change(&mut db).await?;
        visit.commit(db, Durability::Attempt).await?;
        self.0.wake_deliveries();
        Ok(attempt)
    }

    /// A code for a free address; for one that somebody has, a warning to its owner instead.
    fn preparation(&self, attempt: &SignUp, address: &str, visit: &Visit) -> Preparation {
        let key = email_code_of(attempt);
        let (code, message) = if attempt.email_is_taken {
            let letter =
                sign_up_attempt_letter(&self.0.settings.app_name, &self.0.settings.sign_in_url);
            let code = make_unsendable_code(self.0.tools(), key, address, visit.now);
            (code, Message::email(address, letter))
        } else {
            let (code, text) = make_code(self.0.tools(), key, address, visit.now);
            let message = code_message(self.0.tools(), CodeMail::SignUp, &code, &text);
            (code, message)
        };
        Preparation {
            expire_at: Some(code.expires_at),
            challenge: Some(code),
            message: Some(message.seal(&self.0.master)),
            recipient: Some(address.to_owned()),
            ..Preparation::default()
        }
    }

    /// Lets a code prove the address. Wrong codes are counted for the address, whoever asks: fresh attempts, cookies
    /// and codes buy no more guesses at somebody else's.
    pub(crate) async fn attempt_email_code(
        &self,
        visit: &mut Visit,
        id: &str,
        code: Option<&Secret>,
    ) -> Result<SignUp, ApiError> {
        let code = read_code(code)?;
        let (attempt, mut db) = self.open(visit, id).await?;
        if was_completed(visit, &attempt) {
            return Ok(attempt);
        }
        let address = attempt.email_address.as_deref();
        let address = address
            .filter(|_| has_begun(&attempt))
            .ok_or_else(|| refused(SignUpRefusal::NoAddress))?;
        let lock = AccountLock::of_new_address(self.0, address);
        let policy = &self.0.lockout_policy;
        lock.count_try(&mut db, policy, visit.now).await??;
        let question = CodeQuestion {
            key: email_code_of(&attempt),
            target: address,
            now: visit.now,
        };
        let verdict = check_code(self.0.tools(), &mut db, &question, &code).await?;
        match verdict {
            Verdict::Proven(proof) => {
                let used = proof.spends.map(|id| UsedCode { id, lock: &lock });
                self.apply(visit, db, &attempt, SignUpEvent::Proven, used)
                    .await
            }
            Verdict::Missed { is_last } => {
                self.missed(visit, db, &attempt, is_last).await?;
                Err(wrong_code())
            }
            // Undone with the transaction: this was no guess.
            Verdict::Unanswerable { error } => Err(error),
        }
    }

    /// The wrong code stays counted, whatever became of the attempt.
    async fn missed(
        &self,
        visit: &mut Visit,
        mut db: Transaction,
        attempt: &SignUp,
        is_last: bool,
    ) -> Result<(), ApiError> {
        let attempt = self.reload(&mut db, attempt).await?;
        let event = SignUpEvent::Missed { is_last };
        if let Ok((attempt, _)) = attempt.apply(event, self.rules(), visit.now) {
            attempts::update(&mut db, &attempt).await?;
            visit.note_change(&mut db).await?;
        }
        visit.commit(db, Durability::Attempt).await
    }

    async fn apply(
        &self,
        visit: &mut Visit,
        mut db: Transaction,
        attempt: &SignUp,
        event: SignUpEvent,
        used: Option<UsedCode<'_>>,
    ) -> Result<SignUp, ApiError> {
        let attempt = self.reload(&mut db, attempt).await?;
        let mut durability = Durability::Attempt;
        if let Some(used) = used {
            let key = email_code_of(&attempt);
            if !spend_code(&mut db, key, &used.id, visit.now).await? {
                return Err(ApiError::new(ErrorCode::VerificationAlreadyVerified));
            }
            used.lock.clear(&mut db).await?;
            durability = Durability::Credential;
        }
        let (mut attempt, effects) = attempt
            .apply(event, self.rules(), visit.now)
            .map_err(refused)?;
        for effect in effects {
            let SignUpEffect::CreateUser = effect;
            durability = Durability::Credential;
            attempt = self.create_user(visit, &mut db, attempt).await?;
        }
        attempts::update(&mut db, &attempt).await?;
        visit.note_change(&mut db).await?;
        visit.commit(db, durability).await?;
        Ok(attempt)
    }

    pub(super) async fn create_user(
        &self,
        visit: &mut Visit,
        db: &mut Connection,
        attempt: SignUp,
    ) -> Result<SignUp, ApiError> {
        let now = visit.now;
        let public_metadata = self.accept_invitation(db, &attempt, now).await?;
        let verification = attempt.verification(&SignUpRequirement::EmailAddress);
        let strategy = verification.map(|state| state.factor.strategy.to_string());
        let address = NewEmailAddress {
            id: random_id("idn_"),
            email_address: attempt.email_address.clone().unwrap_or_default(),
            verified_at: Some(now),
            verification_strategy: strategy.clone(),
        };
        let user = User {
            username: attempt.username.clone(),
            first_name: attempt.first_name.clone(),
            last_name: attempt.last_name.clone(),
            password_hash: attempt.password_hash.clone(),
            password_updated_at: Some(now),
            primary_email_address_id: Some(address.id.clone()),
            public_metadata,
            unsafe_metadata: attempt.unsafe_metadata.clone(),
            last_sign_in_at: Some(now),
            last_active_at: Some(now),
            ..User::new(random_id("user_"), now)
        };
        users::insert(db, &user).await.map_err(taken)?;
        users::add_email_address(db, &user.id, &address, now)
            .await
            .map_err(taken)?;
        let session = new_session(self.0, &attempt.client_id, &user.id, (Some(now), None), now);
        visit.refresh_client(db).await?;
        visit.begin_session(db, &session).await?;
        visit.rotate_token(self.0, db, OldCookie::Lingers).await?;
        visit.changes.sessions_changed = true;
        if let Some(client) = &mut visit.client {
            client.sign_in_id = None;
            client.sign_up_id = None;
            client.last_active_session_id = Some(session.id.clone());
            client.last_authentication_strategy = strategy;
        }
        visit.save_client(db).await?;
        let event = SignUpEvent::UserCreated {
            user_id: user.id,
            session_id: session.id,
        };
        Ok(attempt.apply(event, self.rules(), now).map_err(refused)?.0)
    }

    async fn reload(&self, db: &mut Connection, attempt: &SignUp) -> Result<SignUp, ApiError> {
        let attempt = attempts::find(db, &attempt.id, &attempt.client_id).await?;
        attempt.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
    }

    /// Checks the fields, all of them before the slow one.
    pub(super) async fn check(&self, fields: SignUpFields) -> Result<SignUpEvent, ApiError> {
        self.refuse_fields_that_are_off(&fields)?;
        let email_address = parsed(&fields.email_address, |typed| {
            parse_email(typed, "email_address").map(Some)
        })?;
        let username = parsed(&fields.username, |typed| {
            canonical_username(typed).map(Some)
        })?;
        let first_name = parsed(&fields.first_name, |typed| parse_name(typed, "first_name"))?;
        let last_name = parsed(&fields.last_name, |typed| parse_name(typed, "last_name"))?;
        if let Some(password) = &fields.password {
            let about = [&email_address, &username, &first_name, &last_name];
            let about = about.into_iter().flatten().map(String::as_str);
            let about: Vec<_> = about.collect();
            let tools = self.0.tools();
            tools.check_new_password(password, "password", &about)?;
        }
        let mut db = self.0.store.read().await?;
        let email_is_taken = self
            .refuse_taken(&mut db, email_address.as_deref(), username.as_deref())
            .await?;
        drop(db);
        let password_hash = match fields.password {
            Some(password) => Some(self.0.hasher.hash(password).await?),
            None => None,
        };
        Ok(SignUpEvent::Filled {
            email_address,
            email_is_taken,
            password_hash,
            username,
            first_name,
            last_name,
            unsafe_metadata: fields.unsafe_metadata,
        })
    }

    /// A field that the instance does not have is no field, as far as the API is concerned.
    fn refuse_fields_that_are_off(&self, fields: &SignUpFields) -> Result<(), ApiError> {
        let rules = self.rules();
        let given = [
            (SignUpRequirement::Username, &fields.username),
            (SignUpRequirement::FirstName, &fields.first_name),
            (SignUpRequirement::LastName, &fields.last_name),
        ];
        let off = given
            .iter()
            .find(|(field, value)| value.is_some() && !rules.has(field));
        match off {
            Some((field, _)) => Err(ApiError::of(ErrorCode::FormParamUnknown, field.as_str())),
            None => Ok(()),
        }
    }

    /// The fields as they are to be stored: while a password was hashed, somebody may have got the address.
    pub(super) async fn look_again(
        &self,
        db: &mut Connection,
        event: SignUpEvent,
    ) -> Result<SignUpEvent, ApiError> {
        let (email_address, username) = match &event {
            SignUpEvent::Filled {
                email_address,
                username,
                ..
            } => (email_address.as_deref(), username.as_deref()),
            _ => (None, None),
        };
        let is_taken = self.refuse_taken(db, email_address, username).await?;
        Ok(event.with_address_taken(is_taken))
    }

    /// Whether the address is taken, when nobody may find out; an error when they may. A taken username always shows:
    /// it is public wherever it is used.
    async fn refuse_taken(
        &self,
        db: &mut Connection,
        email_address: Option<&str>,
        username: Option<&str>,
    ) -> Result<bool, ApiError> {
        if let Some(username) = username
            && users::has_username(db, username).await?
        {
            return Err(ApiError::of(ErrorCode::FormIdentifierExists, "username"));
        }
        let is_taken = match email_address {
            Some(address) => users::has_email_address(db, address).await?,
            None => false,
        };
        if is_taken && !self.0.is_strict() {
            return Err(ApiError::of(
                ErrorCode::FormIdentifierExists,
                "email_address",
            ));
        }
        Ok(is_taken)
    }
}

/// Whether the request is the second of two of which the first made the user.
fn was_completed(visit: &Visit, attempt: &SignUp) -> bool {
    visit.is_repeated() && attempt.user_id.is_some()
}

/// A field, read when it was given.
fn parsed(
    typed: &Option<String>,
    read: impl FnOnce(&str) -> Result<Option<String>, ApiError>,
) -> Result<Option<String>, ApiError> {
    typed.as_deref().map_or(Ok(None), read)
}

/// Two people finished signing up with the same identifier: the database lets one of them.
fn taken(error: StoreError) -> ApiError {
    ["email_address", "username"]
        .into_iter()
        .find(|column| error.is_conflict_on(column))
        .map_or_else(
            || error.into(),
            |column| ApiError::of(ErrorCode::FormIdentifierExists, column),
        )
}
