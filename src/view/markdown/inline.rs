//! Text within a block: emphasis, code, links, formulas, as styled runs.
//! May not break lines.

use ratatui::style::Style;

use crate::markdown::{Event, Tag, TagEnd, TextPiece, footnote_label, formula_text, task_checkbox};
use crate::settings::Theme;
use crate::view::clean::is_display_symbol;
use crate::view::hyperlinks::link_style;
use crate::view::source_map::TextSource;
use crate::view::wrap::StyledRun;

use super::text_sources::map_pieces;

/// Where an event lies.
#[derive(Debug, Clone, Copy)]
pub struct EventSpan<'a> {
    /// The text that was parsed.
    pub source: &'a str,
    /// Bytes of it at its beginning that belong to another part.
    pub skipped: usize,
    /// Bytes of the whole text before this part.
    pub offset: usize,
    /// The first byte of the event.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// The pieces of its text.
    pub pieces: &'a [TextPiece],
}

impl EventSpan<'_> {
    /// A place in the part as one in the whole text.
    const fn shift(&self, at: usize) -> usize {
        at.saturating_sub(self.skipped).saturating_add(self.offset)
    }

    fn derived_source(&self) -> TextSource {
        TextSource::Derived(self.shift(self.start)..self.shift(self.end))
    }

    /// The text as it is written.
    fn source_text(&self) -> &str {
        self.source.get(self.start..self.end).unwrap_or_default()
    }

    /// Where letters stand that are written in the event as they are shown.
    fn verbatim_source(&self, text: &str) -> TextSource {
        match self.source_text().find(text) {
            Some(at) if !text.is_empty() => {
                TextSource::Verbatim(self.shift(self.start.saturating_add(at)))
            }
            _ => self.derived_source(),
        }
    }

    /// What stands between the marks of code.
    fn code_source(&self, code: &str) -> TextSource {
        let written = self.source_text();
        let marks = written.bytes().take_while(|byte| *byte == b'`').count();
        let free = written.len().saturating_sub(marks.saturating_mul(2)).checked_sub(code.len());
        match free {
            // A line break within is shown as a space.
            Some(free @ (0 | 2)) => TextSource::Verbatim(
                self.shift(self.start.saturating_add(marks).saturating_add(free / 2)),
            ),
            _ => self.verbatim_source(code),
        }
    }
}

/// Collects the inline events of a block.
#[derive(Debug)]
pub struct InlineBuilder<'a> {
    theme: &'a Theme,
    base: Style,
    styles: Vec<Style>,
    links: Vec<OpenLink>,
    /// Where links lead, and the number of the first.
    targets: Vec<String>,
    first_target: usize,
    /// Lines of runs: a hard break begins another.
    lines: Vec<Vec<StyledRun>>,
    /// Set where what comes next stands on a line of its own.
    pending_break: bool,
}

/// A link being read: where it leads, and what it shows.
#[derive(Debug)]
struct OpenLink {
    address: String,
    shown: String,
    style: Style,
    /// Where its text begins.
    text_start: usize,
}

impl<'a> InlineBuilder<'a> {
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
            pending_break: false,
        }
    }

    /// Begins a block in another base style.
    pub fn begin_block(&mut self, base: Style) {
        self.base = base;
        self.styles.clear();
        self.links.clear();
        self.take_lines();
    }

    /// Where the links lead that were collected.
    #[must_use]
    pub fn into_targets(self) -> Vec<String> {
        self.targets
    }

    /// Numbers a link; gives its sign.
    fn add_target(&mut self, address: &str) -> Style {
        self.targets.push(address.to_owned());
        let before = self.targets.len().saturating_sub(1);
        link_style(self.first_target.saturating_add(before))
    }

    /// Whether nothing has been collected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(Vec::is_empty)
    }

    /// The lines collected, leaving nothing.
    pub fn take_lines(&mut self) -> Vec<Vec<StyledRun>> {
        self.pending_break = false;
        let mut lines = std::mem::replace(&mut self.lines, vec![Vec::new()]);
        while lines.len() > 1 && lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        lines
    }

    /// Takes an event; false where it is not one of inline text.
    pub fn handle_event(&mut self, event: &Event<'_>, lies: EventSpan<'_>) -> bool {
        match event {
            Event::Text(text) => self.push_text(text, lies),
            Event::Code(code) => self.push(code, self.theme.code, &lies.code_source(code)),
            Event::InlineMath(tex) => {
                let formula = formula_text(tex).replace('\n', " ");
                self.push(&formula, self.theme.maths, &lies.derived_source());
            }
            Event::DisplayMath(tex) => {
                self.push_formula(&formula_text(tex), &lies.derived_source())
            }
            Event::SoftBreak => self.push(" ", Style::new(), &lies.derived_source()),
            Event::HardBreak => self.lines.push(Vec::new()),
            Event::InlineHtml(html) | Event::Html(html) => {
                self.push(html, self.theme.faint, &lies.verbatim_source(html));
            }
            Event::FootnoteReference(name) => {
                self.push(&footnote_label(name), self.theme.link, &lies.derived_source());
            }
            Event::TaskListMarker(done) => {
                let sign = format!("{} ", task_checkbox(*done));
                self.push(&sign, self.theme.marker, &lies.derived_source());
            }
            Event::Start(tag) => return self.start(tag, lies),
            Event::End(tag) => return self.end(*tag, lies),
            Event::Rule => return false,
        }
        true
    }

    fn start(&mut self, tag: &Tag<'_>, lies: EventSpan<'_>) -> bool {
        let style = match tag {
            Tag::Emphasis => self.theme.emphasis,
            Tag::Strong => self.theme.strong,
            Tag::Strikethrough => self.theme.strike,
            Tag::Link { dest_url, .. } => self.open_link(dest_url, lies),
            Tag::Image { dest_url, .. } => {
                self.push("[image: ", self.theme.faint, &TextSource::Generated);
                self.open_link(dest_url, lies)
            }
            _ => return false,
        };
        self.styles.push(style);
        true
    }

    fn open_link(&mut self, address: &str, lies: EventSpan<'_>) -> Style {
        let sign = self.add_target(address);
        let begins = lies.start;
        let link = OpenLink {
            address: address.to_owned(),
            shown: String::new(),
            style: sign,
            text_start: begins,
        };
        self.links.push(link);
        self.theme.link.patch(sign)
    }

    fn end(&mut self, tag: TagEnd, lies: EventSpan<'_>) -> bool {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link => {
                self.styles.pop();
                self.push_address("", lies);
            }
            TagEnd::Image => {
                self.styles.pop();
                self.push_address("]", lies);
            }
            _ => return false,
        }
        true
    }

    /// An address that the text does not already show stands behind it.
    fn push_address(&mut self, before: &str, lies: EventSpan<'_>) {
        let Some(OpenLink { address, shown, style: sign, text_start: begins }) = self.links.pop()
        else {
            return;
        };
        if !before.is_empty() {
            self.push(before, self.theme.faint, &TextSource::Generated);
        }
        let address = address.trim_start_matches("mailto:");
        if !address.is_empty() && comparable_address(address) != comparable_address(&shown) {
            // Behind the text it stands for; an image may have the same words in both.
            let behind = begins.saturating_add(shown.len()).min(lies.end);
            let source = EventSpan { start: behind, ..lies }.verbatim_source(address);
            let (opening, closing) = match &source {
                TextSource::Verbatim(at) => {
                    let end = at.saturating_add(address.len());
                    let before = at.saturating_sub(2)..*at;
                    (TextSource::Derived(before), TextSource::Derived(end..end.saturating_add(1)))
                }
                TextSource::Derived(_) | TextSource::Generated => {
                    (TextSource::Generated, TextSource::Generated)
                }
            };
            self.push(" (", self.theme.faint, &opening);
            let style = self.theme.faint.patch(sign);
            self.push(&crate::view::clean::line(address), style, &source);
            self.push(")", self.theme.faint, &closing);
        }
    }

    /// A formula on lines of its own.
    fn push_formula(&mut self, formula: &str, source: &TextSource) {
        for line in formula.split('\n').filter(|line| !line.trim().is_empty()) {
            if self.lines.last().is_some_and(|line| !line.is_empty()) {
                self.lines.push(Vec::new());
            }
            self.pending_break = false;
            self.push(&format!("  {line}"), self.theme.maths, source);
            self.pending_break = true;
        }
    }

    /// Plain text, piece by piece.
    fn push_text(&mut self, text: &str, lies: EventSpan<'_>) {
        for (part, source) in map_pieces(lies.pieces, 0..text.len(), |at| lies.shift(at)) {
            self.push(text.get(part).unwrap_or_default(), Style::new(), &source);
        }
    }

    /// Adds text in the styles that are open and one more.
    fn push(&mut self, text: &str, style: Style, source: &TextSource) {
        let all = text.len();
        let text = if self.pending_break { text.trim_start() } else { text };
        let mut at = all.saturating_sub(text.len());
        if text.is_empty() {
            return;
        }
        if std::mem::take(&mut self.pending_break) {
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
                push_visible(line, style, self.theme, source.from(at), runs);
            }
            at = at.saturating_add(line.len()).saturating_add(1);
        }
    }
}

/// Adds text to runs; what stands for a character that was made harmless is seen as such.
pub fn push_visible(
    text: &str,
    style: Style,
    theme: &Theme,
    source: TextSource,
    runs: &mut Vec<StyledRun>,
) {
    let mut rest = text;
    let mut source = source;
    while !rest.is_empty() {
        let hidden = rest.starts_with(is_display_symbol);
        let end = rest.find(|c| is_display_symbol(c) != hidden).unwrap_or(rest.len());
        let (now, later) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let style = if hidden { style.patch(theme.hidden_character) } else { style };
        let goes_on = |run: &&mut StyledRun| {
            run.style == style && run.source.is_continued_by(run.text.len(), &source)
        };
        let next = source.from(now.len());
        match runs.last_mut().filter(goes_on) {
            Some(run) => run.text.push_str(now),
            None => runs.push(StyledRun::new(now, style).with_source(source)),
        }
        source = next;
        rest = later;
    }
}

/// What of an address must be the same for a text to show it.
fn comparable_address(address: &str) -> &str {
    let rest = address.trim_start_matches("https://").trim_start_matches("http://");
    rest.trim_end_matches('/')
}
