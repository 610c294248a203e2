//! The ways out of the program.
//! Must not leave while something would be gone that was not said.

use crate::chat::Turn;

use crate::app::{
    Effect, NoticeKind, Overlay, QuitState, State, background_answers, drafts, overlay, temporary,
    transcript, turn_actions,
};

/// Ends the program, unless something would be gone for ever and that was not said yet.
pub fn request_quit(state: &mut State) -> Vec<Effect> {
    let Some(warning) = temporary::take_warning(state) else {
        return quit_now(state);
    };
    state.show_notice(NoticeKind::Warning, format!("{warning} Press the key again to quit."));
    Vec::new()
}

/// Ends the program: answers under way are stopped and kept first.
pub fn quit_now(state: &mut State) -> Vec<Effect> {
    state.quit_state = QuitState::Quitting;
    if matches!(state.overlay, Some(Overlay::Palette(_))) {
        // A message that begins with a slash is kept with the draft.
        overlay::palette::close_palette(state);
    }
    let mut effects = turn_actions::end_all(state);
    effects.extend(drafts::save_now(state));
    effects.extend(transcript::save_scroll_position(state));
    effects.push(Effect::Quit);
    effects
}

/// Ctrl+C: stop the answer; when idle, leave at the second press in a row.
pub fn interrupt(state: &mut State, before: QuitState) -> Vec<Effect> {
    let goes_on = state.open_turn().is_some_and(Turn::is_continued_by_server);
    if let Some(turn) = state.open_turn().map(|turn| turn.id.clone()).filter(|_| !goes_on) {
        return turn_actions::stop_answer(state, &turn);
    }
    if before == QuitState::ConfirmPending {
        return quit_now(state);
    }
    state.quit_state = QuitState::ConfirmPending;
    let said = match state.turns.len() {
        _ if goes_on => background_answers::QUIT_ADVICE.to_owned(),
        0 => "Press Ctrl+C again to quit.".to_owned(),
        1 => "Press Ctrl+C again to quit. An answer is still arriving in another conversation."
            .to_owned(),
        many => format!("Press Ctrl+C again to quit. {many} answers are still arriving."),
    };
    match temporary::take_warning(state) {
        Some(warning) => state.show_notice(NoticeKind::Warning, format!("{warning} {said}")),
        None => state.show_notice(NoticeKind::Info, said),
    }
    Vec::new()
}
