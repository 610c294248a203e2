//! Incremental layout of a growing text: final blocks are laid out once, the rest again with each
//! update. A whole text is laid out in the same way, so that both look the same, however the text
//! arrived.

use std::collections::BTreeMap;

use crate::markdown::{LinkDefinitions, TextContext, TextEnd, find_boundary, follows_empty_line};
use crate::view::markdown::code::{OpenFence, label};
use crate::view::markdown::layout::lay_out;
use crate::view::markdown::part::{HighlightCaches, PartLayout, PartStart, Preceding, RenderStyle};
use crate::view::markdown::rendered_lines::{LineOrigin, RenderedLines};
use crate::view::source_map::TextSource;
use crate::view::wrap::{Indent, wrap_mapped};

/// The most bytes of a block before it is cut, which bounds the work of a frame.
const MAX_OPEN_BYTES: usize = 32 * 1024;
/// Bytes that are searched first for a boundary.
const FIRST_WINDOW_BYTES: usize = 4 * 1024;

#[derive(Debug)]
pub(crate) struct IncrementalLayout {
    longest_open: usize,
    settled: RenderedLines,
    settled_bytes: usize,
    preceding: Preceding,
    fence: Option<OpenFence>,
    code_blocks: usize,
    open: RenderedLines,
    highlight_caches: HighlightCaches,
    /// Link definitions to use: settled ones, and those known at the last restart.
    assumed_definitions: LinkDefinitions,
    /// Link definitions in the settled part.
    settled_definitions: LinkDefinitions,
    /// Link definitions in the open part.
    open_definitions: LinkDefinitions,
    /// Labels used in the settled part, and their definitions at that time.
    looked_up_labels: BTreeMap<String, Option<String>>,
}

impl Default for IncrementalLayout {
    fn default() -> Self {
        Self::with_longest_open(MAX_OPEN_BYTES)
    }
}

impl IncrementalLayout {
    /// An empty layout whose blocks are cut at this length.
    #[must_use]
    pub(crate) fn with_longest_open(longest_open: usize) -> Self {
        Self {
            longest_open,
            settled: RenderedLines::default(),
            settled_bytes: 0,
            preceding: Preceding::Nothing,
            fence: None,
            code_blocks: 0,
            open: RenderedLines::default(),
            highlight_caches: HighlightCaches::new(),
            assumed_definitions: LinkDefinitions::new(),
            settled_definitions: LinkDefinitions::new(),
            open_definitions: LinkDefinitions::new(),
            looked_up_labels: BTreeMap::new(),
        }
    }

    /// The final rows, and those that may still change.
    #[must_use]
    pub(crate) const fn rows(&self) -> (&RenderedLines, &RenderedLines) {
        (&self.settled, &self.open)
    }

    /// All rows of a text that has ended.
    #[must_use]
    pub(crate) fn finish(
        mut self,
        text: &str,
        end: TextEnd,
        render_style: RenderStyle<'_>,
    ) -> RenderedLines {
        if end == TextEnd::Cut && self.fence.is_none() {
            let rest = text.get(self.settled_bytes..).unwrap_or_default();
            self.open = self.lay_out_part(rest, end, render_style).rows;
        }
        self.settled.append(self.open);
        self.settled.shrink_to_fit();
        self.settled
    }

    /// Takes the cleaned text so far: the text before with more after it.
    pub(crate) fn update(&mut self, text: &str, render_style: RenderStyle<'_>) {
        self.settle_and_lay_out(text, render_style);
        if self.assumed_definitions.is_empty()
            && self.settled_definitions.is_empty()
            && self.open_definitions.is_empty()
        {
            return;
        }
        let mut all = self.settled_definitions.clone();
        for (label, address) in &self.open_definitions {
            all.entry(label.clone()).or_insert_with(|| address.clone());
        }
        let came_late =
            self.looked_up_labels.iter().any(|(label, it)| all.get(label) != it.as_ref());
        let went_on = self.assumed_definitions.iter().any(|(label, it)| all.get(label) != Some(it));
        if came_late || went_on {
            // A definition came after its use, or was incomplete when it was used: lay everything
            // out again with it.
            *self = Self { assumed_definitions: all, ..Self::with_longest_open(self.longest_open) };
            self.settle_and_lay_out(text, render_style);
        }
    }

    /// Settles what is final and lays out the rest.
    fn settle_and_lay_out(&mut self, text: &str, render_style: RenderStyle<'_>) {
        let rest = |settled: usize| text.get(settled..).unwrap_or_default();
        while self.settle_next(rest(self.settled_bytes), render_style) {}
        let rest = rest(self.settled_bytes);
        self.open = RenderedLines::default();
        self.open_definitions.clear();
        if let Some(fence) = &self.fence {
            let mut fence = fence.clone();
            if fence.is_closed_by(rest) {
                if let Some(origin) = self.settled.below_code(render_style.theme) {
                    self.open.push(ratatui::text::Line::default(), &origin);
                }
            } else if !rest.is_empty() {
                fence.line(
                    rest,
                    self.settled_bytes,
                    render_style.columns,
                    render_style.theme,
                    &mut self.open,
                );
            }
            return;
        }
        let part = self.lay_out_part(rest, TextEnd::Open, render_style);
        self.open = part.rows;
        self.open_definitions = part.labels.defined;
    }

    /// Settles the next block; false where nothing more is final.
    fn settle_next(&mut self, rest: &str, render_style: RenderStyle<'_>) -> bool {
        if self.fence.is_some() {
            return self.settle_code_lines(rest, render_style);
        }
        let mut size = FIRST_WINDOW_BYTES.min(self.longest_open);
        loop {
            let window = rest.get(..rest.floor_char_boundary(size)).unwrap_or(rest);
            let lines = whole_lines(window);
            if self.open_fence(lines, render_style) {
                return true;
            }
            let (head, list) = match &self.preceding {
                Preceding::TableRows(shape) => (shape.head.as_str(), None),
                Preceding::Items { number, .. } => ("", Some(*number)),
                Preceding::Nothing | Preceding::Block | Preceding::Paragraph => ("", None),
            };
            if let Some(found) = find_boundary(head, lines, list) {
                let before = found.next_item.map(|number| Preceding::Items {
                    number,
                    separated: follows_empty_line(lines, found.bytes),
                });
                self.settle(rest, found.bytes, before, render_style);
                return true;
            }
            if window.len() == rest.len() {
                return false;
            }
            if size >= self.longest_open {
                self.cut_block(rest, window, render_style);
                return true;
            }
            size = size.saturating_mul(2).min(self.longest_open);
        }
    }

    /// Settles final text and records what precedes the rest.
    fn settle(
        &mut self,
        rest: &str,
        bytes: usize,
        before: Option<Preceding>,
        render_style: RenderStyle<'_>,
    ) {
        let text = rest.get(..bytes).unwrap_or(rest);
        let part = self.lay_out_part(text, TextEnd::Open, render_style);
        self.highlight_caches.clear();
        let after = match &self.preceding {
            // It shows nothing: what preceded it still does.
            Preceding::Nothing if part.rows.is_empty() && self.settled.is_empty() => {
                Preceding::Nothing
            }
            Preceding::Paragraph
                if part.rows.is_empty() && !follows_empty_line(text, text.len()) =>
            {
                Preceding::Paragraph
            }
            _ => Preceding::Block,
        };
        self.preceding = match before.unwrap_or(after) {
            Preceding::Items { number, separated } => {
                Preceding::Items { number, separated: separated || part.rows.ends_with_code() }
            }
            preceding => preceding,
        };
        self.settled.append(part.rows);
        self.settled_bytes = self.settled_bytes.saturating_add(text.len());
        self.code_blocks = part.code_blocks;
        for label in part.labels.referenced {
            let address = self.assumed_definitions.get(&label).cloned();
            self.looked_up_labels.entry(label).or_insert(address);
        }
        for (label, address) in part.labels.defined {
            self.assumed_definitions.entry(label.clone()).or_insert_with(|| address.clone());
            self.settled_definitions.entry(label).or_insert(address);
        }
    }

    /// Cuts a block that is too long, at the end of a line or a word.
    fn cut_block(&mut self, rest: &str, window: &str, render_style: RenderStyle<'_>) {
        let lines = whole_lines(window).len();
        let word = window.rfind(char::is_whitespace).map_or(0, |at| {
            at.saturating_add(
                window.get(at..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8),
            )
        });
        let bytes = [lines, word].into_iter().find(|at| *at > 0).unwrap_or(window.len());
        let text = rest.get(..bytes).unwrap_or(rest);
        let table = self.lay_out_part(text, TextEnd::Open, render_style).table;
        self.settle(
            rest,
            bytes,
            Some(table.map_or(Preceding::Paragraph, Preceding::TableRows)),
            render_style,
        );
    }

    fn lay_out_part(
        &mut self,
        text: &str,
        end: TextEnd,
        render_style: RenderStyle<'_>,
    ) -> PartLayout {
        let context = TextContext { definitions: &self.assumed_definitions, end };
        let start = PartStart {
            preceding: &self.preceding,
            offset: self.settled_bytes,
            code_blocks: self.code_blocks,
            links: self.settled.links.len(),
            context,
        };
        lay_out(text, start, render_style, &mut self.highlight_caches)
    }

    /// Opens a fenced block at the start of whole lines, if there is one.
    fn open_fence(&mut self, lines: &str, render_style: RenderStyle<'_>) -> bool {
        let blank = blank_lines(lines);
        let Some(line) = lines.get(blank..).and_then(|rest| rest.split_inclusive('\n').next())
        else {
            return false;
        };
        let number = self.code_blocks.saturating_add(1);
        let Some((fence, language)) = OpenFence::open(line, number) else {
            return false;
        };
        if self.preceding != Preceding::Nothing || !self.settled.is_empty() {
            self.settled.push(ratatui::text::Line::default(), &LineOrigin::default());
        }
        let at = self.settled_bytes.saturating_add(blank);
        let source = at..at.saturating_add(line.trim_end_matches('\n').len());
        let label =
            [label(&language, render_style.theme).with_source(TextSource::Derived(source.clone()))];
        let origin = LineOrigin { code_block: number, ..LineOrigin::of(source) };
        self.settled.extend(wrap_mapped(&label, &Indent::default(), render_style.columns), &origin);
        self.settled_bytes = at.saturating_add(line.len());
        self.code_blocks = number;
        self.fence = Some(fence);
        self.preceding = Preceding::Block;
        true
    }

    /// Settles whole lines of the open fenced block, up to its end.
    fn settle_code_lines(&mut self, rest: &str, render_style: RenderStyle<'_>) -> bool {
        let Some(fence) = self.fence.as_mut() else {
            return false;
        };
        let before = self.settled_bytes;
        for line in whole_lines(rest).split_inclusive('\n') {
            let at = self.settled_bytes;
            self.settled_bytes = at.saturating_add(line.len());
            let line = line.trim_end_matches('\n');
            if fence.is_closed_by(line) {
                self.fence = None;
                if let Some(origin) = self.settled.below_code(render_style.theme) {
                    self.settled.push(ratatui::text::Line::default(), &origin);
                }
                break;
            }
            fence.line(line, at, render_style.columns, render_style.theme, &mut self.settled);
        }
        self.settled_bytes > before
    }
}

/// The text up to its last line break: an unfinished line can still change its meaning.
fn whole_lines(text: &str) -> &str {
    let end = text.rfind('\n').map_or(0, |end| end.saturating_add(1));
    text.get(..end).unwrap_or_default()
}

fn blank_lines(text: &str) -> usize {
    let lines = text.split_inclusive('\n').take_while(|line| line.trim().is_empty());
    lines.map(str::len).sum()
}
