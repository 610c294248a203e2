//! Answers that could not be stored yet. They stay on screen as live answers; quitting warns first where it
//! would lose one.

use crate::chat::{Failure, TurnEvent, TurnId, UnstoredCopy};

use crate::app::{Effect, NoticeKind, State, StoreEffect, turn::turn_steps};

/// Handles an answer that could not be stored yet.
pub(crate) fn handle_delayed(
    state: &mut State,
    id: &TurnId,
    failure: Failure,
    copy: UnstoredCopy,
) -> Vec<Effect> {
    let is_known = state.turns.iter().any(|turn| turn.id == *id && turn.unstored().is_some());
    let sentence = format!("Not stored: {}", failure.sentence);
    let mut effects = turn_steps::feed_event(state, id, TurnEvent::EndingDelayed { failure, copy });
    let turn = state.turns.iter().find(|turn| turn.id == *id);
    let conversation = turn.map(|turn| turn.conversation.clone()).filter(|_| !is_known);
    // The conversation on screen shows the reason below the answer.
    if let Some(conversation) = conversation
        && !turn_steps::is_on_screen(state, &conversation)
    {
        let text = turn_steps::title_prefix(state, &conversation) + &sentence;
        state.show_notice(NoticeKind::Error, text);
    }
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// How many answers are still arriving.
pub(crate) fn count_arriving(state: &State) -> usize {
    state.turns.iter().filter(|turn| turn.unstored().is_none()).count()
}

/// The warning that quitting loses answers that only this program has; returned once for each.
pub(crate) fn take_warning(state: &mut State) -> Option<&'static str> {
    let in_memory = state.turns.iter().filter(|turn| {
        turn.unstored().is_some_and(|unstored| unstored.copy == UnstoredCopy::Memory)
    });
    let lost: Vec<TurnId> = in_memory.map(|turn| turn.id.clone()).collect();
    if lost.iter().all(|turn| state.quit_warned.contains(turn)) {
        return None;
    }
    state.quit_warned.extend(lost);
    Some("The last answer could not be stored and will be lost. Copy it, or free some disk space.")
}
