//! Markdown as lines with escape codes, for results on a terminal.

use std::fmt::Write as _;

use crossterm::style::{ContentStyle, StyledContent};
use ratatui::backend::IntoCrossterm;

use crate::markdown::TextEnd;
use crate::settings::{ColorDepth, Themes};
use crate::view::markdown;

/// The theme of printed text: the terminal's own colours fit every background.
const THEME: &str = "terminal";

/// Lays out Markdown for a terminal of this width, in the terminal's own colours.
pub(super) fn markdown(source: &str, columns: u16) -> String {
    let depth = ColorDepth::of(&|name| std::env::var(name).ok());
    let theme = Themes::default().get(THEME, depth);
    let rendered = markdown::render(source, TextEnd::Open, usize::from(columns), &theme);
    let mut text = String::new();
    for line in rendered.lines {
        for span in &line.spans {
            let mut style = line.style.patch(span.style);
            // The window marks links with it.
            style.underline_color = None;
            let style: ContentStyle = style.into_crossterm();
            if style == ContentStyle::default() {
                text.push_str(&span.content);
            } else {
                let _ = write!(text, "{}", StyledContent::new(style, &span.content));
            }
        }
        text.push('\n');
    }
    text
}
