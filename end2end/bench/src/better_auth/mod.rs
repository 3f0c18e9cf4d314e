//! The same figures of better-auth, in a Node server of its own (`incumbents/better_auth.mjs`).
//!
//! Whatever keeps it from running here, a missing package or a machine that its packages do not support, becomes the
//! text of a row: our own figures are worth having without it.

mod node;
mod person;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::CONNECTIONS;
use crate::http::Connection;
use crate::load::{Rate, repeat};
use crate::people::Caller;
use crate::report;
use node::Commit;
use person::Person;

/// What ours is compared with.
pub struct BetterAuth {
    /// Calls of a route that needs a signed-in user.
    pub session_checks: Rate,
    /// Sign-ins with a code by e-mail.
    pub codes: Rate,
    /// The same with a database that waits for the disk at every commit, as ours does.
    pub codes_on_disk: Rate,
}

/// Measures it, or says in a row why that cannot be done.
pub fn measure() -> Option<BetterAuth> {
    let measured = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let reason = panic.downcast_ref::<String>().map_or("", String::as_str);
        Err(format!("it failed under load: {reason}").into())
    });
    measured
        .inspect_err(|error| {
            let reason = error.to_string().replace(['\n', '|'], " ");
            report::row("better-auth", &format!("not measured: {reason}"), "");
        })
        .ok()
}

fn run() -> Result<BetterAuth, Box<dyn Error>> {
    let raw = node::raw_verifies_per_second()?;
    report::row(
        "better-auth: raw scrypt verifies",
        &format!("{raw:.0}/s"),
        "",
    );
    let server = node::start(Commit::Written)?;
    let emails = make_accounts(server.address)?;

    // In this order: the first code that comes back proves the address and ends what was there before.
    let session_checks = session_checks(server.address, &emails);
    let passwords = sign_ins(server.address, &emails, Person::signs_in_with_password);
    let codes = sign_ins(server.address, &emails, Person::signs_in_with_code);
    let memory = server.memory()?;
    drop(server);
    let codes_on_disk = codes_on_disk()?;

    report::rate("better-auth: password sign-ins", &passwords);
    let share = passwords.per_second();
    report::ratio("better-auth: sign-ins ÷ verifies", share, raw, "");
    report::rate(
        "better-auth: session checks (`getSession`)",
        &session_checks,
    );
    report::rate("better-auth: e-mail-code sign-ins (send, verify)", &codes);
    report::rate(
        "better-auth: e-mail-code sign-ins, each commit on disk",
        &codes_on_disk,
    );
    report::mebibytes("better-auth: memory after all this", memory, "");
    Ok(BetterAuth {
        session_checks,
        codes,
        codes_on_disk,
    })
}

/// With the promise that Thyra makes: whoever is told to be signed in stays so through a power cut.
fn codes_on_disk() -> Result<Rate, Box<dyn Error>> {
    let server = node::start(Commit::OnDisk)?;
    let emails = make_accounts(server.address)?;
    let way = Person::signs_in_with_code;
    Ok(sign_ins(server.address, &emails, way))
}

fn make_accounts(server: SocketAddr) -> io::Result<Vec<String>> {
    (0..CONNECTIONS)
        .map(|number| {
            let email = format!("person{number}@example.com");
            Person::new(server, &email)?.signs_up();
            Ok(email)
        })
        .collect()
}

fn session_checks(server: SocketAddr, emails: &[String]) -> Rate {
    let caller = |worker: usize| {
        let mut person = Person::new(server, &emails[worker]).expect("the server accepts");
        let cookies = person.signs_in_with_password();
        let connection = Connection::open(server).expect("the server accepts");
        Caller::new(connection, "/me", format!("Cookie: {cookies}"))
    };
    repeat(CONNECTIONS, caller, Caller::is_known)
}

fn sign_ins(server: SocketAddr, emails: &[String], way: fn(&mut Person) -> String) -> Rate {
    let person = |worker: usize| Person::new(server, &emails[worker]).expect("the server accepts");
    repeat(CONNECTIONS, person, |person| {
        way(person);
    })
}
