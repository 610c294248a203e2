//! Text within a block: emphasis, code, links, formulas, as styled runs.
//! May not break lines.

use pulldown_cmark::{Event, Tag, TagEnd};
use ratatui::style::Style;

use crate::settings::Theme;
use crate::view::wrap::Run;

use super::maths;

/// Collects the inline events of a block.
#[derive(Debug)]
pub struct Inline<'a> {
    theme: &'a Theme,
    base: Style,
    styles: Vec<Style>,
    links: Vec<String>,
    /// Lines of runs: a hard break begins another.
    lines: Vec<Vec<Run>>,
}

impl<'a> Inline<'a> {
    /// Nothing yet, in a base style.
    #[must_use]
    pub fn new(theme: &'a Theme, base: Style) -> Self {
        Self { theme, base, styles: Vec::new(), links: Vec::new(), lines: vec![Vec::new()] }
    }

    /// Whether nothing has been collected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(Vec::is_empty)
    }

    /// The lines collected, leaving nothing.
    pub fn take(&mut self) -> Vec<Vec<Run>> {
        std::mem::replace(&mut self.lines, vec![Vec::new()])
    }

    /// Takes an event; false where it is not one of inline text.
    pub fn take_event(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Text(text) => self.text(text),
            Event::Code(code) => self.push(code, self.theme.code),
            Event::InlineMath(tex) | Event::DisplayMath(tex) => {
                self.push(&maths::readable(tex), self.theme.maths);
            }
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.lines.push(Vec::new()),
            Event::InlineHtml(html) | Event::Html(html) => self.html(html),
            Event::FootnoteReference(name) => self.push(&format!("[{name}]"), self.theme.link),
            Event::TaskListMarker(done) => {
                let mark = if *done { "☑ " } else { "☐ " };
                self.push(mark, self.theme.marker);
            }
            Event::Start(tag) => return self.start(tag),
            Event::End(tag) => return self.end(*tag),
            Event::Rule => return false,
        }
        true
    }

    fn start(&mut self, tag: &Tag<'_>) -> bool {
        let style = match tag {
            Tag::Emphasis => self.theme.emphasis,
            Tag::Strong => self.theme.strong,
            Tag::Strikethrough => self.theme.strike,
            Tag::Link { dest_url, .. } => {
                self.links.push(dest_url.to_string());
                self.theme.link
            }
            Tag::Image { dest_url, .. } => {
                self.links.push(dest_url.to_string());
                self.push("[image: ", self.theme.faint);
                self.theme.link
            }
            _ => return false,
        };
        self.styles.push(style);
        true
    }

    fn end(&mut self, tag: TagEnd) -> bool {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link => {
                self.styles.pop();
                self.address();
            }
            TagEnd::Image => {
                self.styles.pop();
                self.links.pop();
                self.push("]", self.theme.faint);
            }
            _ => return false,
        }
        true
    }

    /// An address that the text does not already show stands behind it.
    fn address(&mut self) {
        let Some(address) = self.links.pop() else {
            return;
        };
        let shown: String =
            self.lines.iter().flatten().map(|run| run.text.as_str()).collect::<Vec<_>>().concat();
        let bare = address.trim_start_matches("mailto:");
        if !bare.is_empty() && !shown.ends_with(bare) {
            self.push(&format!(" ({})", crate::view::clean::line(bare)), self.theme.faint);
        }
    }

    /// Tags of raw HTML are text like any other, but a line break is one.
    fn html(&mut self, html: &str) {
        let tag = html.trim().trim_end_matches('>').trim_end_matches(['/', ' ']);
        if tag.eq_ignore_ascii_case("<br") {
            self.lines.push(Vec::new());
        } else {
            self.push(html.trim_end_matches('\n'), self.theme.faint);
        }
    }

    fn text(&mut self, text: &str) {
        let style = self.styles.iter().fold(self.base, |style, more| style.patch(*more));
        self.push_styled(text, style);
    }

    fn push(&mut self, text: &str, style: Style) {
        self.push_styled(text, self.base.patch(style));
    }

    fn push_styled(&mut self, text: &str, style: Style) {
        let mut first = true;
        for line in text.split('\n') {
            if !first {
                self.lines.push(Vec::new());
            }
            first = false;
            if let (false, Some(runs)) = (line.is_empty(), self.lines.last_mut()) {
                match runs.last_mut().filter(|run| run.style == style) {
                    Some(run) => run.text.push_str(line),
                    None => runs.push(Run::new(line, style)),
                }
            }
        }
    }
}
