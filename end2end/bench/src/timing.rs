//! Whether the time of an answer tells who has an account: checklist B02, at its full length.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use crate::folder::Folder;
use crate::people::{PASSWORD, Visitor, make_accounts};
use crate::report;
use crate::server::{Server, secret_key};

/// Pairs of a wrong password for somebody and one for nobody.
const PAIRS: usize = 1_000;

/// What the checklist allows between the medians: this, or a twentieth of the median when that is more.
const ALLOWED_MILLISECONDS: f64 = 2.0;
const ALLOWED_SHARE: f64 = 0.05;

/// The least |t| of Welch that would tell one kind from the other.
const TELLING: f64 = 4.5;

/// Wrong passwords for people who exist and for people who do not, in turn, with enumeration protection.
pub fn measure(binary: &Path) -> Result<(), Box<dyn Error>> {
    let server = Server::start_with(
        binary,
        Folder::new()?,
        &[("THYRA_ENUMERATION_PROTECTION", "strict")],
    )?;
    let secret_key = secret_key(binary, server.data())?;
    let somebodies = make_accounts(server.address, &secret_key, PAIRS)?;
    let mut visitor = Visitor::new(server.address)?;
    let mut times = [Vec::new(), Vec::new()];
    for (pair, somebody) in somebodies.iter().enumerate() {
        let people = [somebody.clone(), format!("nobody{pair}@example.com")];
        // Now one of them is the first, now the other: what the machine does meanwhile must not hit one kind only.
        for kind in [pair % 2, 1 - pair % 2] {
            visitor.becomes_somebody_else();
            let began = Instant::now();
            visitor.tries_password(&people[kind], &format!("not {PASSWORD}"));
            times[kind].push(began.elapsed().as_secs_f64() * 1_000.0);
        }
    }
    report_on(&mut times);
    Ok(())
}

fn report_on(times: &mut [Vec<f64>; 2]) {
    let t = welch_t(&times[0], &times[1]);
    let [somebody, nobody] = times.each_mut().map(|times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    let allowed = ALLOWED_MILLISECONDS.max(ALLOWED_SHARE * somebody);
    report::row(
        "wrong passwords, medians for somebody and for nobody, 1,000 pairs (B02)",
        &format!("{somebody:.2} ms and {nobody:.2} ms"),
        &format!("≤ {allowed:.1} ms apart"),
    );
    report::row(
        "the same, Welch's t without its sign",
        &format!("{:.2}", t.abs()),
        &format!("< {TELLING}"),
    );
}

/// How many standard errors two means lie apart.
fn welch_t(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, error_a) = mean_and_squared_error(a);
    let (mean_b, error_b) = mean_and_squared_error(b);
    (mean_a - mean_b) / (error_a + error_b).sqrt()
}

fn mean_and_squared_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, squares / (count - 1.0) / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_that_lie_apart_are_told_and_others_are_not() {
        // By hand: means 2 and 4, variances 1 and 1, so (2 − 4) / √(1/3 + 1/3).
        let t = welch_t(&[1.0, 2.0, 3.0], &[3.0, 4.0, 5.0]);
        assert!((t + 2.449_489_742_783_178).abs() < 1e-12, "{t}");
        assert!(welch_t(&[1.0, 2.0], &[1.0, 2.0]).abs() < 1e-12);
    }
}
