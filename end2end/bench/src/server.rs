//! A server as a process of its own, with a database of its own.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::http::Connection;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// From starting the process to the first answer.
    pub first_start: Duration,
    child: Child,
    data: Folder,
}

impl Server {
    /// Starts `binary`, ours or an app of ours, on a free port and waits for its first answer.
    pub fn start(binary: &Path, data: Folder) -> io::Result<Self> {
        Self::start_with(binary, data, &[])
    }

    /// The same, with further settings.
    pub fn start_with(binary: &Path, data: Folder, settings: &[(&str, &str)]) -> io::Result<Self> {
        let mut command = Command::new(binary);
        command
            .env("THYRA_DATABASE_URL", database_url(data.path()))
            .env("THYRA_TEST_CODES", "true")
            .env("THYRA_LIMITS", "off")
            .env("THYRA_LOG", "error")
            // Each simulated person comes from an address of its own: limits for one address are not what is measured.
            .env("THYRA_TRUSTED_PROXIES", "127.0.0.1")
            .envs(settings.iter().copied());
        Self::start_command(command, data, |command, address| {
            command
                .env("THYRA_ADDR", address.to_string())
                .env("THYRA_PUBLIC_URL", format!("http://{address}"));
        })
    }

    /// Starts a server that `tell` tells its address, and waits until it answers at `/readyz`.
    pub fn start_command(
        mut command: Command,
        data: Folder,
        tell: impl FnOnce(&mut Command, SocketAddr),
    ) -> io::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        tell(&mut command, address);
        let started = Instant::now();
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let mut server = Self {
            address,
            first_start: Duration::ZERO,
            child,
            data,
        };
        drain(&mut server.child);
        server.wait_for_answer(started)?;
        server.first_start = started.elapsed();
        Ok(server)
    }

    /// Memory in use, in MiB, as the kernel counts it.
    pub fn memory(&self) -> io::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap_or_default();
        let kilobytes: f64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|n| n.parse().ok())
            .unwrap_or(0.0);
        Ok(kilobytes / 1024.0)
    }

    /// Where its database is.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Stops it and gives its data back, so that it can be started again on the same.
    pub fn stop(mut self) -> io::Result<Folder> {
        self.child.kill()?;
        self.child.wait()?;
        let nothing = Folder::new()?;
        Ok(std::mem::replace(&mut self.data, nothing))
    }

    fn wait_for_answer(&mut self, started: Instant) -> io::Result<()> {
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Err(io::Error::other(format!(
                    "the server ended at once: {status}"
                )));
            }
            let answer = Connection::open(self.address)
                .and_then(|mut to| to.send("GET", "/readyz", &[], ""));
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            thread::yield_now();
        }
        Err(io::Error::other(format!(
            "the server did not answer within {PATIENCE:?}"
        )))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `thyra keys show` and finds the secret key in what it prints.
pub fn secret_key(binary: &Path, data: &Path) -> io::Result<String> {
    let printed = Command::new(binary)
        .args(["keys", "show"])
        .env("THYRA_DATABASE_URL", database_url(data))
        .output()?;
    let text = String::from_utf8_lossy(&printed.stdout).into_owned();
    text.split(|letter: char| letter.is_whitespace() || letter == '"')
        .find(|word| word.starts_with("sk_"))
        .map(str::to_owned)
        .ok_or_else(|| io::Error::other(format!("no secret key in: {text}")))
}

fn database_url(data: &Path) -> String {
    format!("sqlite:{}/thyra.db", data.display())
}

/// A pipe that nobody reads would stop the server once it is full.
fn drain(child: &mut Child) {
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            let mut sink = BufReader::new(output);
            let mut nothing = Vec::new();
            while sink
                .by_ref()
                .take(65_536)
                .read_until(0, &mut nothing)
                .is_ok_and(|read| read > 0)
            {
                nothing.clear();
            }
        });
    }
}
