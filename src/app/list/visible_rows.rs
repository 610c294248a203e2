//! Which rows of the list are visible: matches of the filter, else those in scope, pinned ones
//! first.

use crate::app::commands::fuzzy::{self, FuzzyMatcher};
use crate::app::editor::Editor;
use crate::app::{ConversationList, ListScope};
use crate::chat::ConversationSummary;

/// Recomputes the visible rows. A filter also finds archived ones, after the others.
pub(crate) fn update_visible(list: &mut ConversationList) {
    let wanted = list.filter.as_ref().map_or("", Editor::text).trim();
    list.visible =
        if wanted.is_empty() { rows_in_scope(list) } else { rows_matching(list, wanted) };
}

fn rows_in_scope(list: &ConversationList) -> Vec<usize> {
    let archived = list.scope == ListScope::Archived;
    let rows = list.rows.iter().enumerate();
    let mut shown: Vec<usize> = rows
        .filter(|(_, row)| list.arrangement.archived.contains(&row.id) == archived)
        .map(|(index, _)| index)
        .collect();
    let pinned = |index: &usize| {
        list.rows.get(*index).is_some_and(|row| list.arrangement.pinned.contains(&row.id))
    };
    // The sort is stable: each part stays in the order of updates.
    shown.sort_by_key(|index| !pinned(index));
    shown
}

fn rows_matching(list: &ConversationList, wanted: &str) -> Vec<usize> {
    let titles = list.rows.iter().map(|row| row.title.text()).enumerate();
    let mut matching = fuzzy::best_first(FuzzyMatcher::new(wanted), titles);
    let archived = |row: &ConversationSummary| list.arrangement.archived.contains(&row.id);
    // The sort is stable: each part stays in the order of the matches.
    matching.sort_by_key(|index| list.rows.get(*index).is_some_and(archived));
    matching
}
