//! Times as RFC 3339 writes them: `2026-05-28T20:26:40.25+02:00`.

/// Milliseconds since the Unix epoch. What is finer than a millisecond is dropped.
pub(super) fn parse(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let (time, offset_minutes) = split_offset(time)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let is_day = (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
    // A leap second counts as the one after it.
    let is_time = hour < 24 && minute < 60 && second <= 60;
    if !is_day || !is_time {
        return None;
    }
    let minutes = (days_since_epoch(year, month, day) * 24 + hour) * 60 + minute;
    let seconds = (minutes - offset_minutes) * 60 + second;
    Some(seconds * 1000 + milliseconds(fraction)?)
}

/// The time without its offset, and the offset in minutes east of Greenwich.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let sign = if time[at..].starts_with('-') { -1 } else { 1 };
    let [hours, minutes] = numbers(&time[at + 1..], ':', [2, 2])?;
    (hours < 24 && minutes < 60).then_some((&time[..at], sign * (hours * 60 + minutes)))
}

/// Exactly these numbers, of these lengths.
fn numbers<const N: usize>(text: &str, separator: char, lengths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, length) in numbers.iter_mut().zip(lengths) {
        let part = parts.next().filter(|part| part.len() == length)?;
        *number = digits(part)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn milliseconds(fraction: &str) -> Option<i64> {
    let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        .then(|| digits(&format!("{fraction:0<3}")[..3]))
        .flatten()
}

/// Days since 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day is their last one.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    const DAYS_UNTIL_EPOCH: i64 = 719_468;
    year * 365 + leap_days + day_of_year - DAYS_UNTIL_EPOCH
}

fn days_of_month(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    days_since_epoch(next_year, next_month, 1) - days_since_epoch(year, month, 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_of_every_kind_are_read() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2026-05-28T20:26:40Z", 1_780_000_000_000),
            ("2026-05-28t20:26:40.1z", 1_780_000_000_100),
            ("2026-05-28 20:26:40.123456789Z", 1_780_000_000_123),
            ("2026-05-28T22:56:40+02:30", 1_780_000_000_000),
            ("2026-05-28T15:26:40-05:00", 1_780_000_000_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("2000-03-01T00:00:00Z", 951_868_800_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ] {
            assert_eq!(parse(text), Some(millis), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "T",
            "2026-05-28",
            "2026-05-28T20:26:40",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-05-28T24:00:00Z",
            "2026-05-28T20:26Z",
            "2026-05-28T20:26:40.Z",
            "2026-05-28T20:26:40+2:00",
            "+026-05-28T20:26:40Z",
            "2026-05-28T20:26:40Ä",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let mut expected = days_since_epoch(1899, 12, 31);
        for year in 1900..2110 {
            for month in 1..=12 {
                for day in 1..=days_of_month(year, month) {
                    expected += 1;
                    assert_eq!(days_since_epoch(year, month, day), expected);
                }
            }
        }
        assert_eq!(days_since_epoch(1970, 1, 1), 0);
    }

    proptest! {
        #[test]
        fn whatever_is_read_nothing_breaks(text in "([0-9TZ:.+-]{0,30}|.{0,30})") {
            _ = parse(&text);
        }
    }
}
