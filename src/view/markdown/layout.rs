//! Lays blocks out as lines, one empty line between two blocks.
//! May not look at anything but the text, the width and the theme.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::settings::Theme;
use crate::view::wrap::{Indent, Run, wrap, wrap_anywhere};

use super::Rendered;
use super::blocks::events;
use super::inline::Inline;
use super::table::Table;

/// Lays out cleaned text.
#[must_use]
pub fn lay_out(
    source: &str,
    columns: usize,
    theme: &Theme,
    code_blocks: usize,
    continues: bool,
) -> Rendered {
    let mut layout = Layout {
        theme,
        columns,
        lines: Vec::new(),
        containers: Vec::new(),
        inline: Inline::new(theme, theme.text),
        code: None,
        code_blocks,
        table: None,
        row: Vec::new(),
        wants_gap: continues,
        continues,
    };
    for (event, _) in events(source) {
        layout.take(event);
    }
    layout.flush();
    Rendered { lines: layout.lines, code_blocks: layout.code_blocks }
}

/// A block that holds others.
#[derive(Debug)]
enum Container {
    Quote,
    /// The number of the next item, if items are numbered; whether items are set apart.
    List {
        next: Option<u64>,
        loose: bool,
    },
    /// The marker, until the item's first line has taken it.
    Item {
        marker: Option<String>,
        wide: usize,
    },
}

struct Layout<'a> {
    theme: &'a Theme,
    columns: usize,
    lines: Vec<Line<'static>>,
    containers: Vec<Container>,
    inline: Inline<'a>,
    code: Option<(String, String)>,
    code_blocks: usize,
    table: Option<Table>,
    row: Vec<Vec<Run>>,
    wants_gap: bool,
    continues: bool,
}

impl Layout<'_> {
    fn take(&mut self, event: Event<'_>) {
        if let Some((_, code)) = self.code.as_mut() {
            match event {
                Event::Text(text) => code.push_str(&text),
                Event::End(TagEnd::CodeBlock) => self.code_block(),
                _ => {}
            }
            return;
        }
        if self.inline.take_event(&event) {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Rule => {
                self.flush();
                self.gap();
                let rule = "─".repeat(self.room().min(40));
                self.push_prefixed(&[Run::new(rule, self.theme.rule)]);
                self.wants_gap = true;
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.flush(),
            Tag::Heading { level, .. } => {
                self.flush();
                self.inline = Inline::new(self.theme, heading_style(self.theme, level));
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.gap();
                self.containers.push(Container::Quote);
                self.inline = Inline::new(self.theme, self.theme.quote);
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split([' ', ',', '{']).next().unwrap_or_default().to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(next) => {
                self.flush();
                if !self.in_item() {
                    self.gap();
                }
                self.containers.push(Container::List { next, loose: false });
            }
            Tag::Item => self.start_item(),
            Tag::FootnoteDefinition(name) => {
                self.flush();
                self.gap();
                let marker = format!("[{name}] ");
                let wide = crate::view::wrap::width(&marker);
                self.containers.push(Container::Item { marker: Some(marker), wide });
            }
            Tag::Table(alignments) => {
                self.flush();
                self.table = Some(Table { alignments, rows: Vec::new() });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.flush();
                if let Some(Container::List { loose, .. }) = self.containers.iter_mut().rev().nth(1)
                {
                    *loose = true;
                }
                self.wants_gap = true;
            }
            TagEnd::Heading(_) => {
                self.flush();
                self.inline = Inline::new(self.theme, self.base());
                self.wants_gap = true;
            }
            TagEnd::HtmlBlock => {
                self.flush();
                self.wants_gap = true;
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::FootnoteDefinition => {
                self.flush();
                self.containers.pop();
                self.inline = Inline::new(self.theme, self.base());
                self.wants_gap = !self.in_item() || self.wants_gap;
            }
            TagEnd::Item => self.end_item(),
            TagEnd::TableCell => {
                let lines = self.inline.take();
                self.row.push(lines.into_iter().flatten().collect());
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = self.table.as_mut() {
                    table.rows.push(row);
                }
            }
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    fn start_item(&mut self) {
        self.flush();
        let marker = match self.containers.last_mut() {
            Some(Container::List { next: Some(number), .. }) => {
                let marker = format!("{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            _ => match self.depth() % 3 {
                0 => "• ".to_owned(),
                1 => "◦ ".to_owned(),
                _ => "▪ ".to_owned(),
            },
        };
        let wide = crate::view::wrap::width(&marker);
        self.containers.push(Container::Item { marker: Some(marker), wide });
    }

    fn end_item(&mut self) {
        self.flush();
        if let Some(Container::Item { marker: Some(_), .. }) = self.containers.last() {
            // An item without anything still shows that it is there.
            self.push_prefixed(&[]);
        }
        self.containers.pop();
        let loose = matches!(self.containers.last(), Some(Container::List { loose: true, .. }));
        self.wants_gap = loose;
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else {
            return;
        };
        self.gap();
        for line in table.lay_out(self.room(), self.theme) {
            let mut spans = self.prefix_spans();
            spans.extend(line.spans);
            self.lines.push(Line::from(spans));
        }
        self.wants_gap = true;
    }

    fn code_block(&mut self) {
        let Some((language, code)) = self.code.take() else {
            return;
        };
        self.gap();
        self.code_blocks = self.code_blocks.saturating_add(1);
        let name = if language.is_empty() { "code" } else { &language };
        let label = format!("{name} [{}]", self.code_blocks);
        self.push_prefixed(&[Run::new(label, self.theme.code_label)]);
        let indent = Run::new("  ", self.theme.code_block);
        for line in code.trim_end_matches('\n').split('\n') {
            let runs = [Run::new(line, self.theme.code_block)];
            let mut first = self.prefix();
            first.push(indent.clone());
            let hanging = Indent { rest: first.clone(), first };
            self.lines.extend(wrap_anywhere(&runs, &hanging, self.columns));
        }
        self.wants_gap = true;
    }

    /// Writes the text collected so far as lines.
    fn flush(&mut self) {
        if self.inline.is_empty() {
            self.inline.take();
            return;
        }
        self.gap();
        for runs in self.inline.take() {
            let first = self.prefix();
            let indent = Indent { first, rest: self.prefix() };
            self.lines.extend(wrap(&runs, &indent, self.columns));
        }
    }

    /// One empty line before what comes, where something came before.
    fn gap(&mut self) {
        let wanted = std::mem::take(&mut self.wants_gap);
        if !wanted || (self.lines.is_empty() && !self.continues) {
            return;
        }
        let mut spans = Vec::new();
        for container in &self.containers {
            spans.push(match container {
                Container::Quote => Span::styled("▎ ", self.theme.border),
                Container::Item { marker: None, wide } => Span::raw(" ".repeat(*wide)),
                Container::List { .. } | Container::Item { .. } => continue,
            });
        }
        self.lines.push(Line::from(spans));
    }

    fn push_prefixed(&mut self, runs: &[Run]) {
        let first = self.prefix();
        let indent = Indent { first, rest: self.prefix() };
        self.lines.extend(wrap(runs, &indent, self.columns));
    }

    /// What stands before the next line: quote bars, the marker of an item once, then its width.
    fn prefix(&mut self) -> Vec<Run> {
        let theme = self.theme;
        let before = |container: &mut Container| match container {
            Container::Quote => Some(Run::new("▎ ", theme.border)),
            Container::List { .. } => None,
            Container::Item { marker, wide } => Some(match marker.take() {
                Some(marker) => Run::new(marker, theme.marker),
                None => Run::new(" ".repeat(*wide), theme.text),
            }),
        };
        self.containers.iter_mut().filter_map(before).collect()
    }

    fn prefix_spans(&mut self) -> Vec<Span<'static>> {
        self.prefix().into_iter().map(|run| Span::styled(run.text, run.style)).collect()
    }

    /// Columns left beside quote bars and indents.
    fn room(&self) -> usize {
        let taken: usize = self
            .containers
            .iter()
            .map(|container| match container {
                Container::Quote => 2,
                Container::List { .. } => 0,
                Container::Item { wide, .. } => *wide,
            })
            .sum();
        self.columns.saturating_sub(taken).max(1)
    }

    fn base(&self) -> Style {
        let quoted = self.containers.iter().any(|it| matches!(it, Container::Quote));
        if quoted { self.theme.quote } else { self.theme.text }
    }

    fn in_item(&self) -> bool {
        matches!(self.containers.last(), Some(Container::Item { .. }))
    }

    fn depth(&self) -> usize {
        let lists = self.containers.iter().filter(|it| matches!(it, Container::List { .. }));
        lists.count().saturating_sub(1)
    }
}

fn heading_style(theme: &Theme, level: HeadingLevel) -> Style {
    match level {
        HeadingLevel::H1 => theme.heading.add_modifier(ratatui::style::Modifier::UNDERLINED),
        _ => theme.heading,
    }
}
