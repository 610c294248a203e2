//! The search in all conversations; Enter opens the message of a hit.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor};
use crate::app::transcript::earlier_messages;
use crate::app::{
    Anchor, DetailsDisplay, Effect, Focus, HitMessage, JumpTarget, NoticeKind, Overlay, Scroll,
    SearchHit, SearchId, SearchOverlay, SearchProgress, State, StoreEffect, transcript,
    transcript::search_bar,
};

use crate::app::overlay::cursor;

/// Opens the last search, or an empty one.
pub fn open(state: &mut State) -> Vec<Effect> {
    let find = state.last_search.take().unwrap_or_else(|| {
        let (editor, hits) = (Editor::default(), Vec::new());
        let search = SearchId::default();
        Box::new(SearchOverlay {
            editor,
            search,
            hits,
            selected: 0,
            progress: None,
            hits_are_stale: false,
            open_first_hit: false,
        })
    });
    let again = !find.editor.is_empty();
    let selected = find.selected;
    state.overlay = Some(Overlay::Search(find));
    if !again {
        return Vec::new();
    }
    // The file may have changed; the cursor returns to its place.
    let effects = start_search(state);
    if let Some(Overlay::Search(find)) = state.overlay.as_mut() {
        find.selected = selected;
    }
    effects
}

/// Opens the search with this text.
pub fn open_with(state: &mut State, words: &str) -> Vec<Effect> {
    open(state);
    if let Some(Overlay::Search(find)) = state.overlay.as_mut() {
        find.editor = Editor::with_text(words);
    }
    start_search(state)
}

/// Edits the text, moves the cursor and opens the selected hit.
pub fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Search(find)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    if key.code == KeyCode::Enter {
        return open_selected(state);
    }
    if let Some(to) = cursor::cursor_after_key(find.selected, find.hits.len(), key) {
        find.selected = to;
        return Vec::new();
    }
    let before = find.editor.text().to_owned();
    editor::handle_key(&mut find.editor, &state.keymap, key);
    if find.editor.text() == before { Vec::new() } else { start_search(state) }
}

/// Closes the search; opening it again restores it.
pub fn close_search(state: &mut State) -> Vec<Effect> {
    if let Some(Overlay::Search(find)) = state.overlay.take() {
        state.last_search = Some(find);
    }
    vec![Effect::Store(StoreEffect::CancelSearch)]
}

/// Takes hits of a search.
pub fn add_hits(
    state: &mut State,
    search: SearchId,
    hits: Vec<SearchHit>,
    progress: SearchProgress,
) -> Vec<Effect> {
    let Some(Overlay::Search(find)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    if find.search != search {
        return Vec::new();
    }
    if std::mem::take(&mut find.hits_are_stale) {
        find.hits.clear();
    }
    find.hits.extend(hits);
    let ended = progress != SearchProgress::Searching;
    if ended {
        find.selected = find.selected.min(find.hits.len().saturating_sub(1));
    }
    find.progress = Some(progress);
    if find.open_first_hit && !find.hits.is_empty() {
        return open_selected(state);
    }
    find.open_first_hit = find.open_first_hit && !ended;
    Vec::new()
}

/// Starts a search for the text. The old hits stay until new ones arrive.
pub(super) fn start_search(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Search(find)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    find.search = SearchId(find.search.0.wrapping_add(1));
    find.selected = 0;
    find.open_first_hit = false;
    let words = find.editor.text().trim().to_owned();
    if words.is_empty() {
        find.hits.clear();
        find.progress = None;
        return vec![Effect::Store(StoreEffect::CancelSearch)];
    }
    find.hits_are_stale = true;
    find.progress = Some(SearchProgress::Searching);
    vec![Effect::Store(StoreEffect::Search { search: find.search, words })]
}

/// Opens the selected hit.
fn open_selected(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Search(find)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    let Some(hit) = find.hits.get(find.selected).filter(|_| !find.hits_are_stale).cloned() else {
        find.open_first_hit = find.progress == Some(SearchProgress::Searching);
        return Vec::new();
    };
    find.open_first_hit = false;
    let words = find.editor.text().trim().to_owned();
    let mut effects = close_search(state);
    state.focus = Focus::Transcript;
    let conversation = hit.conversation;
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == conversation);
    let jump = hit.message.map(|HitMessage { position, part, .. }| {
        let conversation = conversation.clone();
        JumpTarget { conversation, position, part, words }
    });
    state.transcript.jump_target = jump;
    if on_screen {
        self::jump(state);
        return effects;
    }
    effects.extend(transcript::request_open(state, conversation));
    effects
}

/// Scrolls to the hit that is waited for, once all messages of its conversation are on screen.
pub(crate) fn jump(state: &mut State) {
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    let jump =
        state.transcript.jump_target.take_if(|jump| Some(&jump.conversation) == open.as_ref());
    let Some(jump) = jump else { return };
    if earlier_messages::require_all(state) {
        show_hit(state, &jump);
    } else {
        state.transcript.jump_target = Some(jump);
    }
}

/// Scrolls to a hit in the open conversation; `n` and `N` continue from there.
pub fn show_hit(state: &mut State, jump: &JumpTarget) {
    let messages = state.transcript.open.as_ref().map_or(0, |open| open.messages.len());
    if jump.position >= messages {
        state.show_notice(NoticeKind::Info, "That message no longer exists.");
        return;
    }
    if jump.part.is_some() {
        state.transcript.details = DetailsDisplay::Expanded;
        state.transcript.other_details.clear();
    }
    search_bar::search_for(state, &jump.words);
    // Matches in the details are counted after those in the text.
    let first =
        jump.part.map_or(0, |part| search_bar::count_before_part(state, jump.position, part));
    let found = state.transcript.search.as_mut();
    let here = found.and_then(|found| {
        let is_it = |(message, nth): &(usize, usize)| *message == jump.position && *nth >= first;
        let at = found.matches.iter().position(is_it)?;
        found.current = at;
        Some(at)
    });
    if here.is_none() {
        state.transcript.scroll = Scroll::At(Anchor { message: jump.position, line: 0 });
    }
}
