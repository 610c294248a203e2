//! The temporary conversation: a memory store answers every effect about it, so that nothing of it
//! reaches the disk and its server keeps nothing, until it is saved.
//! May not pass on an effect about it that would leave a trace unless the user asked to save it.

mod memory_store;

use crate::chat::{Change, ConversationId, ExecutionMode, Retention, TurnId};

use super::{
    ApiEffect, Effect, Focus, Notice, NoticeKind, State, StoreEffect, Stored, Temporary, queue,
    transcript,
};

pub use memory_store::MemoryStore;

/// What became of an effect.
#[derive(Debug)]
pub enum Routed {
    /// Somebody else performs it.
    Passed(Effect),
    /// The memory store performed it, and this is its answer where there is one.
    Performed(Option<Stored>),
}

/// Whether a conversation is the temporary one, which is nowhere but in memory.
#[must_use]
pub fn is(state: &State, id: &ConversationId) -> bool {
    is_here(state, id) && !is_being_saved(state)
}

/// Whether the temporary conversation is on its way to the disk.
#[must_use]
pub fn is_being_saved(state: &State) -> bool {
    state.temporary.as_ref().is_some_and(|it| it.saving.is_some())
}

/// Whether a conversation is in memory, on its way to the disk or not.
fn is_here(state: &State, id: &ConversationId) -> bool {
    state.temporary.as_ref().is_some_and(|it| it.store.id() == id)
}

/// Starts a temporary conversation, or goes back to the one there is.
pub fn start(state: &mut State) -> Vec<Effect> {
    let (ids, now) = (&mut state.ids, state.now);
    let temporary = state.temporary.get_or_insert_with(|| Temporary {
        store: MemoryStore::new(ids.conversation(), now),
        saving: None,
        warned: false,
    });
    let id = temporary.store.id().clone();
    if state.transcript.open.as_ref().is_some_and(|open| open.id == id) {
        state.say(NoticeKind::Info, "This conversation is temporary. /save keeps it.");
        return Vec::new();
    }
    state.focus = Focus::Composer;
    state.notice = None;
    transcript::open(state, id)
}

/// Says how to come back to the temporary conversation, because another comes on screen.
pub fn leave(state: &mut State) {
    let Some(id) = state.transcript.open.as_ref().map(|open| open.id.clone()) else {
        return;
    };
    let empty = state.temporary.as_ref().is_none_or(|it| it.store.is_empty());
    let holds_something = !empty || state.drafts.contains_key(&Some(id.clone()));
    if is(state, &id) && holds_something {
        state.say(NoticeKind::Info, "/temporary goes back to the temporary conversation.");
    }
}

/// What leaving the program would end for ever, said once: a temporary conversation that holds
/// something.
pub fn warn(state: &mut State) -> Option<&'static str> {
    let temporary = state.temporary.as_mut()?;
    if temporary.warned || temporary.store.is_empty() || temporary.saving.is_some() {
        return None;
    }
    temporary.warned = true;
    Some("The temporary conversation will be gone; /save keeps it.")
}

/// Saves the temporary conversation: one transaction creates it on the disk with every message.
pub fn save(state: &mut State) -> Vec<Effect> {
    let Some(id) = state.transcript.open.as_ref().map(|open| open.id.clone()) else {
        return Vec::new();
    };
    let here = state.temporary.as_ref().filter(|it| *it.store.id() == id);
    let changes = here.map(|it| it.store.creation(state.now));
    let said = match changes {
        None => "This conversation is kept already.",
        Some(_) if is_being_saved(state) => "The conversation is just being stored.",
        Some(_) if state.open_turn().is_some() => "The answer is still coming.",
        Some(None) => "There is nothing to keep yet.",
        Some(Some(changes)) => return vec![Effect::Store(StoreEffect::Commit(changes))],
    };
    state.say(NoticeKind::Info, said);
    Vec::new()
}

/// A transaction took effect: after the one that saves it, the temporary conversation is like any
/// other, and so is what is being written in it. What waited goes to the disk.
pub fn saved(state: &mut State, about: Option<&ConversationId>) -> Vec<Effect> {
    let is_saved = |it: &mut Temporary| it.saving.is_some() && Some(it.store.id()) == about;
    let Some(Temporary { store, saving, .. }) = state.temporary.take_if(is_saved) else {
        return Vec::new();
    };
    let mut effects = vec![queue::keep(state, store.id())];
    effects.extend(saving.into_iter().flatten().map(Effect::Store));
    effects
}

/// A transaction did not take effect: if it was to save the temporary conversation, that is as
/// temporary as before. What waited is for the memory store.
pub fn not_saved(state: &mut State, about: Option<&ConversationId>) -> Vec<Effect> {
    let Some(temporary) = state.temporary.as_mut().filter(|it| Some(it.store.id()) == about) else {
        return Vec::new();
    };
    temporary.saving.take().into_iter().flatten().map(Effect::Store).collect()
}

/// Sends an effect to the memory store where it is about the temporary conversation.
pub fn route(state: &mut State, effect: Effect) -> Routed {
    match effect {
        Effect::Store(effect) => store(state, effect),
        Effect::Api(ApiEffect::Ask { turn, conversation, mut options }) => {
            if is_here(state, &conversation.id) {
                options.retention = Retention::NotStored;
                options.mode = ExecutionMode::Foreground;
            }
            Routed::Passed(Effect::Api(ApiEffect::Ask { turn, conversation, options }))
        }
        // The server would be asked once more, and keep what it is asked.
        Effect::Api(ApiEffect::WriteTitle { id, .. }) if is_here(state, &id) => {
            Routed::Performed(None)
        }
        Effect::Api(_)
        | Effect::Terminal(_)
        | Effect::Copy(_)
        | Effect::Files(_)
        | Effect::Browse(_)
        | Effect::Quit => Routed::Passed(effect),
    }
}

fn store(state: &mut State, effect: StoreEffect) -> Routed {
    if !about(state, &effect).is_some_and(|id| is_here(state, &id)) {
        return Routed::Passed(Effect::Store(effect));
    }
    let now = state.now;
    let Some(temporary) = state.temporary.as_mut() else {
        return Routed::Passed(Effect::Store(effect));
    };
    if let Some(waiting) = temporary.saving.as_mut() {
        waiting.push(effect);
        return Routed::Performed(None);
    }
    match &effect {
        // The sum of everything else is nothing of this one's.
        StoreEffect::CountUsage(_) => Routed::Passed(Effect::Store(StoreEffect::CountUsage(None))),
        StoreEffect::Commit(changes) => match changes.first() {
            Some(Change::Create { .. }) => {
                temporary.saving = Some(Vec::new());
                Routed::Passed(Effect::Store(effect))
            }
            Some(Change::Delete { id }) => Routed::Performed(Some(delete(state, &id.clone()))),
            _ => Routed::Performed(temporary.store.perform(effect, now)),
        },
        _ => Routed::Performed(temporary.store.perform(effect, now)),
    }
}

fn delete(state: &mut State, id: &ConversationId) -> Stored {
    state.temporary = None;
    state.drafts.remove(&Some(id.clone()));
    let text = "The temporary conversation is gone.".to_owned();
    Stored::Changed { about: Some(id.clone()), notice: Notice { kind: NoticeKind::Info, text } }
}

/// The conversation an effect is about, where it is about one.
fn about(state: &State, effect: &StoreEffect) -> Option<ConversationId> {
    let on_screen = || state.transcript.open.as_ref().map(|open| open.id.clone());
    let of_turn = |id: &TurnId| {
        state.turns.iter().find(|turn| turn.id == *id).map(|turn| turn.conversation.clone())
    };
    match effect {
        StoreEffect::Open(id)
        | StoreEffect::KeepQuestion { conversation: id, .. }
        | StoreEffect::KeepAnswer { conversation: id, .. }
        | StoreEffect::NoteRunning { conversation: id, .. }
        | StoreEffect::LeaveRunning { conversation: id, .. }
        | StoreEffect::Retitle { id, .. }
        | StoreEffect::Export { id, .. }
        | StoreEffect::Duplicate { id, .. }
        | StoreEffect::KeepPlace { conversation: id, .. } => Some(id.clone()),
        StoreEffect::JournalDelta { turn, .. } => of_turn(turn),
        StoreEffect::CountUsage(id) => id.clone(),
        StoreEffect::KeepDraft { conversation, .. } => conversation.clone(),
        StoreEffect::Commit(changes) => changes.first().map(|change| change.conversation().clone()),
        StoreEffect::Arrange(change) => change.conversation().cloned(),
        // What is asked in it is nobody's earlier prompt, and no file goes with it.
        StoreEffect::KeepPrompt(_) | StoreEffect::NameMentioned(_) => on_screen(),
        StoreEffect::List
        | StoreEffect::FindRunning
        | StoreEffect::Learn(_)
        | StoreEffect::Search { .. }
        | StoreEffect::EndSearch
        | StoreEffect::ReadLog
        | StoreEffect::NameFile(_)
        | StoreEffect::KeepLooks(_)
        | StoreEffect::ListPresets
        | StoreEffect::ChangePreset(_)
        | StoreEffect::UndoPreset
        | StoreEffect::Undo => None,
    }
}
