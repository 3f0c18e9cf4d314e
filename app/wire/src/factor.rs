//! The ways in which somebody can prove who they are.

use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;

string_enum! {
    /// A way to verify: what the API calls a strategy.
    Strategy {
        /// A password.
        Password => "password",
        /// A six-digit code by e-mail.
        EmailCode => "email_code",
        /// A link by e-mail.
        EmailLink => "email_link",
        /// A six-digit code by SMS or WhatsApp.
        PhoneCode => "phone_code",
        /// A passkey (WebAuthn).
        Passkey => "passkey",
        /// A code by e-mail that allows to set a new password.
        ResetPasswordEmailCode => "reset_password_email_code",
        /// A code by SMS that allows to set a new password.
        ResetPasswordPhoneCode => "reset_password_phone_code",
        /// A code from an authenticator app.
        Totp => "totp",
        /// One of the codes kept for the day the second factor is lost.
        BackupCode => "backup_code",
        /// A ticket or token made by the Backend API.
        Ticket => "ticket",
        /// An enterprise connection (SAML or OpenID Connect).
        EnterpriseSso => "enterprise_sso",
    }
}

/// One way in which this user can verify in this attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// Which way.
    #[serde(default)]
    pub strategy: Strategy,
    /// The address a code or link goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_address_id: Option<String>,
    /// The number a code goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// The wallet that signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web3_wallet_id: Option<String>,
    /// The address or number, masked unless the person typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_identifier: Option<String>,
    /// Whether the address or number is the user's primary one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whether this is the user's default second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
    /// `sms` or `whatsapp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The enterprise connection to go through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise_connection_id: Option<String>,
    /// The name of that connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise_connection_name: Option<String>,
    /// The wallet's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet_name: Option<String>,
}

impl Factor {
    /// A factor that needs nothing but its strategy.
    pub fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            email_address_id: None,
            phone_number_id: None,
            web3_wallet_id: None,
            safe_identifier: None,
            primary: None,
            default: None,
            channel: None,
            enterprise_connection_id: None,
            enterprise_connection_name: None,
            wallet_name: None,
        }
    }

    /// A factor that sends something to an e-mail address.
    pub fn email(
        strategy: Strategy,
        email_address_id: &str,
        safe_identifier: &str,
        primary: bool,
    ) -> Self {
        Self {
            email_address_id: Some(email_address_id.to_owned()),
            safe_identifier: Some(safe_identifier.to_owned()),
            primary: Some(primary),
            ..Self::new(strategy)
        }
    }

    /// A factor that sends something to a phone number.
    pub fn phone(
        strategy: Strategy,
        phone_number_id: &str,
        safe_identifier: &str,
        primary: bool,
    ) -> Self {
        Self {
            phone_number_id: Some(phone_number_id.to_owned()),
            safe_identifier: Some(safe_identifier.to_owned()),
            primary: Some(primary),
            ..Self::new(strategy)
        }
    }

    /// The target of the factor: the id of the address, number, wallet or enterprise connection, and the name of the
    /// field in which the wire carries it. `None` for a factor that needs nothing but its strategy.
    ///
    /// ```
    /// use thyra_wire::{Factor, Strategy};
    ///
    /// let factor = Factor::email(Strategy::EmailCode, "idn_1", "ada@example.com", true);
    /// assert_eq!(factor.target(), Some(("email_address_id", "idn_1")));
    /// assert_eq!(Factor::new(Strategy::Password).target(), None);
    /// ```
    pub fn target(&self) -> Option<(&'static str, &str)> {
        let targets = [
            ("email_address_id", &self.email_address_id),
            ("phone_number_id", &self.phone_number_id),
            ("web3_wallet_id", &self.web3_wallet_id),
            ("enterprise_connection_id", &self.enterprise_connection_id),
        ];
        targets
            .into_iter()
            .find_map(|(name, id)| Some((name, id.as_deref()?)))
    }

    /// The id of the target, as in [`target`](Self::target).
    pub fn target_id(&self) -> Option<&str> {
        self.target().map(|(_, id)| id)
    }

    /// Whether both are the same way to the same address, number, wallet or enterprise connection.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.strategy == other.strategy && self.target() == other.target()
    }
}
