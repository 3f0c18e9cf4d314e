//! The real binary as a process of its own, for what only a process can show: exit codes, output, sudden death.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;

/// A running binary. It is killed when it is dropped.
pub struct Program {
    child: Child,
    pub origin: String,
    log: Option<JoinHandle<String>>,
}

/// The binary in `folder`, with these variables and no other of ours.
fn command(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thyra"));
    let inherited = std::env::vars().map(|(name, _)| name);
    inherited
        .filter(|name| name.starts_with("THYRA_") || name.starts_with("LEPTOS_"))
        .for_each(|name| {
            command.env_remove(name);
        });
    command
        .current_dir(folder)
        .env("THYRA_ADDR", "127.0.0.1:0")
        .envs(without_limits(variables))
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Stories hurry, and all of them come from one address. Where there are no limits to switch off, that would be refused.
fn without_limits(variables: &[(&str, &str)]) -> Option<(&'static str, &'static str)> {
    let has_no_switch =
        |(name, _): &(&str, &str)| ["THYRA_MODE", "THYRA_AUTH_API_URL"].contains(name);
    (!variables.iter().any(has_no_switch)).then_some(("THYRA_LIMITS", "off"))
}

/// An address of this machine with a free port, for a program that has to come back at the same one: its browsers would not
/// send their cookies elsewhere.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Runs a command to its end, with `input` on standard input.
pub fn run_to_end(
    folder: &Path,
    variables: &[(&str, &str)],
    arguments: &[&str],
    input: &str,
) -> Output {
    let mut child = command(folder, variables).args(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

impl Program {
    /// Starts serving and waits until the greeting says where.
    pub fn serve(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let mut child = command(folder, variables).spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = errors.read_to_string(&mut text);
            text
        });
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let sign_in = lines
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("Sign in")?.1.trim().to_owned()));
        let origin = sign_in
            .and_then(|url| Some(url.strip_suffix("/sign-in")?.to_owned()))
            .expect("the program says where to sign in");
        Self {
            child,
            origin,
            log: Some(log),
        }
    }

    /// Ends the process at once, as a power failure would (SIGKILL).
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks the process to stop (SIGTERM) and gives its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        Command::new("kill").arg(id).status().unwrap();
        self.child.wait().unwrap().code()
    }

    /// Kills the process and gives all it has logged.
    pub fn log(mut self) -> String {
        self.kill();
        self.log
            .take()
            .and_then(|log| log.join().ok())
            .unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
