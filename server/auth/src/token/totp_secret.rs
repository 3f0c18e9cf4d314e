//! The secret that an authenticator app and we share.
//!
//! RFC 6238 as every app knows it: SHA-1, six digits, steps of 30 seconds. A code of the step before or after this one is
//! right too, because clocks differ and people type slowly. Which step a code belongs to is told, so that none is accepted
//! twice: that is the business of whoever asks. In the database the secret is sealed by the master key.

use thyra_wire::Timestamp;
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use super::master_key::{MasterKey, OpenSealedError, Purpose};
use super::random::random_bytes;

/// As long as what the code is made with: SHA-1 gives 160 bits.
const LENGTH: usize = 20;
/// What others may give us: 128 bits at least, as RFC 4226 asks for, and nothing that is no secret.
const ACCEPTED: std::ops::RangeInclusive<usize> = 16..=64;

/// A secret for one-time codes by the clock.
pub(crate) struct TotpSecret(Zeroizing<Vec<u8>>);

impl TotpSecret {
    /// A new one.
    pub(crate) fn random() -> Self {
        Self(Zeroizing::new(random_bytes::<LENGTH>().to_vec()))
    }

    /// One that another server made, as apps show them: base32, with or without spaces and padding. `None` when it is no
    /// base32, or has fewer than 128 bits.
    pub(crate) fn from_base32(text: &str) -> Option<Self> {
        let is_letter = |c: &char| !matches!(c, ' ' | '-' | '=');
        let letters: Zeroizing<String> = Zeroizing::new(
            text.chars()
                .filter(is_letter)
                .map(|c| c.to_ascii_uppercase())
                .collect(),
        );
        let secret = totp_rs::Secret::try_from_base32(letters.as_str()).ok()?;
        let bytes = Zeroizing::new(secret.as_ref().to_vec());
        ACCEPTED.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// As people type it into an app.
    pub(crate) fn to_base32(&self) -> String {
        totp_rs::Secret::from(self.0.to_vec()).to_base32()
    }

    /// The `otpauth://` URL that an app reads from a QR code. `None` when the names cannot be written into one.
    pub(crate) fn uri(&self, issuer: &str, account: &str) -> Option<String> {
        // The colon stands between the two.
        let issuer = issuer.replace(':', " ");
        let account = account.replace(':', " ");
        let totp = Builder::new()
            .with_secret(self.0.to_vec())
            .with_issuer(Some(issuer))
            .with_account_name(account)
            .build();
        totp.ok()?.to_url().ok()
    }

    /// The step that this code belongs to, when it is right now: six digits, compared in constant time.
    pub(crate) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.as_seconds()).ok()?;
        let step = self.totp().check(code, seconds)?;
        i64::try_from(step).ok()
    }

    /// The code of this moment.
    #[cfg(test)]
    pub(crate) fn code_at(&self, now: Timestamp) -> String {
        self.totp()
            .generate(u64::try_from(now.as_seconds()).unwrap_or_default())
            .to_string()
    }

    fn totp(&self) -> Totp {
        // The lengths were checked when it was made; a secret of any length gives codes.
        Builder::new()
            .with_secret(self.0.to_vec())
            .build_noncompliant()
    }

    /// For the database.
    pub(crate) fn seal(&self, master: &MasterKey) -> Vec<u8> {
        master.seal(Purpose::TotpSecret, &self.0)
    }

    /// From the database.
    pub(crate) fn open(master: &MasterKey, sealed: &[u8]) -> Result<Self, OpenSealedError> {
        master.open(Purpose::TotpSecret, sealed).map(Self)
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn of_the_rfc() -> TotpSecret {
        TotpSecret(Zeroizing::new(b"12345678901234567890".to_vec()))
    }

    #[test]
    fn sec_j01_codes_are_those_of_rfc_6238() {
        // Appendix B has eight digits: six digits are the last six of them.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp::from_seconds(seconds);
            assert_eq!(of_the_rfc().step_of(code, now), Some(seconds / 30));
            assert_eq!(of_the_rfc().code_at(now), code);
        }
    }

    #[test]
    fn sec_j01_a_code_is_right_for_one_step_more_and_less_and_no_longer() {
        let secret = TotpSecret::random();
        let begin = Timestamp::from_seconds(1_000_000_020);
        let code = secret.code_at(begin);
        let step = Some(1_000_000_020 / 30);

        for (seconds, expected) in [(29, step), (30, step), (59, step), (60, None)] {
            let later = begin + Duration::from_secs(seconds);
            assert_eq!(secret.step_of(&code, later), expected, "{seconds} later");
        }
        for (seconds, expected) in [(1, step), (30, step), (31, None)] {
            let earlier = begin - Duration::from_secs(seconds);
            assert_eq!(
                secret.step_of(&code, earlier),
                expected,
                "{seconds} earlier"
            );
        }
    }

    #[test]
    fn sec_j01_a_secret_has_160_bits_and_no_other_is_like_it() {
        let secret = TotpSecret::random();

        assert_eq!(secret.to_base32().len() * 5, 160);
        assert_ne!(secret.to_base32(), TotpSecret::random().to_base32());
    }

    #[test]
    fn a_secret_is_read_as_apps_show_it() {
        let text = of_the_rfc().to_base32();
        let in_groups: String = text
            .to_lowercase()
            .chars()
            .enumerate()
            .flat_map(|(at, c)| {
                (at > 0 && at % 4 == 0)
                    .then_some(' ')
                    .into_iter()
                    .chain([c])
            })
            .collect();

        for written in [text.clone(), in_groups, format!("{text}====")] {
            let read = TotpSecret::from_base32(&written).map(|secret| secret.to_base32());
            assert_eq!(read.as_deref(), Some(text.as_str()), "{written}");
        }
        for wrong in ["", "JBSWY3DP", "not base32!", &"A".repeat(200)] {
            assert!(TotpSecret::from_base32(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn an_app_learns_from_the_uri_all_that_it_needs() {
        let uri = of_the_rfc().uri("Acme: Inc", "ada@example.com").unwrap();

        assert!(uri.starts_with("otpauth://totp/"), "{uri}");
        assert!(
            uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            "{uri}"
        );
        assert!(uri.contains("issuer=Acme%20%20Inc"), "{uri}");
        assert!(uri.contains("ada%40example.com"), "{uri}");
    }

    #[test]
    fn sec_j03_a_sealed_secret_shows_nothing_and_opens_with_its_own_key_only() {
        let master = MasterKey::from_bytes([1; 32]);
        let sealed = of_the_rfc().seal(&master);

        assert!(!sealed.windows(4).any(|part| part == b"1234"));
        let opened = TotpSecret::open(&master, &sealed).unwrap();
        assert_eq!(opened.to_base32(), of_the_rfc().to_base32());
        assert!(TotpSecret::open(&MasterKey::from_bytes([2; 32]), &sealed).is_err());
        assert_eq!(format!("{opened:?}"), "TotpSecret(…)");
    }
}
