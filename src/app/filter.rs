//! Which rows the list shows: those of a filter being typed, or those in sight, pinned ones first.
//! May not change what is listed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use super::fuzzy::Fuzzy;
use super::list::{keep_in_view, select, selected};
use super::{Effect, Focus, List, NoticeKind, Sight, State, list};

/// Starts typing a filter.
pub fn start(state: &mut State) -> Vec<Effect> {
    state.focus = Focus::List;
    state.list.hidden = false;
    state.list.filter.get_or_insert_default();
    state.list.filtering = true;
    Vec::new()
}

/// Opens the conversation whose title fits words best.
pub fn open_best(state: &mut State, words: &str) -> Vec<Effect> {
    start(state);
    state.list.filter = Some(words.to_owned());
    narrow(state);
    if state.list.shown.is_empty() {
        state.say(NoticeKind::Info, "No title fits. Type another, or Esc.");
        return Vec::new();
    }
    list::open_selected(state)
}

/// Shows every conversation again; the cursor stays on the one it is on.
pub fn end(state: &mut State) {
    let on = selected(&state.list).map(|row| row.id.clone());
    state.list.filter = None;
    state.list.filtering = false;
    show_matching(&mut state.list);
    select(&mut state.list, on.as_ref());
    keep_in_view(state);
}

/// Takes a key as part of the filter; false where it means something else.
pub fn takes(state: &mut State, key: KeyEvent) -> bool {
    if !state.list.filtering {
        return false;
    }
    let plain = (key.modifiers - KeyModifiers::SHIFT).is_empty();
    let control = key.modifiers == KeyModifiers::CONTROL;
    let filter = state.list.filter.get_or_insert_default();
    match key.code {
        KeyCode::Char('c') if control => end(state),
        KeyCode::Esc => end(state),
        KeyCode::Backspace if filter.is_empty() => end(state),
        KeyCode::Char(c) if plain => {
            filter.push(c);
            narrow(state);
        }
        KeyCode::Backspace | KeyCode::Char('h') if plain || control => {
            let last = filter.graphemes(true).next_back().map_or(0, str::len);
            filter.truncate(filter.len().saturating_sub(last));
            narrow(state);
        }
        KeyCode::Char('w') if control => {
            let kept = filter.trim_end().rfind(' ').map_or(0, |space| space.saturating_add(1));
            filter.truncate(kept);
            narrow(state);
        }
        KeyCode::Char('u') if control => {
            filter.clear();
            narrow(state);
        }
        _ => return false,
    }
    true
}

/// Puts pasted text into the filter; false where none is being typed.
pub fn takes_paste(state: &mut State, text: &str) -> bool {
    if state.focus != Focus::List || !state.list.filtering {
        return false;
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    state.list.filter.get_or_insert_default().push_str(&line);
    narrow(state);
    true
}

/// Shows what fits now, the cursor on what fits best.
fn narrow(state: &mut State) {
    show_matching(&mut state.list);
    state.list.selected = 0;
    state.list.top = 0;
}

/// Works out which rows are shown. A filter looks at archived ones too, behind the others.
pub fn show_matching(list: &mut List) {
    let wanted = list.filter.as_deref().unwrap_or_default().trim();
    list.shown = if wanted.is_empty() { in_sight(list) } else { fitting(list, wanted) };
}

fn in_sight(list: &List) -> Vec<usize> {
    let archived = list.sight == Sight::Archived;
    let rows = list.rows.iter().enumerate();
    let mut shown: Vec<usize> = rows
        .filter(|(_, row)| list.arrangement.archived.contains(&row.id) == archived)
        .map(|(place, _)| place)
        .collect();
    let pinned = |place: &usize| {
        list.rows.get(*place).is_some_and(|row| list.arrangement.pinned.contains(&row.id))
    };
    // Stable: within both parts the newest stays first.
    shown.sort_by_key(|place| !pinned(place));
    shown
}

fn fitting(list: &List, wanted: &str) -> Vec<usize> {
    let mut fuzzy = Fuzzy::new(wanted);
    let mut scored: Vec<_> = list
        .rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| {
            let score = fuzzy.score(&row.title)?;
            let archived = list.arrangement.archived.contains(&row.id);
            Some((archived, std::cmp::Reverse(score), place))
        })
        .collect();
    scored.sort_unstable();
    scored.into_iter().map(|(_, _, place)| place).collect()
}
