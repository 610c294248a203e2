//! The list of files that completes an `@` word being written.
//! May not read a folder; what is in it arrives as a fact. May not disturb a word that is no file.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::chat::attachment::mention;
use crate::chat::mention::{Begun, begun};

use super::{
    Completion, Effect, FilesEffect, Focus, FolderEntry, FolderEntryKind, FolderListing, State,
};

/// Rows a page key moves.
const PAGE: usize = 6;

/// Whether the list is on screen.
#[must_use]
pub fn shown(state: &State) -> Option<&Completion> {
    let here = state.focus == Focus::Composer && state.overlay.is_none();
    state.completing.list.as_ref().filter(|list| here && !list.found.is_empty())
}

/// Gives a key to the list while it is on screen; `None` where it means nothing there.
pub fn press(state: &mut State, key: KeyEvent) -> Option<Vec<Effect>> {
    let sends = is_written_out(shown(state)?);
    let list = state.completing.list.as_mut()?;
    let rows = list.found.len();
    let control = key.modifiers == KeyModifiers::CONTROL;
    if !control && !key.modifiers.is_empty() {
        return None;
    }
    let to = match key.code {
        KeyCode::Esc if !control => {
            state.completing.closed_at = Some(list.start);
            state.completing.list = None;
            return Some(Vec::new());
        }
        KeyCode::Tab if !control => return Some(take(state)),
        KeyCode::Enter if !control && !sends => return Some(take(state)),
        KeyCode::Up if !control => list.selected.saturating_sub(1),
        KeyCode::Down if !control => list.selected.saturating_add(1),
        KeyCode::PageUp if !control => list.selected.saturating_sub(PAGE),
        KeyCode::PageDown if !control => list.selected.saturating_add(PAGE),
        KeyCode::Char('p') if control => list.selected.saturating_sub(1),
        KeyCode::Char('n') if control => list.selected.saturating_add(1),
        _ => return None,
    };
    list.selected = to.min(rows.saturating_sub(1));
    Some(Vec::new())
}

/// Whether the word is the chosen file to the letter: then Enter sends, as it does without a list.
fn is_written_out(list: &Completion) -> bool {
    let is_it =
        |entry: &FolderEntry| entry.kind == FolderEntryKind::File && entry.name == list.typed;
    list.chosen().is_some_and(is_it)
}

/// Writes the chosen name out; a folder goes on with what is in it.
fn take(state: &mut State) -> Vec<Effect> {
    let Some(list) = state.completing.list.as_ref() else {
        return Vec::new();
    };
    let Some(entry) = list.chosen() else {
        return Vec::new();
    };
    let path = format!("{}{}", list.folder, entry.name);
    let (start, kind) = (list.start, entry.kind);
    let editor = &mut state.composer.editor;
    let word = editor.text().get(start..).unwrap_or_default();
    let quoted = word.starts_with("@\"");
    let behind = editor.after_caret();
    let closes = usize::from(quoted && behind.starts_with('"'));
    let end = editor.caret().saturating_add(closes);
    let behind = behind.get(closes..).unwrap_or_default();
    let written = match kind {
        FolderEntryKind::File if behind.starts_with(char::is_whitespace) => mention(&path),
        FolderEntryKind::File => format!("{} ", mention(&path)),
        FolderEntryKind::Folder => open_ended(&path, word),
    };
    editor.replace_part(start..end, &written);
    match kind {
        FolderEntryKind::File => {
            state.completing.list = None;
            Vec::new()
        }
        FolderEntryKind::Folder => refresh(state),
    }
}

/// A mention that goes on from a word: its quote, where it needs one, is not closed yet.
fn open_ended(folder: &str, word: &str) -> String {
    let needs = word.starts_with("@\"") || folder.contains(char::is_whitespace);
    format!("@{}{folder}/", if needs { "\"" } else { "" })
}

/// Opens, follows or closes the list after a key.
pub fn follow(state: &mut State, key: KeyEvent, before: u64) -> Vec<Effect> {
    if state.focus != Focus::Composer || state.overlay.is_some() {
        state.completing.list = None;
        return Vec::new();
    }
    let start = word(state).map(|word| word.start);
    if state.completing.closed_at.is_some() && state.completing.closed_at != start {
        state.completing.closed_at = None;
    }
    let Some(start) = start.filter(|_| state.completing.closed_at.is_none()) else {
        state.completing.list = None;
        return Vec::new();
    };
    let is_open = state.completing.list.as_ref().is_some_and(|list| list.start == start);
    let text = (key.modifiers - KeyModifiers::SHIFT).is_empty();
    let written = match key.code {
        KeyCode::Char(_) | KeyCode::Backspace => text,
        _ => false,
    };
    // Moving through a word is not writing it.
    let opens = written && state.composer.editor.revision() != before;
    if !is_open && !opens {
        state.completing.list = None;
        return Vec::new();
    }
    refresh(state)
}

/// The path being written with the list open.
#[must_use]
pub fn being_written(state: &State) -> Option<String> {
    state.completing.list.as_ref().map(|list| format!("{}{}", list.folder, list.typed))
}

fn word(state: &State) -> Option<Begun<'_>> {
    let editor = &state.composer.editor;
    if editor.selection().is_some() {
        return None;
    }
    begun(editor.text(), editor.caret())
}

/// Brings the list up to the word as it is now.
fn refresh(state: &mut State) -> Vec<Effect> {
    let Some(word) = word(state) else {
        state.completing.list = None;
        return Vec::new();
    };
    let cut = word.path.rfind('/').map_or(0, |at| at.saturating_add(1));
    let (folder, typed) = word.path.split_at(cut);
    let (start, folder, typed) = (word.start, folder.to_owned(), typed.to_owned());
    let before = state.completing.list.take();
    let unchanged = before.as_ref().is_some_and(|it| it.start == start && it.folder == folder);
    if let Some(same) = before.as_ref().filter(|it| unchanged && it.typed == typed) {
        state.completing.list = Some(same.clone());
        return Vec::new();
    }
    let listing = before.filter(|_| unchanged).and_then(|it| it.listing);
    let known = listing.is_some();
    let mut list = Completion { start, folder, typed, listing, found: Vec::new(), selected: 0 };
    list.find();
    state.completing.list = Some(list);
    if known { Vec::new() } else { read(state) }
}

/// Asks for what is in the folder, unless another one is still being read.
fn read(state: &mut State) -> Vec<Effect> {
    let (None, Some(list)) = (&state.completing.reading, &state.completing.list) else {
        return Vec::new();
    };
    let folder = list.folder.clone();
    state.completing.reading = Some(folder.clone());
    vec![Effect::Files(FilesEffect::List(folder))]
}

/// A folder was read; if it is not the one that is wanted by now, that one is next.
pub fn take_listing(state: &mut State, folder: &str, listing: FolderListing) -> Vec<Effect> {
    state.completing.reading = None;
    match state.completing.list.as_mut() {
        Some(list) if list.folder == folder => {
            list.listing = Some(listing);
            list.find();
            Vec::new()
        }
        Some(list) if list.listing.is_none() => read(state),
        Some(_) | None => Vec::new(),
    }
}
