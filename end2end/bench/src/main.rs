//! Measures the released server on the machine this runs on, and an incumbent beside it, and prints a Markdown table.
//!
//! Every figure that depends on the machine stands beside what the machine can do at best, or beside what better-auth
//! does, measured in the same run, so that the ratio says something wherever it was taken. All loops end after a fixed
//! time.

mod better_auth;
mod folder;
mod hosted;
mod http;
mod load;
mod people;
mod raw;
mod report;
mod scale;
mod selection;
mod server;
mod session_checks;
mod timing;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use better_auth::BetterAuth;
use hosted::Hosted;
use load::Rate;
use selection::Selection;

/// How many people are at it at the same time, each with a kept-alive connection.
const CONNECTIONS: usize = 8;

/// The figures for which there must be accounts.
const OF_A_SERVER_IN_USE: [&str; 4] = ["passwords", "tokens", "codes", "session-checks"];

/// What of ours is compared with an incumbent.
#[derive(Default)]
struct Ours {
    codes: Option<Rate>,
    session_checks: Option<Rate>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let binary = arguments
        .next()
        .map(PathBuf::from)
        .ok_or("usage: thyra-bench <binary thyra> [figure…]")?;
    let selection = Selection::read(arguments)?;
    report::head();
    let ours = measure_ours(&binary, &selection)?;
    if selection.has("better-auth")
        && let Some(theirs) = better_auth::measure()
    {
        compare(&ours, &theirs);
    }
    Ok(())
}

fn measure_ours(binary: &Path, selection: &Selection) -> Result<Ours, Box<dyn Error>> {
    let mut ours = Ours::default();
    if selection.has("start") {
        hosted::start(binary)?;
    }
    if selection.has("timing") {
        timing::measure(binary)?;
    }
    if selection.has("scale") {
        scale::measure(binary)?;
    }
    if !OF_A_SERVER_IN_USE.iter().any(|name| selection.has(name)) {
        return Ok(ours);
    }
    let hosted = Hosted::start(binary)?;
    if selection.has("passwords") {
        hosted.passwords();
    }
    if selection.has("tokens") {
        hosted.tokens();
    }
    if selection.has("codes") {
        ours.codes = Some(hosted.codes());
    }
    hosted.memory()?;
    if selection.has("session-checks") {
        let (data, emails) = hosted.stop()?;
        let app = env::current_exe()?.with_file_name("thyra-bench-app");
        ours.session_checks = Some(session_checks::measure(&app, data, &emails)?);
    }
    Ok(ours)
}

fn compare(ours: &Ours, theirs: &BetterAuth) {
    if let Some(ours) = &ours.session_checks {
        let (ours, theirs) = (ours.per_second(), theirs.session_checks.per_second());
        report::ratio("session checks, ours ÷ better-auth's", ours, theirs, "≥ 10");
    }
    if let Some(ours) = &ours.codes {
        let (ours, written) = (ours.per_second(), theirs.codes.per_second());
        let what = "e-mail-code sign-ins, ours ÷ better-auth's";
        report::ratio(what, ours, written, "≥ 5");
        let what = "e-mail-code sign-ins, ours ÷ better-auth's, each commit on disk with both";
        report::ratio(what, ours, theirs.codes_on_disk.per_second(), "");
    }
}
