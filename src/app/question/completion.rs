//! The list that completes an `@` mention while it is typed. Must not change a word that is no
//! path.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::chat::attachment::mention_text;
use crate::chat::mention::{PartialMention, partial_mention_at};

use crate::app::{
    CompletionList, Effect, FilesEffect, Focus, FolderEntry, FolderEntryKind, FolderListing, State,
};

/// How many rows a page key moves.
const PAGE_ROWS: usize = 6;

/// The list, while it is on screen.
#[must_use]
pub fn visible_list(state: &State) -> Option<&CompletionList> {
    let here = state.focus == Focus::Composer && state.overlay.is_none();
    state.completion.list.as_ref().filter(|list| here && !list.matches.is_empty())
}

/// Handles a key while the list is on screen; `None` where the key is not for the list.
pub fn handle_key(state: &mut State, key: KeyEvent) -> Option<Vec<Effect>> {
    let sends = is_fully_typed(visible_list(state)?);
    let list = state.completion.list.as_mut()?;
    let rows = list.matches.len();
    let control = key.modifiers == KeyModifiers::CONTROL;
    if !control && !key.modifiers.is_empty() {
        return None;
    }
    let to = match key.code {
        KeyCode::Esc if !control => {
            state.completion.dismissed_at = Some(list.word_start);
            state.completion.list = None;
            return Some(Vec::new());
        }
        KeyCode::Tab if !control => return Some(accept_selected(state)),
        KeyCode::Enter if !control && !sends => return Some(accept_selected(state)),
        KeyCode::Up if !control => list.selected.saturating_sub(1),
        KeyCode::Down if !control => list.selected.saturating_add(1),
        KeyCode::PageUp if !control => list.selected.saturating_sub(PAGE_ROWS),
        KeyCode::PageDown if !control => list.selected.saturating_add(PAGE_ROWS),
        KeyCode::Char('p') if control => list.selected.saturating_sub(1),
        KeyCode::Char('n') if control => list.selected.saturating_add(1),
        _ => return None,
    };
    list.selected = to.min(rows.saturating_sub(1));
    Some(Vec::new())
}

/// Whether the selected file is already typed in full: then Enter sends, as it does without a list.
fn is_fully_typed(list: &CompletionList) -> bool {
    let is_it =
        |entry: &FolderEntry| entry.kind == FolderEntryKind::File && entry.name == list.typed;
    list.selected_entry().is_some_and(is_it)
}

/// Inserts the selected name; a folder opens its own list.
fn accept_selected(state: &mut State) -> Vec<Effect> {
    let Some(list) = state.completion.list.as_ref() else {
        return Vec::new();
    };
    let Some(entry) = list.selected_entry() else {
        return Vec::new();
    };
    let path = format!("{}{}", list.folder, entry.name);
    let (start, kind) = (list.word_start, entry.kind);
    let editor = &mut state.composer.editor;
    let word = editor.text().get(start..).unwrap_or_default();
    let quoted = word.starts_with("@\"");
    let after = editor.after_caret();
    let closes = usize::from(quoted && after.starts_with('"'));
    let end = editor.caret().saturating_add(closes);
    let after = after.get(closes..).unwrap_or_default();
    let written = match kind {
        FolderEntryKind::File if after.starts_with(char::is_whitespace) => mention_text(&path),
        FolderEntryKind::File => format!("{} ", mention_text(&path)),
        FolderEntryKind::Folder => unclosed_mention(&path, word),
    };
    editor.replace_range(start..end, &written);
    match kind {
        FolderEntryKind::File => {
            state.completion.list = None;
            Vec::new()
        }
        FolderEntryKind::Folder => refresh_list(state),
    }
}

/// A mention that continues with the contents of a folder: its quote is not closed yet.
fn unclosed_mention(folder: &str, word: &str) -> String {
    let needs = word.starts_with("@\"") || folder.contains(char::is_whitespace);
    format!("@{}{folder}/", if needs { "\"" } else { "" })
}

/// Writes the beginning of a mention at the caret, and opens the list that completes it.
pub(crate) fn begin_mention(state: &mut State, path: &str) -> Vec<Effect> {
    let quote = if path.contains(char::is_whitespace) { "\"" } else { "" };
    state.composer.editor.insert_word(&format!("@{quote}{path}"));
    state.focus = Focus::Composer;
    state.completion.dismissed_at = None;
    refresh_list(state)
}

/// Opens, updates or closes the list after a key.
pub fn update_after_key(state: &mut State, key: KeyEvent, before: u64) -> Vec<Effect> {
    if state.focus != Focus::Composer || state.overlay.is_some() {
        state.completion.list = None;
        return Vec::new();
    }
    let start = mention_at_caret(state).map(|word| word.start);
    if state.completion.dismissed_at.is_some() && state.completion.dismissed_at != start {
        state.completion.dismissed_at = None;
    }
    let Some(start) = start.filter(|_| state.completion.dismissed_at.is_none()) else {
        state.completion.list = None;
        return Vec::new();
    };
    let is_open = state.completion.list.as_ref().is_some_and(|list| list.word_start == start);
    let text = (key.modifiers - KeyModifiers::SHIFT).is_empty();
    let written = match key.code {
        KeyCode::Char(_) | KeyCode::Backspace => text,
        _ => false,
    };
    // Only typing opens the list, not moving the caret.
    let opens = written && state.composer.editor.revision() != before;
    if !is_open && !opens {
        state.completion.list = None;
        return Vec::new();
    }
    refresh_list(state)
}

/// The path being typed while the list is open.
#[must_use]
pub fn typed_path(state: &State) -> Option<String> {
    state.completion.list.as_ref().map(|list| format!("{}{}", list.folder, list.typed))
}

fn mention_at_caret(state: &State) -> Option<PartialMention<'_>> {
    let editor = &state.composer.editor;
    if editor.selection().is_some() {
        return None;
    }
    partial_mention_at(editor.text(), editor.caret())
}

/// Updates the list to the word at the caret.
fn refresh_list(state: &mut State) -> Vec<Effect> {
    let Some(word) = mention_at_caret(state) else {
        state.completion.list = None;
        return Vec::new();
    };
    let cut = word.path.rfind('/').map_or(0, |at| at.saturating_add(1));
    let (folder, typed) = word.path.split_at(cut);
    let (start, folder, typed) = (word.start, folder.to_owned(), typed.to_owned());
    let before = state.completion.list.take();
    let unchanged = before.as_ref().is_some_and(|it| it.word_start == start && it.folder == folder);
    if let Some(same) = before.as_ref().filter(|it| unchanged && it.typed == typed) {
        state.completion.list = Some(same.clone());
        return Vec::new();
    }
    let listing = before.filter(|_| unchanged).and_then(|it| it.listing);
    let has_listing = listing.is_some();
    let mut list = CompletionList {
        word_start: start,
        folder,
        typed,
        listing,
        matches: Vec::new(),
        selected: 0,
    };
    list.update_matches();
    state.completion.list = Some(list);
    if has_listing { Vec::new() } else { request_listing(state) }
}

/// Asks for the contents of the folder, unless another folder is still being read.
fn request_listing(state: &mut State) -> Vec<Effect> {
    let (None, Some(list)) = (&state.completion.loading_folder, &state.completion.list) else {
        return Vec::new();
    };
    let folder = list.folder.clone();
    state.completion.loading_folder = Some(folder.clone());
    vec![Effect::Files(FilesEffect::ListFolder(folder))]
}

/// Handles the contents of a folder; asks for another one where the word has changed since.
pub fn handle_listing(state: &mut State, folder: &str, listing: FolderListing) -> Vec<Effect> {
    state.completion.loading_folder = None;
    match state.completion.list.as_mut() {
        Some(list) if list.folder == folder => {
            list.listing = Some(listing);
            list.update_matches();
            Vec::new()
        }
        Some(list) if list.listing.is_none() => request_listing(state),
        Some(_) | None => Vec::new(),
    }
}
