//! The binary `thyra`.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use thyra_server::cli::Cli;
use thyra_server::command::run;

/// Every request allocates some hundred small things, on whatever thread goes on with it: the system's allocator takes an
/// eighth of the time of a sign-in for that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("thyra: {error}");
            ExitCode::FAILURE
        }
    }
}
