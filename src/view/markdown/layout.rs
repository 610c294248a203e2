//! Lays blocks out as lines, with one empty line between two blocks, within lists around code and where
//! the text has one.

use std::ops::Range;

use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use crate::markdown::{
    AlertKind, Event, HeadingLevel, Tag, TagEnd, TextPiece, alert_title, follows_empty_line,
    footnote_label, read_events,
};
use crate::settings::Theme;
use crate::view::source_map::{self, MappedLine, TextSource};
use crate::view::wrap::{Indent, StyledRun, wrap_mapped};

use super::code::{self, CodeArea, CodeBlock, CodeKind};
use super::containers::{Container, Containers};
use super::highlight::HighlightCache;
use super::inline::{EventSpan, InlineBuilder};
use super::part::{
    HighlightCaches, PartLayout, PartOffset, PartStart, Preceding, RenderStyle, TableShape,
};
use super::table::{Table, TableCell, TableLayout};
use crate::view::markdown::rendered_lines::{LineOrigin, RenderedLines};

/// Lays out a part of a cleaned text.
#[must_use]
pub(crate) fn lay_out(
    source: &str,
    start: PartStart<'_>,
    render_style: RenderStyle<'_>,
    memories: &mut HighlightCaches,
) -> PartLayout {
    let head =
        if let Preceding::TableRows(shape) = start.preceding { shape.head.as_str() } else { "" };
    let joined = if head.is_empty() { source.to_owned() } else { format!("{head}{source}") };
    let mut layout = BlockLayout {
        source: &joined,
        offset: PartOffset { repeated: head.len(), before: start.offset },
        start,
        render_style,
        memories,
        rows: RenderedLines::default(),
        containers: Containers::new(render_style),
        inline: InlineBuilder::new(render_style.theme, render_style.theme.text, start.links),
        inline_range: None,
        code: None,
        code_blocks: start.code_blocks,
        table: None,
        row: Vec::new(),
        last_table: None,
        blocks: 0,
    };
    let labels = read_events(&joined, start.context, |event, range, pieces| {
        layout.handle_event(event, range, pieces);
    });
    layout.flush_inline();
    let BlockLayout { mut rows, inline, code_blocks, last_table: table, .. } = layout;
    rows.links = inline.into_targets();
    PartLayout { rows, code_blocks, table, labels }
}

struct OpenTable {
    table: Table,
    row_ranges: Vec<Range<usize>>,
    range: Range<usize>,
}

struct BlockLayout<'a> {
    source: &'a str,
    offset: PartOffset,
    start: PartStart<'a>,
    render_style: RenderStyle<'a>,
    memories: &'a mut HighlightCaches,
    rows: RenderedLines,
    containers: Containers<'a>,
    inline: InlineBuilder<'a>,
    /// The range of the collected inline text.
    inline_range: Option<Range<usize>>,
    code: Option<CodeBlock>,
    code_blocks: usize,
    table: Option<OpenTable>,
    row: Vec<TableCell>,
    last_table: Option<TableShape>,
    /// Top-level blocks so far.
    blocks: usize,
}

impl BlockLayout<'_> {
    fn handle_event(&mut self, event: Event<'_>, range: Range<usize>, pieces: &[TextPiece]) {
        if let Some(code) = self.code.as_mut() {
            match event {
                Event::Text(text) => code.add(&text, pieces),
                Event::End(TagEnd::CodeBlock) => self.end_code_block(),
                _ => {}
            }
            return;
        }
        let span = EventSpan {
            source: self.source,
            offset: self.offset,
            start: range.start,
            end: range.end,
            pieces,
        };
        if self.inline.handle_event(&event, span) {
            let so_far = self.inline_range.take().unwrap_or_else(|| range.clone());
            self.inline_range = Some(so_far.start.min(range.start)..so_far.end.max(range.end));
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Rule => {
                self.flush_inline();
                self.push_gap(range.start);
                let rule = "─".repeat(self.containers.text_columns().min(40));
                let written = self.source.get(range.clone()).unwrap_or_default().trim_end();
                let range = range.start..range.start.saturating_add(written.len());
                let source = TextSource::Derived(self.offset.shift_range(&range));
                self.push_prefixed(
                    &[StyledRun::new(rule, self.render_style.theme.rule).with_source(source)],
                    &range,
                );
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
            Tag::Paragraph | Tag::HtmlBlock => self.flush_inline(),
            Tag::Heading { level, .. } => {
                self.flush_inline();
                let style = heading_style(self.render_style.theme, level);
                self.inline.begin_block(style);
            }
            Tag::BlockQuote(kind) => self.start_quote(kind, range),
            Tag::CodeBlock(kind) => {
                self.flush_inline();
                self.code = Some(CodeBlock::new(&kind, range));
            }
            Tag::List(first) => self.start_list(first, range.start),
            Tag::Item => self.start_item(range.start),
            Tag::FootnoteDefinition(name) => {
                self.flush_inline();
                self.push_gap(range.start);
                let sign = self.marker_source(range.start, name.len().saturating_add(4));
                self.containers.push_item(format!("{} ", footnote_label(&name)), sign);
            }
            Tag::Table(alignments) => {
                self.flush_inline();
                let table = Table { alignments, rows: Vec::new() };
                self.table = Some(OpenTable { table, row_ranges: Vec::new(), range });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(open) = self.table.as_mut() {
                    open.row_ranges.push(range);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush_inline(),
            TagEnd::Heading(_) => {
                self.flush_inline();
                self.inline.begin_block(self.containers.text_style());
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flush_inline();
                self.containers.pop();
                self.inline.begin_block(self.containers.text_style());
            }
            TagEnd::Item | TagEnd::FootnoteDefinition => self.end_item(),
            TagEnd::TableCell => {
                self.inline_range = None;
                self.row.push(self.inline.take_lines());
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
        self.flush_inline();
        self.push_gap(range.start);
        let sign = self.marker_source(range.start, 1);
        self.containers.push(Container::Quote { is_empty: true, marker: sign });
        self.inline.begin_block(self.render_style.theme.quote);
        if let Some(kind) = kind {
            let title = StyledRun::new(alert_title(kind), self.render_style.theme.marker);
            self.push_prefixed(&[title], &range);
        }
    }

    fn start_list(&mut self, first: Option<u64>, at: usize) {
        self.flush_inline();
        self.push_gap(at);
        // A list continued from the part before keeps its numbering.
        let goes_on = self.containers.is_empty() && self.blocks == 1;
        let next = match self.start.preceding {
            Preceding::Items { number, .. } if goes_on => {
                number.or(first).filter(|_| first.is_some())
            }
            _ => first,
        };
        self.containers.push(Container::List { next, items: 0 });
    }

    fn start_item(&mut self, at: usize) {
        self.flush_inline();
        let (marker, first) = self.containers.next_item();
        if !first {
            self.push_gap(at);
        }
        let text = self.source.get(at..).unwrap_or_default();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let sign = self.marker_source(at, digits.saturating_add(1));
        self.containers.push_item(marker, sign);
    }

    fn end_item(&mut self) {
        self.flush_inline();
        if self.containers.is_at_start() {
            // An empty item still shows its marker.
            self.push_prefixed(&[], &(0..0));
        }
        self.containers.pop();
    }

    fn end_table(&mut self) {
        let Some(open) = self.table.take() else {
            return;
        };
        let available = self.containers.text_columns();
        let theme = self.render_style.theme;
        let goes_on = self.offset.repeated > 0 && open.range.start == 0;
        let TableLayout { lines, widths, is_spaced } = match self.start.preceding {
            Preceding::TableRows(shape) if goes_on => {
                open.table.lay_out_rest(shape, available, theme)
            }
            _ => {
                self.push_gap(open.range.start);
                open.table.lay_out(available, theme)
            }
        };
        let block = self.offset.shift_range(&open.range);
        for (line, row) in lines {
            let position = open.row_ranges.get(row).cloned().unwrap_or_default();
            let origin = LineOrigin { block: block.clone(), ..self.line_origin(&position) };
            let line = self.prefix_line(line);
            self.rows.push(line, &origin);
        }
        if self.containers.is_empty() {
            let text = self.source.get(open.range.start..).unwrap_or_default();
            let head: String = text.split_inclusive('\n').take(2).collect();
            self.last_table = Some(TableShape { head, widths, is_spaced });
        }
    }

    fn end_code_block(&mut self) {
        let Some(code) = self.code.take() else {
            return;
        };
        self.push_gap_if(code.range.start, |_| true);
        self.code_blocks = self.code_blocks.saturating_add(1);
        let number = self.code_blocks;
        let fence = code.fence(self.source);
        let label = code::label(&code.language, self.render_style.theme);
        let source = match code.kind {
            CodeKind::Fenced => TextSource::Derived(self.offset.shift_range(&fence)),
            CodeKind::Indented => TextSource::Generated,
        };
        let before = self.rows.len();
        self.push_prefixed(&[label.with_source(source)], &fence);
        self.rows.set_code_block(before, number);
        let before = self.containers.take_prefix();
        let position = CodeArea {
            prefix: &before,
            columns: self.render_style.columns,
            theme: self.render_style.theme,
        };
        let memory =
            self.memories.entry(number).or_insert_with(|| HighlightCache::new(&code.language));
        memory.rewind(&code.language);
        code.write(number, memory, self.offset, position, &mut self.rows);
        if let Some(origin) = self.rows.below_code(self.render_style.theme) {
            self.rows.push(self.containers.empty_line(), &origin);
        }
    }

    fn flush_inline(&mut self) {
        if self.inline.is_empty() {
            self.inline.take_lines();
            self.inline_range = None;
            return;
        }
        let leaf = self.inline_range.take().unwrap_or_default();
        self.push_gap(leaf.start);
        for runs in self.inline.take_lines() {
            self.push_prefixed(&runs, &leaf);
        }
    }

    /// Pushes an empty line before a block that needs one: within lists where the text has one, and after
    /// code.
    fn push_gap(&mut self, at: usize) {
        self.push_gap_if(at, |layout| {
            !layout.containers.has_list()
                || layout.rows.ends_with_code()
                || follows_empty_line(layout.source, at)
        });
    }

    /// Pushes an empty line before a block that is to have one after other text of the same part.
    fn push_gap_if(&mut self, at: usize, is_wanted_after_text: impl FnOnce(&Self) -> bool) {
        let wanted = if self.rows.is_empty() {
            match self.start.preceding {
                Preceding::Block | Preceding::Items { separated: true, .. } => true,
                Preceding::TableRows(_) => at >= self.offset.repeated,
                Preceding::Paragraph => follows_empty_line(self.source, at),
                Preceding::Nothing | Preceding::Items { .. } => false,
            }
        } else {
            !self.containers.is_at_start() && is_wanted_after_text(self)
        };
        if wanted {
            self.rows.push(self.containers.empty_line(), &LineOrigin::default());
        }
        self.containers.mark_started();
    }

    fn push_prefixed(&mut self, runs: &[StyledRun], range: &Range<usize>) {
        let first = self.containers.take_prefix();
        let indent = Indent { first, rest: self.containers.take_prefix() };
        let lines = wrap_mapped(runs, &indent, self.render_style.columns);
        let origin = self.line_origin(range);
        self.rows.extend(lines, &origin);
    }

    fn line_origin(&self, range: &Range<usize>) -> LineOrigin {
        LineOrigin::of(self.offset.shift_range(range))
    }

    /// The source of a block's marker and the space after it.
    fn marker_source(&self, at: usize, bytes: usize) -> TextSource {
        let end = at.saturating_add(bytes);
        let space = self.source.as_bytes().get(end) == Some(&b' ');
        TextSource::Derived(self.offset.shift_range(&(at..end.saturating_add(usize::from(space)))))
    }

    /// A line after the prefix of its containers.
    fn prefix_line(&mut self, line: MappedLine) -> MappedLine {
        let mut all = MappedLine::default();
        let mut bytes = 0_usize;
        for run in self.containers.take_prefix() {
            let end = bytes.saturating_add(run.text.len());
            source_map::push_mapping(&mut all.mappings, bytes..end, run.source.clone());
            bytes = end;
            all.line.spans.push(to_span(run));
        }
        source_map::push_shifted(&mut all.mappings, line.mappings, bytes);
        all.line.spans.extend(line.line.spans);
        all
    }
}

fn to_span(run: StyledRun) -> Span<'static> {
    Span::styled(run.text, run.style)
}

fn heading_style(theme: &Theme, level: HeadingLevel) -> Style {
    match level {
        HeadingLevel::H1 => theme.heading.add_modifier(Modifier::UNDERLINED),
        HeadingLevel::H2 => theme.heading,
        _ => theme.heading.add_modifier(Modifier::ITALIC),
    }
}

#[cfg(test)]
mod tests {
    use crate::markdown::{NESTED_TEXTS, TextEnd, assert_proportional};
    use crate::settings::{Theme, ThemeName};
    use crate::view::markdown::render;

    #[test]
    fn deep_nesting_takes_time_in_proportion_to_its_depth() {
        let theme = Theme::built_in(ThemeName::Dark);
        for (case, make) in NESTED_TEXTS {
            assert_proportional(case, make, |text| {
                drop(render(text, TextEnd::Open, 80, &theme));
            });
        }
    }

    #[test]
    fn code_in_an_item_has_an_empty_row_above_and_below() {
        let theme = Theme::built_in(ThemeName::Dark);
        let lines = |text: &str| -> Vec<String> {
            let rows = render(text, TextEnd::Open, 40, &theme);
            rows.lines().iter().map(|line| line.to_string().trim().to_owned()).collect()
        };
        let code = "  ```\n  ls\n  ```\n- next";
        let [text, directly] = [format!("- item\n{code}"), format!("- {}", code.trim_start())];
        let text = lines(&text);
        assert_eq!(text.iter().position(String::is_empty), Some(1), "{text:?}");
        // The last row of the code, and the one after it.
        assert_eq!(text[text.len() - 3..], ["", "", "• next"]);
        assert_ne!(lines(&directly)[1], "", "{:?}", lines(&directly));
    }
}
