//! A conversation that lives in memory only: every wish that would leave a trace of it is answered
//! here instead, so that nothing of it reaches the disk and its server keeps nothing.
//! May not let a wish about it through unless the user asked for it to be kept.

use std::sync::Arc;

use crate::chat::answer;
use crate::chat::{
    AnswerRecord, Arranging, Block, Change, Conversation, ConversationId, Ending, ExecutionMode,
    Failure, FailureKind, Message, Retention, Role, TurnId, WebChain, branch, title,
};

use super::{
    ApiEffect, Effect, Focus, NoticeKind, OpenConversation, Opened, Scroll, State, StoreEffect,
    Stored, composer, drafts, queue, stored, transcript,
};

/// The temporary conversation.
#[derive(Debug)]
pub struct Temporary {
    /// Its id, known to nobody else.
    pub id: ConversationId,
    /// What it holds while another is on screen.
    pub away: Option<OpenConversation>,
    /// What its answers took.
    records: Vec<AnswerRecord>,
    /// Verbs under way that keep it after all.
    saving: usize,
    /// Whether it was said that leaving the program ends it.
    warned: bool,
}

/// Whether a conversation is the temporary one.
#[must_use]
pub fn is(state: &State, id: &ConversationId) -> bool {
    state.temporary.as_ref().is_some_and(|it| it.id == *id)
}

/// Starts a temporary conversation, or goes back to the one there is.
pub fn start(state: &mut State) -> Vec<Effect> {
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    if open.is_some_and(|id| is(state, &id)) {
        state.say(NoticeKind::Info, "This conversation is temporary. /save keeps it.");
        return Vec::new();
    }
    let effects = transcript::start_new(state);
    let back = state.temporary.as_mut().and_then(|it| it.away.take());
    let open = back.unwrap_or_else(|| {
        let open = composer::new_conversation(state, "");
        OpenConversation { title: "Temporary".to_owned(), ..open }
    });
    if state.temporary.is_none() {
        let (id, records) = (open.id.clone(), Vec::new());
        state.temporary = Some(Temporary { id, away: None, records, saving: 0, warned: false });
    }
    state.transcript.open = Some(open);
    state.transcript.scroll = Scroll::Follow;
    state.focus = Focus::Composer;
    drafts::take_up(state);
    effects
}

/// Puts the temporary conversation aside because another comes on screen; an empty one is forgotten
/// unless something is being written in it.
pub fn put_away(state: &mut State) {
    let Some(open) = state
        .transcript
        .open
        .take_if(|open| state.temporary.as_ref().is_some_and(|it| it.id == open.id))
    else {
        return;
    };
    if open.messages.is_empty() && !state.drafts.contains_key(&Some(open.id.clone())) {
        state.temporary = None;
    } else if let Some(temporary) = state.temporary.as_mut() {
        temporary.away = Some(open);
        state.say(NoticeKind::Info, "/temporary goes back to the temporary conversation.");
    }
}

/// What leaving would end for ever, said once: a temporary conversation that holds something.
pub fn warn(state: &mut State) -> Option<&'static str> {
    let on_screen = state.transcript.open.as_ref();
    let temporary = state.temporary.as_mut()?;
    let open = on_screen.filter(|open| open.id == temporary.id).or(temporary.away.as_ref())?;
    if temporary.warned || open.messages.is_empty() {
        return None;
    }
    temporary.warned = true;
    Some("The temporary conversation will be gone; /save keeps it.")
}

/// Keeps the temporary conversation after all.
pub fn save(state: &mut State) -> Vec<Effect> {
    let at = state.now;
    let busy = state.open_turn().is_some();
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    let Some(temporary) = state.temporary.as_mut().filter(|it| it.id == open.id) else {
        state.say(NoticeKind::Info, "This conversation is kept already.");
        return Vec::new();
    };
    let question = open.messages.iter().find(|message| message.role == Role::User);
    let (false, Some(question)) = (busy, question) else {
        let said =
            if busy { "The answer is still coming." } else { "There is nothing to keep yet." };
        state.say(NoticeKind::Info, said);
        return Vec::new();
    };
    let title = title::from_question(&question.text);
    open.title.clone_from(&title);
    temporary.saving = 2;
    let id = open.id.clone();
    let messages = open.messages.iter().map(|message| Message::clone(message)).collect();
    let blocks = vec![Block { behind: None, messages }];
    let create = Change::Create { id: id.clone(), title, at };
    let insert = Change::Insert { id, blocks };
    [create, insert].map(|it| Effect::Store(StoreEffect::Change(it))).into()
}

/// A verb was done: once all are that keep it, the conversation is like any other, and so is what is
/// being written in it.
pub fn saved(state: &mut State) -> Vec<Effect> {
    let Some(temporary) = state.temporary.as_mut().filter(|it| it.saving > 0) else {
        return Vec::new();
    };
    temporary.saving = temporary.saving.saturating_sub(1);
    if temporary.saving > 0 {
        return Vec::new();
    }
    let id = temporary.id.clone();
    state.temporary = None;
    vec![queue::keep(state, &id)]
}

/// A verb could not be done: it is as temporary as before.
pub fn not_saved(state: &mut State) {
    if let Some(temporary) = state.temporary.as_mut() {
        temporary.saving = 0;
    }
}

fn is_being_saved(state: &State) -> bool {
    state.temporary.as_ref().is_some_and(|it| it.saving > 0)
}

/// Answers every wish that would leave a trace of the temporary conversation.
pub fn keep_private(state: &mut State, effects: Vec<Effect>) -> Vec<Effect> {
    if state.temporary.is_none() {
        return effects;
    }
    effects.into_iter().flat_map(|effect| answer(state, effect)).collect()
}

fn answer(state: &mut State, effect: Effect) -> Vec<Effect> {
    match effect {
        Effect::Store(wish) => of_the_disk(state, wish),
        Effect::Api(ApiEffect::Ask { turn, conversation, mut options }) => {
            if is(state, &conversation.id) {
                options.retention = Retention::NotStored;
                options.mode = ExecutionMode::Foreground;
            }
            vec![Effect::Api(ApiEffect::Ask { turn, conversation, options })]
        }
        Effect::Api(_)
        | Effect::Terminal(_)
        | Effect::Copy(_)
        | Effect::Files(_)
        | Effect::Browse(_)
        | Effect::Quit => vec![effect],
    }
}

fn of_the_disk(state: &mut State, wish: StoreEffect) -> Vec<Effect> {
    let id = match about(state, &wish) {
        Some(id) if is(state, &id) => id,
        Some(_) | None => return vec![Effect::Store(wish)],
    };
    match wish {
        StoreEffect::KeepQuestion { turn, .. } if is_being_saved(state) => {
            // In memory it would be missing on the disk, and the disk may not take it yet.
            let failure = Failure::new(
                FailureKind::Storage,
                "The conversation is just being stored.",
                "Send it again.",
            );
            let effects = stored::route(state, Stored::QuestionNotKept { turn, failure });
            keep_private(state, effects)
        }
        StoreEffect::KeepQuestion { turn, .. } => {
            let Some(conversation) = whole(state, &id) else { return Vec::new() };
            let conversation = Box::new(opened(state, conversation));
            let effects = stored::route(state, Stored::QuestionKept { turn, conversation });
            keep_private(state, effects)
        }
        StoreEffect::KeepAnswer { turn, ending, .. } => finish(state, &id, turn, &ending),
        StoreEffect::CountUsage(_) => vec![Effect::Store(StoreEffect::CountUsage(None))],
        StoreEffect::Change(change) => changed(state, change),
        _ => Vec::new(),
    }
}

/// The conversation a wish is about, where it is about one.
fn about(state: &State, wish: &StoreEffect) -> Option<ConversationId> {
    let of_turn = |id: &TurnId| {
        state.turns.iter().find(|turn| turn.id == *id).map(|turn| turn.conversation.clone())
    };
    match wish {
        StoreEffect::Open(id)
        | StoreEffect::KeepQuestion { conversation: id, .. }
        | StoreEffect::KeepAnswer { conversation: id, .. }
        | StoreEffect::NoteRunning { conversation: id, .. }
        | StoreEffect::LeaveRunning { conversation: id, .. }
        | StoreEffect::Retitle { id, .. }
        | StoreEffect::Export { id, .. }
        | StoreEffect::Duplicate { id, .. } => Some(id.clone()),
        StoreEffect::JournalDelta { turn, .. } => of_turn(turn),
        StoreEffect::CountUsage(id) => id.clone(),
        StoreEffect::KeepDraft { conversation, .. } => conversation.clone(),
        StoreEffect::KeepPlace { conversation, .. } => Some(conversation.clone()),
        StoreEffect::Change(change) => Some(change.conversation().clone()),
        StoreEffect::Arrange(change) => match change {
            Arranging::Pin(id)
            | Arranging::Unpin(id)
            | Arranging::Archive(id)
            | Arranging::Unarchive(id) => Some(id.clone()),
            Arranging::ListWidth(_) => None,
        },
        // What is asked in it is nobody's earlier prompt.
        StoreEffect::KeepPrompt(_) => state.transcript.open.as_ref().map(|open| open.id.clone()),
        StoreEffect::List
        | StoreEffect::FindRunning
        | StoreEffect::Learn(_)
        | StoreEffect::Search { .. }
        | StoreEffect::EndSearch
        | StoreEffect::ReadLog
        | StoreEffect::NameFile(_)
        | StoreEffect::KeepLooks(_)
        | StoreEffect::NameMentioned(_)
        | StoreEffect::ListPresets
        | StoreEffect::ChangePreset(_)
        | StoreEffect::UndoPreset
        | StoreEffect::Undo => None,
    }
}

/// The end of a turn, with the answer in memory instead of on disk.
fn finish(state: &mut State, id: &ConversationId, turn: TurnId, ending: &Ending) -> Vec<Effect> {
    let Some(mut conversation) = whole(state, id) else {
        return Vec::new();
    };
    if let Some((message, record)) = answer::keep(ending, state.now, WebChain::Impossible) {
        conversation.messages.push(message);
        if let Some(temporary) = state.temporary.as_mut() {
            temporary.records.push(record);
        }
    }
    let kept = Box::new(opened(state, conversation));
    if let Some(away) = state.temporary.as_mut().and_then(|it| it.away.as_mut()) {
        away.messages = kept.conversation.messages.iter().cloned().map(Arc::new).collect();
        away.marks.clone_from(&kept.marks);
    }
    let effects = stored::route(state, Stored::AnswerKept { turn, conversation: kept });
    keep_private(state, effects)
}

/// What a verb means for a conversation in memory; flipping has been shown already.
fn changed(state: &mut State, change: Change) -> Vec<Effect> {
    if is_being_saved(state) {
        // Done in order: the disk has it by then.
        return vec![Effect::Store(StoreEffect::Change(change))];
    }
    match change {
        Change::Rename { title, .. } => {
            if let Some(open) = state.transcript.open.as_mut() {
                open.title = title;
            }
        }
        Change::Delete { .. } => {
            state.temporary = None;
            state.say(NoticeKind::Info, "The temporary conversation is gone.");
        }
        Change::Create { .. }
        | Change::Insert { .. }
        | Change::Append { .. }
        | Change::Restore { .. }
        | Change::Withdraw { .. }
        | Change::ReplaceTail { .. } => {}
    }
    Vec::new()
}

/// The conversation as it is in memory.
fn whole(state: &State, id: &ConversationId) -> Option<Conversation> {
    let on_screen = state.transcript.open.as_ref().filter(|open| open.id == *id);
    let away = state.temporary.as_ref().and_then(|it| it.away.as_ref());
    let open = on_screen.or(away)?;
    let mut whole = Conversation::new(id.clone(), open.title.clone(), open.created_at);
    whole.messages = open.messages.iter().map(|message| Message::clone(message)).collect();
    Some(whole)
}

/// What a reading of it would tell.
fn opened(state: &State, conversation: Conversation) -> Opened {
    let records = state.temporary.as_ref().map_or_else(Vec::new, |it| it.records.clone());
    let open = state.transcript.open.as_ref().filter(|open| open.id == conversation.id);
    let branches = open.map_or_else(Vec::new, |open| open.branches.clone());
    let forks = branch::forks(&branches, &conversation.messages);
    let why = |message: &Message| {
        records.iter().find(|record| record.is_about(message))?.ended_early.clone()
    };
    let messages = conversation.messages.iter().enumerate();
    let marks = messages.filter_map(|(place, message)| Some((place, why(message)?))).collect();
    Opened { conversation, marks, records, branches, forks }
}
