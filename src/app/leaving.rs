//! The ways out of the program.
//! Must not leave while something would be gone that was not said.

use crate::chat::Turn;

use super::{
    Effect, Leaving, NoticeKind, Overlay, State, drafts, overlay, reply, running, temporary,
    transcript,
};

/// Ends the program, unless something would be gone for ever and that was not said yet.
pub fn quit(state: &mut State) -> Vec<Effect> {
    let Some(warning) = temporary::warn(state) else {
        return leave(state);
    };
    state.say(NoticeKind::Warning, format!("{warning} The same again leaves."));
    Vec::new()
}

/// Ends the program: answers under way are stopped and kept first.
pub fn leave(state: &mut State) -> Vec<Effect> {
    state.leaving = Leaving::Yes;
    if matches!(state.overlay, Some(Overlay::Palette(_))) {
        // A message that begins with a slash is kept with the draft.
        overlay::palette::leave(state);
    }
    let mut effects = reply::leave_all(state);
    effects.extend(drafts::keep_now(state));
    effects.extend(transcript::remember_place(state));
    effects.push(Effect::Quit);
    effects
}

/// Ctrl+C: stop the answer; when idle, leave at the second press in a row.
pub fn interrupt(state: &mut State, before: Leaving) -> Vec<Effect> {
    let goes_on = state.open_turn().is_some_and(Turn::goes_on_alone);
    if let Some(turn) = state.open_turn().map(|turn| turn.id.clone()).filter(|_| !goes_on) {
        return reply::stop(state, &turn);
    }
    if before == Leaving::AskedOnce {
        return leave(state);
    }
    state.leaving = Leaving::AskedOnce;
    let said = match state.turns.len() {
        _ if goes_on => running::LEAVING.to_owned(),
        0 => "Press Ctrl+C again to leave.".to_owned(),
        1 => "Press Ctrl+C again to leave; an answer is still coming in elsewhere.".to_owned(),
        many => format!("Press Ctrl+C again to leave; {many} answers are still coming in."),
    };
    match temporary::warn(state) {
        Some(warning) => state.say(NoticeKind::Warning, format!("{warning} {said}")),
        None => state.say(NoticeKind::Info, said),
    }
    Vec::new()
}
