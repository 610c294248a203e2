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
        /// The marker, until a line takes it.
        marker: Option<(String, TextSource)>,
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

/// The open containers, outermost first.
#[derive(Debug)]
pub(crate) struct Containers<'a> {
    render_style: RenderStyle<'a>,
    open: Vec<Container>,
}

impl<'a> Containers<'a> {
    #[must_use]
    pub(crate) const fn new(render_style: RenderStyle<'a>) -> Self {
        Self { render_style, open: Vec::new() }
    }

    #[must_use]
    pub(crate) const fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    #[must_use]
    pub(crate) fn last(&self) -> Option<&Container> {
        self.open.last()
    }

    pub(crate) fn push(&mut self, container: Container) {
        self.open.push(container);
    }

    pub(crate) fn push_item(&mut self, marker: String, source: TextSource) {
        let marker_width = width(&marker);
        self.open.push(Container::Item { marker: Some((marker, source)), marker_width });
    }

    pub(crate) fn pop(&mut self) {
        self.open.pop();
    }

    /// Counts an item of the innermost list; returns its marker and whether it is the first.
    pub(crate) fn next_item(&mut self) -> (String, bool) {
        let lists = self.open.iter().filter(|it| matches!(it, Container::List { .. }));
        let bullet = match lists.count() % 3 {
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
        matches!(
            self.open.last(),
            Some(Container::Quote { is_empty: true, .. } | Container::Item { marker: Some(_), .. })
        )
    }

    /// Records that the innermost container has a block.
    pub(crate) fn mark_started(&mut self) {
        if let Some(Container::Quote { is_empty: fresh, .. }) = self.open.last_mut() {
            *fresh = false;
        }
    }

    #[must_use]
    pub(crate) fn has_list(&self) -> bool {
        self.open.iter().any(|it| !matches!(it, Container::Quote { .. }))
    }

    #[must_use]
    pub(crate) fn empty_line(&self) -> Line<'static> {
        let before = |container: &Container| match container {
            Container::Quote { .. } => Some(Span::styled("▎ ", self.render_style.theme.border)),
            Container::Item { marker: None, marker_width } => {
                Some(Span::raw(" ".repeat(*marker_width)))
            }
            Container::List { .. } | Container::Item { .. } => None,
        };
        Line::from(self.visible().filter_map(before).collect::<Vec<_>>())
    }

    /// The prefix of the next line: quote bars, the marker of an item once, then its width.
    pub(crate) fn take_prefix(&mut self) -> Vec<StyledRun> {
        let theme = self.render_style.theme;
        let depth = self.visible().count();
        let before = |(index, container): (usize, &mut Container)| {
            let run = match container {
                Container::Quote { marker: source, .. } => {
                    StyledRun::new("▎ ", theme.border).with_source(std::mem::take(source))
                }
                Container::List { .. } => return None,
                Container::Item { marker, marker_width } => match marker.take() {
                    Some((marker, source)) => {
                        StyledRun::new(marker, theme.marker).with_source(source)
                    }
                    None => StyledRun::new(" ".repeat(*marker_width), theme.text),
                },
            };
            (index < depth).then_some(run)
        };
        self.open.iter_mut().enumerate().filter_map(before).collect()
    }

    /// Columns that the prefixes leave for text.
    #[must_use]
    pub(crate) fn text_columns(&self) -> usize {
        let taken: usize = self.visible().map(Container::columns).sum();
        self.render_style.columns.saturating_sub(taken).max(1)
    }

    #[must_use]
    pub(crate) fn text_style(&self) -> Style {
        let Theme { quote, text, .. } = self.render_style.theme;
        let is_quoted = self.open.iter().any(|it| matches!(it, Container::Quote { .. }));
        if is_quoted { *quote } else { *text }
    }

    /// The containers that are drawn: deeper ones would leave no room for text.
    fn visible(&self) -> impl Iterator<Item = &Container> {
        let most = self.render_style.columns.saturating_mul(2) / 3;
        let mut used = 0_usize;
        self.open.iter().take_while(move |container| {
            used = used.saturating_add(container.columns());
            used <= most
        })
    }
}
