//! Lays blocks out as lines: one empty line between two blocks, within lists where the text has one.
//! May not look at anything but the text, what stands before it, the width and the theme.

use std::ops::Range;

use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use crate::markdown::{
    AlertKind, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd, TextPiece, alert_title,
    follows_empty_line, footnote_label, language, read,
};
use crate::settings::Theme;
use crate::view::marks::{self, Marked, Source};
use crate::view::wrap::{Indent, Run, wrap_marked};

use super::code::{self, Block, Place};
use super::containers::{Container, Containers};
use super::highlight::Memory;
use super::inline::{Inline, Lies};
use super::part::{Before, Look, Memories, Part, Shape, Start};
use super::rows::{Origin, Rows};
use super::table::{Cell, LaidOut, Table};

/// Lays out a part of a cleaned text.
#[must_use]
pub fn lay_out(source: &str, start: Start<'_>, look: Look<'_>, memories: &mut Memories) -> Part {
    let head = if let Before::Rows(shape) = start.before { shape.head.as_str() } else { "" };
    let joined = if head.is_empty() { source.to_owned() } else { format!("{head}{source}") };
    let mut layout = Layout {
        source: &joined,
        skipped: head.len(),
        start,
        look,
        memories,
        rows: Rows::default(),
        containers: Containers::new(look),
        inline: Inline::new(look.theme, look.theme.text, start.links),
        leaf: None,
        code: None,
        code_blocks: start.code_blocks,
        table: None,
        row: Vec::new(),
        last_table: None,
        blocks: 0,
    };
    let labels = read(&joined, start.context, |event, range, pieces| {
        layout.take(event, range, pieces);
    });
    layout.flush();
    let Layout { mut rows, inline, code_blocks, last_table: table, .. } = layout;
    rows.links = inline.into_targets();
    Part { rows, code_blocks, table, labels }
}

/// A table being read, and where its rows are.
struct OpenTable {
    table: Table,
    places: Vec<Range<usize>>,
    range: Range<usize>,
}

struct Layout<'a> {
    source: &'a str,
    skipped: usize,
    start: Start<'a>,
    look: Look<'a>,
    memories: &'a mut Memories,
    rows: Rows,
    containers: Containers<'a>,
    inline: Inline<'a>,
    /// Where the text collected lies.
    leaf: Option<Range<usize>>,
    code: Option<Block>,
    code_blocks: usize,
    table: Option<OpenTable>,
    row: Vec<Cell>,
    last_table: Option<Shape>,
    /// Blocks at the top so far.
    blocks: usize,
}

impl Layout<'_> {
    fn take(&mut self, event: Event<'_>, range: Range<usize>, pieces: &[TextPiece]) {
        if let Some(code) = self.code.as_mut() {
            match event {
                Event::Text(text) => code.add(&text, pieces),
                Event::End(TagEnd::CodeBlock) => self.code_block(),
                _ => {}
            }
            return;
        }
        let lies = Lies {
            source: self.source,
            skipped: self.skipped,
            offset: self.start.offset,
            start: range.start,
            end: range.end,
            pieces,
        };
        if self.inline.take_event(&event, lies) {
            let known = self.leaf.take().unwrap_or_else(|| range.clone());
            self.leaf = Some(known.start.min(range.start)..known.end.max(range.end));
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Rule => {
                self.flush();
                self.gap(range.start);
                let rule = "─".repeat(self.containers.room().min(40));
                let written = self.source.get(range.clone()).unwrap_or_default().trim_end();
                let range = range.start..range.start.saturating_add(written.len());
                let source = Source::Whole(self.shifted(&range));
                self.push_prefixed(&[Run::new(rule, self.look.theme.rule).of(source)], &range);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        if self.containers.is_empty() && self.table.is_none() {
            self.last_table = None;
            self.blocks = self.blocks.saturating_add(1);
        }
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.flush(),
            Tag::Heading { level, .. } => {
                self.flush();
                let style = heading_style(self.look.theme, level);
                self.inline.begin(style);
            }
            Tag::BlockQuote(kind) => self.start_quote(kind, range),
            Tag::CodeBlock(kind) => {
                self.flush();
                let (language, fenced) = match &kind {
                    CodeBlockKind::Fenced(info) => (language(info).to_owned(), true),
                    CodeBlockKind::Indented => (String::new(), false),
                };
                self.code = Some(Block::new(language, range, fenced));
            }
            Tag::List(first) => self.start_list(first, range.start),
            Tag::Item => self.start_item(range.start),
            Tag::FootnoteDefinition(name) => {
                self.flush();
                self.gap(range.start);
                let sign = self.sign(range.start, name.len().saturating_add(4));
                self.containers.push_item(format!("{} ", footnote_label(&name)), sign);
            }
            Tag::Table(alignments) => {
                self.flush();
                let table = Table { alignments, rows: Vec::new() };
                self.table = Some(OpenTable { table, places: Vec::new(), range });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(open) = self.table.as_mut() {
                    open.places.push(range);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::Heading(_) => {
                self.flush();
                self.inline.begin(self.containers.base());
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flush();
                self.containers.pop();
                self.inline.begin(self.containers.base());
            }
            TagEnd::Item | TagEnd::FootnoteDefinition => self.end_item(),
            TagEnd::TableCell => {
                self.leaf = None;
                self.row.push(self.inline.take());
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let row = std::mem::take(&mut self.row);
                if let Some(open) = self.table.as_mut() {
                    open.table.rows.push(row);
                }
            }
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    fn start_quote(&mut self, kind: Option<AlertKind>, range: Range<usize>) {
        self.flush();
        self.gap(range.start);
        let sign = self.sign(range.start, 1);
        self.containers.push(Container::Quote { fresh: true, sign });
        self.inline.begin(self.look.theme.quote);
        if let Some(kind) = kind {
            let title = Run::new(alert_title(kind), self.look.theme.marker);
            self.push_prefixed(&[title], &range);
        }
    }

    fn start_list(&mut self, first: Option<u64>, at: usize) {
        self.flush();
        self.gap(at);
        // The list of the part before goes on with its own number.
        let goes_on = self.containers.is_empty() && self.blocks == 1;
        let next = match self.start.before {
            Before::Items { number, .. } if goes_on => number.or(first).filter(|_| first.is_some()),
            _ => first,
        };
        self.containers.push(Container::List { next, items: 0 });
    }

    fn start_item(&mut self, at: usize) {
        self.flush();
        let (marker, first) = self.containers.next_item();
        if !first {
            self.gap(at);
        }
        let text = self.source.get(at..).unwrap_or_default();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let sign = self.sign(at, digits.saturating_add(1));
        self.containers.push_item(marker, sign);
    }

    fn end_item(&mut self) {
        self.flush();
        if let Some(Container::Item { marker: Some(_), .. }) = self.containers.last() {
            // An item without anything still shows that it is there.
            self.push_prefixed(&[], &(0..0));
        }
        self.containers.pop();
    }

    fn end_table(&mut self) {
        let Some(open) = self.table.take() else {
            return;
        };
        let room = self.containers.room();
        let theme = self.look.theme;
        let goes_on = self.skipped > 0 && open.range.start == 0;
        let LaidOut { lines, widths } = match self.start.before {
            Before::Rows(shape) if goes_on => open.table.lay_out_rest(&shape.widths, room, theme),
            _ => {
                self.gap(open.range.start);
                open.table.lay_out(room, theme)
            }
        };
        let block = self.shifted(&open.range);
        for (line, row) in lines {
            let place = open.places.get(row).cloned().unwrap_or_default();
            let origin = Origin { block: block.clone(), ..self.origin(&place) };
            let line = self.prefixed(line);
            self.rows.push(line, origin);
        }
        if self.containers.is_empty() {
            let text = self.source.get(open.range.start..).unwrap_or_default();
            let head: String = text.split_inclusive('\n').take(2).collect();
            self.last_table = Some(Shape { head, widths });
        }
    }

    fn code_block(&mut self) {
        let Some(code) = self.code.take() else {
            return;
        };
        self.gap(code.range.start);
        self.code_blocks = self.code_blocks.saturating_add(1);
        let number = self.code_blocks;
        let fence = code.fence(self.source);
        let label = code::label(&code.language, number, self.look.theme);
        let source =
            if code.fenced { Source::Whole(self.shifted(&fence)) } else { Source::Nowhere };
        let before = self.rows.len();
        self.push_prefixed(&[label.of(source)], &fence);
        for origin in self.rows.origins.iter_mut().skip(before) {
            origin.code_block = number;
        }
        let before = self.containers.prefix();
        let place = Place { before: &before, columns: self.look.columns, theme: self.look.theme };
        let memory = self.memories.entry(number).or_insert_with(|| Memory::new(&code.language));
        memory.rewind(&code.language);
        code.write(number, memory, (self.skipped, self.start.offset), place, &mut self.rows);
    }

    fn flush(&mut self) {
        if self.inline.is_empty() {
            self.inline.take();
            self.leaf = None;
            return;
        }
        let leaf = self.leaf.take().unwrap_or_default();
        self.gap(leaf.start);
        for runs in self.inline.take() {
            self.push_prefixed(&runs, &leaf);
        }
    }

    /// One empty line before what comes, where something came before.
    fn gap(&mut self, at: usize) {
        let wanted = if self.rows.is_empty() {
            match self.start.before {
                Before::Block | Before::Items { apart: true, .. } => true,
                Before::Rows(_) => at >= self.skipped,
                Before::Prose => follows_empty_line(self.source, at),
                Before::Nothing | Before::Items { .. } => false,
            }
        } else {
            !self.containers.begins()
                && (!self.containers.hold_list() || follows_empty_line(self.source, at))
        };
        if wanted {
            self.rows.push(self.containers.empty_line(), Origin::default());
        }
        self.containers.begun();
    }

    fn push_prefixed(&mut self, runs: &[Run], range: &Range<usize>) {
        let first = self.containers.prefix();
        let indent = Indent { first, rest: self.containers.prefix() };
        let lines = wrap_marked(runs, &indent, self.look.columns);
        let origin = self.origin(range);
        self.rows.extend(lines, &origin);
    }

    fn origin(&self, range: &Range<usize>) -> Origin {
        Origin::of(self.shifted(range))
    }

    /// The sign of so many bytes that a block begins with, and the space behind it.
    fn sign(&self, at: usize, bytes: usize) -> Source {
        let end = at.saturating_add(bytes);
        let space = self.source.as_bytes().get(end) == Some(&b' ');
        Source::Whole(self.shifted(&(at..end.saturating_add(usize::from(space)))))
    }

    /// A line behind what stands before it.
    fn prefixed(&mut self, line: Marked) -> Marked {
        let mut all = Marked::default();
        let mut bytes = 0_usize;
        for run in self.containers.prefix() {
            let end = bytes.saturating_add(run.text.len());
            marks::add(&mut all.marks, bytes..end, run.source.clone());
            bytes = end;
            all.line.spans.push(span(run));
        }
        marks::add_shifted(&mut all.marks, line.marks, bytes);
        all.line.spans.extend(line.line.spans);
        all
    }

    /// A range of this part as one of the whole text.
    fn shifted(&self, range: &Range<usize>) -> Range<usize> {
        let shift = |at: usize| at.saturating_sub(self.skipped).saturating_add(self.start.offset);
        shift(range.start)..shift(range.end)
    }
}

fn span(run: Run) -> Span<'static> {
    Span::styled(run.text, run.style)
}

fn heading_style(theme: &Theme, level: HeadingLevel) -> Style {
    match level {
        HeadingLevel::H1 => theme.heading.add_modifier(Modifier::UNDERLINED),
        HeadingLevel::H2 => theme.heading,
        _ => theme.heading.add_modifier(Modifier::ITALIC),
    }
}
