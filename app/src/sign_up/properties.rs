//! The properties of the contract, as reactive getters.

use thyra_wire::{SignUp, SignUpRequirement, SignUpStatus, Timestamp};

use super::SignUpFuture;

impl SignUpFuture {
    /// The attempt's id; `None` before there is an attempt.
    pub fn id(&self) -> Option<String> {
        self.read(|sign_up| Some(sign_up?.id.clone()))
    }

    /// How far it is; [`SignUpStatus::MissingRequirements`] before there is an attempt.
    pub fn status(&self) -> SignUpStatus {
        self.read(|sign_up| {
            sign_up.map_or(SignUpStatus::MissingRequirements, |sign_up| {
                sign_up.status.clone()
            })
        })
    }

    /// The fields without which no account is made.
    pub fn required_fields(&self) -> Vec<SignUpRequirement> {
        self.read(|sign_up| {
            sign_up
                .map(|sign_up| sign_up.required_fields.clone())
                .unwrap_or_default()
        })
    }

    /// The fields that may be given.
    pub fn optional_fields(&self) -> Vec<SignUpRequirement> {
        self.read(|sign_up| {
            sign_up
                .map(|sign_up| sign_up.optional_fields.clone())
                .unwrap_or_default()
        })
    }

    /// The required fields that were not given yet.
    pub fn missing_fields(&self) -> Vec<SignUpRequirement> {
        self.read(|sign_up| {
            sign_up
                .map(|sign_up| sign_up.missing_fields.clone())
                .unwrap_or_default()
        })
    }

    /// The identifiers that have to be verified yet.
    pub fn unverified_fields(&self) -> Vec<SignUpRequirement> {
        self.read(|sign_up| {
            sign_up
                .map(|sign_up| sign_up.unverified_fields.clone())
                .unwrap_or_default()
        })
    }

    /// The e-mail address.
    pub fn email_address(&self) -> Option<String> {
        self.read(|sign_up| sign_up?.email_address.clone())
    }

    /// The phone number.
    pub fn phone_number(&self) -> Option<String> {
        self.read(|sign_up| sign_up?.phone_number.clone())
    }

    /// The username.
    pub fn username(&self) -> Option<String> {
        self.read(|sign_up| sign_up?.username.clone())
    }

    /// The first name.
    pub fn first_name(&self) -> Option<String> {
        self.read(|sign_up| sign_up?.first_name.clone())
    }

    /// The last name.
    pub fn last_name(&self) -> Option<String> {
        self.read(|sign_up| sign_up?.last_name.clone())
    }

    /// Whether a password was given.
    pub fn has_password(&self) -> bool {
        self.read(|sign_up| sign_up.is_some_and(|sign_up| sign_up.has_password))
    }

    /// The session that came of it; `None` until the status is [`SignUpStatus::Complete`].
    pub fn created_session_id(&self) -> Option<String> {
        self.read(|sign_up| sign_up?.created_session_id.clone())
    }

    /// The user that came of it; `None` until the status is [`SignUpStatus::Complete`].
    pub fn created_user_id(&self) -> Option<String> {
        self.read(|sign_up| sign_up?.created_user_id.clone())
    }

    /// When the attempt counts as given up.
    pub fn abandon_at(&self) -> Option<Timestamp> {
        self.read(|sign_up| sign_up?.abandon_at)
    }

    /// Whether the sign-up was finalized or reset, so that nothing is lost when it goes.
    pub fn can_be_discarded(&self) -> bool {
        self.context.sign_up.can_be_discarded()
    }

    /// The whole resource as the auth API sent it, for pure functions that decide about steps.
    pub fn resource(&self) -> Option<SignUp> {
        self.read(|sign_up| sign_up.cloned())
    }

    fn read<T>(&self, read: impl FnOnce(Option<&SignUp>) -> T) -> T {
        self.context.sign_up.read(read)
    }
}
