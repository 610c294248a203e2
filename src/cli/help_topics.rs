//! `duologue help`: prints the pages of the manual, and the help of each command.

use std::io::{self, IsTerminal};

use clap::{Args, CommandFactory};

use crate::settings::{ColorChoice, Themes};
use crate::view::markdown::{self, TextEnd};

use super::args::Cli;
use super::error::CliError;
use super::{color, help, output, render};

/// The widest a page is laid out: longer lines are hard to read.
const MAX_COLUMNS: u16 = 100;

/// The theme of the pages: the terminal's own colours fit every background, and need no settings, which
/// may be what the user needs help with.
const THEME: &str = "terminal";

#[derive(Debug, Args)]
pub(super) struct HelpArgs {
    /// A page of the manual, such as keys, or a command, such as ask.
    topic: Vec<String>,
}

/// A page of the manual: a file in `docs`.
struct Page {
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

macro_rules! pages {
    ($($name:literal $about:literal),* $(,)?) => {
        &[$(Page {
            name: $name,
            about: $about,
            text: include_str!(concat!("../../docs/", $name, ".md")),
        }),*]
    };
}

const PAGES: &[Page] = pages![
    "using" "The window, files, answers, presets, tools",
    "keys" "Every key, and how to change it",
    "commands" "The command line, JSON, exit codes",
    "configuration" "Every setting, flag and variable",
    "setup" "Choose a server, store a key, pick a model",
    "web-app" "Share conversations with the web app",
    "servers" "OpenAI, Azure, Ollama, LM Studio and others",
    "themes" "Built-in themes and your own",
    "troubleshooting" "When something does not work",
    "performance" "Numbers, and the commands that measure them",
];

/// The list of pages, as it stands below the help of the program.
pub(super) fn list_topics() -> String {
    let mut text = "Manual, printed by `duologue help TOPIC`:\n".to_owned();
    for page in PAGES {
        text.push_str(&format!("  {:<17}{}\n", page.name, page.about));
    }
    text
}

pub(super) fn run(args: &HelpArgs) -> Result<(), CliError> {
    if let [name] = args.topic.as_slice()
        && let Some(page) = PAGES.iter().find(|page| page.name == name)
    {
        return print_page(page);
    }
    let flag = "--help".to_owned();
    let command_line: Vec<String> = std::iter::once("duologue".to_owned())
        .chain(args.topic.iter().cloned())
        .chain([flag])
        .collect();
    match help::with_groups(Cli::command()).try_get_matches_from(command_line) {
        Err(error) if !error.use_stderr() => {
            let _ = error.print();
            Ok(())
        }
        Ok(_) | Err(_) => Err(CliError::usage(format!(
            "There is no page and no command \"{}\".\n\n{}\nCommands are listed by `duologue help`.",
            args.topic.join(" "),
            list_topics()
        ))),
    }
}

/// Prints a page: laid out on a terminal, its exact text anywhere else.
fn print_page(page: &Page) -> Result<(), CliError> {
    if !io::stdout().is_terminal() || std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        return output::write(page.text);
    }
    let columns = crossterm::terminal::size().map_or(80, |(columns, _)| columns);
    let text = without_comments(page.text);
    let env = |name: &str| std::env::var(name).ok();
    let theme = Themes::default().get(THEME, color::depth(ColorChoice::Auto, true, &env));
    let columns = usize::from(columns.clamp(20, MAX_COLUMNS));
    let page = markdown::render(&text, TextEnd::Open, columns, &theme);
    output::write(&render::lines_text(&page.lines))
}

/// The page without the comments that mark its generated parts.
fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("<!--"));
    lines.flat_map(|line| [line, "\n"]).collect()
}
