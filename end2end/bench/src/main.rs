//! Measures the released server on the machine this runs on, and prints a Markdown table.
//!
//! Every figure that depends on the machine stands beside what the machine can do at best, measured in the same run,
//! so that the ratio says something wherever it was taken. All loops end after a fixed time. `thyra-bench <binary>
//! codes` takes only the figures of that name (`passwords`, `tokens`, `codes`), for whoever works on one of them.

mod http;
mod load;
mod people;
mod raw;
mod server;

use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use load::{Rate, repeat};
use people::{Member, Visitor, make_accounts};
use server::Server;

const CONNECTIONS: usize = 8;
const COLD_STARTS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let binary = arguments
        .next()
        .map(PathBuf::from)
        .ok_or("usage: thyra-bench <binary thyra> [passwords] [tokens] [codes]")?;
    let chosen: Vec<_> = arguments.collect();
    let is_wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name);
    println!("| what | measured | bar |\n|---|---|---|");

    let data = tempfile::tempdir()?;
    let key_folder = data.path().to_owned();
    let mut server = Server::start(&binary, data)?;
    row(
        "first start, new database",
        &milliseconds(server.first_start.as_secs_f64()),
        "",
    );
    let mut starts = Vec::new();
    for _ in 0..COLD_STARTS {
        server = Server::start(&binary, server.stop()?)?;
        starts.push(server.first_start.as_secs_f64());
    }
    starts.sort_by(f64::total_cmp);
    row(
        "cold start to first answer (median)",
        &milliseconds(starts[COLD_STARTS / 2]),
        "≤ 200 ms",
    );
    row(
        "idle memory",
        &format!("{:.1} MiB", server.memory()?),
        "≤ 30 MB",
    );

    let secret_key = server::secret_key(&binary, &key_folder)?;
    let emails = make_accounts(server.address, &secret_key, 2 * CONNECTIONS)?;
    if is_wanted("passwords") {
        passwords(&server, &emails);
    }
    if is_wanted("tokens") {
        tokens(&server, &emails)?;
    }
    if is_wanted("codes") {
        codes(&server, &emails);
    }
    row(
        "memory after all this",
        &format!("{:.1} MiB", server.memory()?),
        "",
    );
    Ok(())
}

fn passwords(server: &Server, emails: &[String]) {
    let raw = raw::password_verifies();
    let visitor = |worker: usize| {
        (
            Visitor::new(server.address).expect("the server accepts"),
            &emails[worker],
        )
    };
    let sign_ins = repeat(CONNECTIONS, visitor, |(visitor, email)| {
        visitor.signs_in_with_password(email);
    });
    row("raw argon2id verifies", &rate(&raw), "");
    row("password sign-ins", &rate(&sign_ins), "");
    row("their ratio", &ratio(&sign_ins, &raw), "≥ 0.95");
}

fn tokens(server: &Server, emails: &[String]) -> Result<(), Box<dyn Error>> {
    let raw = raw::signatures();
    let member =
        |worker: usize| Member::new(server.address, &emails[worker]).expect("the server accepts");
    let refreshes = repeat(CONNECTIONS, member, Member::refreshes_token);
    row("raw RS256 signatures", &rate(&raw), "");
    row("session token refreshes", &rate(&refreshes), "");
    row("their ratio", &ratio(&refreshes, &raw), "≥ 0.8");

    let hashing = refreshes_under_hashing(server, emails);
    row(
        "token refresh while passwords saturate the machine, p99",
        &format!("{:.1} ms", hashing.percentile(0.99)),
        "< 50 ms",
    );
    Ok(())
}

/// One person refreshes at leisure while eight others keep all cores busy with passwords.
fn refreshes_under_hashing(server: &Server, emails: &[String]) -> Rate {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for email in emails.iter().take(CONNECTIONS) {
            let done = &done;
            scope.spawn(move || {
                let mut visitor = Visitor::new(server.address).expect("the server accepts");
                while !done.load(Ordering::Relaxed) {
                    visitor.signs_in_with_password(email);
                }
            });
        }
        let member =
            |_| Member::new(server.address, &emails[CONNECTIONS]).expect("the server accepts");
        let refreshes = repeat(1, member, Member::refreshes_token);
        done.store(true, Ordering::Relaxed);
        refreshes
    })
}

fn codes(server: &Server, emails: &[String]) {
    let visitor = |worker: usize| {
        (
            Visitor::new(server.address).expect("the server accepts"),
            &emails[worker],
        )
    };
    let sign_ins = repeat(CONNECTIONS, visitor, |(visitor, email)| {
        visitor.signs_in_with_code(email);
    });
    row(
        "e-mail-code sign-ins (create, send, verify)",
        &rate(&sign_ins),
        "about 1,500/s",
    );
}

fn row(what: &str, measured: &str, bar: &str) {
    println!("| {what} | {measured} | {bar} |");
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.0} ms", seconds * 1_000.0)
}

fn rate(rate: &Rate) -> String {
    format!(
        "{:.0}/s (p50 {:.2} ms, p99 {:.2} ms)",
        rate.per_second(),
        rate.percentile(0.5),
        rate.percentile(0.99)
    )
}

fn ratio(part: &Rate, whole: &Rate) -> String {
    format!("{:.2}", part.per_second() / whole.per_second())
}
