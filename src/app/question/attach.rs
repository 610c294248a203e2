//! Files that are sent with the question being written: mentioned in its text, attached by command
//! or dropped. Must not read a file: a slow disk would block the window, so effects ask for it.

use std::collections::HashSet;

use crate::chat::attachment::{FileKind, FileProbe, is_mentioned, mention_text};
use crate::chat::count;
use crate::chat::mention::{dropped_paths, find_mentions, unquoted};
use crate::settings::EditAction;

use crate::app::{
    DroppedPaths, Effect, FilesEffect, FilesEvent, Focus, NoticeKind, SessionEffect, State,
    question::completion, temporary,
};

/// Why a file is not attached to a temporary conversation.
pub(crate) const NOT_IN_TEMPORARY: &str = "Files cannot be attached to a temporary conversation, \
     because they would be stored. /save stores the conversation first.";

/// How many mentions of one text are inspected.
const MAX_MENTIONS: usize = 32;

/// Handles `/attach FILE`: asks the store whether the file can be sent with a question.
pub fn check_attachment(state: &mut State, argument: &str) -> Vec<Effect> {
    let path = path_of(argument);
    if path.is_empty() {
        return show_attach_hint(state);
    }
    if is_temporary(state) {
        state.show_notice(NoticeKind::Info, NOT_IN_TEMPORARY);
        return Vec::new();
    }
    vec![Effect::Session(SessionEffect::CheckAttachment(path.to_owned()))]
}

/// Completes the argument of `/attach` as a mention in the composer, which is what the command inserts.
pub(crate) fn complete_attachment(state: &mut State, argument: &str) -> Vec<Effect> {
    if is_temporary(state) {
        state.show_notice(NoticeKind::Info, NOT_IN_TEMPORARY);
        return Vec::new();
    }
    // The quote after it is not typed yet.
    let path = path_of(argument);
    completion::begin_mention(state, path.strip_prefix(['"', '\'']).unwrap_or(path))
}

/// The path in an argument, which may be in quotes or written as a mention.
fn path_of(argument: &str) -> &str {
    unquoted(argument.trim().trim_start_matches('@'))
}

/// Explains how to attach a file.
pub fn show_attach_hint(state: &mut State) -> Vec<Effect> {
    state.show_notice(
        NoticeKind::Info,
        "Type @ and a file name in your message to attach text, a picture or a PDF.",
    );
    Vec::new()
}

/// Inserts a mention of a file at the caret, after the store has accepted it.
pub fn insert_mention(state: &mut State, path: String, bytes: u64) -> Vec<Effect> {
    let editor = &mut state.composer.editor;
    if !is_mentioned(editor.text(), &path) {
        editor.insert_word(&format!("{} ", mention_text(&path)));
    }
    state.focus = Focus::Composer;
    state.files.plain_text.remove(&path);
    // The kind does not matter here; sending inspects the file again.
    record_inspection(state, path, FileProbe::File { kind: FileKind::Text, bytes });
    state.notice = None;
    super::drafts::note_edits(state)
}

/// The files that will be sent with the text in the composer, with their sizes or why they cannot
/// be sent.
#[must_use]
pub fn current_attachments(state: &State) -> &[(String, FileProbe)] {
    &state.files.attachments
}

/// Whether the conversation on screen is temporary: no file can be attached to it.
#[must_use]
pub fn is_temporary(state: &State) -> bool {
    let open = state.transcript.open.as_ref();
    open.is_some_and(|open| temporary::is_temporary(state, &open.id))
}

/// Prepares for a paste: mentions in pasted text stay plain text, unless the text consists of paths
/// only, which is how terminals paste dropped files.
pub fn note_pasted_text(state: &mut State, text: &str) {
    let at = state.composer.editor.selection().map_or(state.composer.editor.caret(), |it| it.start);
    let readings = dropped_paths(text);
    if !readings.is_empty() {
        let range = at..at.saturating_add(text.len());
        state.files.dropped = Some(DroppedPaths { range, text: text.to_owned(), readings });
    }
    let words = find_mentions(text).map(|mention| mention.path);
    // A mention that was in the text before the paste keeps its meaning.
    let written: Vec<String> = mention_candidates(state).collect();
    let new = words.filter(|word| !written.contains(word)).collect::<Vec<_>>();
    state.files.plain_text.extend(new);
}

/// Asks the store to attach those mentions of a text of the user's own that are files.
#[must_use]
pub fn attach_mentioned(state: &State, text: &str) -> Vec<Effect> {
    let none = |path: &String| {
        let entry = state.files.inspected.iter().find(|(other, _)| other == path);
        entry.is_some_and(|(_, probe)| *probe == FileProbe::NotFound)
    };
    let paths: Vec<String> = candidates_in(state, text).filter(|path| !none(path)).collect();
    if paths.is_empty() || is_temporary(state) {
        return Vec::new();
    }
    vec![Effect::Session(SessionEffect::AttachMentioned(paths))]
}

/// Inspects the mentions of a changed text, one at a time.
pub fn update_mentions(state: &mut State) -> Vec<Effect> {
    let revision = state.composer.editor.revision();
    if state.composer.mentions_revision == Some(revision) {
        return Vec::new();
    }
    if let Some(list) = completion::typed_path(state) {
        // A mention typed letter by letter is meant as one.
        state.files.plain_text.remove(&list);
    }
    let now: HashSet<String> = mention_candidates(state).collect();
    // A path that did not exist may exist by the time it is typed again.
    let good = |probe: &FileProbe| matches!(probe, FileProbe::File { .. });
    state.files.inspected.retain(|(path, probe)| good(probe) || now.contains(path));
    // Files that are known from an earlier question are not inspected again.
    mention_dropped_files(state);
    state.composer.mentions_revision = Some(state.composer.editor.revision());
    update_attachments(state);
    inspect_next(state)
}

/// Handles what the files worker reports.
pub fn handle_files_event(state: &mut State, event: FilesEvent) -> Vec<Effect> {
    match event {
        FilesEvent::FolderListed { folder, listing } => {
            completion::handle_listing(state, &folder, listing)
        }
        FilesEvent::Inspected { path, inspection: probe } => {
            state.files.inspecting = None;
            record_inspection(state, path, probe);
            mention_dropped_files(state);
            inspect_next(state)
        }
        // These are about a question that was sent.
        FilesEvent::ImagesLoaded { .. } => Vec::new(),
    }
}

fn record_inspection(state: &mut State, path: String, probe: FileProbe) {
    state.files.inspected.retain(|(other, _)| *other != path);
    state.files.inspected.push((path, probe));
    update_attachments(state);
}

/// Recomputes which files will be sent with the text.
fn update_attachments(state: &mut State) {
    let probe_of = |path: &String| {
        let entry = state.files.inspected.iter().find(|(other, _)| other == path);
        entry.filter(|(_, probe)| *probe != FileProbe::NotFound).cloned()
    };
    let mut with: Vec<(String, FileProbe)> = Vec::new();
    for file in mention_candidates(state).filter_map(|path| probe_of(&path)) {
        if !with.contains(&file) {
            with.push(file);
        }
    }
    state.files.attachments = with;
}

/// The words in the composer that may be paths of files.
fn mention_candidates(state: &State) -> impl Iterator<Item = String> {
    candidates_in(state, state.composer.editor.text())
}

fn candidates_in<'a>(state: &'a State, text: &'a str) -> impl Iterator<Item = String> + 'a {
    let words = find_mentions(text).map(|mention| mention.path);
    words.filter(|path| !state.files.plain_text.contains(path)).take(MAX_MENTIONS)
}

/// Asks for the next path that was not inspected yet.
fn inspect_next(state: &mut State) -> Vec<Effect> {
    if state.files.inspecting.is_some() {
        return Vec::new();
    }
    let is_inspected = |path: &String| state.files.inspected.iter().any(|(other, _)| other == path);
    let dropped = state.files.dropped.iter().flat_map(|it| it.readings.iter().flatten().cloned());
    let Some(next) = dropped.chain(mention_candidates(state)).find(|path| !is_inspected(path))
    else {
        return Vec::new();
    };
    state.files.inspecting = Some(next.clone());
    vec![Effect::Files(FilesEffect::Inspect(next))]
}

/// Replaces dropped paths by mentions where all are files; undo restores the paths.
fn mention_dropped_files(state: &mut State) {
    let Some(dropped) = &state.files.dropped else {
        return;
    };
    let probe_of = |path: &String| state.files.inspected.iter().find(|(other, _)| other == path);
    let is_file =
        |path: &String| probe_of(path).map(|(_, probe)| matches!(probe, FileProbe::File { .. }));
    let mut meant = None;
    for paths in &dropped.readings {
        let are_files: Option<Vec<bool>> = paths.iter().map(is_file).collect();
        match are_files {
            // Some of them have not been looked at yet.
            None => return,
            Some(are_files) if are_files.iter().all(|is_file| *is_file) => {
                meant = Some(paths.clone());
                break;
            }
            Some(_) => {}
        }
    }
    let Some((DroppedPaths { range, text, .. }, paths)) = state.files.dropped.take().zip(meant)
    else {
        return;
    };
    let editor = &mut state.composer.editor;
    if editor.text().get(range.clone()) != Some(text.as_str()) {
        return;
    }
    let caret = editor.caret();
    let all: Vec<String> = paths.iter().map(|path| mention_text(path)).collect();
    let apart = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let before = editor.text().get(..range.start).and_then(|it| it.chars().next_back());
    let space = if apart(before) { "" } else { " " };
    let mentions = format!("{space}{} ", all.join(" "));
    editor.replace_range(range.clone(), &mentions);
    let after = range.start.saturating_add(mentions.len());
    let moved = caret.checked_sub(range.end).map_or(caret.min(range.start), |it| it + after);
    editor.move_caret_to(moved, crate::app::editor::SelectionMode::Clear);
    let what = count::form(&paths.len(), "The file is sent", "The files are sent");
    let key = state.keymap.primary_edit_key(EditAction::Undo);
    let only_path = key.map_or_else(String::new, |key| format!(" {key} to send only the path."));
    let message = format!("{what} with your question.{only_path}");
    state.show_notice(NoticeKind::Info, message);
}
