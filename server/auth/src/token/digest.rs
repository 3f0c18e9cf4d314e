//! What is stored in place of a secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

/// How many bytes a digest has.
pub(crate) const DIGEST_LENGTH: usize = 32;

/// The keyed digest of a code or token: what the database holds in its place.
///
/// There is no `==`: two digests are compared by [`Digest::matches`], which takes the same time wherever they differ.
#[derive(Clone)]
pub(crate) struct Digest([u8; DIGEST_LENGTH]);

impl Digest {
    /// From what [`Digest::as_bytes`] gave; `None` when the length is wrong.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// From what [`Digest::to_text`] gave; `None` when it is anything else.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Self::from_bytes(&URL_SAFE_NO_PAD.decode(text).ok()?)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A part of it, for what is told apart and proves nothing.
    pub(crate) fn short(&self) -> u64 {
        let (begin, _) = self.0.split_at(8);
        begin
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    }

    /// The form for a text column: base64url.
    pub(crate) fn to_text(&self) -> String {
        base64url(&self.0)
    }

    /// Whether both are the same, in constant time.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// Whether both texts are the same, in a time that tells their lengths and no more.
pub(crate) fn texts_match(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// The bytes of what [`base64url`] gave.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Base64url without padding, as JSON web tokens write it.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_b08_a_digest_matches_itself_and_nothing_else() {
        let digest = Digest([7; DIGEST_LENGTH]);

        for position in 0..DIGEST_LENGTH {
            let mut bytes = [7; DIGEST_LENGTH];
            bytes[position] ^= 1;
            assert!(!digest.matches(&Digest(bytes)));
        }
        assert!(digest.matches(&digest.clone()));
    }

    /// Every type has it once, and those with `==` a second time: a call that does not say which of the two it means
    /// compiles only for types without `==`.
    trait HasNoEq<A> {
        fn holds() {}
    }

    impl<T> HasNoEq<()> for T {}
    impl<T: PartialEq> HasNoEq<bool> for T {}

    #[test]
    fn sec_b08_secrets_cannot_be_compared_with_an_operator() {
        <Digest as HasNoEq<_>>::holds();
        <crate::token::MasterKey as HasNoEq<_>>::holds();
        <thyra_wire::Secret as HasNoEq<_>>::holds();
    }

    #[test]
    fn a_digest_survives_the_database() {
        let digest = Digest(std::array::from_fn(|i| i as u8));

        assert!(
            Digest::from_text(&digest.to_text())
                .unwrap()
                .matches(&digest)
        );
        assert!(
            Digest::from_bytes(digest.as_bytes())
                .unwrap()
                .matches(&digest)
        );
        assert!(Digest::from_text("short").is_none());
    }

    #[test]
    fn sec_a12_a_digest_does_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", Digest([7; 32])), "Digest(…)");
    }
}
