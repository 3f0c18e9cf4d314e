//! The figures of the hosted server: what the release does by itself.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::CONNECTIONS;
use crate::folder::Folder;
use crate::load::{Rate, repeat};
use crate::people::{Member, Visitor, make_accounts};
use crate::server::{Server, secret_key};
use crate::{raw, report};

const COLD_STARTS: usize = 5;

/// The server under measurement, and the accounts it has.
pub struct Hosted {
    server: Server,
    emails: Vec<String>,
}

impl Hosted {
    /// Starts it with a new database and makes accounts.
    pub fn start(binary: &Path) -> Result<Self, Box<dyn Error>> {
        let server = Server::start(binary, Folder::new()?)?;
        let secret_key = secret_key(binary, server.data())?;
        let emails = make_accounts(server.address, &secret_key, 2 * CONNECTIONS)?;
        Ok(Self { server, emails })
    }

    /// Stops it. Its database goes to another server of ours, with the addresses of its accounts.
    pub fn stop(self) -> Result<(Folder, Vec<String>), Box<dyn Error>> {
        Ok((self.server.stop()?, self.emails))
    }

    /// Password sign-ins beside what the machine's cores can verify.
    pub fn passwords(&self) {
        let raw = raw::password_verifies();
        let sign_ins = repeat(
            CONNECTIONS,
            |worker| self.visitor(worker),
            |(visitor, email)| {
                visitor.signs_in_with_password(email);
            },
        );
        report::rate("raw argon2id verifies", &raw);
        report::rate("password sign-ins", &sign_ins);
        let (part, whole) = (sign_ins.per_second(), raw.per_second());
        report::ratio("sign-ins ÷ verifies", part, whole, "≥ 0.95");
    }

    /// Token refreshes beside what the machine's cores can sign, and while passwords keep them busy.
    pub fn tokens(&self) {
        let raw = raw::signatures();
        let refreshes = repeat(
            CONNECTIONS,
            |worker| self.member(worker),
            Member::refreshes_token,
        );
        report::rate("raw RS256 signatures", &raw);
        report::rate("session token refreshes", &refreshes);
        let (part, whole) = (refreshes.per_second(), raw.per_second());
        report::ratio("refreshes ÷ signatures", part, whole, "≥ 0.8");

        let p99 = self.refreshes_under_hashing().percentile(0.99);
        report::row(
            "token refresh while passwords saturate the machine, p99",
            &format!("{p99:.1} ms"),
            "< 50 ms",
        );
    }

    /// E-mail-code sign-ins.
    pub fn codes(&self) -> Rate {
        let sign_ins = repeat(
            CONNECTIONS,
            |worker| self.visitor(worker),
            |(visitor, email)| {
                visitor.signs_in_with_code(email);
            },
        );
        report::rate("e-mail-code sign-ins (create, send, verify)", &sign_ins);
        sign_ins
    }

    /// What it occupies by now.
    pub fn memory(&self) -> Result<(), Box<dyn Error>> {
        report::mebibytes("memory after all this", self.server.memory()?, "");
        Ok(())
    }

    /// One person refreshes at leisure while eight others keep all cores busy with passwords.
    fn refreshes_under_hashing(&self) -> Rate {
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            for worker in 0..CONNECTIONS {
                let done = &done;
                scope.spawn(move || {
                    let (mut visitor, email) = self.visitor(worker);
                    while !done.load(Ordering::Relaxed) {
                        visitor.signs_in_with_password(email);
                    }
                });
            }
            let _ends_the_others = SetAtEnd(&done);
            repeat(1, |_| self.member(CONNECTIONS), Member::refreshes_token)
        })
    }

    fn visitor(&self, worker: usize) -> (Visitor, &str) {
        let visitor = Visitor::new(self.server.address).expect("the server accepts");
        (visitor, &self.emails[worker])
    }

    fn member(&self, worker: usize) -> Member {
        Member::new(self.server.address, &self.emails[worker]).expect("the server accepts")
    }
}

/// Cold starts and the memory of a server that nobody has used.
pub fn start(binary: &Path) -> Result<(), Box<dyn Error>> {
    let mut server = Server::start(binary, Folder::new()?)?;
    let first = server.first_start.as_secs_f64();
    let mut starts = Vec::new();
    for _ in 0..COLD_STARTS {
        server = Server::start(binary, server.stop()?)?;
        starts.push(server.first_start.as_secs_f64());
    }
    starts.sort_by(f64::total_cmp);
    report::milliseconds("first start, new database", first, "");
    report::milliseconds(
        "cold start to first answer (median)",
        starts[COLD_STARTS / 2],
        "≤ 200 ms",
    );
    report::mebibytes("idle memory", server.memory()?, "≤ 30 MB");
    Ok(())
}

/// Those who wait for it must not wait for ever when the one who would set it panics.
struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
