//! Calls of a route that needs a signed-in user, in an app with Thyra embedded (`bin/app.rs`).

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;

use crate::CONNECTIONS;
use crate::folder::Folder;
use crate::load::{Rate, repeat};
use crate::people::{Caller, Member};
use crate::report;
use crate::server::Server;

/// Starts the app on a database that has these accounts, and measures both kinds of route it has.
pub fn measure(app: &Path, data: Folder, emails: &[String]) -> Result<Rate, Box<dyn Error>> {
    let server = Server::start(app, data)?;
    let by_token = calls(server.address, emails, "/me");
    report::rate(
        "session checks (`VerifiedSession` in front of a handler)",
        &by_token,
    );
    let by_database = calls(server.address, emails, "/me/live");
    report::rate(
        "session checks that ask the database too (`is_session_live`)",
        &by_database,
    );
    Ok(by_token)
}

fn calls(server: SocketAddr, emails: &[String], path: &'static str) -> Rate {
    let caller = |worker: usize| {
        let member = Member::new(server, &emails[worker]).expect("the app accepts");
        member.into_caller(path)
    };
    repeat(CONNECTIONS, caller, Caller::is_known)
}
