//! Looking for words in every conversation: results while typing, Enter goes to the message.
//! May not look itself; the search is asked for, and what it finds arrives as facts.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor};
use crate::app::{
    Anchor, Effect, Focus, Fold, Hit, HitMessage, Jump, NoticeKind, Overlay, Scroll, SearchId,
    SearchOverlay, SearchProgress, State, StoreEffect, find, transcript,
};

use super::cursor;

/// Opens the search as it was left, or an empty one.
pub fn open(state: &mut State) -> Vec<Effect> {
    let find = state.last_find.take().unwrap_or_else(|| {
        let (editor, hits) = (Editor::default(), Vec::new());
        let search = SearchId::default();
        Box::new(SearchOverlay {
            editor,
            search,
            hits,
            selected: 0,
            progress: None,
            stale: false,
            eager: false,
        })
    });
    let again = !find.editor.is_empty();
    let selected = find.selected;
    state.overlay = Some(Overlay::Find(find));
    if !again {
        return Vec::new();
    }
    // The file may have changed since; the cursor stays where it was if it has not.
    let effects = look(state);
    if let Some(Overlay::Find(find)) = state.overlay.as_mut() {
        find.selected = selected;
    }
    effects
}

/// Opens the search with these words in it.
pub fn open_with(state: &mut State, words: &str) -> Vec<Effect> {
    open(state);
    if let Some(Overlay::Find(find)) = state.overlay.as_mut() {
        find.editor = Editor::with_text(words);
    }
    look(state)
}

/// Edits the words, moves the cursor, and goes to what is under it.
pub fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Find(find)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    if key.code == KeyCode::Enter {
        return go(state);
    }
    if let Some(to) = cursor::moved(find.selected, find.hits.len(), key) {
        find.selected = to;
        return Vec::new();
    }
    let before = find.editor.text().to_owned();
    editor::press(&mut find.editor, &state.keymap, key);
    if find.editor.text() == before { Vec::new() } else { look(state) }
}

/// Puts pasted text in, on one line.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Find(find)) = state.overlay.as_mut() {
        find.editor.insert(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    look(state)
}

/// Leaves the search; it can be opened again as it is.
pub fn leave(state: &mut State) -> Vec<Effect> {
    if let Some(Overlay::Find(find)) = state.overlay.take() {
        state.last_find = Some(find);
    }
    vec![Effect::Store(StoreEffect::EndSearch)]
}

/// Takes what a search found.
pub fn take(
    state: &mut State,
    search: SearchId,
    hits: Vec<Hit>,
    progress: SearchProgress,
) -> Vec<Effect> {
    let Some(Overlay::Find(find)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    if find.search != search {
        return Vec::new();
    }
    if std::mem::take(&mut find.stale) {
        find.hits.clear();
    }
    find.hits.extend(hits);
    let ended = progress != SearchProgress::Looking;
    if ended {
        find.selected = find.selected.min(find.hits.len().saturating_sub(1));
    }
    find.progress = Some(progress);
    if find.eager && !find.hits.is_empty() {
        return go(state);
    }
    find.eager = find.eager && !ended;
    Vec::new()
}

/// Looks for what is typed now. What was found before stays until something is found.
fn look(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Find(find)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    find.search = SearchId(find.search.0.wrapping_add(1));
    find.selected = 0;
    find.eager = false;
    let words = find.editor.text().trim().to_owned();
    if words.is_empty() {
        find.hits.clear();
        find.progress = None;
        return vec![Effect::Store(StoreEffect::EndSearch)];
    }
    find.stale = true;
    find.progress = Some(SearchProgress::Looking);
    vec![Effect::Store(StoreEffect::Search { search: find.search, words })]
}

/// Goes to what is under the cursor.
fn go(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Find(find)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    let Some(hit) = find.hits.get(find.selected).filter(|_| !find.stale).cloned() else {
        find.eager = find.progress == Some(SearchProgress::Looking);
        return Vec::new();
    };
    find.eager = false;
    let words = find.editor.text().trim().to_owned();
    let mut effects = leave(state);
    state.focus = Focus::Transcript;
    let conversation = hit.conversation;
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == conversation);
    let jump = hit.message.map(|HitMessage { place, part, .. }| {
        let conversation = conversation.clone();
        Jump { conversation, place, part, words }
    });
    if on_screen {
        if let Some(jump) = &jump {
            show(state, jump);
        }
        return effects;
    }
    state.transcript.jump = jump;
    effects.extend(transcript::open(state, conversation));
    effects
}

/// Shows where the words stand in the conversation on screen; n and N go on from there.
pub fn show(state: &mut State, jump: &Jump) {
    let messages = state.transcript.open.as_ref().map_or(0, |open| open.messages.len());
    if jump.place >= messages {
        state.say(NoticeKind::Info, "That message is not there any more.");
        return;
    }
    if jump.part.is_some() {
        state.transcript.fold = Fold::Open;
    }
    find::find_words(state, &jump.words);
    // What stands behind an answer is counted after its text.
    let first = jump.part.map_or(0, |part| find::before_part(state, jump.place, part));
    let found = state.transcript.find.as_mut();
    let here = found.and_then(|found| {
        let is_it = |(message, nth): &(usize, usize)| *message == jump.place && *nth >= first;
        let at = found.places.iter().position(is_it)?;
        found.at = at;
        Some(at)
    });
    if here.is_none() {
        state.transcript.scroll = Scroll::At(Anchor { message: jump.place, line: 0 });
    }
}
