//! Conversations as a terminal shows them: Markdown laid out as in the window, with colours.

use std::io::{self, IsTerminal};

use ratatui::text::Line;

use crate::chat::{Message, Role};
use crate::settings::{ColorChoice, Settings, Theme, Themes};
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
        let is_wanted = is_terminal || settings.color == ColorChoice::Always;
        let is_dumb = std::env::var("TERM").is_ok_and(|kind| kind == "dumb");
        if mode == TextMode::Raw || !is_wanted || is_dumb {
            return None;
        }
        let depth = color::depth(settings.color, is_terminal, &|name| std::env::var(name).ok());
        let themes = Themes::with_folder(&settings.paths.config.with_file_name("themes"));
        let size = crossterm::terminal::size().ok().filter(|_| is_terminal);
        let (columns, rows) = size.unwrap_or((DEFAULT_COLUMNS, DEFAULT_ROWS));
        Some(Self {
            theme: themes.get(&settings.theme, None, depth),
            columns: usize::from(columns.min(settings.reading_width)).max(1),
            rows: usize::from(rows).max(2),
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
    pub(super) fn message(&self, message: &Message) -> String {
        let body = message::body_lines(message, TextEnd::Open, self.columns, &self.theme);
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

/// Joins lines into one text with escape sequences for their styles.
pub(super) fn lines_text(lines: &[Line<'static>]) -> String {
    lines.iter().map(color::ansi_line).collect()
}
