//! `duologue man`, generated from the definition of the command line.

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::chat::io_reason;
use crate::settings::{Keymap, Scope, Settings};

use super::args::Cli;
use super::error::CliError;
use super::help::EXAMPLES;
use super::output;

const EXIT_STATUS: &str = ".SH \"EXIT STATUS\"
.TP
0
Done.
.TP
1
The command failed, or \\fBsearch\\fR found nothing. \\fBask\\fR: the answer is incomplete; the
partial answer is printed and stored. \\fBdoctor\\fR: a version of the web app would discard the file.
.TP
2
The command line or the settings are wrong.
.TP
3
\\fBdoctor\\fR: the file loads, but cannot be saved.
.TP
130
Interrupted with Ctrl+C; a partial answer is stored.
";

const FILES: &str = ".SH FILES
.TP
.I ~/.config/duologue/config.toml
Settings and keys; \\fBduologue config\\fR shows those in effect and where each came from.
.TP
.I ~/.local/share/duologue/chats/USER.json
Conversations, unless another folder is set.
.TP
.I ~/.local/state/duologue
Journal, drafts, trash and log, readable only by you.
.TP
.I ~/.cache/duologue
Data that can be rebuilt at any time.
";

const SYNOPSIS: &str = ".SH SYNOPSIS
\\fBduologue\\fR [\\fIOPTIONS\\fR]
.br
\\fBduologue\\fR [\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]
";

/// The variables that are no settings.
const ENVIRONMENT: &str = ".SH ENVIRONMENT
Besides the variables named above:
.TP
.B DUOLOGUE_CONFIG
The configuration file.
.TP
.BR NO_COLOR \", \" CLICOLOR_FORCE \", \" FORCE_COLOR
No colours; colours also in pipes.
.TP
.B PAGER
The program that shows the output of \\fBlist\\fR, \\fBsearch\\fR and \\fBshow\\fR on a terminal.
.TP
.BR VISUAL \", \" EDITOR
Your editor.
";

/// Prints the manual page: the program, then each command.
pub(super) fn man() -> Result<(), CliError> {
    let failed = |error| {
        CliError::failed(format!("The manual page could not be created: {}.", io_reason(&error)))
    };
    output::write(&page().map_err(failed)?)
}

fn page() -> std::io::Result<String> {
    let command = Cli::command();
    let main = Man::new(command.clone());
    let mut bytes = Vec::new();
    main.render_title(&mut bytes)?;
    main.render_name_section(&mut bytes)?;
    bytes.extend_from_slice(SYNOPSIS.as_bytes());
    main.render_description_section(&mut bytes)?;
    main.render_options_section(&mut bytes)?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    text.push_str(".SH COMMANDS\n");
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        text.push_str(&section(command)?);
    }
    text.push_str(&key_table());
    text.push_str(EXIT_STATUS);
    text.push_str(FILES);
    text.push_str(&settings_table());
    text.push_str(ENVIRONMENT);
    text.push_str(&examples());
    Ok(text)
}

/// The examples of the help.
fn examples() -> String {
    let mut text = ".SH EXAMPLES\n".to_owned();
    for (line, what) in EXAMPLES {
        text.push_str(&format!(".TP\n.B {}\n{}\n", escaped(line), escaped(what)));
    }
    text
}

/// The default keys, from the table the program uses.
fn key_table() -> String {
    let keymap = Keymap::default();
    let mut text = ".SH KEYS\n".to_owned();
    for &scope in Scope::ALL {
        text.push_str(&format!(".SS {}\n", scope.description()));
        for row in keymap.rows(scope).filter(|row| !row.chords.is_empty()) {
            let chords: Vec<String> = row.chords.iter().map(ToString::to_string).collect();
            let chords = escaped(&chords.join(", "));
            text.push_str(&format!(".TP\n\\&{chords}\n{}\n", row.target.description()));
        }
    }
    text
}

/// The settings of `config.toml` with their defaults.
fn settings_table() -> String {
    let mut text = ".SH SETTINGS\nA flag wins over the environment, the environment over \
                    config.toml.\n"
        .to_owned();
    for (setting, default) in Settings::defaults() {
        let names: Vec<_> =
            setting.flag_name().into_iter().chain(setting.variables.iter().copied()).collect();
        let mut description = setting.doc.to_owned();
        for (label, words) in [
            ("Values", setting.allowed_values().unwrap_or_default()),
            ("Default", default),
            ("Also", names.join(", ")),
        ] {
            if !words.is_empty() {
                description.push_str(&format!(" {label}: {words}."));
            }
        }
        let description = escaped(&description).replace('`', "");
        text.push_str(&format!(".TP\n.B {}\n{description}\n", setting.name));
    }
    text
}

/// Escapes a text for roff: a plain hyphen would become a dash.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}

/// One command: its synopsis, description and options.
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
    // Without the headings of a manual page of its own.
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
