//! What has to work before an instance opens, and what is said when it does not.

use std::path::{Path, PathBuf};

use thyra_wire::Secret;

use crate::delivery::{
    DevelopmentSender, Sender, Senders, SmsSender, SmsSettingError, SmtpSender, SmtpSettingError,
};
use crate::guard::{CountriesError, check_countries};
use crate::settings::{Mode, Settings};
use crate::store::{Durability, Store, StoreError, instance};
use crate::token::{MasterKey, MasterKeyError, Purpose, random_token};

/// The name under which the secret key is stored.
const SECRET_KEY: &str = "secret_key";

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
    /// The settings for messages to phones cannot work.
    #[error("{0}")]
    Sms(String),
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

impl From<SmsSettingError> for OpenError {
    fn from(error: SmsSettingError) -> Self {
        Self::Sms(error.to_string())
    }
}

impl From<CountriesError> for OpenError {
    fn from(error: CountriesError) -> Self {
        Self::Sms(error.to_string())
    }
}

pub(super) fn refuse_development_in_production(settings: &Settings) -> Result<(), OpenError> {
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
    if !settings.limits {
        return refused("limits", "off", "on");
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
    if settings.has_phone_numbers() && settings.sms_url.is_none() {
        return refused(
            "sms_url",
            "",
            "https://SID:TOKEN@host/…/Messages.json, because people have phone numbers",
        );
    }
    Ok(())
}

pub(super) fn beside(database: &Path) -> PathBuf {
    database.with_file_name("thyra.key")
}

/// The secret key from the settings, or the stored one, made when there is none. `None` when it cannot be opened.
pub(super) async fn open_secret_key(
    store: &Store,
    master: &MasterKey,
    settings: &Settings,
) -> Result<Option<Secret>, StoreError> {
    if let Some(secret_key) = &settings.secret_key {
        return Ok(Some(secret_key.clone()));
    }
    // Looked for without a transaction: a start over a database that has one writes nothing.
    if let Some(stored) = instance::get(&mut *store.read().await?, SECRET_KEY).await? {
        return Ok(unseal(master, &stored));
    }
    let mut db = store.write().await?;
    if let Some(stored) = instance::get(&mut db, SECRET_KEY).await? {
        return Ok(unseal(master, &stored));
    }
    let secret_key = format!("sk_live_{}", random_token().replace(['-', '_'], "0"));
    let sealed = master.seal(Purpose::SecretKey, secret_key.as_bytes());
    instance::set(&mut db, SECRET_KEY, &crate::token::base64url(&sealed)).await?;
    db.commit(Durability::Credential).await?;
    Ok(Some(Secret::from(secret_key)))
}

fn unseal(master: &MasterKey, stored: &str) -> Option<Secret> {
    let sealed = crate::token::from_base64url(stored).unwrap_or_default();
    let opened = master.open(Purpose::SecretKey, &sealed).ok()?;
    String::from_utf8(opened.to_vec()).ok().map(Secret::from)
}

pub(super) fn check_secret_key(secret_key: &Secret) -> Result<(), OpenError> {
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

pub(super) fn open_sender(settings: &Settings) -> Result<Box<dyn Sender>, OpenError> {
    Ok(Box::new(Senders {
        mail: open_mail(settings)?,
        text: open_sms(settings)?,
    }))
}

fn open_mail(settings: &Settings) -> Result<Box<dyn Sender>, OpenError> {
    let Some(url) = &settings.smtp_url else {
        return Ok(Box::new(DevelopmentSender));
    };
    let from = settings.mail_from.clone();
    let from = from.unwrap_or_else(|| format!("no-reply@{}", settings.hostname()));
    Ok(Box::new(SmtpSender::from_url(
        url,
        &from,
        &settings.app_name,
    )?))
}

fn open_sms(settings: &Settings) -> Result<Box<dyn Sender>, OpenError> {
    let Some(url) = &settings.sms_url else {
        return Ok(Box::new(DevelopmentSender));
    };
    let (sms_from, whatsapp_from) = (&settings.sms_from, &settings.whatsapp_from);
    let sender = SmsSender::new(url, sms_from.as_deref(), whatsapp_from.as_deref())?;
    check_countries(settings)?;
    Ok(Box::new(sender))
}
