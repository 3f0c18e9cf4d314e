//! The facade: what hosts hold.

mod background;
mod backup;
mod clock_watch;
mod keys;
mod messages;
mod opening;
mod outbox;
mod retention;
mod service;

use std::sync::Arc;

use thyra_wire::{ErrorCode, Secret};
use tokio::sync::Notify;

use crate::clock::{Clock, SystemClock};
use crate::error::ApiError;
use crate::guard::{LockoutPolicy, NetworkLimits, PasswordHasher, Stuffing};
use crate::identifier::parse_email;
use crate::instance::{Instance, SharedInstance};
use crate::phone_number::parse_phone_number;
use crate::settings::Settings;
use crate::store::{
    Durability, NewEmailAddress, NewPhoneNumber, Store, StoreError, User, phone_numbers, users,
};
use crate::strategy::{STRATEGIES, Strategy};
use crate::token::{
    Keyring, MasterKey, cookie_suffix, publishable_host, publishable_key, random_id,
};

use background::Handle;
pub use backup::{Backup, back_up};
use keys::KeysError;
pub use opening::OpenError;
use opening::{
    beside, check_secret_key, open_secret_key, open_sender, refuse_development_in_production,
};

/// The embedded auth API of one instance. Cheap to clone.
///
/// It sends its mail, keeps its signing keys current and deletes what is over by itself, until the last handle is dropped
/// ([`Auth::router`] holds one) or [`Auth::close`] is called.
///
/// ```no_run
/// # async fn example() -> Result<(), thyra_auth::OpenError> {
/// use thyra_auth::{Auth, Settings};
///
/// let auth = Auth::open(Settings::development("http://localhost:3000", "sqlite:data/thyra.db")).await?;
/// println!("publishable key: {}", auth.publishable_key());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Auth(pub(crate) SharedInstance, Option<Arc<Handle>>);

impl Auth {
    /// Opens the instance by the machine's clock, inside of a tokio runtime.
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
        Ok(Self::open_idle(settings, clock).await?.started())
    }

    /// Opens the instance for a single command or a test: it sends and deletes nothing by itself. What is due waits for
    /// [`Auth::deliver_due_messages`] and [`Auth::sweep`], or for an instance over the same database that does it.
    ///
    /// # Errors
    /// As [`Auth::open`].
    pub async fn open_idle(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
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
        let instance = Arc::new(Instance {
            issuer: format!("https://{}", publishable_host(settings.host())),
            cookie_suffix: cookie_suffix(&publishable_key),
            publishable_key,
            keyring: Keyring::default(),
            hasher: PasswordHasher::with_threads(settings.password_workers),
            lockout_policy: LockoutPolicy::default(),
            network_limits: NetworkLimits::default(),
            stuffing: Stuffing::default(),
            deliveries_due: Notify::new(),
            settings,
            clock,
            store,
            master,
            strategies,
            sender,
            secret_key,
        });
        let auth = Self(instance, Some(Arc::default()));
        auth.open_keyring().await.map_err(|error| match error {
            KeysError::Store(cause) => database_error(cause),
            KeysError::Keyring(cause) => wrong_key(cause.to_string()),
        })?;
        Ok(auth)
    }

    /// The Frontend API, the Backend API and the key set, under `/v1/…` and `/.well-known/jwks.json`.
    pub fn router(&self) -> axum::Router {
        // Whoever holds the router alone holds the instance open as well.
        let handle = axum::Extension(self.1.clone());
        self.api_router().layer(handle)
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

    /// Ends what it does by itself, after the messages that are on their way, and lets go of the database.
    pub async fn close(&self) {
        if let Some(handle) = &self.1 {
            handle.end().await;
        }
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
        self.add_user_with_phone_number(email_address, None, password)
            .await
    }

    /// Makes a user with this verified address and number, as an admin does.
    ///
    /// # Errors
    /// When the address or number is malformed or taken, when people have no phone numbers here, or when the password is
    /// too short.
    pub async fn add_user_with_phone_number(
        &self,
        email_address: &str,
        phone_number: Option<&str>,
        password: Option<Secret>,
    ) -> Result<String, ApiError> {
        let auth = &self.0;
        let now = auth.clock.now();
        let email_address = parse_email(email_address, "email_address")?;
        if phone_number.is_some() && !auth.settings.has_phone_numbers() {
            return Err(ApiError::of(ErrorCode::FormParamUnknown, "phone_number"));
        }
        let phone_number = phone_number
            .map(|typed| parse_phone_number(typed, "phone_number"))
            .transpose()?;
        if let Some(password) = &password {
            auth.tools()
                .check_new_password(password, "password", &[&email_address])?;
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
        let number = phone_number.map(|phone_number| NewPhoneNumber {
            id: random_id("idn_"),
            phone_number,
            verified_at: Some(now),
            verification_strategy: Some("admin".to_owned()),
            reserved_for_second_factor: false,
        });
        let user = User {
            password_updated_at: password_hash.as_ref().map(|_| now),
            password_hash,
            primary_email_address_id: Some(address.id.clone()),
            primary_phone_number_id: number.as_ref().map(|number| number.id.clone()),
            ..User::new(random_id("user_"), now)
        };
        let mut db = auth.store.write().await?;
        users::insert(&mut db, &user).await?;
        let added = users::add_email_address(&mut db, &user.id, &address, now).await;
        added.map_err(|error| taken(error, "email_address"))?;
        if let Some(number) = &number {
            let added = phone_numbers::add(&mut db, &user.id, number, now).await;
            added.map_err(|error| taken(error, "phone_number"))?;
        }
        db.commit(Durability::Credential).await?;
        Ok(user.id)
    }
}

fn taken(error: StoreError, column: &str) -> ApiError {
    if error.is_conflict_on(column) {
        ApiError::of(ErrorCode::FormIdentifierExists, column)
    } else {
        error.into()
    }
}
