//! How far one factor of a sign-in is.

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
    /// Given up after too many tries.
    Failed,
    /// Not done in time.
    Expired,
}

/// The factor that is being used, and how far it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FactorState {
    pub(crate) factor: Factor,
    pub(crate) progress: Progress,
    pub(crate) attempts: u32,
    pub(crate) expire_at: Option<Timestamp>,
    pub(crate) verified_at: Option<Timestamp>,
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
        }
    }

    /// Whether it is done.
    pub(crate) fn is_verified(&self) -> bool {
        self.progress == Progress::Verified
    }

    /// As the wire has it.
    pub(crate) fn to_wire(&self, now: Timestamp) -> Verification {
        let has_run_out = self.expire_at.is_some_and(|end| end <= now);
        let status = match self.progress {
            Progress::Unverified if has_run_out => VerificationStatus::Expired,
            Progress::Unverified => VerificationStatus::Unverified,
            Progress::Verified => VerificationStatus::Verified,
            Progress::Failed => VerificationStatus::Failed,
            Progress::Expired => VerificationStatus::Expired,
        };
        Verification {
            attempts: Some(self.attempts),
            expire_at: self.expire_at,
            ..Verification::new(self.factor.strategy.clone(), status)
        }
    }
}
