//! Conversations as a terminal shows them: Markdown laid out as in the window, with colours.

use std::io::{self, IsTerminal};

use ratatui::text::Line;

use crate::chat::{Message, Role};
use crate::settings::{ColorDepth, Settings, Theme, Themes};
use crate::view::markdown::{self, RenderStyle, TextEnd};
use crate::view::message;

use super::color;

/// Columns where the terminal does not tell.
const DEFAULT_COLUMNS: u16 = 80;
/// Rows where the terminal does not tell.
const DEFAULT_ROWS: u16 = 24;

/// Whether `ask` and `show` lay Markdown out or print it as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextMode {
    /// As it is stored.
    Raw,
    /// Laid out on a terminal, and wherever colours are wanted by `--color always`.
    Rendered,
}

/// Lays text out for the terminal.
#[derive(Debug)]
pub(super) struct Renderer {
    theme: Theme,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Renderer {
    /// The renderer for standard output; `None` where text is printed as it is stored.
    pub(super) fn for_stdout(settings: &Settings, mode: TextMode) -> Option<Self> {
        let is_terminal = io::stdout().is_terminal();
        let env = |name: &str| std::env::var(name).ok();
        let depth = color::depth(settings.color, is_terminal, &env);
        let is_wanted = is_terminal || depth != ColorDepth::NoColor;
        let is_dumb = env("TERM").is_some_and(|kind| kind == "dumb");
        if mode == TextMode::Raw || !is_wanted || is_dumb {
            return None;
        }
        let themes = Themes::with_folder(&settings.paths.config.with_file_name("themes"));
        let themes = themes.for_environment(&env);
        let (columns, rows) =
            if is_terminal { terminal_size() } else { (DEFAULT_COLUMNS, DEFAULT_ROWS) };
        Some(Self {
            theme: themes.get(&settings.theme, None, depth),
            columns: usize::from(columns.min(settings.reading_width)).max(1),
            // What is in a pipe cannot be drawn again.
            rows: if is_terminal { usize::from(rows).max(2) } else { 1 },
        })
    }

    /// How Markdown is laid out.
    pub(super) fn style(&self) -> RenderStyle<'_> {
        RenderStyle { columns: self.columns, theme: &self.theme }
    }

    /// Lays out a text as Markdown.
    pub(super) fn markdown(&self, text: &str) -> String {
        lines_text(&markdown::render(text, TextEnd::Open, self.columns, &self.theme).lines())
    }

    /// A message: an answer as Markdown, a question as it was typed.
    pub(super) fn message(&self, message: &Message, end: TextEnd) -> String {
        let body = message::body_lines(message, end, self.columns, &self.theme);
        lines_text(&body.lines())
    }

    /// Lays out a title on one line.
    pub(super) fn title(&self, title: &str) -> String {
        color::ansi_line(&Line::styled(title.to_owned(), self.theme.title))
    }

    /// Names the author of a message, in the colour of the role.
    pub(super) fn speaker(&self, role: &Role) -> String {
        color::ansi_line(&message::role_line(role, &self.theme))
    }

    /// A remark about an answer.
    pub(super) fn remark(&self, text: &str) -> String {
        lines_text(&message::remark_lines(text, self.theme.faint, self.columns))
    }
}

/// The columns and rows of the terminal.
pub(super) fn terminal_size() -> (u16, u16) {
    known_size(reported_size(), &|name| std::env::var(name).ok())
}

/// The size that the terminal reports. Without a terminal the library would run `tput` to find one.
fn reported_size() -> Option<(u16, u16)> {
    let has_terminal =
        io::stdout().is_terminal() || io::stderr().is_terminal() || io::stdin().is_terminal();
    if has_terminal { crossterm::terminal::size().ok() } else { None }
}

/// A size as the terminal reports it, where 0 means that it does not know: then as `COLUMNS` and `LINES`
/// say, or the usual one.
fn known_size(reported: Option<(u16, u16)>, env: &dyn Fn(&str) -> Option<String>) -> (u16, u16) {
    let (columns, rows) = reported.unwrap_or_default();
    let known = |reported: u16, name: &str, default: u16| {
        let named = || env(name).and_then(|text| text.trim().parse().ok());
        let is_known = |length: &u16| *length > 0;
        Some(reported).filter(is_known).or_else(named).filter(is_known).unwrap_or(default)
    };
    (known(columns, "COLUMNS", DEFAULT_COLUMNS), known(rows, "LINES", DEFAULT_ROWS))
}

/// Joins lines into one text with escape sequences for their styles.
pub(super) fn lines_text(lines: &[Line<'static>]) -> String {
    lines.iter().map(color::ansi_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_reports_no_size_gets_the_one_of_the_environment_or_the_usual_one() {
        let none = |_: &str| None;
        let named = |name: &str| (name == "COLUMNS").then(|| "120".to_owned());
        let zero = |_: &str| Some("0".to_owned());
        assert_eq!(known_size(Some((100, 30)), &named), (100, 30));
        assert_eq!(known_size(Some((0, 0)), &named), (120, 24));
        assert_eq!(known_size(Some((0, 0)), &none), (80, 24));
        assert_eq!(known_size(None, &zero), (80, 24));
    }
}
