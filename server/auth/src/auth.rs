//! The instance: what everything else is done with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thyra_wire::{ErrorCode, Secret};
use tokio::sync::Notify;

use crate::clock::{Clock, SystemClock};
use crate::delivery::{
    DevelopmentSender, Message, OutboxMessage, Sender, SmtpSender, SmtpSettingError, next_try,
};
use crate::error::ApiError;
use crate::guard::{LockoutPolicy, PasswordHasher, PasswordPolicy, PasswordProblem};
use crate::identifier::parse_email;
use crate::settings::{Mode, Settings};
use crate::store::{
    NewEmailAddress, OutboxRow, Store, StoreError, User, instance, outbox, signing_keys, users,
};
use crate::strategy::{STRATEGIES, Strategy};
use crate::token::{
    Keyring, KeyringError, MasterKey, MasterKeyError, Purpose, cookie_suffix, publishable_host,
    publishable_key, random_id, random_token,
};

const SECRET_KEY: &str = "secret_key";
/// How many messages one round of deliveries takes up.
const DELIVERY_BATCH: u32 = 50;
/// How long deliveries sleep when nothing wakes them.
const DELIVERY_PAUSE: std::time::Duration = std::time::Duration::from_secs(5);

/// Why an instance cannot be opened. Every message names the setting, what was read and what was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The database cannot be used.
    #[error(
        "database_url: read {read:?}: {cause}; expected `sqlite:` and a path that this process may write"
    )]
    Database {
        /// The setting.
        read: String,
        /// What is wrong.
        cause: StoreError,
    },
    /// The master key cannot be used.
    #[error("master_key_path: {0}")]
    MasterKey(#[from] MasterKeyError),
    /// What the database holds cannot be read with this master key.
    #[error(
        "master_key_path: {path} is not the key that sealed this database ({cause}); expected the key file that was made beside it"
    )]
    WrongMasterKey {
        /// The key's file.
        path: String,
        /// What could not be read.
        cause: String,
    },
    /// The mail settings cannot work.
    #[error("{0}")]
    Mail(String),
    /// The secret key has the wrong form. What was read is not shown.
    #[error(
        "secret_key: read a text of {length} characters; expected `sk_live_` and at least 32 more"
    )]
    SecretKey {
        /// How long it is.
        length: usize,
    },
    /// A setting for development in production.
    #[error(
        "{setting}: read {read:?}, which is for development; expected {expected} in production"
    )]
    NotForProduction {
        /// The setting.
        setting: &'static str,
        /// What was read.
        read: String,
        /// What was expected.
        expected: &'static str,
    },
}

impl From<SmtpSettingError> for OpenError {
    fn from(error: SmtpSettingError) -> Self {
        Self::Mail(error.to_string())
    }
}

/// The embedded auth API of one instance. Cheap to clone.
///
/// ```no_run
/// # async fn example() -> Result<(), thyra_auth::OpenError> {
/// use thyra_auth::{Auth, Settings};
///
/// let auth = Auth::open(Settings::development("http://127.0.0.1:3000", "sqlite:data/thyra.db")).await?;
/// println!("publishable key: {}", auth.publishable_key());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Auth(pub(crate) Arc<Inner>);

/// What every request needs.
pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Store,
    pub(crate) master: MasterKey,
    pub(crate) keyring: Keyring,
    pub(crate) hasher: PasswordHasher,
    pub(crate) lockout_policy: LockoutPolicy,
    pub(crate) strategies: Vec<&'static dyn Strategy>,
    pub(crate) sender: Box<dyn Sender>,
    pub(crate) issuer: String,
    pub(crate) publishable_key: String,
    pub(crate) cookie_suffix: String,
    pub(crate) secret_key: Secret,
    deliveries_due: Notify,
}

impl Inner {
    /// Whether answers have to be the same for accounts that exist and accounts that do not.
    pub(crate) fn is_strict(&self) -> bool {
        self.settings.enumeration_protection.is_strict()
    }

    /// Whether messages leave the house, or stay in the development outbox.
    pub(crate) fn sends_mail(&self) -> bool {
        self.settings.smtp_url.is_some()
    }

    /// Wakes the deliveries: a message was put in.
    pub(crate) fn wake_deliveries(&self) {
        self.deliveries_due.notify_one();
    }

    /// An id that looks like any other and is always the same for the same text.
    pub(crate) fn decoy_id(&self, prefix: &str, text: &str) -> String {
        let digest = self.master.mac(Purpose::ClientSecret, text.as_bytes());
        crate::token::id_from(prefix, digest.as_bytes())
    }

    /// Refuses a new password that is too short or too long.
    pub(crate) fn check_new_password(
        &self,
        password: &Secret,
        param_name: &str,
    ) -> Result<(), ApiError> {
        self.password_policy()
            .check_new(password)
            .map_err(|problem| password_error(problem, param_name))
    }

    /// Refuses a password that is not worth hashing.
    pub(crate) fn check_tried_password(&self, password: &Secret) -> Result<(), ApiError> {
        self.password_policy()
            .check_tried(password)
            .map_err(|problem| password_error(problem, "password"))
    }

    fn password_policy(&self) -> PasswordPolicy {
        let min_length = usize::try_from(self.settings.password_min_length).unwrap_or(usize::MAX);
        PasswordPolicy {
            min_length: min_length.max(8),
            ..PasswordPolicy::default()
        }
    }
}

fn password_error(problem: PasswordProblem, param_name: &str) -> ApiError {
    let code = match problem {
        PasswordProblem::TooShort => ErrorCode::FormPasswordLengthTooShort,
        PasswordProblem::TooManyBytes => ErrorCode::FormPasswordSizeInBytesExceeded,
    };
    ApiError::of(code, param_name)
}

impl Auth {
    /// Opens the instance by the machine's clock.
    ///
    /// # Errors
    /// When a setting cannot work; the message names it, what was read and what was expected.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        Self::open_with_clock(settings, Arc::new(SystemClock)).await
    }

    /// Opens the instance by another clock.
    ///
    /// # Errors
    /// As [`Auth::open`].
    pub async fn open_with_clock(
        settings: Settings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        Self::open_with(settings, clock, STRATEGIES.to_vec()).await
    }

    pub(crate) async fn open_with(
        settings: Settings,
        clock: Arc<dyn Clock>,
        strategies: Vec<&'static dyn Strategy>,
    ) -> Result<Self, OpenError> {
        refuse_development_in_production(&settings)?;
        let read = settings.database_url.clone();
        let database_error = |cause| OpenError::Database {
            read: read.clone(),
            cause,
        };
        let store = Store::open(&settings.database_url)
            .await
            .map_err(database_error)?;
        let key_path = settings
            .master_key_path
            .clone()
            .unwrap_or_else(|| beside(store.path()));
        let master = MasterKey::load_or_create(&key_path)?;
        let wrong_key = |cause: String| OpenError::WrongMasterKey {
            path: key_path.display().to_string(),
            cause,
        };
        let secret_key = open_secret_key(&store, &master, &settings)
            .await
            .map_err(database_error)?;
        let secret_key = secret_key.ok_or_else(|| wrong_key("the stored secret key".to_owned()))?;
        check_secret_key(&secret_key)?;
        let sender = open_sender(&settings)?;
        let publishable_key = publishable_key(settings.host());
        let auth = Self(Arc::new(Inner {
            issuer: format!("https://{}", publishable_host(settings.host())),
            cookie_suffix: cookie_suffix(&publishable_key),
            publishable_key,
            keyring: Keyring::default(),
            hasher: PasswordHasher::with_threads(settings.password_workers),
            lockout_policy: LockoutPolicy::default(),
            deliveries_due: Notify::new(),
            settings,
            clock,
            store,
            master,
            strategies,
            sender,
            secret_key,
        }));
        auth.open_keyring().await.map_err(|error| match error {
            KeysError::Store(cause) => database_error(cause),
            KeysError::Keyring(cause) => wrong_key(cause.to_string()),
        })?;
        Ok(auth)
    }

    /// The Frontend API, the Backend API and the key set, under `/v1/…` and `/.well-known/jwks.json`.
    pub fn router(&self) -> axum::Router {
        crate::http::router(self.clone())
    }

    /// The key by which the official SDKs find this instance. Public.
    pub fn publishable_key(&self) -> &str {
        &self.0.publishable_key
    }

    /// The key of the Backend API. Secret.
    pub fn secret_key(&self) -> &Secret {
        &self.0.secret_key
    }

    /// What the instance is set to.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Whether requests can be answered.
    ///
    /// # Errors
    /// When the database does not answer, or its file is gone.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        self.0.store.check().await
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.0.store.close().await;
    }

    /// Makes a user with this verified address, as an admin does.
    ///
    /// # Errors
    /// When the address is malformed or taken, or the password too short.
    pub async fn add_user(
        &self,
        email_address: &str,
        password: Option<Secret>,
    ) -> Result<String, ApiError> {
        let auth = &self.0;
        let now = auth.clock.now();
        let email_address = parse_email(email_address, "email_address")?;
        if let Some(password) = &password {
            auth.check_new_password(password, "password")?;
        }
        let password_hash = match password {
            Some(password) => Some(auth.hasher.hash(password).await?),
            None => None,
        };
        let address = NewEmailAddress {
            id: random_id("idn_"),
            email_address,
            verified_at: Some(now),
            verification_strategy: Some("admin".to_owned()),
        };
        let user = User {
            password_updated_at: password_hash.as_ref().map(|_| now),
            password_hash,
            primary_email_address_id: Some(address.id.clone()),
            ..User::new(random_id("user_"), now)
        };
        let mut db = auth.store.write().await?;
        users::insert(&mut db, &user).await?;
        users::add_email_address(&mut db, &user.id, &address, now)
            .await
            .map_err(|error| {
                if error.is_conflict_on("email_address") {
                    ApiError::of(ErrorCode::FormIdentifierExists, "email_address")
                } else {
                    error.into()
                }
            })?;
        db.commit().await.map_err(StoreError::from)?;
        Ok(user.id)
    }
}

/// Signing keys.
impl Auth {
    async fn open_keyring(&self) -> Result<(), KeysError> {
        let rows = signing_keys::all(&mut *self.0.store.read().await?).await?;
        if rows.is_empty() {
            return self.rotate().await.map(drop);
        }
        Ok(self.0.keyring.replace(&rows, &self.0.master)?)
    }

    /// Makes a new signing key. It is published at once, and signs when every cached key set has it; the old one stays
    /// published until the last token it signed has run out. Gives the new key's id.
    ///
    /// # Errors
    /// When the key cannot be made or stored; then the old one stays in use.
    pub async fn rotate_keys(&self) -> Result<String, ApiError> {
        self.rotate().await.map_err(ApiError::internal)
    }

    async fn rotate(&self) -> Result<String, KeysError> {
        let auth = self.0.clone();
        let now = auth.clock.now();
        let planned =
            tokio::task::spawn_blocking(move || auth.keyring.plan_rotation(&auth.master, now))
                .await;
        let plan = planned.map_err(|error| StoreError::Unavailable(error.to_string()))??;
        let mut db = self.0.store.write().await?;
        for mut row in signing_keys::all(&mut db).await? {
            if row.retire_at.is_none() {
                row.retire_at = Some(plan.retire_others_at);
                signing_keys::save(&mut db, &row).await?;
            }
        }
        signing_keys::save(&mut db, &plan.new_key).await?;
        let rows = signing_keys::all(&mut db).await?;
        db.commit().await.map_err(StoreError::from)?;
        self.0.keyring.replace(&rows, &self.0.master)?;
        Ok(plan.new_key.kid)
    }

    /// Takes over keys that another process made, and drops the ones whose time is over.
    async fn refresh_keys(&self) -> Result<(), KeysError> {
        let now = self.0.clock.now();
        let rows = signing_keys::all(&mut *self.0.store.read().await?).await?;
        let (over, live): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| row.retire_at.is_some_and(|retire_at| retire_at <= now));
        if !over.is_empty() {
            let mut db = self.0.store.write().await?;
            for row in &over {
                signing_keys::delete(&mut db, &row.kid).await?;
            }
            db.commit().await.map_err(StoreError::from)?;
        }
        Ok(self.0.keyring.replace(&live, &self.0.master)?)
    }
}

#[derive(Debug, thiserror::Error)]
enum KeysError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keyring(#[from] KeyringError),
}

/// Messages.
impl Auth {
    /// Sends what is due, once. Gives how many messages left.
    ///
    /// # Errors
    /// When the database does not answer. A message that cannot be sent is no error: it is tried again later.
    pub async fn deliver_due_messages(&self) -> Result<usize, StoreError> {
        let auth = &self.0;
        let rows = outbox::due(
            &mut *auth.store.read().await?,
            auth.clock.now(),
            DELIVERY_BATCH,
        )
        .await?;
        let mut sent = 0;
        for row in rows {
            sent += usize::from(self.deliver(&row).await?);
        }
        Ok(sent)
    }

    async fn deliver(&self, row: &OutboxRow) -> Result<bool, StoreError> {
        let auth = &self.0;
        let result = match Message::open(&auth.master, &row.sealed_message) {
            Ok(message) => auth.sender.send(&message).await,
            Err(error) => Err(crate::delivery::SendError::new(true, error)),
        };
        let now = auth.clock.now();
        let mut db = auth.store.write().await?;
        let is_sent = match result {
            Ok(()) => {
                outbox::mark_sent(&mut db, &row.id, now).await?;
                true
            }
            Err(error) => {
                let next = if error.is_permanent {
                    None
                } else {
                    next_try(row.tries + 1, row.created_at, now)
                };
                tracing::warn!(message_id = row.id, tries = row.tries + 1, %error, "a message was not sent");
                outbox::mark_failed(&mut db, &row.id, next, &error.to_string()).await?;
                false
            }
        };
        db.commit().await?;
        Ok(is_sent)
    }

    /// Sends messages as they come, and keeps the signing keys current, until `shutdown`.
    pub async fn run_deliveries(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            if let Err(error) = self.deliver_due_messages().await {
                tracing::error!(%error, "the outbox cannot be read");
            }
            if let Err(error) = self.refresh_keys().await {
                tracing::error!(%error, "the signing keys cannot be read");
            }
            tokio::select! {
                () = &mut shutdown => return,
                () = self.0.deliveries_due.notified() => {}
                () = tokio::time::sleep(DELIVERY_PAUSE) => {}
            }
        }
    }

    /// The newest messages: the development outbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let rows = outbox::newest(&mut *self.0.store.read().await?, limit).await?;
        let open = |row: OutboxRow| {
            let message = Message::open(&self.0.master, &row.sealed_message).ok()?;
            Some(message.into_outbox(row.created_at))
        };
        Ok(rows.into_iter().filter_map(open).collect())
    }
}

fn refuse_development_in_production(settings: &Settings) -> Result<(), OpenError> {
    if settings.mode == Mode::Development {
        return Ok(());
    }
    let refused = |setting, read: &str, expected| {
        Err(OpenError::NotForProduction {
            setting,
            read: read.to_owned(),
            expected,
        })
    };
    if settings.test_codes {
        return refused("test_codes", "true", "false");
    }
    if !settings.is_https() {
        return refused("public_url", &settings.public_url, "an https:// origin");
    }
    if settings.smtp_url.is_none() {
        return refused(
            "smtp_url",
            "",
            "smtp://… or smtps://…, because the development outbox does not exist",
        );
    }
    Ok(())
}

fn beside(database: Option<&Path>) -> PathBuf {
    database.map_or_else(
        || PathBuf::from("thyra.key"),
        |path| path.with_file_name("thyra.key"),
    )
}

/// The secret key from the settings, or the stored one, made when there is none. `None` when it cannot be opened.
async fn open_secret_key(
    store: &Store,
    master: &MasterKey,
    settings: &Settings,
) -> Result<Option<Secret>, StoreError> {
    if let Some(secret_key) = &settings.secret_key {
        return Ok(Some(secret_key.clone()));
    }
    let mut db = store.write().await?;
    if let Some(stored) = instance::get(&mut db, SECRET_KEY).await? {
        let sealed = crate::token::from_base64url(&stored).unwrap_or_default();
        let opened = master.open(Purpose::SecretKey, &sealed).ok();
        return Ok(opened
            .and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
            .map(Secret::from));
    }
    let secret_key = format!("sk_live_{}", random_token().replace(['-', '_'], "0"));
    let sealed = master.seal(Purpose::SecretKey, secret_key.as_bytes());
    instance::set(&mut db, SECRET_KEY, &crate::token::base64url(&sealed)).await?;
    db.commit().await?;
    Ok(Some(Secret::from(secret_key)))
}

fn check_secret_key(secret_key: &Secret) -> Result<(), OpenError> {
    let text = secret_key.expose();
    let is_formed = text
        .strip_prefix("sk_live_")
        .or_else(|| text.strip_prefix("sk_test_"))
        .is_some_and(|rest| {
            rest.len() >= 32
                && rest
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        });
    is_formed.then_some(()).ok_or(OpenError::SecretKey {
        length: text.chars().count(),
    })
}

fn open_sender(settings: &Settings) -> Result<Box<dyn Sender>, OpenError> {
    let Some(url) = &settings.smtp_url else {
        return Ok(Box::new(DevelopmentSender));
    };
    let host = settings
        .host()
        .rsplit_once(':')
        .map_or(settings.host(), |(host, _)| host);
    let from = settings
        .mail_from
        .clone()
        .unwrap_or_else(|| format!("no-reply@{host}"));
    Ok(Box::new(SmtpSender::from_url(url, &from)?))
}

impl From<crate::guard::HashError> for ApiError {
    fn from(error: crate::guard::HashError) -> Self {
        match error {
            crate::guard::HashError::Busy { retry_after } => {
                Self::new(ErrorCode::ServiceUnavailable).with_retry_after(retry_after)
            }
            error @ crate::guard::HashError::Unreadable => Self::internal(error),
        }
    }
}
