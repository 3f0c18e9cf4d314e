//! What strategies work with: the settings, the master key, the hash queue, and nothing else of the instance.

use thyra_wire::{ErrorCode, Secret};

use crate::error::ApiError;
use crate::guard::{PasswordHasher, PasswordPolicy, PasswordProblem};
use crate::settings::Settings;
use crate::token::{MasterKey, Purpose, id_from};

/// The tools of a strategy.
#[derive(Clone, Copy)]
pub(crate) struct Tools<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) master: &'a MasterKey,
    pub(crate) hasher: &'a PasswordHasher,
}

impl Tools<'_> {
    /// Whether answers have to be the same for accounts that exist and accounts that do not.
    pub(crate) fn is_strict(self) -> bool {
        self.settings.enumeration_protection.is_strict()
    }

    /// An id that looks like any other and is always the same for the same text.
    pub(crate) fn decoy_id(self, prefix: &str, text: &str) -> String {
        let digest = self.master.mac(Purpose::Decoy, text.as_bytes());
        id_from(prefix, digest.as_bytes())
    }

    /// Refuses a new password that is too short, too long, or one of the first that are tried. `about` is what is known of the
    /// person: addresses and names.
    pub(crate) fn check_new_password(
        self,
        password: &Secret,
        param_name: &str,
        about: &[&str],
    ) -> Result<(), ApiError> {
        let of_app = [self.settings.app_name.as_str(), self.settings.host()];
        let about: Vec<_> = about.iter().copied().chain(of_app).collect();
        self.password_policy()
            .check_new(password, &about)
            .map_err(|problem| self.password_error(problem, param_name))
    }

    /// Refuses a password that is not worth hashing.
    pub(crate) fn check_tried_password(self, password: &Secret) -> Result<(), ApiError> {
        self.password_policy()
            .check_tried(password)
            .map_err(|problem| self.password_error(problem, "password"))
    }

    /// What a password has to be.
    pub(crate) fn password_policy(self) -> PasswordPolicy {
        let min_length = usize::try_from(self.settings.password_min_length).unwrap_or(usize::MAX);
        PasswordPolicy {
            min_length: min_length.max(8),
            ..PasswordPolicy::default()
        }
    }

    fn password_error(self, problem: PasswordProblem, param_name: &str) -> ApiError {
        let policy = self.password_policy();
        let (code, sentence) = match problem {
            PasswordProblem::TooShort => (
                ErrorCode::FormPasswordLengthTooShort,
                format!(
                    "The password is too short. Use at least {} characters.",
                    policy.min_length
                ),
            ),
            PasswordProblem::TooManyBytes => (
                ErrorCode::FormPasswordSizeInBytesExceeded,
                format!(
                    "The password is too long. Use at most {} bytes.",
                    policy.max_bytes
                ),
            ),
            PasswordProblem::Common => {
                return ApiError::of(ErrorCode::FormPasswordNotStrongEnough, param_name);
            }
        };
        ApiError::of(code, param_name).with_sentence(sentence)
    }
}
