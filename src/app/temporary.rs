//! The temporary conversation: a memory store answers its effects until it is saved. Must not
//! forward an effect about it that leaves a trace on the disk or the server.

mod memory_store;

use crate::chat::{AnswerOptions, Change, ConversationId, ExecutionMode, Retention, Timestamp};

use super::{
    ApiEffect, Effect, Focus, Notice, NoticeKind, SessionEffect, State, StoreEffect, StoreEvent,
    TemporaryConversation, transcript,
};
use crate::app::{question::drafts, turn::queued_questions};

pub use memory_store::MemoryStore;

/// What happened to an effect.
#[derive(Debug)]
pub enum RoutedEffect {
    /// The runtime performs it.
    Forwarded(Effect),
    /// The memory store has performed it, with this event as the answer.
    Performed(Option<StoreEvent>),
}

/// Whether a conversation is the temporary one and not being saved.
#[must_use]
pub fn is_temporary(state: &State, id: &ConversationId) -> bool {
    is_in_memory(state, id) && !is_being_saved(state)
}

/// Whether the conversation on screen is the temporary one and not being saved.
pub(crate) fn is_on_screen(state: &State) -> bool {
    state.transcript.open.as_ref().is_some_and(|open| is_temporary(state, &open.id))
}

/// Returns `true` from `/save` until the store has answered; nothing may be asked meanwhile.
#[must_use]
pub fn is_being_saved(state: &State) -> bool {
    state.temporary.as_ref().is_some_and(|it| it.pending_effects.is_some())
}

/// Whether a conversation is in memory, being saved or not.
fn is_in_memory(state: &State, id: &ConversationId) -> bool {
    state.temporary.as_ref().is_some_and(|it| it.store.id() == id)
}

/// The options of the next question of a conversation: for the temporary one the server stores
/// nothing and stops with the connection.
#[must_use]
pub fn answer_options(state: &State, id: &ConversationId) -> AnswerOptions {
    let mut options = state.session.options();
    if is_in_memory(state, id) {
        options.retention = Retention::NotStored;
        options.mode = ExecutionMode::Foreground;
    }
    options
}

/// Opens the temporary conversation, or creates it.
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

/// Explains how to return to the temporary conversation, when another is opened.
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

/// The warning that quitting loses the temporary conversation; returned once.
pub fn take_warning(state: &mut State) -> Option<&'static str> {
    let temporary = state.temporary.as_ref()?;
    let is_typed = !drafts::current_draft(state, &Some(temporary.store.id().clone())).is_empty();
    let warning = match (temporary.store.is_empty(), is_typed) {
        (true, false) => return None,
        (true, true) => "The text in the temporary conversation is not saved.",
        (false, _) => "The temporary conversation is not saved. /save keeps it.",
    };
    let temporary = state.temporary.as_mut()?;
    if temporary.pending_effects.is_some() || std::mem::replace(&mut temporary.warned, true) {
        return None;
    }
    Some(warning)
}

/// Saves the temporary conversation with one transaction.
pub fn save(state: &mut State) -> Vec<Effect> {
    let Some(id) = state.transcript.open.as_ref().map(|open| open.id.clone()) else {
        state.show_notice(NoticeKind::Info, "This is not a temporary conversation.");
        return Vec::new();
    };
    let here = state.temporary.as_ref().filter(|it| *it.store.id() == id);
    let changes = here.map(|it| it.store.creation_changes(state.now));
    let text = match changes {
        None => "This conversation is already saved.",
        Some(_) if is_being_saved(state) => "The conversation is being saved.",
        Some(_) if state.open_turn().is_some() => "The answer is still arriving.",
        Some(None) => "Nothing to save yet.",
        Some(Some(changes)) => return vec![Effect::Store(StoreEffect::Commit(changes))],
    };
    state.show_notice(NoticeKind::Info, text);
    Vec::new()
}

/// Handles a transaction that took effect: if it saved the temporary conversation, the waiting
/// effects go to the store.
pub fn handle_saved(state: &mut State, about: &ConversationId) -> Vec<Effect> {
    let is_saved =
        |it: &mut TemporaryConversation| it.pending_effects.is_some() && it.store.id() == about;
    let Some(TemporaryConversation { store, pending_effects: saving, .. }) =
        state.temporary.take_if(is_saved)
    else {
        return Vec::new();
    };
    let (id, records) = (store.id().clone(), store.into_records());
    let mut effects = vec![
        queued_questions::save_draft(state, &id),
        Effect::Store(StoreEffect::SaveAnswerRecords { id, records }),
    ];
    effects.extend(saving.into_iter().flatten());
    effects
}

/// Handles a transaction that failed: if it was to save the temporary conversation, the waiting
/// effects go to the memory store.
pub fn handle_not_saved(state: &mut State, about: &ConversationId) -> Vec<Effect> {
    let Some(temporary) = state.temporary.as_mut().filter(|it| it.store.id() == about) else {
        return Vec::new();
    };
    temporary.pending_effects.take().unwrap_or_default()
}

/// Performs an effect about the temporary conversation in memory; forwards all others.
pub fn route(state: &mut State, effect: Effect) -> RoutedEffect {
    let is_about_it = conversation_of(state, &effect).is_some_and(|id| is_in_memory(state, &id));
    let now = state.now;
    let Some(temporary) = state.temporary.as_mut().filter(|_| is_about_it) else {
        return RoutedEffect::Forwarded(effect);
    };
    // Another request would send the conversation to the server again.
    if matches!(effect, Effect::Api(_)) {
        return RoutedEffect::Performed(None);
    }
    if let Some(waiting) = &mut temporary.pending_effects {
        waiting.push(effect);
        return RoutedEffect::Performed(None);
    }
    match effect {
        Effect::Store(effect) => route_store(state, effect, now),
        // A draft, a prompt or a piece of an answer would leave a trace of the conversation.
        _ => RoutedEffect::Performed(None),
    }
}

/// Performs an effect for the store about the temporary conversation, which is not being saved.
fn route_store(state: &mut State, effect: StoreEffect, now: Timestamp) -> RoutedEffect {
    let Some(temporary) = state.temporary.as_mut() else {
        return RoutedEffect::Forwarded(Effect::Store(effect));
    };
    match &effect {
        // The sums must not contain the temporary conversation.
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
    state.templates.calls.retain(|(owner, _)| owner.as_ref() != Some(id));
    let text = "The temporary conversation was discarded.".to_owned();
    StoreEvent::Changed { about: id.clone(), notice: Notice { kind: NoticeKind::Info, text } }
}

/// The conversation an effect is about.
fn conversation_of(state: &State, effect: &Effect) -> Option<ConversationId> {
    match effect {
        Effect::Store(effect) => conversation_of_store(effect).cloned(),
        Effect::Session(effect) => match effect {
            SessionEffect::SaveScrollPosition { conversation, .. } => Some(conversation.clone()),
            SessionEffect::SaveDraft { conversation, .. } => conversation.clone(),
            // A prompt or a file of the temporary conversation must not be stored.
            SessionEffect::SavePrompt(_) | SessionEffect::AttachMentioned(_) => {
                state.transcript.open.as_ref().map(|open| open.id.clone())
            }
            SessionEffect::CheckAttachment(_)
            | SessionEffect::SaveUiPref(_)
            | SessionEffect::SaveToolPermission(_)
            | SessionEffect::MarkDraftsRead => None,
        },
        Effect::Journal { conversation: id, .. }
        | Effect::Api(ApiEffect::WriteTitle { id, .. }) => Some(id.clone()),
        Effect::Api(_)
        | Effect::Terminal(_)
        | Effect::CopyText(_)
        | Effect::ReadClipboard
        | Effect::Files(_)
        | Effect::Templates(_)
        | Effect::OpenBrowser(_) => None,
    }
}

fn conversation_of_store(effect: &StoreEffect) -> Option<&ConversationId> {
    match effect {
        StoreEffect::Open(id)
        | StoreEffect::OpenEarlier { id, .. }
        | StoreEffect::StoreQuestion { conversation: id, .. }
        | StoreEffect::Turn { conversation: id, .. }
        | StoreEffect::ReplaceTitle { id, .. }
        | StoreEffect::SaveAnswerRecords { id, .. }
        | StoreEffect::Export { id, .. }
        | StoreEffect::Duplicate { id, .. } => Some(id),
        StoreEffect::CountUsage(id) => id.as_ref(),
        StoreEffect::Commit(changes) => changes.first().map(Change::conversation),
        StoreEffect::Arrange(change) => change.conversation(),
        StoreEffect::List
        | StoreEffect::FindBackground
        | StoreEffect::RecordCapability { .. }
        | StoreEffect::Search { .. }
        | StoreEffect::CancelExport
        | StoreEffect::CancelSearch
        | StoreEffect::ReadLog
        | StoreEffect::ListPresets
        | StoreEffect::ChangePreset(_)
        | StoreEffect::UndoPreset
        | StoreEffect::Undo(_) => None,
    }
}
