//! The rows of the conversation list on screen: headings, conversations and the gaps between, for
//! drawing and for the mouse.

use jiff::civil::Date;

use crate::app::State;
use crate::app::local_time::{MONTHS, local};
use crate::chat::ConversationSummary;

/// From this height on there are empty rows around the heading of the pane.
const SPACIOUS_ROWS: u16 = 16;
/// Days that count as this week.
const DAYS_OF_WEEK: i32 = 7;

/// What the conversations below a heading have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListGroup {
    /// Pinned, whenever they changed.
    Pinned,
    Today,
    Yesterday,
    /// Changed in the last seven days.
    ThisWeek,
    /// Changed in this month of this year, counted from 1.
    Month(usize),
    /// Changed in this year.
    Year(i16),
    /// The time of their last change is unknown.
    Undated,
}

impl ListGroup {
    #[must_use]
    pub(crate) fn heading(self) -> String {
        match self {
            Self::Pinned => "Pinned".to_owned(),
            Self::Today => "Today".to_owned(),
            Self::Yesterday => "Yesterday".to_owned(),
            Self::ThisWeek => "This week".to_owned(),
            Self::Month(month) => {
                MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default().to_owned()
            }
            Self::Year(year) => year.to_string(),
            Self::Undated => "No date".to_owned(),
        }
    }

    fn of(state: &State, row: &ConversationSummary, today: Date) -> Self {
        if state.list.arrangement.pinned.contains(&row.id) {
            return Self::Pinned;
        }
        if row.last_update.is_unknown() {
            return Self::Undated;
        }
        let day = local(row.last_update, &state.time_zone).date();
        let age = today.since(day).map_or(i32::MAX, |span| span.get_days());
        match age {
            ..=0 => Self::Today,
            1 => Self::Yesterday,
            2..DAYS_OF_WEEK => Self::ThisWeek,
            _ if day.year() == today.year() => Self::Month(usize::from(day.month().unsigned_abs())),
            _ => Self::Year(day.year()),
        }
    }
}

/// One row on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListLine {
    /// An empty row.
    Gap,
    Heading(ListGroup),
    /// The first or only row of the conversation at this position of the visible ones.
    Title(usize),
    /// The second row of the conversation, where it has one.
    Facts(usize),
}

/// The rows on screen.
#[derive(Debug, Clone, Default)]
pub(crate) struct ListLayout {
    /// The rows of the pane from the top.
    pub(crate) lines: Vec<ListLine>,
    /// How many conversations are shown.
    pub(crate) shown: usize,
    /// The position of the first one.
    pub(crate) top: usize,
}

/// Rows above the list: its heading, with an empty row around it where there is room.
#[must_use]
pub(crate) const fn rows_above(height: u16) -> u16 {
    if height < SPACIOUS_ROWS { 1 } else { 3 }
}

/// Lays out the list for a pane of this height. It starts where the state says, or further below
/// where headings would push the cursor out of view.
#[must_use]
pub(crate) fn lay_out(state: &State, height: u16) -> ListLayout {
    let rows = usize::from(height.saturating_sub(rows_above(height)));
    let selected = state.list.selected;
    let mut top = state.list.top.min(selected);
    loop {
        let layout = lay_out_from(state, top, rows);
        let fits = selected < top.saturating_add(layout.shown);
        if fits || top >= selected || layout.shown == 0 {
            return layout;
        }
        top = top.saturating_add(1);
    }
}

fn lay_out_from(state: &State, top: usize, rows: usize) -> ListLayout {
    let today = local(state.now, &state.time_zone).date();
    let has_headings = state.list.filter.is_none();
    let each = state.ui_prefs.rows_per_entry();
    let mut layout = ListLayout { top, ..ListLayout::default() };
    let mut last = None;
    for (position, index) in state.list.visible.iter().enumerate().skip(top) {
        let Some(row) = state.list.rows.get(*index) else {
            continue;
        };
        let group = has_headings.then(|| ListGroup::of(state, row, today));
        let heading = group.filter(|group| last != Some(*group));
        let gap = usize::from(heading.is_some() && last.is_some() && rows >= 8);
        let needed = usize::from(heading.is_some()).saturating_add(gap).saturating_add(each);
        if layout.lines.len().saturating_add(needed) > rows {
            break;
        }
        if gap > 0 {
            layout.lines.push(ListLine::Gap);
        }
        layout.lines.extend(heading.map(ListLine::Heading));
        layout.lines.push(ListLine::Title(position));
        if each > 1 {
            layout.lines.push(ListLine::Facts(position));
        }
        layout.shown = layout.shown.saturating_add(1);
        last = group;
    }
    layout
}

/// The position of the conversation at a row of the pane.
#[must_use]
pub(crate) fn index_at(state: &State, height: u16, row: usize) -> Option<usize> {
    let row = row.checked_sub(usize::from(rows_above(height)))?;
    match lay_out(state, height).lines.get(row)? {
        ListLine::Title(position) | ListLine::Facts(position) => Some(*position),
        ListLine::Gap | ListLine::Heading(_) => None,
    }
}
