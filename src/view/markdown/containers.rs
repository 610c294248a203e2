//! Container blocks: quotes, lists and items, and the prefixes of their lines.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::settings::Theme;
use crate::view::source_map::TextSource;
use crate::view::width::width;
use crate::view::wrap::StyledRun;

use super::part::RenderStyle;

#[derive(Debug)]
pub(crate) enum Container {
    Quote {
        /// Whether it has no block yet.
        is_empty: bool,
        /// The source of its marker, until a line takes it.
        marker: TextSource,
    },
    List {
        /// The number of the next item; `None` for bullets.
        next: Option<u64>,
        items: usize,
    },
    /// An item of a list, or a footnote.
    Item {
        /// Until a line takes it.
        marker: String,
        /// The source of its marker.
        source: TextSource,
        /// Columns of the marker.
        marker_width: usize,
    },
}

impl Container {
    const fn columns(&self) -> usize {
        match self {
            Self::Quote { .. } => 2,
            Self::List { .. } => 0,
            Self::Item { marker_width, .. } => *marker_width,
        }
    }
}

/// The open containers, outermost first. A text may nest thousands, so nothing here walks through those
/// that are not drawn.
#[derive(Debug)]
pub(crate) struct Containers<'a> {
    render_style: RenderStyle<'a>,
    open: Vec<Container>,
    /// How many of them are lists.
    lists: usize,
    /// How many of them are quotes.
    quotes: usize,
    /// How many are drawn, from the outermost on: deeper ones would leave no room for text.
    drawn: usize,
    /// The columns of those that are drawn.
    drawn_columns: usize,
    /// How many of them are on a line already, from the outermost on.
    begun: usize,
}

impl<'a> Containers<'a> {
    #[must_use]
    pub(crate) const fn new(render_style: RenderStyle<'a>) -> Self {
        Self {
            render_style,
            open: Vec::new(),
            lists: 0,
            quotes: 0,
            drawn: 0,
            drawn_columns: 0,
            begun: 0,
        }
    }

    #[must_use]
    pub(crate) const fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(crate) fn push(&mut self, container: Container) {
        let columns = self.drawn_columns.saturating_add(container.columns());
        let most = self.render_style.columns.saturating_mul(2) / 3;
        if self.drawn == self.open.len() && columns <= most {
            self.drawn = self.drawn.saturating_add(1);
            self.drawn_columns = columns;
        }
        if let Some(count) = self.count_of(&container) {
            *count = count.saturating_add(1);
        }
        self.open.push(container);
    }

    pub(crate) fn push_item(&mut self, marker: String, source: TextSource) {
        let marker_width = width(&marker);
        self.push(Container::Item { marker, source, marker_width });
    }

    pub(crate) fn pop(&mut self) {
        let Some(container) = self.open.pop() else {
            return;
        };
        if self.drawn > self.open.len() {
            self.drawn = self.open.len();
            self.drawn_columns = self.drawn_columns.saturating_sub(container.columns());
        }
        if let Some(count) = self.count_of(&container) {
            *count = count.saturating_sub(1);
        }
        self.begun = self.begun.min(self.open.len());
    }

    /// The count of the open containers of this kind, where they are counted.
    const fn count_of(&mut self, container: &Container) -> Option<&mut usize> {
        match container {
            Container::Quote { .. } => Some(&mut self.quotes),
            Container::List { .. } => Some(&mut self.lists),
            Container::Item { .. } => None,
        }
    }

    /// Counts an item of the innermost list; returns its marker and whether it is the first.
    pub(crate) fn next_item(&mut self) -> (String, bool) {
        let bullet = match self.lists % 3 {
            1 => "• ",
            2 => "◦ ",
            _ => "▪ ",
        };
        let Some(Container::List { next, items }) = self.open.last_mut() else {
            return (bullet.to_owned(), true);
        };
        let first = *items == 0;
        *items = items.saturating_add(1);
        let marker = next.as_mut().map_or_else(
            || bullet.to_owned(),
            |number| {
                let marker = format!("{number}. ");
                *number = number.saturating_add(1);
                marker
            },
        );
        (marker, first)
    }

    /// Whether the next block is the first of the innermost container.
    #[must_use]
    pub(crate) fn is_at_start(&self) -> bool {
        match self.open.last() {
            Some(Container::Quote { is_empty, .. }) => *is_empty,
            Some(Container::Item { .. }) => self.begun < self.open.len(),
            Some(Container::List { .. }) | None => false,
        }
    }

    /// Records that the innermost container has a block.
    pub(crate) fn mark_started(&mut self) {
        if let Some(Container::Quote { is_empty: fresh, .. }) = self.open.last_mut() {
            *fresh = false;
        }
    }

    /// Whether the next block is in a list or a footnote.
    #[must_use]
    pub(crate) const fn has_list(&self) -> bool {
        self.open.len() > self.quotes
    }

    #[must_use]
    pub(crate) fn empty_line(&self) -> Line<'static> {
        let before = |(index, container): (usize, &Container)| match container {
            Container::Quote { .. } => Some(Span::styled("▎ ", self.render_style.theme.border)),
            Container::Item { marker_width, .. } if index < self.begun => {
                Some(Span::raw(" ".repeat(*marker_width)))
            }
            Container::List { .. } | Container::Item { .. } => None,
        };
        let drawn = self.open.iter().take(self.drawn);
        Line::from(drawn.enumerate().filter_map(before).collect::<Vec<_>>())
    }

    /// The prefix of the next line: quote bars, the marker of an item once, then its width.
    pub(crate) fn take_prefix(&mut self) -> Vec<StyledRun> {
        let theme = self.render_style.theme;
        let begun = std::mem::replace(&mut self.begun, self.open.len());
        let before = |(index, container): (usize, &mut Container)| match container {
            Container::Quote { marker: source, .. } => {
                Some(StyledRun::new("▎ ", theme.border).with_source(std::mem::take(source)))
            }
            Container::List { .. } => None,
            Container::Item { marker_width, .. } if index < begun => {
                Some(StyledRun::new(" ".repeat(*marker_width), theme.text))
            }
            Container::Item { marker, source, .. } => {
                let marker = StyledRun::new(std::mem::take(marker), theme.marker);
                Some(marker.with_source(std::mem::take(source)))
            }
        };
        self.open.iter_mut().take(self.drawn).enumerate().filter_map(before).collect()
    }

    /// Columns that the prefixes leave for text.
    #[must_use]
    pub(crate) fn text_columns(&self) -> usize {
        self.render_style.columns.saturating_sub(self.drawn_columns).max(1)
    }

    #[must_use]
    pub(crate) const fn text_style(&self) -> Style {
        let Theme { quote, text, .. } = self.render_style.theme;
        if self.quotes > 0 { *quote } else { *text }
    }
}
