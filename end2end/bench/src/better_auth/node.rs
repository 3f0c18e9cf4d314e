//! Node with what `incumbents/package.json` installs.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use crate::CONNECTIONS;
use crate::folder::Folder;
use crate::load::{LASTING, WARM_UP};
use crate::server::Server;

/// When a commit of its database is done.
pub enum Commit {
    /// Once it is written; a power cut may take the last ones back. Its driver's default.
    Written,
    /// Once it is on the disk, as with Thyra.
    OnDisk,
}

/// Starts better-auth's server with a new database.
pub fn start(commit: Commit) -> Result<Server, Box<dyn Error>> {
    let data = Folder::new()?;
    let mut command = node("better_auth.mjs")?;
    command
        .env("NODE_ENV", "production")
        .env("BENCH_DATABASE", data.path().join("better-auth.db"))
        .env("BENCH_SECRET", "only-for-measuring-0123456789abcdef");
    if let Commit::OnDisk = commit {
        command.env("BENCH_DURABLE", "true");
    }
    Ok(Server::start_command(command, data, |command, address| {
        command.env("BENCH_PORT", address.port().to_string());
    })?)
}

/// How many passwords its own hash verifies in a second, for as long as everything else is measured.
pub fn raw_verifies_per_second() -> Result<f64, Box<dyn Error>> {
    let output = node("better_auth_verifies.mjs")?
        .arg(CONNECTIONS.to_string())
        .arg(WARM_UP.as_millis().to_string())
        .arg(LASTING.as_millis().to_string())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}

fn node(script: &str) -> io::Result<Command> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/incumbents"));
    if !folder.join("node_modules/better-auth").exists() {
        return Err(io::Error::other("its npm packages are not installed"));
    }
    // Its SQLite driver asks for a newer Node than Debian has. Where npm has none for this machine, the system's is tried.
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "x64",
    };
    let packaged = folder.join(format!("node_modules/node-linux-{architecture}/bin/node"));
    let program = if packaged.exists() {
        packaged
    } else {
        "node".into()
    };
    let mut command = Command::new(program);
    command.arg(folder.join(script));
    Ok(command)
}
