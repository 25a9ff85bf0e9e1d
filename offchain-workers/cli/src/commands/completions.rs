//! `idlewild completions`

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::{generate, Shell};

use crate::args::Cli;

/// Prints the completions of `shell`.
pub fn run(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "idlewild", &mut script);
    Ok(io::stdout().lock().write_all(&script)?)
}
