//! The properties of the contract, as reactive getters.

use thyra_wire::{Factor, SignIn, SignInStatus, UserData, Verification, VerificationStatus};

use super::SignInFuture;

/// A session that stands in the way of a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingSession {
    /// The session's id (`sess_…`).
    pub session_id: String,
}

impl SignInFuture {
    /// The attempt's id; `None` before there is an attempt.
    pub fn id(&self) -> Option<String> {
        self.read(|sign_in| Some(sign_in?.id.clone()))
    }

    /// What the sign-in waits for; [`SignInStatus::NeedsIdentifier`] before there is an attempt.
    pub fn status(&self) -> SignInStatus {
        self.read(|sign_in| {
            sign_in.map_or(SignInStatus::NeedsIdentifier, |sign_in| {
                sign_in.status.clone()
            })
        })
    }

    /// The identifier; `None` for sign-ins through a provider.
    pub fn identifier(&self) -> Option<String> {
        self.read(|sign_in| sign_in?.identifier.clone())
    }

    /// The session that came of it; `None` until the status is [`SignInStatus::Complete`].
    pub fn created_session_id(&self) -> Option<String> {
        self.read(|sign_in| sign_in?.created_session_id.clone())
    }

    /// The session of the same user that exists already, when that kept this sign-in from making one.
    pub fn existing_session(&self) -> Option<ExistingSession> {
        self.read(|sign_in| existing_session(sign_in?))
    }

    /// How far the first factor is; empty before one is chosen.
    pub fn first_factor_verification(&self) -> Verification {
        self.read(|sign_in| {
            sign_in
                .and_then(|sign_in| sign_in.first_factor_verification.clone())
                .unwrap_or_default()
        })
    }

    /// How far the second factor is; empty before one is chosen.
    pub fn second_factor_verification(&self) -> Verification {
        self.read(|sign_in| {
            sign_in
                .and_then(|sign_in| sign_in.second_factor_verification.clone())
                .unwrap_or_default()
        })
    }

    /// Whether nobody matches the verified first factor, so that the sign-in can go over into a sign-up.
    pub fn is_transferable(&self) -> bool {
        self.first_factor_verification().status == Some(VerificationStatus::Transferable)
    }

    /// The first factors to choose from; empty before the identifier is known.
    pub fn supported_first_factors(&self) -> Vec<Factor> {
        self.read(|sign_in| {
            sign_in
                .and_then(|sign_in| sign_in.supported_first_factors.clone())
                .unwrap_or_default()
        })
    }

    /// The second factors to choose from; empty before the first factor is verified.
    pub fn supported_second_factors(&self) -> Vec<Factor> {
        self.read(|sign_in| {
            sign_in
                .and_then(|sign_in| sign_in.supported_second_factors.clone())
                .unwrap_or_default()
        })
    }

    /// Who signs in, as far as it may be shown; empty before the identifier is known.
    pub fn user_data(&self) -> UserData {
        self.read(|sign_in| {
            sign_in
                .and_then(|sign_in| sign_in.user_data.clone())
                .unwrap_or_default()
        })
    }

    /// Whether the sign-in was finalized or reset, so that nothing is lost when it goes.
    pub fn can_be_discarded(&self) -> bool {
        self.context.sign_in.can_be_discarded()
    }

    /// The whole resource as the auth API sent it, for pure functions that decide about steps.
    pub fn resource(&self) -> Option<SignIn> {
        self.read(|sign_in| sign_in.cloned())
    }

    fn read<T>(&self, read: impl FnOnce(Option<&SignIn>) -> T) -> T {
        self.context.sign_in.read(read)
    }
}

fn existing_session(sign_in: &SignIn) -> Option<ExistingSession> {
    let verification = sign_in.first_factor_verification.as_ref()?;
    let error = verification.error.as_ref()?;
    let stands_in_the_way = verification.status == Some(VerificationStatus::Failed)
        && error.code.as_str() == "identifier_already_signed_in";
    let session_id = error.meta.session_id.clone()?;
    stands_in_the_way.then_some(ExistingSession { session_id })
}
