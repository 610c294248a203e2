//! Conversations as a terminal shows them: Markdown laid out as in the window, with colours.

use std::io::{self, IsTerminal};

use ratatui::text::Line;

use crate::chat::{Message, Role};
use crate::runtime::terminal_size::{DEFAULT_SIZE, drawn_size};
use crate::settings::{ColorDepth, Settings, Theme, Themes};
use crate::view::markdown::{self, RenderStyle, TextEnd};
use crate::view::message;

use super::color;

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
        let (columns, rows) = if is_terminal { terminal_size() } else { DEFAULT_SIZE };
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
    drawn_size(reported_size())
}

/// The size that the terminal reports. Without a terminal the library would run `tput` to find one.
fn reported_size() -> Option<(u16, u16)> {
    let has_terminal =
        io::stdout().is_terminal() || io::stderr().is_terminal() || io::stdin().is_terminal();
    if has_terminal { crossterm::terminal::size().ok() } else { None }
}

/// Joins lines into one text with escape sequences for their styles.
pub(super) fn lines_text(lines: &[Line<'static>]) -> String {
    lines.iter().map(color::ansi_line).collect()
}
