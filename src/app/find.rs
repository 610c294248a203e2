//! Finding in the conversation on screen: what is typed, where it occurs, which place is shown.
//! May not know where a place is on screen; drawing brings it into view.

use crossterm::event::{KeyCode, KeyEvent};

use crate::chat::{Background, Part, Role};

use super::editor;
use super::{
    Effect, Focus, Fold, NoticeKind, OpenConversation, Scroll, SearchBar, State, Step, fold,
};

/// Lets the user type what to look for; what was looked for last is there, selected.
pub fn start(state: &mut State) -> Vec<Effect> {
    if state.transcript.open.is_none() {
        state.say(NoticeKind::Info, "There is nothing here to search yet.");
        return Vec::new();
    }
    let mut find = state.transcript.find.take().unwrap_or_default();
    find.typing = true;
    find.editor.select(0..find.editor.text().len());
    state.transcript.find = Some(find);
    state.focus = Focus::Transcript;
    Vec::new()
}

/// Looks for words given with the command.
pub fn find_words(state: &mut State, words: &str) -> Vec<Effect> {
    start(state);
    if let Some(find) = state.transcript.find.as_mut() {
        find.editor.set_text(words);
        find.typing = false;
    }
    look(state);
    Vec::new()
}

/// Takes a key while it is typed; false where the key means something else.
pub fn takes(state: &mut State, key: KeyEvent) -> bool {
    let Some(find) = state.transcript.find.as_mut().filter(|find| find.typing) else {
        return false;
    };
    match key.code {
        KeyCode::Enter => {
            find.typing = false;
            if find.editor.is_empty() {
                end(state);
            }
        }
        KeyCode::Up => go(state, Step::Back),
        KeyCode::Down => go(state, Step::Forward),
        _ => {
            let before = find.editor.revision();
            let taken = editor::press(&mut find.editor, &state.keymap, key);
            if find.editor.revision() != before {
                look(state);
            }
            return taken == editor::Taken::Yes;
        }
    }
    true
}

/// Takes pasted text while it is typed.
pub fn takes_paste(state: &mut State, text: &str) -> bool {
    let Some(find) = state.transcript.find.as_mut().filter(|find| find.typing) else {
        return false;
    };
    find.editor.insert(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    look(state);
    true
}

/// Goes to the next place, or the one before; round at the ends.
pub fn step(state: &mut State, step: Step) -> Vec<Effect> {
    if state.transcript.find.is_none() {
        return start(state);
    }
    refresh(state);
    go(state, step);
    Vec::new()
}

/// Stops looking; the view stays where it is.
pub fn end(state: &mut State) {
    state.transcript.find = None;
}

/// Counts again what a growing answer holds, once a second at most.
pub fn tick(state: &mut State) {
    let now = state.now;
    let grows = state.open_turn().is_some();
    let due = |find: &&mut SearchBar| grows && find.counted_at != Some(now);
    if let Some(find) = state.transcript.find.as_mut().filter(due) {
        find.counted_at = Some(now);
        refresh(state);
    }
}

/// Counts again, because the conversation has changed; the place shown stays the same one.
pub fn refresh(state: &mut State) {
    let places = places(state);
    if let Some(find) = state.transcript.find.as_mut() {
        let shown = find.place();
        find.places = places;
        let same = shown.and_then(|shown| find.places.iter().position(|place| *place == shown));
        find.at = same.unwrap_or(find.at).min(find.places.len().saturating_sub(1));
    }
}

fn go(state: &mut State, step: Step) {
    let Some(find) = state.transcript.find.as_mut() else {
        return;
    };
    let many = find.places.len();
    if many == 0 {
        return;
    }
    find.at = match step {
        Step::Forward => find.at.saturating_add(1) % many,
        Step::Back => find.at.checked_sub(1).unwrap_or(many.saturating_sub(1)),
    };
    state.transcript.scroll = Scroll::ShowFound;
}

/// Looks for what is typed, from the top of the view on.
fn look(state: &mut State) {
    let places = places(state);
    let from = state.measured.top.message;
    let Some(find) = state.transcript.find.as_mut() else {
        return;
    };
    find.at = places.iter().position(|(message, _)| *message >= from).unwrap_or(0);
    find.places = places;
    if !find.places.is_empty() {
        state.transcript.scroll = Scroll::ShowFound;
    }
}

/// How often what is looked for stands in a message before the part behind it that is meant.
#[must_use]
pub fn before_part(state: &State, message: usize, part: Part) -> usize {
    let needle = state.transcript.find.as_ref().map(SearchBar::needle).unwrap_or_default();
    let open = state.transcript.open.as_ref();
    let Some(message) = open.and_then(|open| open.messages.get(message)) else {
        return 0;
    };
    let background = Background::of(message);
    let counted =
        background.texts().into_iter().map(|(of, text)| (of, fold::places(text, &needle).len()));
    let before = counted.take_while(|(of, many)| *of != part || *many == 0);
    let behind: usize = before.map(|(_, many)| many).sum();
    fold::places(&message.text, &needle).len().saturating_add(behind)
}

fn places(state: &State) -> Vec<(usize, usize)> {
    let needle = state.transcript.find.as_ref().map(SearchBar::needle).unwrap_or_default();
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let stored = open.messages.iter().enumerate().map(|(at, message)| {
        let behind = behind(state, open, at, &needle);
        fold::places(&message.text, &needle).len().saturating_add(behind)
    });
    let growing = state.open_turn().map(|turn| fold::places(turn.answer(), &needle).len());
    let counted = stored.chain(growing).enumerate();
    counted.flat_map(|(at, many)| (0..many).map(move |nth| (at, nth))).collect()
}

/// How often it stands behind an answer, as far as that is shown.
fn behind(state: &State, open: &OpenConversation, at: usize, needle: &str) -> usize {
    let shown = state.transcript.fold == Fold::Open && !needle.is_empty();
    let message = open.messages.get(at).filter(|it| shown && it.role == Role::Assistant);
    let model = open.models.get(&at).map(String::as_str);
    message.map_or(0, |it| fold::places(&Background::of(it).markdown(model), needle).len())
}
