//! The rows of the table that goes into docs/performance.md.

use crate::load::Rate;

/// Prints the head of the table.
pub fn head() {
    println!("| what | measured | bar |\n|---|---|---|");
}

/// Prints a row: what was measured, what was found, and what we hold ourselves to, if anything.
pub fn row(what: &str, measured: &str, bar: &str) {
    println!("| {what} | {measured} | {bar} |");
}

/// Prints how often something was done, and how long it took.
pub fn rate(what: &str, rate: &Rate) {
    let measured = format!(
        "{:.0}/s (p50 {:.2} ms, p99 {:.2} ms)",
        rate.per_second(),
        rate.percentile(0.5),
        rate.percentile(0.99)
    );
    row(what, &measured, "");
}

/// Prints how many times `whole` is in `part`, both per second.
pub fn ratio(what: &str, part: f64, whole: f64, bar: &str) {
    let ratio = part / whole;
    // A share of what is possible needs its hundredths, a multiple does not.
    let measured = if ratio < 3.0 {
        format!("{ratio:.2}")
    } else {
        format!("{ratio:.1}")
    };
    row(what, &measured, bar);
}

/// Prints a duration in whole milliseconds.
pub fn milliseconds(what: &str, seconds: f64, bar: &str) {
    row(what, &format!("{:.0} ms", seconds * 1_000.0), bar);
}

/// Prints an amount of memory.
pub fn mebibytes(what: &str, amount: f64, bar: &str) {
    row(what, &format!("{amount:.1} MiB"), bar);
}
