//! The pages of the manual, which `duologue help TOPIC` prints.

use std::io::{self, IsTerminal};

use crate::settings::{ColorChoice, Themes};
use crate::view::markdown::{self, TextEnd};

use super::error::CliError;
use super::{color, output, render};

/// The widest a page is laid out: longer lines are hard to read.
const MAX_COLUMNS: u16 = 100;

/// The theme of the pages: the terminal's own colours fit every background, and need no settings, which
/// may be what the user needs help with.
const THEME: &str = "terminal";

/// A page of the manual: a file in `docs`.
pub(super) struct Page {
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
    "install" "Packages, folders, notes for macOS and Windows",
    "setup" "Choose a server, store a key, pick a model",
    "web-app" "Share conversations with the web app",
    "shared-file" "What is written into the shared file, and how",
    "servers" "OpenAI, Azure, Ollama, LM Studio and others",
    "templates" "Questions kept in files, as commands of your own",
    "mcp" "Tools of MCP servers",
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

/// Returns the titles that `duologue help` accepts.
pub(super) fn names<'a>() -> impl Iterator<Item = &'a str> {
    PAGES.iter().map(|page| page.name)
}

/// The page of a topic.
pub(super) fn find(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.name == name)
}

/// Prints a page: laid out on a terminal, its exact text anywhere else.
pub(super) fn print(page: &Page) -> Result<(), CliError> {
    if !io::stdout().is_terminal() || std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        return output::write(page.text);
    }
    let (columns, _) = render::terminal_size();
    let text = without_comments(page.text);
    let env = |name: &str| std::env::var(name).ok();
    let themes = Themes::default().for_environment(&env);
    let theme = themes.get(THEME, None, color::depth(ColorChoice::Auto, true, &env));
    let columns = usize::from(columns.clamp(20, MAX_COLUMNS));
    let page = markdown::render(&text, TextEnd::Open, columns, &theme);
    output::write(&render::lines_text(&page.lines()))
}

/// The page without the comments that mark its generated parts.
fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("<!--"));
    lines.flat_map(|line| [line, "\n"]).collect()
}
