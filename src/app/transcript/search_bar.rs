//! The search bar: finds text in the open conversation.

use crossterm::event::{KeyCode, KeyEvent};

use crate::settings::Action;

use crate::chat::{AnswerDetails, AnswerRecord, DetailKind, Role};
use crate::markdown::{self, Words};

use crate::app::editor;
use crate::app::transcript::earlier_messages;
use crate::app::{
    DetailsDisplay, Direction, Effect, Focus, NoticeKind, OpenConversation, Scroll, SearchBar,
    State,
};

/// Opens the bar with the last text selected.
pub(crate) fn open_bar(state: &mut State) -> Vec<Effect> {
    if state.transcript.open.is_none() {
        state.show_notice(NoticeKind::Info, "Nothing to search yet.");
        return Vec::new();
    }
    earlier_messages::want_all(state);
    let mut find = state.transcript.search.take().unwrap_or_default();
    find.typing = true;
    find.editor.select(0..find.editor.text().len());
    state.transcript.search = Some(find);
    state.focus = Focus::Transcript;
    Vec::new()
}

/// Searches for a text given by command.
pub(crate) fn search_for(state: &mut State, words: &str) -> Vec<Effect> {
    open_bar(state);
    if let Some(find) = state.transcript.search.as_mut() {
        find.editor.set_text(words);
        find.typing = false;
    }
    search_from_view(state);
    Vec::new()
}

/// Handles a key of the bar; false where the key is not for it.
pub(crate) fn try_handle_key(state: &mut State, key: KeyEvent) -> bool {
    let Some(find) = state.transcript.search.as_mut().filter(|find| find.typing) else {
        return false;
    };
    match key.code {
        KeyCode::Enter => {
            find.typing = false;
            if find.editor.is_empty() {
                close_bar(state);
            }
        }
        KeyCode::Up => move_to_match(state, Direction::Back),
        KeyCode::Down => move_to_match(state, Direction::Forward),
        _ => {
            let before = find.editor.revision();
            let taken = editor::handle_key(&mut find.editor, &state.keymap, key);
            if find.editor.revision() != before {
                search_from_view(state);
            }
            return taken == editor::KeyHandling::Handled;
        }
    }
    true
}

/// Inserts pasted text into the bar; false where it is not being typed.
pub(crate) fn try_paste(state: &mut State, text: &str) -> bool {
    let Some(find) = state.transcript.search.as_mut().filter(|find| find.typing) else {
        return false;
    };
    find.editor.insert_line(text);
    search_from_view(state);
    true
}

/// Goes to the next or previous match, and around at the ends.
pub(crate) fn step_match(state: &mut State, step: Direction) -> Vec<Effect> {
    if state.transcript.search.is_none() {
        // A letter of a sentence must not open a field that takes the rest of it.
        let key = state.keymap.primary_key(Action::Find);
        let key = key.map_or_else(|| "/search".to_owned(), |key| key.to_string());
        state.show_notice(
            NoticeKind::Info,
            format!("Nothing to step through yet. {key} finds text in the conversation."),
        );
        return Vec::new();
    }
    refresh_matches(state);
    move_to_match(state, step);
    Vec::new()
}

/// Closes the bar; the view does not move.
pub(crate) fn close_bar(state: &mut State) {
    state.transcript.search = None;
}

/// Finds matches in the live answer again, at most once a second.
pub(crate) fn recount_live_answer(state: &mut State) {
    let now = state.now;
    let grows = state.open_turn().is_some();
    let due = |find: &&mut SearchBar| grows && find.counted_at != Some(now);
    if let Some(find) = state.transcript.search.as_mut().filter(due) {
        find.counted_at = Some(now);
        refresh_matches(state);
    }
}

/// Finds all matches again after a change; the current one stays.
pub(crate) fn refresh_matches(state: &mut State) {
    let matches = find_matches(state);
    if let Some(find) = state.transcript.search.as_mut() {
        let shown = find.current_match();
        find.matches = matches;
        let same = shown.and_then(|shown| find.matches.iter().position(|it| *it == shown));
        find.current = same.unwrap_or(find.current).min(find.matches.len().saturating_sub(1));
    }
}

fn move_to_match(state: &mut State, step: Direction) {
    let Some(find) = state.transcript.search.as_mut() else {
        return;
    };
    let count = find.matches.len();
    if count == 0 {
        return;
    }
    find.current = match step {
        Direction::Forward => find.current.saturating_add(1) % count,
        Direction::Back => find.current.checked_sub(1).unwrap_or(count.saturating_sub(1)),
    };
    state.transcript.scroll = Scroll::ShowMatch;
}

/// Finds all matches of a new text and selects the first from the top of the view on.
fn search_from_view(state: &mut State) {
    let matches = find_matches(state);
    let from = state.measured.top.message;
    let Some(find) = state.transcript.search.as_mut() else {
        return;
    };
    find.current = matches.iter().position(|(message, _)| *message >= from).unwrap_or(0);
    find.matches = matches;
    if !find.matches.is_empty() {
        state.transcript.scroll = Scroll::ShowMatch;
    }
}

/// How many matches of a message come before a part of its details.
#[must_use]
pub(crate) fn count_before_part(state: &State, message: usize, part: DetailKind) -> usize {
    let words = state.transcript.search.as_ref().map(SearchBar::words).unwrap_or_default();
    let open = state.transcript.open.as_ref();
    let Some(message) = open.and_then(|open| open.messages.get(message)) else {
        return 0;
    };
    let background = AnswerDetails::of(message).shortened();
    let counted = background
        .texts()
        .into_iter()
        .map(|(of, text)| (of, markdown::find_matches(text, &words).len()));
    let before = counted.take_while(|(of, count)| *of != part || *count == 0);
    let after: usize = before.map(|(_, count)| count).sum();
    markdown::find_matches(&message.text, &words).len().saturating_add(after)
}

/// Finds all matches; stored messages are searched once.
fn find_matches(state: &mut State) -> Vec<(usize, usize)> {
    let Some(find) = state.transcript.search.as_mut() else {
        return Vec::new();
    };
    let words = find.words();
    let mut counted = std::mem::take(&mut find.counted);
    let matches = state.transcript.open.as_ref().map(|open| {
        counted.update(&words, &open.messages);
        let with_details = |(at, count): (usize, usize)| {
            count.saturating_add(count_in_details(state, open, at, &words))
        };
        let stored = counted.counts().enumerate().map(with_details);
        let growing = state.open_turn();
        let growing = growing.map(|turn| markdown::find_matches(turn.answer(), &words).len());
        let all = stored.chain(growing).enumerate();
        all.flat_map(|(at, count)| (0..count).map(move |nth| (at, nth))).collect()
    });
    if let Some(find) = state.transcript.search.as_mut() {
        find.counted = counted;
    }
    matches.unwrap_or_default()
}

/// How many matches the details of an answer have, where they are shown.
fn count_in_details(state: &State, open: &OpenConversation, at: usize, words: &Words) -> usize {
    let expanded = state.transcript.details_of(at) == DetailsDisplay::Expanded;
    let shown = expanded && !words.query().is_empty();
    let message = open.messages.get(at).filter(|it| shown && it.role == Role::Assistant);
    let answerer = open.records.get(&at).map(AnswerRecord::answerer).unwrap_or_default();
    message.map_or(0, |it| {
        markdown::find_matches(&AnswerDetails::of(it).shortened().markdown(&answerer), words).len()
    })
}
