//! `duologue completions` and `duologue man`, made from the command line itself.
//! May not describe anything by hand.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;
use super::output;
use super::problem::Problem;

/// Prints completions for a shell.
///
/// # Errors
/// When standard output fails.
pub fn completions(shell: Shell) -> Result<(), Problem> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "duologue", &mut bytes);
    output::write(&String::from_utf8_lossy(&bytes))
}

/// Prints the manual page.
///
/// # Errors
/// When it cannot be made, or standard output fails.
pub fn man() -> Result<(), Problem> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut bytes)
        .map_err(|error| Problem::failed(format!("The manual page cannot be made: {error}.")))?;
    output::write(&String::from_utf8_lossy(&bytes))
}
