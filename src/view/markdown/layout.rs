//! Lays blocks out as lines: one empty line between two blocks, within lists where the text has one.
//! May not look at anything but the text, what stands before it, the width and the theme.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::settings::Theme;
use crate::view::wrap::{Indent, Run, width, wrap};

use super::blocks::{Definitions, Labels, each, is_apart};
use super::code::{self, Pen, Place, Writer};
use super::highlight::Memory;
use super::inline::Inline;
use super::rows::{Origin, Rows};
use super::table::{Cell, LaidOut, Table};

/// How wide and in which colours.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// Columns there are.
    pub columns: usize,
    /// The colours.
    pub theme: &'a Theme,
}

/// What stands before a part of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Before {
    /// Nothing.
    #[default]
    Nothing,
    /// A block that has ended.
    Block,
    /// The beginning of the same paragraph.
    Prose,
    /// Items of the same list; the number of the next, and whether an empty line sets it apart.
    Items {
        /// The number of the next item, if items are numbered.
        number: Option<u64>,
        /// Whether an empty line comes before it.
        apart: bool,
    },
    /// Rows of the same table.
    Rows(Shape),
}

/// The head of a table whose rows go on in another part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Its first two lines.
    pub head: String,
    /// The widths of its columns; none where it is a list of values.
    pub widths: Vec<usize>,
}

/// Where a part of a text begins.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// What stands before it.
    pub before: &'a Before,
    /// Bytes before it.
    pub offset: usize,
    /// Code blocks before it.
    pub code_blocks: usize,
    /// Definitions of links elsewhere in the text.
    pub definitions: &'a Definitions,
}

/// A part of a text, laid out.
#[derive(Debug, Default)]
pub struct Part {
    /// Its rows.
    pub rows: Rows,
    /// Code blocks so far, those before included.
    pub code_blocks: usize,
    /// The table it ends with, where it does.
    pub table: Option<Shape>,
    /// What it says about labels.
    pub labels: Labels,
}

/// Code blocks that are laid out again and again, by number.
pub type Memories = HashMap<usize, Memory>;

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
        containers: Vec::new(),
        inline: Inline::new(look.theme, look.theme.text),
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
    let Layout { rows, code_blocks, last_table: table, .. } = layout;
    Part { rows, code_blocks, table, labels }
}

/// A block that holds others.
#[derive(Debug)]
enum Container {
    /// A quotation; fresh until its first block has begun.
    Quote { fresh: bool },
    /// The number of the next item, if items are numbered.
    List { next: Option<u64>, items: usize },
    /// The marker, until the item's first line has taken it.
    Item { marker: Option<String>, wide: usize },
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
    containers: Vec<Container>,
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
                let rule = "─".repeat(self.room().min(40));
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
                self.inline = Inline::new(self.look.theme, style);
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
                self.push_item(format!("[{name}] "));
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
                self.inline = Inline::new(self.look.theme, self.base());
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flush();
                self.containers.pop();
                self.inline = Inline::new(self.look.theme, self.base());
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
        self.inline = Inline::new(self.look.theme, self.look.theme.quote);
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
        let depth =
            self.containers.iter().filter(|it| matches!(it, Container::List { .. })).count();
        let mut marker = match depth % 3 {
            1 => "• ".to_owned(),
            2 => "◦ ".to_owned(),
            _ => "▪ ".to_owned(),
        };
        let mut first = true;
        if let Some(Container::List { next, items }) = self.containers.last_mut() {
            first = *items == 0;
            *items = items.saturating_add(1);
            if let Some(number) = next {
                marker = format!("{number}. ");
                *number = number.saturating_add(1);
            }
        }
        if !first {
            self.gap(at);
        }
        self.push_item(marker);
    }

    fn push_item(&mut self, marker: String) {
        let wide = width(&marker);
        self.containers.push(Container::Item { marker: Some(marker), wide });
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
        let room = self.room();
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
            let mut spans: Vec<Span<'static>> = self.prefix().into_iter().map(span).collect();
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
        let before = self.prefix();
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
        if self.rows.is_empty() {
            match self.start.before {
                Before::Block | Before::Items { apart: true, .. } => {}
                Before::Rows(_) if at >= self.skipped => {}
                Before::Prose if is_apart(self.source, at) => {}
                _ => {
                    self.open_quotes();
                    return;
                }
            }
        } else {
            let listed = |it: &Container| !matches!(it, Container::Quote { .. });
            let fits = match self.containers.last() {
                Some(
                    Container::Quote { fresh: true } | Container::Item { marker: Some(_), .. },
                ) => false,
                _ => !self.containers.iter().any(listed) || is_apart(self.source, at),
            };
            self.open_quotes();
            if !fits {
                return;
            }
        }
        let mut spans = Vec::new();
        for container in self.visible() {
            spans.push(match container {
                Container::Quote { .. } => Span::styled("▎ ", self.look.theme.border),
                Container::Item { marker: None, wide } => Span::raw(" ".repeat(*wide)),
                Container::List { .. } | Container::Item { .. } => continue,
            });
        }
        self.rows.push(Line::from(spans), Origin::default());
        self.open_quotes();
    }

    fn open_quotes(&mut self) {
        if let Some(Container::Quote { fresh }) = self.containers.last_mut() {
            *fresh = false;
        }
    }

    fn push_prefixed(&mut self, runs: &[Run], range: &Range<usize>) {
        let first = self.prefix();
        let indent = Indent { first, rest: self.prefix() };
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

    /// Containers that are drawn: nested too deep, they would leave no room for text.
    fn visible(&self) -> impl Iterator<Item = &Container> {
        let most = self.look.columns.saturating_mul(2) / 3;
        let mut used = 0_usize;
        self.containers.iter().take_while(move |container| {
            used = used.saturating_add(wide(container));
            used <= most
        })
    }

    /// What stands before the next line: quote bars, the marker of an item once, then its width.
    fn prefix(&mut self) -> Vec<Run> {
        let theme = self.look.theme;
        let many = self.visible().count();
        let before = |(place, container): (usize, &mut Container)| {
            let run = match container {
                Container::Quote { .. } => Run::new("▎ ", theme.border),
                Container::List { .. } => return None,
                Container::Item { marker, wide } => match marker.take() {
                    Some(marker) => Run::new(marker, theme.marker),
                    None => Run::new(" ".repeat(*wide), theme.text),
                },
            };
            (place < many).then_some(run)
        };
        self.containers.iter_mut().enumerate().filter_map(before).collect()
    }

    /// Columns left beside quote bars and indents.
    fn room(&self) -> usize {
        let taken: usize = self.visible().map(wide).sum();
        self.look.columns.saturating_sub(taken).max(1)
    }

    fn base(&self) -> Style {
        let quoted = self.containers.iter().any(|it| matches!(it, Container::Quote { .. }));
        if quoted { self.look.theme.quote } else { self.look.theme.text }
    }
}

fn shifted(range: &Range<usize>, (skipped, offset): (usize, usize)) -> Range<usize> {
    let shift = |at: usize| at.saturating_sub(skipped).saturating_add(offset);
    shift(range.start)..shift(range.end)
}

const fn wide(container: &Container) -> usize {
    match container {
        Container::Quote { .. } => 2,
        Container::List { .. } => 0,
        Container::Item { wide, .. } => *wide,
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
