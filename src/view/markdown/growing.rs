//! A text laid out while it grows: what can no longer change is laid out once and kept, the rest
//! again. A whole text is one that grew at once, so that both look the same.
//! May not depend on how the text arrived: any pieces lead to the same rows.

use std::collections::BTreeMap;

use super::code::{OpenFence, label};
use super::layout::lay_out;
use super::part::{Before, Look, Memories, Part, Start};
use super::rows::{Origin, Rows};
use crate::markdown::{Context, LinkDefinitions, TextEnd, find_boundary, follows_empty_line};
use crate::view::marks::Source;
use crate::view::wrap::{Indent, wrap_marked};

/// Bytes a block may have before it is cut, so that a frame never lays out more than this again.
const LONGEST_OPEN: usize = 32 * 1024;
/// Bytes that are looked at first for a place to cut.
const FIRST_LOOK: usize = 4 * 1024;

/// A text that may grow.
#[derive(Debug)]
pub struct Growing {
    longest_open: usize,
    settled: Rows,
    settled_bytes: usize,
    before: Before,
    fence: Option<OpenFence>,
    code_blocks: usize,
    open: Rows,
    memories: Memories,
    /// Definitions taken as known: those in what is settled, and those a start over began with.
    known: LinkDefinitions,
    /// Definitions in what is settled.
    found: LinkDefinitions,
    /// Definitions in the rest.
    open_found: LinkDefinitions,
    /// Labels that what is settled looked for, and what was known of them then.
    asked: BTreeMap<String, Option<String>>,
}

impl Default for Growing {
    fn default() -> Self {
        Self::with_longest_open(LONGEST_OPEN)
    }
}

impl Growing {
    /// An empty text whose blocks are cut when they get longer than this.
    #[must_use]
    pub fn with_longest_open(longest_open: usize) -> Self {
        Self {
            longest_open,
            settled: Rows::default(),
            settled_bytes: 0,
            before: Before::Nothing,
            fence: None,
            code_blocks: 0,
            open: Rows::default(),
            memories: Memories::new(),
            known: LinkDefinitions::new(),
            found: LinkDefinitions::new(),
            open_found: LinkDefinitions::new(),
            asked: BTreeMap::new(),
        }
    }

    /// The rows that are final, and those that may still change.
    #[must_use]
    pub const fn rows(&self) -> (&Rows, &Rows) {
        (&self.settled, &self.open)
    }

    /// All rows together, of a text that has grown and ends so.
    #[must_use]
    pub fn finish(mut self, text: &str, end: TextEnd, look: Look<'_>) -> Rows {
        if end == TextEnd::Cut && self.fence.is_none() {
            let rest = text.get(self.settled_bytes..).unwrap_or_default();
            self.open = self.part(rest, end, look).rows;
        }
        self.settled.append(self.open);
        self.settled
    }

    /// Bytes of what is final.
    #[must_use]
    pub const fn settled_bytes(&self) -> usize {
        self.settled_bytes
    }

    /// Takes the text as it is now, cleaned: what it was before, with more behind it.
    pub fn grow(&mut self, text: &str, look: Look<'_>) {
        self.take(text, look);
        if self.known.is_empty() && self.found.is_empty() && self.open_found.is_empty() {
            return;
        }
        let mut all = self.found.clone();
        for (label, address) in &self.open_found {
            all.entry(label.clone()).or_insert_with(|| address.clone());
        }
        let came_late = self.asked.iter().any(|(label, it)| all.get(label) != it.as_ref());
        let went_on = self.known.iter().any(|(label, it)| all.get(label) != Some(it));
        if came_late || went_on {
            // A definition came after its use, or was not all there when it was taken as known:
            // with it in hand everything is laid out anew.
            *self = Self { known: all, ..Self::with_longest_open(self.longest_open) };
            self.take(text, look);
        }
    }

    /// Settles what can be settled and lays out the rest.
    fn take(&mut self, text: &str, look: Look<'_>) {
        let rest = |settled: usize| text.get(settled..).unwrap_or_default();
        while self.step(rest(self.settled_bytes), look) {}
        let rest = rest(self.settled_bytes);
        self.open = Rows::default();
        self.open_found.clear();
        if let Some(fence) = &self.fence {
            let mut fence = fence.clone();
            if !fence.is_closed_by(rest) && !rest.is_empty() {
                fence.line(rest, self.settled_bytes, look.columns, look.theme, &mut self.open);
            }
            return;
        }
        let part = self.part(rest, TextEnd::Open, look);
        self.open = part.rows;
        self.open_found = part.labels.defined;
    }

    /// Settles one thing, if there is one.
    fn step(&mut self, rest: &str, look: Look<'_>) -> bool {
        if self.fence.is_some() {
            return self.code_line(rest, look);
        }
        let mut size = FIRST_LOOK.min(self.longest_open);
        loop {
            let window = rest.get(..rest.floor_char_boundary(size)).unwrap_or(rest);
            let lines = whole_lines(window);
            if self.open_fence(lines, look) {
                return true;
            }
            let (head, list) = match &self.before {
                Before::Rows(shape) => (shape.head.as_str(), None),
                Before::Items { number, .. } => ("", Some(*number)),
                Before::Nothing | Before::Block | Before::Prose => ("", None),
            };
            if let Some(found) = find_boundary(head, lines, list) {
                let before = found.item.map(|number| Before::Items {
                    number,
                    apart: follows_empty_line(lines, found.bytes),
                });
                self.settle(rest, found.bytes, before, look);
                return true;
            }
            if window.len() == rest.len() {
                return false;
            }
            if size >= self.longest_open {
                self.cut(rest, window, look);
                return true;
            }
            size = size.saturating_mul(2).min(self.longest_open);
        }
    }

    /// Settles text that is final, and what stands before the rest then.
    fn settle(&mut self, rest: &str, bytes: usize, before: Option<Before>, look: Look<'_>) {
        let text = rest.get(..bytes).unwrap_or(rest);
        let part = self.part(text, TextEnd::Open, look);
        self.memories.clear();
        let after = match &self.before {
            // Nothing to see of it: what stood before still does.
            Before::Nothing if part.rows.is_empty() && self.settled.is_empty() => Before::Nothing,
            Before::Prose if part.rows.is_empty() && !follows_empty_line(text, text.len()) => {
                Before::Prose
            }
            _ => Before::Block,
        };
        self.before = before.unwrap_or(after);
        self.settled.append(part.rows);
        self.settled_bytes = self.settled_bytes.saturating_add(text.len());
        self.code_blocks = part.code_blocks;
        for label in part.labels.referenced {
            let address = self.known.get(&label).cloned();
            self.asked.entry(label).or_insert(address);
        }
        for (label, address) in part.labels.defined {
            self.known.entry(label.clone()).or_insert_with(|| address.clone());
            self.found.entry(label).or_insert(address);
        }
    }

    /// Cuts a block that got too long, at the end of a line or else of a word.
    fn cut(&mut self, rest: &str, window: &str, look: Look<'_>) {
        let lines = whole_lines(window).len();
        let word = window.rfind(char::is_whitespace).map_or(0, |at| {
            at.saturating_add(
                window.get(at..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8),
            )
        });
        let bytes = [lines, word].into_iter().find(|at| *at > 0).unwrap_or(window.len());
        let text = rest.get(..bytes).unwrap_or(rest);
        let table = self.part(text, TextEnd::Open, look).table;
        self.settle(rest, bytes, Some(table.map_or(Before::Prose, Before::Rows)), look);
    }

    fn part(&mut self, text: &str, end: TextEnd, look: Look<'_>) -> Part {
        let context = Context { definitions: &self.known, end };
        let start = Start {
            before: &self.before,
            offset: self.settled_bytes,
            code_blocks: self.code_blocks,
            links: self.settled.links.len(),
            context,
        };
        lay_out(text, start, look, &mut self.memories)
    }

    /// Opens the fenced block that whole lines begin with, if they do.
    fn open_fence(&mut self, lines: &str, look: Look<'_>) -> bool {
        let blank = blank_lines(lines);
        let Some(line) = lines.get(blank..).and_then(|rest| rest.split_inclusive('\n').next())
        else {
            return false;
        };
        let number = self.code_blocks.saturating_add(1);
        let Some((fence, language)) = OpenFence::open(line, number) else {
            return false;
        };
        if self.before != Before::Nothing || !self.settled.is_empty() {
            self.settled.push(ratatui::text::Line::default(), Origin::default());
        }
        let at = self.settled_bytes.saturating_add(blank);
        let source = at..at.saturating_add(line.trim_end_matches('\n').len());
        let label = [label(&language, number, look.theme).of(Source::Whole(source.clone()))];
        let origin = Origin { code_block: number, ..Origin::of(source) };
        self.settled.extend(wrap_marked(&label, &Indent::default(), look.columns), &origin);
        self.settled_bytes = at.saturating_add(line.len());
        self.code_blocks = number;
        self.fence = Some(fence);
        self.before = Before::Block;
        true
    }

    /// Takes whole lines of the open fenced block, to its end if it has one.
    fn code_line(&mut self, rest: &str, look: Look<'_>) -> bool {
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
                break;
            }
            fence.line(line, at, look.columns, look.theme, &mut self.settled);
        }
        self.settled_bytes > before
    }
}

/// A text up to its last line end: a line that is not finished may still become anything.
fn whole_lines(text: &str) -> &str {
    let end = text.rfind('\n').map_or(0, |end| end.saturating_add(1));
    text.get(..end).unwrap_or_default()
}

/// Bytes of the empty lines a text begins with.
fn blank_lines(text: &str) -> usize {
    let lines = text.split_inclusive('\n').take_while(|line| line.trim().is_empty());
    lines.map(str::len).sum()
}
