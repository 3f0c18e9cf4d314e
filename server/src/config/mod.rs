//! What the binary is told: defaults, then `thyra.toml`, then environment variables.
//!
//! Nothing is guessed. A name that does not exist is refused with the one that was probably meant, a value that
//! does not fit is refused with what would fit, and all of it is reported at once, before anything is opened or
//! served. Secrets never appear in a report. Production is only the mode in which development's conveniences
//! (the outbox, plain http, test codes) are refused: see `rules.rs`.

mod error;
mod layers;
mod parse;
mod rules;
mod setting;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use thyra_auth::{EnumerationProtection, Mode, Requirement, Settings, SignUpMode};
use thyra_wire::Secret;

pub use error::{ConfigError, ConfigErrors};
pub(crate) use setting::with_variable_names;
pub use setting::{SETTINGS, Setting};

use layers::Layers;

/// Everything the binary is told, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one.
    pub addr: SocketAddr,
    /// The origin people see in their address bar; absent: made from the address that was bound.
    pub public_url: Option<String>,
    /// Where the embedded auth API keeps its data.
    pub database_url: String,
    /// Where the key lies that encrypts the secrets in the database; absent: beside the database file.
    pub master_key_path: Option<PathBuf>,
    /// Whether development's conveniences exist.
    pub mode: Mode,
    /// The Backend API's key; absent: made at the first start and kept in the database.
    pub secret_key: Option<Secret>,
    /// The mail server; absent: messages stay in the development outbox.
    pub smtp_url: Option<Secret>,
    /// The sender of mails.
    pub mail_from: Option<String>,
    /// The name people read: "Sign in to {app_name}".
    pub app_name: String,
    /// A remote auth API; absent: the embedded one.
    pub auth_api_url: Option<String>,
    /// Whether people have a username, and can sign in by it.
    pub usernames: Requirement,
    /// Whether people have a phone number, and can sign in by it and by codes to it.
    pub phone_numbers: Requirement,
    /// The API that sends SMS and WhatsApp messages; absent: they stay in the development outbox.
    pub sms_url: Option<Secret>,
    /// What SMS come from; absent: none are sent.
    pub sms_from: Option<String>,
    /// What WhatsApp messages come from; absent: none are sent.
    pub whatsapp_from: Option<String>,
    /// The countries to whose numbers codes are sent; none: the sender's own.
    pub sms_countries: Vec<String>,
    /// Whether people can sign in by a link in a mail.
    pub email_links: bool,
    /// Whether such a link signs in only in the browser that asked for it.
    pub email_link_same_client: bool,
    /// Whether people can have an authenticator app as their second factor.
    pub totp: bool,
    /// Whether people can have backup codes for the day it is lost.
    pub backup_codes: bool,
    /// Whether a password needs a code by e-mail beside it.
    pub email_second_factor: bool,
    /// Who may sign up.
    pub sign_up: SignUpMode,
    /// Whether answers hide who has an account.
    pub enumeration_protection: EnumerationProtection,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Other origins that may call the API from a browser and be redirected to.
    pub allowed_origins: Vec<String>,
    /// Whether `+clerk_test` addresses and numbers for stories (`+1…55501..`) accept the code 424242. Default: in development only.
    pub test_codes: bool,
    /// Whether each network may ask for so much only.
    pub limits: bool,
    /// What is logged, in the syntax of `RUST_LOG`.
    pub log: String,
    /// The folder with the pages' script, wasm and styles; absent: looked for beside the binary.
    pub site_root: Option<PathBuf>,
}

impl Config {
    /// Reads `file` (or `./thyra.toml`, when it exists) and the environment, which wins.
    ///
    /// # Errors
    /// Every setting that is unknown, does not parse or does not fit the mode: all of them, not the first only.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let mut layers = Layers::read(file, environment)?;
        let config = Self::from_layers(&mut layers);
        layers.refuse_unknown();
        if layers.errors.is_empty() {
            layers.errors = rules::refusals(&config, layers.given());
        }
        layers.into_result(config)
    }

    fn from_layers(layers: &mut Layers) -> Self {
        let mode = layers
            .value("mode", parse::mode)
            .unwrap_or(Mode::Development);
        Self {
            mode,
            addr: layers
                .value("addr", parse::address)
                .unwrap_or(DEFAULT_ADDRESS),
            public_url: layers.value("public_url", parse::origin),
            database_url: layers
                .value("database_url", parse::database_url)
                .unwrap_or_else(|| DEFAULT_DATABASE_URL.to_owned()),
            master_key_path: layers.value("master_key_path", parse::path),
            secret_key: layers.value("secret_key", parse::secret_key),
            smtp_url: layers.value("smtp_url", parse::smtp_url),
            mail_from: layers.value("mail_from", parse::mail_from),
            app_name: layers
                .value("app_name", parse::app_name)
                .unwrap_or_else(|| "Thyra".to_owned()),
            auth_api_url: layers.value("auth_api_url", parse::auth_api_url),
            usernames: layers
                .value("usernames", parse::requirement)
                .unwrap_or(Requirement::Off),
            phone_numbers: layers
                .value("phone_numbers", parse::requirement)
                .unwrap_or(Requirement::Off),
            sms_url: layers.value("sms_url", parse::sms_url),
            sms_from: layers.value("sms_from", parse::sms_from),
            whatsapp_from: layers.value("whatsapp_from", parse::phone_number),
            sms_countries: layers.list("sms_countries", parse::country),
            email_links: layers.value("email_links", parse::on_off).unwrap_or(true),
            email_link_same_client: layers
                .value("email_link_same_client", parse::on_off)
                .unwrap_or(true),
            totp: layers.value("totp", parse::on_off).unwrap_or(true),
            backup_codes: layers.value("backup_codes", parse::on_off).unwrap_or(true),
            email_second_factor: layers
                .value("email_second_factor", parse::on_off)
                .unwrap_or(false),
            sign_up: layers
                .value("sign_up", parse::sign_up)
                .unwrap_or(SignUpMode::Public),
            enumeration_protection: layers
                .value("enumeration_protection", parse::enumeration_protection)
                .unwrap_or(EnumerationProtection::Off),
            trusted_proxies: layers.list("trusted_proxies", parse::network),
            allowed_origins: layers.list("allowed_origins", parse::origin),
            test_codes: layers
                .value("test_codes", parse::switch)
                .unwrap_or(mode == Mode::Development),
            limits: layers.value("limits", parse::on_off).unwrap_or(true),
            log: layers
                .value("log", parse::log_filter)
                .unwrap_or_else(|| "info".to_owned()),
            site_root: layers.value("site_root", parse::folder),
        }
    }

    /// The origin people use, when the server listens on `bound`.
    ///
    /// This machine is called `localhost`: passkeys need a name. A wildcard address is nothing a browser can open, so it
    /// stands for this machine as well.
    pub fn public_url(&self, bound: SocketAddr) -> String {
        let this_machine: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let of_address = || {
            if bound.ip().is_unspecified() || this_machine.contains(&bound.ip()) {
                format!("http://localhost:{}", bound.port())
            } else {
                format!("http://{bound}")
            }
        };
        self.public_url.clone().unwrap_or_else(of_address)
    }

    /// Whether a page that is asked for at the number of this machine is led to its name. Not when somebody has said at
    /// which origin people come: they know why.
    pub fn leads_to_localhost(&self) -> bool {
        !self.is_production() && self.public_url.is_none()
    }

    /// Whether this is a production server.
    pub fn is_production(&self) -> bool {
        matches!(self.mode, Mode::Production)
    }

    /// The embedded auth API's settings.
    pub fn auth_settings(&self, public_url: &str) -> Settings {
        let mut settings = Settings::development(public_url, &self.database_url);
        settings.mode = self.mode;
        settings.master_key_path = self.master_key_path.clone();
        settings.app_name = self.app_name.clone();
        settings.secret_key = self.secret_key.clone();
        settings.smtp_url = self.smtp_url.clone();
        settings.mail_from = self.mail_from.clone();
        settings.username = self.usernames;
        settings.phone_numbers = self.phone_numbers;
        settings.sms_url = self.sms_url.clone();
        settings.sms_from = self.sms_from.clone();
        settings.whatsapp_from = self.whatsapp_from.clone();
        settings.sms_countries = self.sms_countries.clone();
        settings.email_links = self.email_links;
        settings.email_link_same_client = self.email_link_same_client;
        settings.totp = self.totp;
        settings.backup_codes = self.backup_codes;
        settings.email_second_factor = self.email_second_factor;
        settings.sign_up = self.sign_up;
        settings.enumeration_protection = self.enumeration_protection;
        settings.allowed_origins = self.allowed_origins.clone();
        settings.test_codes = self.test_codes;
        settings.limits = self.limits;
        settings
    }
}

/// One address is enough: a browser that is told `localhost` tries `::1` as well as `127.0.0.1`, and goes to the one that
/// answers.
const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

const DEFAULT_DATABASE_URL: &str = "sqlite:data/thyra.db";

#[cfg(test)]
mod tests;
