//! Lays blocks out as lines: one empty line between two blocks, within lists where the text has one.
//! May not look at anything but the text, what stands before it, the width and the theme.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::settings::Theme;
use crate::view::wrap::{Indent, Run, wrap};

use super::blocks::{each, is_apart};
use super::code::{self, Pen, Place, Writer};
use super::containers::{Container, Containers};
use super::highlight::Memory;
use super::inline::Inline;
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
    let labels = each(&joined, start.definitions, |event, range| layout.take(event, range));
    layout.flush();
    let Layout { mut rows, inline, code_blocks, last_table: table, .. } = layout;
    rows.links = inline.into_targets();
    Part { rows, code_blocks, table, labels }
}

/// A block of code being read.
struct Code {
    language: String,
    text: String,
    range: Range<usize>,
    fenced: bool,
}

/// A table being read, and where its rows are.
struct OpenTable {
    table: Table,
    places: Vec<Range<usize>>,
    start: usize,
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
    code: Option<Code>,
    code_blocks: usize,
    table: Option<OpenTable>,
    row: Vec<Cell>,
    last_table: Option<Shape>,
    /// Blocks at the top so far.
    blocks: usize,
}

impl Layout<'_> {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        if let Some(code) = self.code.as_mut() {
            match event {
                Event::Text(text) => code.text.push_str(&text),
                Event::End(TagEnd::CodeBlock) => self.code_block(),
                _ => {}
            }
            return;
        }
        if self.inline.take_event(&event) {
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
                self.push_prefixed(&[Run::new(rule, self.look.theme.rule)], &range);
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
                    CodeBlockKind::Fenced(info) => (code::language(info).to_owned(), true),
                    CodeBlockKind::Indented => (String::new(), false),
                };
                self.code = Some(Code { language, text: String::new(), range, fenced });
            }
            Tag::List(first) => self.start_list(first, range.start),
            Tag::Item => self.start_item(range.start),
            Tag::FootnoteDefinition(name) => {
                self.flush();
                self.gap(range.start);
                self.containers.push_item(format!("[{name}] "));
            }
            Tag::Table(alignments) => {
                self.flush();
                let table = Table { alignments, rows: Vec::new() };
                self.table = Some(OpenTable { table, places: Vec::new(), start: range.start });
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

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: Range<usize>) {
        self.flush();
        self.gap(range.start);
        self.containers.push(Container::Quote { fresh: true });
        self.inline.begin(self.look.theme.quote);
        if let Some(kind) = kind {
            let name = match kind {
                BlockQuoteKind::Note => "Note",
                BlockQuoteKind::Tip => "Tip",
                BlockQuoteKind::Important => "Important",
                BlockQuoteKind::Warning => "Warning",
                BlockQuoteKind::Caution => "Caution",
            };
            self.push_prefixed(&[Run::new(name, self.look.theme.marker)], &range);
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
        self.containers.push_item(marker);
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
        let goes_on = self.skipped > 0 && open.start == 0;
        let LaidOut { lines, widths } = match self.start.before {
            Before::Rows(shape) if goes_on => open.table.lay_out_rest(&shape.widths, room, theme),
            _ => {
                self.gap(open.start);
                open.table.lay_out(room, theme)
            }
        };
        for (line, row) in lines {
            let mut spans: Vec<Span<'static>> =
                self.containers.prefix().into_iter().map(span).collect();
            spans.extend(line.spans);
            let place = open.places.get(row).cloned().unwrap_or_default();
            self.rows.push(Line::from(spans), self.origin(&place));
        }
        if self.containers.is_empty() {
            let text = self.source.get(open.start..).unwrap_or_default();
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
        let label = code::label(&code.language, number, self.look.theme);
        self.push_prefixed(&[label], &code.range);
        if let Some(origin) = self.rows.origins.last_mut() {
            origin.code_block = number;
        }
        let before = self.containers.prefix();
        let place = Place { before: &before, columns: self.look.columns, theme: self.look.theme };
        let mut rows = std::mem::take(&mut self.rows);
        let block = self.source.get(code.range.clone()).unwrap_or_default();
        let mut at = code.range.start;
        let mut places = block.split_inclusive('\n').map(|line| {
            let start = at;
            at = at.saturating_add(line.len());
            start..start.saturating_add(line.trim_end_matches('\n').len())
        });
        if code.fenced {
            places.next();
        }
        let memory = self.memories.entry(number).or_insert_with(|| Memory::new(&code.language));
        memory.rewind(&code.language);
        let mut pen = Pen::Again(memory);
        let by = (self.skipped, self.start.offset);
        let mut writer = Writer::default();
        for line in code.text.split_terminator('\n') {
            let source = shifted(&places.next().unwrap_or_default(), by);
            let origin = Origin { source, code_block: number };
            writer.line(line, origin, &mut pen, place, &mut rows);
        }
        self.rows = rows;
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
                Before::Prose => is_apart(self.source, at),
                Before::Nothing | Before::Items { .. } => false,
            }
        } else {
            !self.containers.begins() && (!self.containers.hold_list() || is_apart(self.source, at))
        };
        if wanted {
            self.rows.push(self.containers.empty_line(), Origin::default());
        }
        self.containers.begun();
    }

    fn push_prefixed(&mut self, runs: &[Run], range: &Range<usize>) {
        let first = self.containers.prefix();
        let indent = Indent { first, rest: self.containers.prefix() };
        let lines = wrap(runs, &indent, self.look.columns);
        let origin = self.origin(range);
        self.rows.extend(lines, &origin);
    }

    fn origin(&self, range: &Range<usize>) -> Origin {
        Origin { source: self.shifted(range), code_block: 0 }
    }

    /// A range of this part as one of the whole text.
    fn shifted(&self, range: &Range<usize>) -> Range<usize> {
        let shift = |at: usize| at.saturating_sub(self.skipped).saturating_add(self.start.offset);
        shift(range.start)..shift(range.end)
    }
}

fn shifted(range: &Range<usize>, (skipped, offset): (usize, usize)) -> Range<usize> {
    let shift = |at: usize| at.saturating_sub(skipped).saturating_add(offset);
    shift(range.start)..shift(range.end)
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
