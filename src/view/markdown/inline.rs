//! Text within a block: emphasis, code, links, formulas, as styled runs.
//! May not break lines.

use pulldown_cmark::{Event, Tag, TagEnd};
use ratatui::style::Style;

use crate::settings::Theme;
use crate::view::clean::is_stand_in;
use crate::view::hyperlinks::mark;
use crate::view::wrap::Run;

use super::links::{Stretch, stretches};
use super::maths;

/// Collects the inline events of a block.
#[derive(Debug)]
pub struct Inline<'a> {
    theme: &'a Theme,
    base: Style,
    styles: Vec<Style>,
    links: Vec<Link>,
    /// Where links lead, and the number of the first.
    targets: Vec<String>,
    first_target: usize,
    /// Lines of runs: a hard break begins another.
    lines: Vec<Vec<Run>>,
    /// Set where what comes next stands on a line of its own.
    breaks: bool,
}

/// A link being read: where it leads, and what it shows.
#[derive(Debug)]
struct Link {
    address: String,
    shown: String,
    sign: Style,
}

impl<'a> Inline<'a> {
    /// Nothing yet, in a base style; links are numbered from `first_target` on.
    #[must_use]
    pub fn new(theme: &'a Theme, base: Style, first_target: usize) -> Self {
        Self {
            theme,
            base,
            styles: Vec::new(),
            links: Vec::new(),
            targets: Vec::new(),
            first_target,
            lines: vec![Vec::new()],
            breaks: false,
        }
    }

    /// Begins a block in another base style.
    pub fn begin(&mut self, base: Style) {
        self.base = base;
        self.styles.clear();
        self.links.clear();
        self.take();
    }

    /// Where the links lead that were collected.
    #[must_use]
    pub fn into_targets(self) -> Vec<String> {
        self.targets
    }

    /// Numbers a link; gives its sign.
    fn target(&mut self, address: &str) -> Style {
        self.targets.push(address.to_owned());
        let before = self.targets.len().saturating_sub(1);
        mark(self.first_target.saturating_add(before))
    }

    /// Whether nothing has been collected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(Vec::is_empty)
    }

    /// The lines collected, leaving nothing.
    pub fn take(&mut self) -> Vec<Vec<Run>> {
        self.breaks = false;
        let mut lines = std::mem::replace(&mut self.lines, vec![Vec::new()]);
        while lines.len() > 1 && lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        lines
    }

    /// Takes an event; false where it is not one of inline text.
    pub fn take_event(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Text(text) => self.text(text),
            Event::Code(code) => self.push(code, self.theme.code),
            Event::InlineMath(tex) => {
                self.push(&maths::readable(tex).replace('\n', " "), self.theme.maths);
            }
            Event::DisplayMath(tex) => self.display(&maths::readable(tex)),
            Event::SoftBreak => self.push(" ", Style::new()),
            Event::HardBreak => self.lines.push(Vec::new()),
            Event::InlineHtml(html) if is_break(html) => self.lines.push(Vec::new()),
            Event::InlineHtml(html) | Event::Html(html) => self.push(html, self.theme.faint),
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
            Tag::Link { dest_url, .. } => self.open_link(dest_url),
            Tag::Image { dest_url, .. } => {
                self.push("[image: ", self.theme.faint);
                self.open_link(dest_url)
            }
            _ => return false,
        };
        self.styles.push(style);
        true
    }

    fn open_link(&mut self, address: &str) -> Style {
        let sign = self.target(address);
        let link = Link { address: address.to_owned(), shown: String::new(), sign };
        self.links.push(link);
        self.theme.link.patch(sign)
    }

    fn end(&mut self, tag: TagEnd) -> bool {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link => {
                self.styles.pop();
                self.address("");
            }
            TagEnd::Image => {
                self.styles.pop();
                self.address("]");
            }
            _ => return false,
        }
        true
    }

    /// An address that the text does not already show stands behind it.
    fn address(&mut self, before: &str) {
        let Some(Link { address, shown, sign }) = self.links.pop() else {
            return;
        };
        if !before.is_empty() {
            self.push(before, self.theme.faint);
        }
        let address = address.trim_start_matches("mailto:");
        if !address.is_empty() && essence(address) != essence(&shown) {
            self.push(" (", self.theme.faint);
            self.push(&crate::view::clean::line(address), self.theme.faint.patch(sign));
            self.push(")", self.theme.faint);
        }
    }

    /// A formula on lines of its own.
    fn display(&mut self, formula: &str) {
        for line in formula.split('\n').filter(|line| !line.trim().is_empty()) {
            if self.lines.last().is_some_and(|line| !line.is_empty()) {
                self.lines.push(Vec::new());
            }
            self.breaks = false;
            self.push(&format!("  {line}"), self.theme.maths);
            self.breaks = true;
        }
    }

    /// Plain text, and the addresses and marks in it.
    fn text(&mut self, text: &str) {
        if !self.links.is_empty() {
            self.push(text, Style::new());
            return;
        }
        for stretch in stretches(text) {
            match stretch {
                Stretch::Plain(plain) => self.push(plain, Style::new()),
                Stretch::Address(address) => {
                    let sign = self.target(address);
                    self.push(address, self.theme.link.patch(sign));
                }
                Stretch::Footnote(name) => self.push(&format!("[{name}]"), self.theme.link),
            }
        }
    }

    /// Adds text in the styles that are open and one more.
    fn push(&mut self, text: &str, style: Style) {
        let text = if self.breaks { text.trim_start() } else { text };
        if text.is_empty() {
            return;
        }
        if std::mem::take(&mut self.breaks) {
            self.lines.push(Vec::new());
        }
        for link in &mut self.links {
            link.shown.push_str(text);
        }
        let open = self.styles.iter().fold(self.base, |style, more| style.patch(*more));
        let style = open.patch(style);
        for (place, line) in text.split('\n').enumerate() {
            if place > 0 {
                self.lines.push(Vec::new());
            }
            if let Some(runs) = self.lines.last_mut() {
                push_visible(line, style, self.theme, runs);
            }
        }
    }
}

/// Adds text to runs; what stands for a character that was made harmless is seen as such.
pub fn push_visible(text: &str, style: Style, theme: &Theme, runs: &mut Vec<Run>) {
    let mut rest = text;
    while !rest.is_empty() {
        let hidden = rest.starts_with(is_stand_in);
        let end = rest.find(|c| is_stand_in(c) != hidden).unwrap_or(rest.len());
        let (now, later) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let style = if hidden { style.patch(theme.hidden_character) } else { style };
        match runs.last_mut().filter(|run| run.style == style) {
            Some(run) => run.text.push_str(now),
            None => runs.push(Run::new(now, style)),
        }
        rest = later;
    }
}

fn is_break(html: &str) -> bool {
    html.trim().trim_end_matches('>').trim_end_matches(['/', ' ']).eq_ignore_ascii_case("<br")
}

/// What of an address must be the same for a text to show it.
fn essence(address: &str) -> &str {
    let rest = address.trim_start_matches("https://").trim_start_matches("http://");
    rest.trim_end_matches('/')
}
