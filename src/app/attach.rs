//! Files that go with the question being written: named, mentioned in its text, shown with a size.
//! May not read a file; the disk looks at it first.

use crate::chat::attachment::{is_mentioned, mention};

use super::{Effect, Focus, NoticeKind, State, StoreEffect, temporary};

/// `/attach FILE`: asks whether the file can go with a question.
pub fn name(state: &mut State, path: &str) -> Vec<Effect> {
    let path = path.trim().trim_matches('"').trim_start_matches('@');
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
        "/attach FILE sends a file with your question: text, a picture or a PDF.",
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
    state.attachable.retain(|(known, _)| *known != path);
    state.attachable.push((path, bytes));
    state.notice = None;
    super::drafts::notice(state)
}

/// The files that go with what is being written.
pub fn attached(state: &State) -> impl Iterator<Item = &(String, u64)> {
    let text = state.composer.editor.text();
    let none = is_temporary(state);
    state.attachable.iter().filter(move |(path, _)| !none && is_mentioned(text, path))
}

/// Whether nothing of the conversation on screen may be kept.
fn is_temporary(state: &State) -> bool {
    let open = state.transcript.open.as_ref();
    open.is_some_and(|open| temporary::is(state, &open.id))
}
