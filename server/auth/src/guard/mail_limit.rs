//! How many mails anybody can have sent to one address, and how many texts to one number.
//!
//! Whoever knows an address can ask for codes to it; a number is one too, here. The limit belongs to the address, not to the attempt or browser
//! that asks, so that nobody's mailbox is flooded and nobody gets a fresh code to guess at as often as they like.

use std::time::Duration;

use thyra_wire::Timestamp;

use crate::clock::is_yet_to_come;

/// How many mails at most, within how long.
const LIMITS: [(usize, Duration); 2] = [
    (5, Duration::from_secs(3600)),
    (10, Duration::from_secs(24 * 3600)),
];

/// How long a mail counts.
pub(crate) const LONGEST_WINDOW: Duration = LIMITS[1].1;

/// The mailbox that an address belongs to: what stands behind a plus sign is a matter of its owner, and no mailbox of its own.
pub(crate) fn mailbox(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return address.to_owned();
    };
    match local.split_once('+') {
        Some((owner, _)) if !owner.is_empty() => format!("{owner}@{domain}"),
        _ => address.to_owned(),
    }
}

/// How long the next mail has to wait, when the last ones were sent at these times, the newest first. Times that are yet
/// to come were noted by a wrong clock and do not count.
pub(crate) fn mail_wait(sent: &[Timestamp], now: Timestamp) -> Option<Duration> {
    let wrong = sent.iter().take_while(|at| is_yet_to_come(**at, now));
    let sent = &sent[wrong.count()..];
    let wait = |(count, window): (usize, Duration)| {
        let free_at = *sent.get(count - 1)? + window;
        (now < free_at).then(|| free_at.since(now))
    };
    LIMITS.into_iter().filter_map(wait).max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

    fn minutes(count: u64) -> Duration {
        Duration::from_secs(60 * count)
    }

    #[test]
    fn sec_c07_the_sixth_mail_of_an_hour_waits_until_the_first_is_an_hour_old() {
        let sent: Vec<Timestamp> = (1..=5).map(|count| NOW - minutes(count)).collect();

        assert_eq!(mail_wait(&sent[..4], NOW), None);
        assert_eq!(mail_wait(&sent, NOW), Some(minutes(55)));
        assert_eq!(mail_wait(&sent, NOW + minutes(55)), None);
    }

    #[test]
    fn sec_c07_what_stands_behind_a_plus_sign_is_the_same_mailbox() {
        assert_eq!(mailbox("ada+1@example.com"), "ada@example.com");
        assert_eq!(mailbox("ada+1+2@example.com"), "ada@example.com");
        for alone in ["ada@example.com", "+1@example.com", "+15555550100"] {
            assert_eq!(mailbox(alone), alone);
        }
    }

    #[test]
    fn mails_of_a_wrong_clock_do_not_count() {
        let ahead = NOW + minutes(60 * 24 * 400);

        assert_eq!(mail_wait(&[ahead; 10], NOW), None);
        assert_eq!(
            mail_wait(&[ahead, NOW, NOW, NOW, NOW, NOW], NOW),
            Some(minutes(60))
        );
    }

    #[test]
    fn sec_c07_the_eleventh_mail_of_a_day_waits_until_the_first_is_a_day_old() {
        let sent: Vec<Timestamp> = (1..=10).map(|count| NOW - minutes(60 * count)).collect();

        assert_eq!(mail_wait(&sent, NOW), Some(minutes(60 * 14)));
    }

    proptest! {
        #[test]
        fn sec_c07_however_one_asks_no_hour_has_more_than_five_mails(
            pauses in proptest::collection::vec(0u64..3000, 60),
        ) {
            let (mut sent, mut now) = (Vec::new(), NOW);
            for pause in pauses {
                now = now + Duration::from_secs(pause);
                if mail_wait(&sent, now).is_none() {
                    sent.insert(0, now);
                }
            }

            for window in sent.windows(6) {
                prop_assert!(window[0].since(window[5]) >= minutes(60));
            }
            for window in sent.windows(11) {
                prop_assert!(window[0].since(window[10]) >= minutes(60 * 24));
            }
        }
    }
}
