//! Inline text of a block as styled runs: emphasis, code, links, formulas.

use ratatui::style::Style;

use crate::markdown::{Event, Tag, TagEnd, TextPiece, footnote_label, formula_text, task_checkbox};
use crate::settings::Theme;
use crate::view::clean::is_display_symbol;
use crate::view::hyperlinks::link_style;
use crate::view::source_map::TextSource;
use crate::view::wrap::StyledRun;

use super::part::PartOffset;
use super::text_sources::map_pieces;

/// An event with its position in the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventSpan<'a> {
    /// The text that was parsed.
    pub(crate) source: &'a str,
    /// How its positions lead to those of the whole text.
    pub(crate) offset: PartOffset,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) pieces: &'a [TextPiece],
}

impl EventSpan<'_> {
    fn derived_source(&self) -> TextSource {
        TextSource::Derived(self.offset.shift_range(&(self.start..self.end)))
    }

    fn source_text(&self) -> &str {
        self.source.get(self.start..self.end).unwrap_or_default()
    }

    /// The source of text that occurs verbatim in the event.
    fn verbatim_source(&self, text: &str) -> TextSource {
        match self.source_text().find(text) {
            Some(at) if !text.is_empty() => {
                TextSource::Verbatim(self.offset.shift(self.start.saturating_add(at)))
            }
            _ => self.derived_source(),
        }
    }

    /// The source of inline code without its marks.
    fn code_source(&self, code: &str) -> TextSource {
        let written = self.source_text();
        let marks = written.bytes().take_while(|byte| *byte == b'`').count();
        let free = written.len().saturating_sub(marks.saturating_mul(2)).checked_sub(code.len());
        match free {
            // A line break in code is shown as a space.
            Some(free @ (0 | 2)) => TextSource::Verbatim(
                self.offset.shift(self.start.saturating_add(marks).saturating_add(free / 2)),
            ),
            _ => self.verbatim_source(code),
        }
    }
}

/// Collects the inline text of a block.
#[derive(Debug)]
pub(crate) struct InlineBuilder<'a> {
    theme: &'a Theme,
    base: Style,
    /// The styles inside each open mark, those around it included.
    styles: Vec<Style>,
    links: Vec<OpenLink>,
    /// The text of the outermost open link so far.
    link_text: String,
    /// Addresses of links, and the number of the first.
    targets: Vec<String>,
    first_target: usize,
    /// Runs by line: a hard break starts another line.
    lines: Vec<Vec<StyledRun>>,
    /// Whether the next text starts a new line.
    pending_break: bool,
}

/// A link being read.
#[derive(Debug)]
struct OpenLink {
    address: String,
    /// Where its text begins in that of the outermost link.
    shown_from: usize,
    style: Style,
    text_start: usize,
}

impl<'a> InlineBuilder<'a> {
    /// An empty builder whose links are numbered from `first_target` on.
    #[must_use]
    pub(crate) fn new(theme: &'a Theme, base: Style, first_target: usize) -> Self {
        Self {
            theme,
            base,
            styles: Vec::new(),
            links: Vec::new(),
            link_text: String::new(),
            targets: Vec::new(),
            first_target,
            lines: vec![Vec::new()],
            pending_break: false,
        }
    }

    /// Starts a block in another base style.
    pub(crate) fn begin_block(&mut self, base: Style) {
        self.base = base;
        self.styles.clear();
        self.links.clear();
        self.link_text.clear();
        self.take_lines();
    }

    /// The addresses of the collected links.
    #[must_use]
    pub(crate) fn into_targets(self) -> Vec<String> {
        self.targets
    }

    /// Numbers a link; returns its mark.
    fn add_target(&mut self, address: &str) -> Style {
        self.targets.push(address.to_owned());
        let before = self.targets.len().saturating_sub(1);
        link_style(self.first_target.saturating_add(before))
    }

    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.iter().all(Vec::is_empty)
    }

    /// Returns the collected lines and clears them.
    pub(crate) fn take_lines(&mut self) -> Vec<Vec<StyledRun>> {
        self.pending_break = false;
        let mut lines = std::mem::replace(&mut self.lines, vec![Vec::new()]);
        while lines.len() > 1 && lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        lines
    }

    /// Handles an event; false where it is not inline text.
    pub(crate) fn handle_event(&mut self, event: &Event<'_>, span: EventSpan<'_>) -> bool {
        match event {
            Event::Text(text) => self.push_text(text, span),
            Event::Code(code) => self.push(code, self.theme.code, &span.code_source(code)),
            Event::InlineMath(tex) => {
                let formula = formula_text(tex).replace('\n', " ");
                self.push(&formula, self.theme.maths, &span.derived_source());
            }
            Event::DisplayMath(tex) => {
                self.push_formula(&formula_text(tex), &span.derived_source());
            }
            Event::SoftBreak => self.push(" ", Style::new(), &span.derived_source()),
            Event::HardBreak => self.lines.push(Vec::new()),
            Event::InlineHtml(html) | Event::Html(html) => {
                self.push(html, self.theme.faint, &span.verbatim_source(html));
            }
            Event::FootnoteReference(name) => {
                self.push(&footnote_label(name), self.theme.link, &span.derived_source());
            }
            Event::TaskListMarker(done) => {
                let sign = format!("{} ", task_checkbox(*done));
                self.push(&sign, self.theme.marker, &span.derived_source());
            }
            Event::Start(tag) => return self.start(tag, span),
            Event::End(tag) => return self.end(*tag, span),
            Event::Rule => return false,
        }
        true
    }

    fn start(&mut self, tag: &Tag<'_>, span: EventSpan<'_>) -> bool {
        let style = match tag {
            Tag::Emphasis => self.theme.emphasis,
            Tag::Strong => self.theme.strong,
            Tag::Strikethrough => self.theme.strike,
            Tag::Link { dest_url, .. } => self.open_link(dest_url, span),
            Tag::Image { dest_url, .. } => {
                self.push("[image: ", self.theme.faint, &TextSource::Generated);
                self.open_link(dest_url, span)
            }
            _ => return false,
        };
        self.styles.push(self.open_style().patch(style));
        true
    }

    fn open_link(&mut self, address: &str, span: EventSpan<'_>) -> Style {
        let sign = self.add_target(address);
        let begins = span.start;
        let link = OpenLink {
            address: address.to_owned(),
            shown_from: self.link_text.len(),
            style: sign,
            text_start: begins,
        };
        self.links.push(link);
        self.theme.link.patch(sign)
    }

    fn end(&mut self, tag: TagEnd, span: EventSpan<'_>) -> bool {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link => {
                self.styles.pop();
                self.push_address("", span);
            }
            TagEnd::Image => {
                self.styles.pop();
                self.push_address("]", span);
            }
            _ => return false,
        }
        true
    }

    /// Appends the address of a link unless its text shows it.
    fn push_address(&mut self, before: &str, span: EventSpan<'_>) {
        let Some(OpenLink { address, shown_from, style: sign, text_start: begins }) =
            self.links.pop()
        else {
            return;
        };
        let address = address.trim_start_matches("mailto:");
        let shown = self.link_text.get(shown_from..).unwrap_or_default();
        let is_shown = comparable_address(address) == comparable_address(shown);
        let after = begins.saturating_add(shown.len()).min(span.end);
        if self.links.is_empty() {
            self.link_text.clear();
        }
        if !before.is_empty() {
            self.push(before, self.theme.faint, &TextSource::Generated);
        }
        if !address.is_empty() && !is_shown {
            // After the text of the link; both may contain the same words.
            let source = EventSpan { start: after, ..span }.verbatim_source(address);
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

    /// A formula on its own lines.
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

    fn push_text(&mut self, text: &str, span: EventSpan<'_>) {
        for (part, source) in map_pieces(span.pieces, 0..text.len(), |at| span.offset.shift(at)) {
            self.push(text.get(part).unwrap_or_default(), Style::new(), &source);
        }
    }

    /// The style inside the innermost open mark.
    fn open_style(&self) -> Style {
        self.styles.last().copied().unwrap_or(self.base)
    }

    /// Appends text in the open styles and this one.
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
        if !self.links.is_empty() {
            self.link_text.push_str(text);
        }
        let style = self.open_style().patch(style);
        for (position, line) in text.split('\n').enumerate() {
            if position > 0 {
                self.lines.push(Vec::new());
            }
            if let Some(runs) = self.lines.last_mut() {
                push_visible(line, style, self.theme, source.from(at), runs);
            }
            at = at.saturating_add(line.len()).saturating_add(1);
        }
    }
}

/// Appends text to runs; symbols of cleaned characters are highlighted.
pub(crate) fn push_visible(
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

/// The part of an address by which it is compared with a text.
fn comparable_address(address: &str) -> &str {
    let rest = address.trim_start_matches("https://").trim_start_matches("http://");
    rest.trim_end_matches('/')
}
