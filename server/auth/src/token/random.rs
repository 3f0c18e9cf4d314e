//! Randomness for secrets and names.
//!
//! The only source is the operating system's generator: no seeded generator of our own that a fork, a snapshot or a
//! read of our memory could give away.

use std::sync::atomic::{AtomicU64, Ordering};

use thyra_wire::Timestamp;

/// How many codes there are.
const CODE_VALUES: u32 = 1_000_000;

/// The characters after an id's prefix: no sign that a double click or a URL would stumble over.
const ID_ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 27 of 62 characters are 160 bits: no two ids ever meet.
const ID_LENGTH: usize = 27;

/// How many of them tell when a thing was made, in an id that grows.
const TIME_LENGTH: usize = 11;

/// How many moments a millisecond has, for ids made in the same one.
const MOMENTS: u64 = 4096;

/// `N` random bytes.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes once it is up");
    bytes
}

/// A secret that nobody guesses: 256 bits, base64url.
pub(crate) fn random_token() -> String {
    super::digest::base64url(&random_bytes::<32>())
}

/// A one-time code: six digits, each of the million equally likely.
pub(crate) fn random_code() -> String {
    // The topmost values are thrown away: with them, some codes would come more often than others.
    let limit = u32::MAX - u32::MAX % CODE_VALUES;
    loop {
        let value = u32::from_le_bytes(random_bytes());
        if value < limit {
            return format!("{:06}", value % CODE_VALUES);
        }
    }
}

/// A new id: the prefix (`sess_`) and 27 letters and digits. It names a thing and opens nothing.
pub(crate) fn random_id(prefix: &str) -> String {
    let mut id = String::with_capacity(prefix.len() + ID_LENGTH);
    id.push_str(prefix);
    id.extend(random_letters().take(ID_LENGTH));
    id
}

/// A new id as [`random_id`] makes them, that comes after all that this process made before: what is made together
/// stands together in the database, and is written together. It tells when the thing was made; 16 letters and digits
/// (95 bits) remain random.
pub(crate) fn growing_id(prefix: &str, now: Timestamp) -> String {
    let mut id = String::with_capacity(prefix.len() + ID_LENGTH);
    id.push_str(prefix);
    id.extend(digits(next_moment(now)));
    id.extend(random_letters().take(ID_LENGTH - TIME_LENGTH));
    id
}

/// A number that grows with the time, and also while the clock stands still or goes back.
fn next_moment(now: Timestamp) -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = u64::try_from(now.as_millis())
        .unwrap_or(0)
        .saturating_mul(MOMENTS);
    let after = |last: u64| now.max(last + 1);
    let grown = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
        Some(after(last))
    });
    after(grown.unwrap_or_else(|last| last))
}

/// The number in as many letters and digits as the largest has: later ones come later in the alphabet too.
fn digits(number: u64) -> impl Iterator<Item = char> {
    let places = (0..TIME_LENGTH as u32).rev();
    places.map(move |place| char::from(ID_ALPHABET[(number / 62_u64.pow(place) % 62) as usize]))
}

/// The id that belongs to these bytes: it looks like any other and is always the same.
pub(crate) fn id_from(prefix: &str, bytes: &[u8]) -> String {
    let letters = bytes
        .iter()
        .map(|byte| char::from(ID_ALPHABET[usize::from(byte % 62)]));
    prefix
        .chars()
        .chain(letters.cycle().take(ID_LENGTH))
        .collect()
}

fn random_letters() -> impl Iterator<Item = char> {
    std::iter::repeat_with(random_bytes::<32>)
        .flatten()
        .filter_map(letter)
}

fn letter(byte: u8) -> Option<char> {
    // 248 is the largest multiple of 62 in a byte.
    (byte < 248).then(|| char::from(ID_ALPHABET[usize::from(byte % 62)]))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn sec_d01_a_million_codes_are_spread_evenly() {
        const DRAWS: u32 = 1_000_000;
        const CELLS: usize = 1000;
        let mut first_half = vec![0u32; CELLS];
        let mut second_half = vec![0u32; CELLS];

        for _ in 0..DRAWS {
            let code: usize = random_code().parse().unwrap();
            first_half[code / CELLS] += 1;
            second_half[code % CELLS] += 1;
        }

        // 999 degrees of freedom: 1240 is passed by chance less than once in ten million runs.
        for counts in [first_half, second_half] {
            let statistic = chi_square(&counts, f64::from(DRAWS) / CELLS as f64);
            assert!(statistic < 1240.0, "chi-square {statistic}");
            assert!(statistic > 780.0, "too even to be random: {statistic}");
        }
    }

    fn chi_square(counts: &[u32], expected: f64) -> f64 {
        let square = |count: &u32| (f64::from(*count) - expected).powi(2) / expected;
        counts.iter().map(square).sum()
    }

    #[test]
    fn sec_d01_codes_keep_their_leading_zeros() {
        let codes: Vec<String> = (0..2000).map(|_| random_code()).collect();

        assert!(codes.iter().all(|code| code.len() == 6));
        assert!(codes.iter().any(|code| code.starts_with('0')));
    }

    #[test]
    fn sec_n06_tokens_and_ids_do_not_repeat() {
        let tokens: HashSet<String> = (0..10_000).map(|_| random_token()).collect();
        let ids: HashSet<String> = (0..10_000).map(|_| random_id("sess_")).collect();

        assert_eq!(tokens.len(), 10_000);
        assert_eq!(ids.len(), 10_000);
    }

    /// A generator with a seed of its own would begin anew with every process.
    #[test]
    fn sec_n06_two_processes_make_different_secrets() {
        let [one, other] = [(), ()].map(|()| {
            let program = std::env::current_exe().unwrap();
            let output = std::process::Command::new(program)
                .args(["--exact", "token::random::tests::prints_its_secrets"])
                .args(["--ignored", "--nocapture"])
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let secrets = text.lines().find_map(|line| line.split_once("secrets: "));
            secrets.unwrap().1.to_owned()
        });

        for (one, other) in one.split(' ').zip(other.split(' ')) {
            assert_ne!(one, other);
        }
    }

    #[test]
    #[ignore = "speaks to the test above, as a process of its own"]
    fn prints_its_secrets() {
        println!("secrets: {} {}", random_token(), random_id("sess_"));
    }

    /// Two processes that are seeded with the time differ as well, so the sources are named: this file asks the
    /// operating system, and RSA is blinded by the library that signs.
    #[test]
    fn sec_n06_nothing_else_makes_randomness() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let is_generator = |line: &&str| {
            let name = line.split(['.', ' ']).next().unwrap_or_default();
            [
                "rand",
                "rand_core",
                "rand_chacha",
                "fastrand",
                "oorandom",
                "nanorand",
                "uuid",
            ]
            .contains(&name)
        };
        assert_eq!(manifest.lines().find(is_generator), None);

        let mut sources = Vec::new();
        collect(&root.join("src"), &mut sources);
        let uses: Vec<_> = sources
            .iter()
            .filter(|(_, text)| text.contains("rand::") || text.contains("getrandom::"))
            .map(|(path, _)| path.strip_prefix(root).unwrap().display().to_string())
            .collect();
        assert_eq!(uses, ["src/token/random.rs", "src/token/signing/key.rs"]);
    }

    fn collect(folder: &std::path::Path, found: &mut Vec<(std::path::PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
        found.sort();
    }

    #[test]
    fn an_id_is_its_prefix_and_27_letters_and_digits() {
        let id = random_id("user_");

        let rest = id.strip_prefix("user_").unwrap();
        assert_eq!(rest.len(), 27);
        assert!(rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn growing_ids_come_in_the_order_they_were_made_in_also_when_the_clock_goes_back() {
        let times = [2_000, 2_000, 1_999, 2_001, 90_000];
        let ids = times.map(|millis| growing_id("sess_", Timestamp::from_millis(millis)));

        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.len() == "sess_".len() + ID_LENGTH));
        let unlike: HashSet<&str> = ids.iter().map(|id| &id[5 + TIME_LENGTH..]).collect();
        assert_eq!(unlike.len(), ids.len(), "the rest is random: {ids:?}");
    }

    #[test]
    fn growing_ids_have_room_for_all_times() {
        let end_of_the_calendar = Timestamp::from_seconds(253_402_300_799);

        let number = u64::try_from(end_of_the_calendar.as_millis()).unwrap() * MOMENTS;

        assert!(u128::from(number) < 62_u128.pow(TIME_LENGTH as u32));
        assert_eq!(digits(number).count(), TIME_LENGTH);
    }

    #[test]
    fn sec_e01_a_token_has_at_least_128_bits() {
        assert!(random_token().len() * 6 >= 128);
    }
}
