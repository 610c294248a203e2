//! The temporary conversation: a memory store answers every effect about it, so that nothing of it
//! reaches the disk and its server keeps nothing, until it is saved.
//! May not pass on an effect about it that would leave a trace unless the user asked to save it.

mod memory_store;

use crate::chat::{Change, ConversationId, ExecutionMode, Retention, TurnId};

use super::{
    ApiEffect, Effect, Focus, Notice, NoticeKind, State, StoreEffect, StoreEvent,
    TemporaryConversation, transcript,
};
use crate::app::queued_questions;

pub use memory_store::MemoryStore;

/// What became of an effect.
#[derive(Debug)]
pub enum RoutedEffect {
    /// Somebody else performs it.
    Forwarded(Effect),
    /// The memory store performed it, and this is its answer where there is one.
    Performed(Option<StoreEvent>),
}

/// Whether a conversation is the temporary one, which is nowhere but in memory.
#[must_use]
pub fn is_temporary(state: &State, id: &ConversationId) -> bool {
    is_in_memory(state, id) && !is_being_saved(state)
}

/// Whether the temporary conversation is on its way to the disk.
#[must_use]
pub fn is_being_saved(state: &State) -> bool {
    state.temporary.as_ref().is_some_and(|it| it.pending_effects.is_some())
}

/// Whether a conversation is in memory, on its way to the disk or not.
fn is_in_memory(state: &State, id: &ConversationId) -> bool {
    state.temporary.as_ref().is_some_and(|it| it.store.id() == id)
}

/// Starts a temporary conversation, or goes back to the one there is.
pub fn open_temporary(state: &mut State) -> Vec<Effect> {
    let (ids, now) = (&mut state.ids, state.now);
    let temporary = state.temporary.get_or_insert_with(|| TemporaryConversation {
        store: MemoryStore::new(ids.next_conversation_id(), now),
        pending_effects: None,
        warned: false,
    });
    let id = temporary.store.id().clone();
    if state.transcript.open.as_ref().is_some_and(|open| open.id == id) {
        state
            .show_notice(NoticeKind::Info, "This conversation is temporary. Use /save to keep it.");
        return Vec::new();
    }
    state.focus = Focus::Composer;
    state.notice = None;
    transcript::request_open(state, id)
}

/// Says how to come back to the temporary conversation, because another comes on screen.
pub fn remind_on_leaving(state: &mut State) {
    let Some(id) = state.transcript.open.as_ref().map(|open| open.id.clone()) else {
        return;
    };
    let empty = state.temporary.as_ref().is_none_or(|it| it.store.is_empty());
    let holds_something = !empty || state.drafts.contains_key(&Some(id.clone()));
    if is_temporary(state, &id) && holds_something {
        state.show_notice(
            NoticeKind::Info,
            "Use /temporary to return to the temporary conversation.",
        );
    }
}

/// What leaving the program would end for ever, said once: a temporary conversation that holds
/// something.
pub fn take_warning(state: &mut State) -> Option<&'static str> {
    let temporary = state.temporary.as_mut()?;
    if temporary.warned || temporary.store.is_empty() || temporary.pending_effects.is_some() {
        return None;
    }
    temporary.warned = true;
    Some("The temporary conversation will be lost. Use /save to keep it.")
}

/// Saves the temporary conversation: one transaction creates it on the disk with every message.
pub fn save(state: &mut State) -> Vec<Effect> {
    let Some(id) = state.transcript.open.as_ref().map(|open| open.id.clone()) else {
        return Vec::new();
    };
    let here = state.temporary.as_ref().filter(|it| *it.store.id() == id);
    let changes = here.map(|it| it.store.creation_changes(state.now));
    let said = match changes {
        None => "This conversation is already saved.",
        Some(_) if is_being_saved(state) => "The conversation is being saved.",
        Some(_) if state.open_turn().is_some() => "The answer is still arriving.",
        Some(None) => "There is nothing to save yet.",
        Some(Some(changes)) => return vec![Effect::Store(StoreEffect::Commit(changes))],
    };
    state.show_notice(NoticeKind::Info, said);
    Vec::new()
}

/// A transaction took effect: after the one that saves it, the temporary conversation is like any
/// other, and so is what is being written in it. What waited goes to the disk.
pub fn handle_saved(state: &mut State, about: Option<&ConversationId>) -> Vec<Effect> {
    let is_saved = |it: &mut TemporaryConversation| {
        it.pending_effects.is_some() && Some(it.store.id()) == about
    };
    let Some(TemporaryConversation { store, pending_effects: saving, .. }) =
        state.temporary.take_if(is_saved)
    else {
        return Vec::new();
    };
    let mut effects = vec![queued_questions::save_draft(state, store.id())];
    effects.extend(saving.into_iter().flatten().map(Effect::Store));
    effects
}

/// A transaction did not take effect: if it was to save the temporary conversation, that is as
/// temporary as before. What waited is for the memory store.
pub fn handle_not_saved(state: &mut State, about: Option<&ConversationId>) -> Vec<Effect> {
    let Some(temporary) = state.temporary.as_mut().filter(|it| Some(it.store.id()) == about) else {
        return Vec::new();
    };
    temporary.pending_effects.take().into_iter().flatten().map(Effect::Store).collect()
}

/// Sends an effect to the memory store where it is about the temporary conversation.
pub fn route(state: &mut State, effect: Effect) -> RoutedEffect {
    match effect {
        Effect::Store(effect) => route_store(state, effect),
        Effect::Api(ApiEffect::Ask { turn, conversation, mut options }) => {
            if is_in_memory(state, &conversation.id) {
                options.retention = Retention::NotStored;
                options.mode = ExecutionMode::Foreground;
            }
            RoutedEffect::Forwarded(Effect::Api(ApiEffect::Ask { turn, conversation, options }))
        }
        // The server would be asked once more, and keep what it is asked.
        Effect::Api(ApiEffect::WriteTitle { id, .. }) if is_in_memory(state, &id) => {
            RoutedEffect::Performed(None)
        }
        Effect::Api(_)
        | Effect::Terminal(_)
        | Effect::CopyText(_)
        | Effect::Files(_)
        | Effect::OpenBrowser(_)
        | Effect::Quit => RoutedEffect::Forwarded(effect),
    }
}

fn route_store(state: &mut State, effect: StoreEffect) -> RoutedEffect {
    if !conversation_of(state, &effect).is_some_and(|id| is_in_memory(state, &id)) {
        return RoutedEffect::Forwarded(Effect::Store(effect));
    }
    let now = state.now;
    let Some(temporary) = state.temporary.as_mut() else {
        return RoutedEffect::Forwarded(Effect::Store(effect));
    };
    if let Some(waiting) = temporary.pending_effects.as_mut() {
        waiting.push(effect);
        return RoutedEffect::Performed(None);
    }
    match &effect {
        // The sum of everything else is nothing of this one's.
        StoreEffect::CountUsage(_) => {
            RoutedEffect::Forwarded(Effect::Store(StoreEffect::CountUsage(None)))
        }
        StoreEffect::Commit(changes) => match changes.first() {
            Some(Change::Create { .. }) => {
                temporary.pending_effects = Some(Vec::new());
                RoutedEffect::Forwarded(Effect::Store(effect))
            }
            Some(Change::Delete { id }) => {
                RoutedEffect::Performed(Some(discard(state, &id.clone())))
            }
            _ => RoutedEffect::Performed(temporary.store.perform(effect, now)),
        },
        _ => RoutedEffect::Performed(temporary.store.perform(effect, now)),
    }
}

fn discard(state: &mut State, id: &ConversationId) -> StoreEvent {
    state.temporary = None;
    state.drafts.remove(&Some(id.clone()));
    let text = "The temporary conversation was discarded.".to_owned();
    StoreEvent::Changed { about: Some(id.clone()), notice: Notice { kind: NoticeKind::Info, text } }
}

/// The conversation an effect is about, where it is about one.
fn conversation_of(state: &State, effect: &StoreEffect) -> Option<ConversationId> {
    let on_screen = || state.transcript.open.as_ref().map(|open| open.id.clone());
    let of_turn = |id: &TurnId| {
        state.turns.iter().find(|turn| turn.id == *id).map(|turn| turn.conversation.clone())
    };
    match effect {
        StoreEffect::Open(id)
        | StoreEffect::StoreQuestion { conversation: id, .. }
        | StoreEffect::StoreAnswer { conversation: id, .. }
        | StoreEffect::NoteBackground { conversation: id, .. }
        | StoreEffect::LeaveInBackground { conversation: id, .. }
        | StoreEffect::ReplaceTitle { id, .. }
        | StoreEffect::Export { id, .. }
        | StoreEffect::Duplicate { id, .. }
        | StoreEffect::SaveScrollPosition { conversation: id, .. } => Some(id.clone()),
        StoreEffect::JournalDelta { turn, .. } => of_turn(turn),
        StoreEffect::CountUsage(id) => id.clone(),
        StoreEffect::SaveDraft { conversation, .. } => conversation.clone(),
        StoreEffect::Commit(changes) => changes.first().map(|change| change.conversation().clone()),
        StoreEffect::Arrange(change) => change.conversation().cloned(),
        // What is asked in it is nobody's earlier prompt, and no file goes with it.
        StoreEffect::SavePrompt(_) | StoreEffect::AttachMentioned(_) => on_screen(),
        StoreEffect::List
        | StoreEffect::FindBackground
        | StoreEffect::RecordCapability(_)
        | StoreEffect::Search { .. }
        | StoreEffect::CancelSearch
        | StoreEffect::ReadLog
        | StoreEffect::CheckAttachment(_)
        | StoreEffect::SaveUiPref(_)
        | StoreEffect::ListPresets
        | StoreEffect::ChangePreset(_)
        | StoreEffect::UndoPreset
        | StoreEffect::Undo => None,
    }
}
