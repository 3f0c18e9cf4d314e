//! How far one factor is: of a sign-in, or of an address of a sign-up.

use serde::{Deserialize, Serialize};
use thyra_wire::{Factor, Timestamp, Verification, VerificationStatus};

/// How far the verification of a factor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    /// Begun.
    Unverified,
    /// Done.
    Verified,
    /// Done by somebody who has no account: a sign-up can take it over.
    Transferable,
    /// Given up after too many tries.
    Failed,
    /// Not done in time.
    Expired,
}

/// What a person or their browser needs to see of a factor to answer it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    /// The text that a wallet has to sign.
    pub(crate) message: Option<String>,
    /// What a passkey or wallet has to answer.
    pub(crate) nonce: Option<String>,
    /// `sms` or `whatsapp`.
    pub(crate) channel: Option<String>,
    /// Where an external provider does its part.
    pub(crate) redirect_url: Option<String>,
    /// The client on which a link was opened.
    pub(crate) verified_at_client: Option<String>,
}

/// The factor that is being used, and how far it is. Stored with its attempt: what is added later has a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FactorState {
    pub(crate) factor: Factor,
    pub(crate) progress: Progress,
    #[serde(default)]
    pub(crate) attempts: u32,
    pub(crate) expire_at: Option<Timestamp>,
    pub(crate) verified_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) shown: Shown,
}

impl FactorState {
    /// A factor whose verification began.
    pub(crate) fn begun(factor: Factor, expire_at: Option<Timestamp>) -> Self {
        Self {
            factor,
            progress: Progress::Unverified,
            attempts: 0,
            expire_at,
            verified_at: None,
            shown: Shown::default(),
        }
    }

    /// One more try at it.
    pub(crate) fn tried(mut self) -> Self {
        self.attempts = self.attempts.saturating_add(1);
        self
    }

    /// The right answer came.
    pub(crate) fn proven(mut self, now: Timestamp) -> Self {
        self.progress = Progress::Verified;
        self.verified_at = Some(now);
        self
    }

    /// The right answer came, from somebody who has no account.
    pub(crate) fn transferable(self, now: Timestamp) -> Self {
        Self {
            progress: Progress::Transferable,
            ..self.proven(now)
        }
    }

    /// A wrong answer came. `is_last`: no other one will be looked at.
    pub(crate) fn missed(mut self, is_last: bool) -> Self {
        if is_last {
            self.progress = Progress::Failed;
        }
        self
    }

    /// Whether it is done.
    pub(crate) fn is_verified(&self) -> bool {
        self.progress == Progress::Verified
    }

    /// How far it is now, as the wire has it.
    pub(crate) fn status(&self, now: Timestamp) -> VerificationStatus {
        let has_run_out = self.expire_at.is_some_and(|end| end <= now);
        match self.progress {
            Progress::Unverified if has_run_out => VerificationStatus::Expired,
            Progress::Unverified => VerificationStatus::Unverified,
            Progress::Verified => VerificationStatus::Verified,
            Progress::Transferable => VerificationStatus::Transferable,
            Progress::Failed => VerificationStatus::Failed,
            Progress::Expired => VerificationStatus::Expired,
        }
    }

    /// As the wire has it.
    pub(crate) fn to_wire(&self, now: Timestamp) -> Verification {
        let shown = self.shown.clone();
        Verification {
            attempts: Some(self.attempts),
            expire_at: self.expire_at,
            message: shown.message,
            nonce: shown.nonce,
            channel: shown.channel,
            external_verification_redirect_url: shown.redirect_url,
            verified_at_client: shown.verified_at_client,
            ..Verification::new(self.factor.strategy.clone(), self.status(now))
        }
    }
}
