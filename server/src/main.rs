//! The binary `thyra`.

use std::process::ExitCode;

use clap::Parser;
use thyra_server::cli::Cli;
use thyra_server::command::run;

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
