//! The instance: what everything is done with.
//!
//! Settings, database, keys, clock, guards and the list of strategies, opened once and shared by all requests. Services
//! lean on it, strategies and everything below know nothing of it; the facade that hosts hold is
//! [`Auth`](crate::Auth).

use std::sync::Arc;

use thyra_wire::Secret;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::delivery::{Channel, Sender};
use crate::guard::{LockoutPolicy, NetworkLimits, PasswordHasher, Stuffing};
use crate::settings::Settings;
use crate::store::Store;
use crate::strategy::{Strategy, Tools};
use crate::token::{Keyring, MasterKey};

/// The instance, as routes share it.
pub(crate) type SharedInstance = Arc<Instance>;

/// What every request needs.
pub(crate) struct Instance {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Store,
    pub(crate) master: MasterKey,
    pub(crate) keyring: Keyring,
    pub(crate) hasher: PasswordHasher,
    pub(crate) lockout_policy: LockoutPolicy,
    pub(crate) network_limits: NetworkLimits,
    pub(crate) stuffing: Stuffing,
    pub(crate) strategies: Vec<&'static dyn Strategy>,
    pub(crate) sender: Box<dyn Sender>,
    pub(crate) issuer: String,
    pub(crate) publishable_key: String,
    pub(crate) cookie_suffix: String,
    pub(crate) secret_key: Secret,
    pub(crate) deliveries_due: Notify,
}

impl Instance {
    /// Whether answers have to be the same for accounts that exist and accounts that do not.
    pub(crate) fn is_strict(&self) -> bool {
        self.settings.enumeration_protection.is_strict()
    }

    /// Whether messages of this channel leave the house, or stay in the development outbox.
    pub(crate) fn sends(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.settings.smtp_url.is_some(),
            Channel::Sms | Channel::Whatsapp => self.settings.sms_url.is_some(),
        }
    }

    /// Wakes the deliveries: a message was put in. In the development outbox none ever is due.
    pub(crate) fn wake_deliveries(&self) {
        if self.sends(Channel::Email) || self.sends(Channel::Sms) {
            self.deliveries_due.notify_one();
        }
    }

    /// What strategies work with.
    pub(crate) fn tools(&self) -> Tools<'_> {
        Tools {
            settings: &self.settings,
            master: &self.master,
            hasher: &self.hasher,
        }
    }
}
