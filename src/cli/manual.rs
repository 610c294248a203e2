//! `duologue completions` and `duologue man`, made from the command line itself.
//! May not describe a command or an option by hand.

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Cli;
use super::output;
use super::problem::Problem;

/// What ends every command.
const EXIT_STATUS: &str = ".SH \"EXIT STATUS\"
.TP
0
Done.
.TP
1
Something did not work, or \\fBsearch\\fR found nothing. \\fBask\\fR: the answer is not complete;
what came of it is printed and stored.
.TP
2
The command line or the settings are wrong.
.TP
130
Interrupted with Ctrl+C; what had come of an answer is stored.
";

/// Prints completions for a shell.
///
/// # Errors
/// When standard output fails.
pub fn completions(shell: Shell) -> Result<(), Problem> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "duologue", &mut bytes);
    output::write(&String::from_utf8_lossy(&bytes))
}

/// Prints the manual page: the program, then each command.
///
/// # Errors
/// When it cannot be made, or standard output fails.
pub fn man() -> Result<(), Problem> {
    let failed = |error| Problem::failed(format!("The manual page cannot be made: {error}."));
    output::write(&page().map_err(failed)?)
}

fn page() -> std::io::Result<String> {
    let command = Cli::command();
    let main = Man::new(command.clone());
    let mut bytes = Vec::new();
    main.render_title(&mut bytes)?;
    main.render_name_section(&mut bytes)?;
    main.render_synopsis_section(&mut bytes)?;
    main.render_description_section(&mut bytes)?;
    main.render_options_section(&mut bytes)?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    text.push_str(".SH COMMANDS\n");
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        text.push_str(&section(command)?);
    }
    text.push_str(EXIT_STATUS);
    Ok(text)
}

/// A command as a part of the page: its synopsis, what it does, its options.
fn section(command: &Command) -> std::io::Result<String> {
    let name = command.get_name().to_owned();
    let page = Man::new(command.clone().bin_name(format!("duologue {name}")));
    let mut bytes = Vec::new();
    page.render_synopsis_section(&mut bytes)?;
    page.render_description_section(&mut bytes)?;
    if command.get_arguments().next().is_some() {
        page.render_options_section(&mut bytes)?;
    }
    let parts = String::from_utf8_lossy(&bytes).into_owned();
    // The headings of a page of its own have no place inside another.
    let lines = parts.lines().filter(|line| !line.starts_with(".SH ") && !line.starts_with(".ie "));
    let lines = lines.filter(|line| !line.starts_with(".el "));
    let mut text = format!(".SS {}\n", name.replace('-', "\\-"));
    let mut first = true;
    for line in lines {
        text.push_str(line);
        text.push('\n');
        if std::mem::take(&mut first) {
            text.push_str(".PP\n");
        }
    }
    Ok(text)
}
