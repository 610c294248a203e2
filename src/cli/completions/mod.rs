//! `duologue completions SHELL`: completions of commands, flags and what is stored here: conversations,
//! models, presets, servers, templates, tools and users. The scripts ask this program at each Tab (`duologue __complete`).

mod candidates;
mod stored_names;
mod words;

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::view::clean;

use super::args::Cli;
use super::completion_shell::CompletionShell;
use super::error::CliError;
use super::output;

use stored_names::StoredNames;

/// Prints the script for a shell.
pub(super) fn print_script(shell: CompletionShell) -> Result<(), CliError> {
    match shell {
        CompletionShell::Bash => output::write(include_str!("duologue.bash")),
        CompletionShell::Fish => output::write(include_str!("duologue.fish")),
        CompletionShell::Nushell => output::write(include_str!("duologue.nu")),
        CompletionShell::Zsh => output::write(include_str!("duologue.zsh")),
        CompletionShell::Elvish => print_static(Shell::Elvish),
        CompletionShell::PowerShell => print_static(Shell::PowerShell),
    }
}

/// Commands and flags only.
fn print_static(shell: Shell) -> Result<(), CliError> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "duologue", &mut bytes);
    output::write(&String::from_utf8_lossy(&bytes))
}

/// Prints what can stand in place of the last word, a line each: the value, a tab, its description.
pub(super) fn complete(words: &[String]) -> Result<(), CliError> {
    let mut command: Command = Cli::command();
    command.build();
    let position = words::parse(&command, words);
    let stored = StoredNames::new(&position.flags);
    let mut text = String::new();
    for candidate in candidates::candidates(&position, &stored) {
        let (value, about) = (clean::line(&candidate.value), clean::line(&candidate.about));
        text.push_str(&format!("{value}\t{about}\n"));
    }
    output::write(&text)
}
