//! Files that go with the question being written: named, mentioned in its text, shown with a size.
//! May not read a file; the disk looks at it first.

use std::collections::HashSet;

use crate::chat::attachment::{Kind, Look, is_mentioned, mention};
use crate::chat::mention::{dropped, mentions};

use super::{
    Dropped, Effect, FilesEffect, FilesFact, Focus, NoticeKind, State, StoreEffect, completion,
    temporary,
};

/// Mentions of one text that are looked at.
const MOST: usize = 32;

/// `/attach FILE`: asks whether the file can go with a question.
pub fn name(state: &mut State, path: &str) -> Vec<Effect> {
    let path = path.trim().trim_start_matches('@').trim_matches('"');
    if path.is_empty() {
        return ask(state);
    }
    if is_temporary(state) {
        let said =
            "No file can go with a temporary conversation: it would be kept. /save keeps both.";
        state.say(NoticeKind::Info, said);
        return Vec::new();
    }
    vec![Effect::Store(StoreEffect::NameFile(path.to_owned()))]
}

/// Says how a file is named.
pub fn ask(state: &mut State) -> Vec<Effect> {
    state.say(
        NoticeKind::Info,
        "Write @ and the file's name in your message: text, a picture or a PDF goes with it.",
    );
    Vec::new()
}

/// Mentions a file that can go with the question, where the caret is.
pub fn take(state: &mut State, path: String, bytes: u64) -> Vec<Effect> {
    let editor = &mut state.composer.editor;
    if !is_mentioned(editor.text(), &path) {
        let before = editor.before_caret();
        let apart = before.is_empty() || before.ends_with(char::is_whitespace);
        let space = if apart { "" } else { " " };
        editor.insert(&format!("{space}{} ", mention(&path)));
    }
    state.focus = Focus::Composer;
    state.files.as_text.remove(&path);
    // Whoever named it is told what kind it is when it is sent.
    know(state, path, Look::File { kind: Kind::Text, bytes });
    state.notice = None;
    super::drafts::notice(state)
}

/// The files that go with what is being written, with their sizes, or why they cannot.
#[must_use]
pub fn attached(state: &State) -> &[(String, Look)] {
    &state.files.with
}

/// Whether nothing of the conversation on screen may be kept, and so no file goes with it.
#[must_use]
pub fn is_temporary(state: &State) -> bool {
    let open = state.transcript.open.as_ref();
    open.is_some_and(|open| temporary::is(state, &open.id))
}

/// Text is about to be pasted: what it mentions stays text, unless it is nothing but paths, as
/// terminals paste them where files are dropped.
pub fn pasted(state: &mut State, text: &str) {
    let at = state.composer.editor.selection().map_or(state.composer.editor.caret(), |it| it.start);
    if let Some(paths) = dropped(text) {
        let range = at..at.saturating_add(text.len());
        state.files.dropped = Some(Dropped { range, text: text.to_owned(), paths });
        return;
    }
    let words = mentions(text).map(|mention| mention.path);
    // A word the user has written before means what it meant then.
    let written: Vec<String> = candidates(state).collect();
    let new = words.filter(|word| !written.contains(word)).collect::<Vec<_>>();
    state.files.as_text.extend(new);
}

/// Tells the disk which words of what is being sent may be files.
#[must_use]
pub fn name_mentioned(state: &State) -> Vec<Effect> {
    let none = |path: &String| {
        let known = state.files.looked.iter().find(|(known, _)| known == path);
        known.is_some_and(|(_, look)| *look == Look::Nothing)
    };
    let paths: Vec<String> = candidates(state).filter(|path| !none(path)).collect();
    if paths.is_empty() || is_temporary(state) {
        return Vec::new();
    }
    vec![Effect::Store(StoreEffect::NameMentioned(paths))]
}

/// Notices what is written: words that may be files are looked at, one at a time.
pub fn notice(state: &mut State) -> Vec<Effect> {
    let revision = state.composer.editor.revision();
    if state.composer.mentions_of == Some(revision) {
        return Vec::new();
    }
    state.composer.mentions_of = Some(revision);
    if let Some(list) = completion::being_written(state) {
        // Written again by hand, letter by letter, it is meant.
        state.files.as_text.remove(&list);
    }
    let now: HashSet<String> = candidates(state).collect();
    // What was no file may be one by the time it is written again.
    let good = |look: &Look| matches!(look, Look::File { .. });
    state.files.looked.retain(|(path, look)| good(look) || now.contains(path));
    go_with(state);
    look(state)
}

/// Takes what was learned about the user's files.
pub fn learn(state: &mut State, fact: FilesFact) -> Vec<Effect> {
    match fact {
        FilesFact::Listed { folder, listing } => completion::take_listing(state, &folder, listing),
        FilesFact::Looked { path, look: seen } => {
            state.files.looking = None;
            know(state, path, seen);
            take_dropped(state);
            look(state)
        }
    }
}

fn know(state: &mut State, path: String, look: Look) {
    state.files.looked.retain(|(known, _)| *known != path);
    state.files.looked.push((path, look));
    go_with(state);
}

/// Works out which files go with what is written.
fn go_with(state: &mut State) {
    let look_of = |path: &String| {
        let known = state.files.looked.iter().find(|(known, _)| known == path);
        known.filter(|(_, look)| *look != Look::Nothing).cloned()
    };
    let mut with: Vec<(String, Look)> = Vec::new();
    for found in candidates(state).filter_map(|path| look_of(&path)) {
        if !with.contains(&found) {
            with.push(found);
        }
    }
    state.files.with = with;
}

/// Words of what is written that may be files.
fn candidates(state: &State) -> impl Iterator<Item = String> {
    let words = mentions(state.composer.editor.text()).map(|mention| mention.path);
    words.filter(|path| !state.files.as_text.contains(path)).take(MOST)
}

/// Has the next unknown path looked at.
fn look(state: &mut State) -> Vec<Effect> {
    if state.files.looking.is_some() {
        return Vec::new();
    }
    let known = |path: &String| state.files.looked.iter().any(|(known, _)| known == path);
    let dropped = state.files.dropped.iter().flat_map(|it| it.paths.iter().cloned());
    let Some(next) = dropped.chain(candidates(state)).find(|path| !known(path)) else {
        return Vec::new();
    };
    state.files.looking = Some(next.clone());
    vec![Effect::Files(FilesEffect::Look(next))]
}

/// Where pictures or documents were dropped, their paths become mentions; undo takes that back.
fn take_dropped(state: &mut State) {
    let Some(dropped) = &state.files.dropped else {
        return;
    };
    let look_of = |path: &String| state.files.looked.iter().find(|(known, _)| known == path);
    let looks: Vec<_> = dropped.paths.iter().filter_map(look_of).map(|(_, look)| look).collect();
    if looks.len() < dropped.paths.len() {
        return;
    }
    let shown = |look: &&Look| match look {
        Look::File { kind: Kind::Image | Kind::Document, .. } => true,
        Look::File { kind: Kind::Text, .. } | Look::Unusable(_) | Look::Nothing => false,
    };
    let are_shown = looks.iter().all(shown);
    let Some(Dropped { range, text, paths }) = state.files.dropped.take().filter(|_| are_shown)
    else {
        return;
    };
    let editor = &mut state.composer.editor;
    if editor.text().get(range.clone()) != Some(text.as_str()) {
        return;
    }
    let caret = editor.caret();
    let all: Vec<String> = paths.iter().map(|path| mention(path)).collect();
    let apart = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let before = editor.text().get(..range.start).and_then(|it| it.chars().next_back());
    let space = if apart(before) { "" } else { " " };
    let mentions = format!("{space}{} ", all.join(" "));
    editor.replace_part(range.clone(), &mentions);
    let behind = range.start.saturating_add(mentions.len());
    let moved = caret.checked_sub(range.end).map_or(caret.min(range.start), |it| it + behind);
    editor.go_to(moved, super::editor::Reach::Moving);
    let what = if paths.len() == 1 { "It goes" } else { "They go" };
    let said = format!("{what} with your question; undo makes it the path alone.");
    state.say(NoticeKind::Info, said);
}
