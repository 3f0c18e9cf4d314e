//! What an instance is set to.
//!
//! Every default is the safe one, or is refused in production. Reading settings from files and the environment is the
//! host's business.

use std::path::PathBuf;
use std::time::Duration;

use thyra_wire::{RedirectPolicy, Secret};

use crate::delivery::Channel;

/// Whether real people depend on the instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Messages may stay in the development outbox, test addresses accept a fixed code.
    #[default]
    Development,
    /// None of that.
    Production,
}

/// Whether the API hides who has an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnumerationProtection {
    /// Friendly: "account not found", "this address is taken".
    #[default]
    Off,
    /// The same answer whether the account exists or not.
    Strict,
}

impl EnumerationProtection {
    /// Whether answers have to be the same for accounts that exist and accounts that do not.
    pub fn is_strict(self) -> bool {
        self == Self::Strict
    }
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUpMode {
    /// Everybody.
    #[default]
    Public,
    /// Those who bring an invitation of the Backend API.
    Restricted,
}

impl SignUpMode {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Restricted => "restricted",
        }
    }
}

/// Whether a sign-up has a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// The field does not exist.
    Off,
    /// The field may be given.
    Optional,
    /// No account is made without it.
    Required,
}

/// What an instance is set to.
///
/// ```
/// let settings = thyra_auth::Settings::development("http://localhost:3000", "sqlite:data/thyra.db");
/// assert_eq!(settings.host(), "localhost:3000");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Whether real people depend on it. Default: development.
    pub mode: Mode,
    /// The origin under which browsers reach the instance: `scheme://host[:port]`, without a slash at the end.
    pub public_url: String,
    /// `sqlite:path/to/file.db`.
    pub database_url: String,
    /// The file with the key that seals secrets in the database. Default: `thyra.key` beside the database file.
    pub master_key_path: Option<PathBuf>,
    /// The app's name, for titles and mails. Default: `Thyra`.
    pub app_name: String,
    /// The Backend API's secret key. Default: made at first start and kept in the database, sealed.
    pub secret_key: Option<Secret>,
    /// `smtp://…` or `smtps://…`. Default: none, mails stay in the development outbox. With
    /// it, an address gets five mails an hour and ten a day, and no second code within 30 seconds.
    pub smtp_url: Option<Secret>,
    /// The sender of mails. Default: `no-reply@` and the public host.
    pub mail_from: Option<String>,
    /// `https://SID:TOKEN@host/…/Messages.json`: an API that sends SMS and WhatsApp messages as Twilio's does. Default: none,
    /// they stay in the development outbox. With it, a number gets five an hour and ten a day, and no second code within
    /// 30 seconds.
    pub sms_url: Option<Secret>,
    /// What SMS come from: a number, a name, or the id of a group of senders (`MG…`). Default: none, no SMS are sent.
    pub sms_from: Option<String>,
    /// The number that WhatsApp messages come from. Default: none, none are sent.
    pub whatsapp_from: Option<String>,
    /// The countries to whose numbers codes are sent, by their two letters. Default: the sender's own.
    pub sms_countries: Vec<String>,
    /// Whether the API hides who has an account. Default: off.
    pub enumeration_protection: EnumerationProtection,
    /// Who may sign up. Default: everybody.
    pub sign_up: SignUpMode,
    /// Origins besides the own one that may call the API with cookies and be redirected to. Default: none.
    pub allowed_origins: Vec<String>,
    /// Where the sign-in page is. Default: `/sign-in` of the public URL.
    pub sign_in_url: String,
    /// Where the sign-up page is. Default: `/sign-up` of the public URL.
    pub sign_up_url: String,
    /// Where to go after signing in. Default: `/`.
    pub after_sign_in_url: String,
    /// Where to go after signing up. Default: `/`.
    pub after_sign_up_url: String,
    /// Whether users have a username, and can sign in by it. Default: off.
    pub username: Requirement,
    /// Whether users have a phone number, and can sign in by it and by codes to it. Default: off.
    pub phone_numbers: Requirement,
    /// Whether users have a first name. Default: optional.
    pub first_name: Requirement,
    /// Whether users have a last name. Default: optional.
    pub last_name: Requirement,
    /// The fewest characters of a new password. Default: 8.
    pub password_min_length: u32,
    /// Where browsers reach the API below the public URL: links in mails lead there. Default: `/__clerk`.
    pub api_path: String,
    /// Whether people can sign in by a link in a mail. Default: yes.
    pub email_links: bool,
    /// Whether such a link signs in only in the browser that asked for it. Default: yes. Without it, whoever is talked into
    /// following a link signs in whoever asked for it.
    pub email_link_same_client: bool,
    /// Whether people can have an authenticator app as their second factor. Default: yes. Without it, nobody can get one, and
    /// those that there are are not asked for.
    pub totp: bool,
    /// Whether people can have backup codes, which stand in for a second factor that is lost. Default: yes.
    pub backup_codes: bool,
    /// Whether a password needs a code by e-mail beside it, for people who have no other second factor. Default: no.
    pub email_second_factor: bool,
    /// How long a session lasts whatever happens. Default: 7 days.
    pub session_lifetime: Duration,
    /// How long a session lasts without being used. Default: none, the lifetime is the limit.
    pub session_inactivity: Option<Duration>,
    /// Whether `…+clerk_test@…` addresses and numbers for stories (`+1…55501..`) accept the code 424242. Default: in development only; refused in production.
    pub test_codes: bool,
    /// Whether each network may ask for so much only. Default: yes. Refused in production otherwise: it is for benchmarks and tests.
    pub limits: bool,
    /// How many passwords are hashed at once. Default: one for each core.
    pub password_workers: usize,
}

impl Settings {
    /// The defaults of a development instance.
    pub fn development(public_url: &str, database_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self {
            mode: Mode::Development,
            sign_in_url: format!("{public_url}/sign-in"),
            sign_up_url: format!("{public_url}/sign-up"),
            after_sign_in_url: "/".to_owned(),
            after_sign_up_url: "/".to_owned(),
            public_url,
            database_url: database_url.to_owned(),
            master_key_path: None,
            app_name: "Thyra".to_owned(),
            secret_key: None,
            smtp_url: None,
            mail_from: None,
            sms_url: None,
            sms_from: None,
            whatsapp_from: None,
            sms_countries: Vec::new(),
            enumeration_protection: EnumerationProtection::Off,
            sign_up: SignUpMode::Public,
            allowed_origins: Vec::new(),
            username: Requirement::Off,
            phone_numbers: Requirement::Off,
            first_name: Requirement::Optional,
            last_name: Requirement::Optional,
            password_min_length: 8,
            api_path: "/__clerk".to_owned(),
            email_links: true,
            email_link_same_client: true,
            totp: true,
            backup_codes: true,
            email_second_factor: false,
            session_lifetime: Duration::from_secs(7 * 24 * 3600),
            session_inactivity: None,
            test_codes: true,
            limits: true,
            password_workers: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    /// The defaults of a production instance.
    pub fn production(public_url: &str, database_url: &str) -> Self {
        Self {
            mode: Mode::Production,
            test_codes: false,
            ..Self::development(public_url, database_url)
        }
    }

    /// The public host, with its port when it has one: what the publishable key names.
    pub fn host(&self) -> &str {
        self.public_url
            .split_once("://")
            .map_or(&self.public_url, |(_, host)| host)
    }

    /// The public host without its port: what a code in an SMS is bound to.
    pub fn hostname(&self) -> &str {
        let host = self.host();
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        }
    }

    /// Whether browsers reach the instance by https only.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether users have phone numbers.
    pub fn has_phone_numbers(&self) -> bool {
        self.phone_numbers != Requirement::Off
    }

    /// The ways in which codes go to phones, the usual one first. In the development outbox there are all of them.
    pub(crate) fn phone_channels(&self) -> Vec<Channel> {
        let senders = [
            (Channel::Sms, &self.sms_from),
            (Channel::Whatsapp, &self.whatsapp_from),
        ];
        let stays = self.sms_url.is_none();
        senders
            .into_iter()
            .filter(|(_, sender)| stays || sender.is_some())
            .map(|(channel, _)| channel)
            .collect()
    }

    /// Where people may be sent.
    pub fn redirect_policy(&self) -> RedirectPolicy {
        RedirectPolicy::new(&self.public_url, self.allowed_origins.iter().cloned())
    }

    /// Whether pages of this origin may call the API with cookies.
    pub fn is_allowed_origin(&self, origin: &str) -> bool {
        origin == self.public_url || self.allowed_origins.iter().any(|allowed| allowed == origin)
    }
}
