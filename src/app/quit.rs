//! Quitting. Must not lose a temporary conversation without a warning.

use crate::chat::Turn;
use crate::settings::EditAction;

use crate::app::{
    Effect, FollowUp, NoticeKind, Overlay, QuitState, State, background_answers, drafts, overlay,
    templates, temporary, transcript, turn_actions,
};

/// Ends the program, but first warns once where a temporary conversation would be lost.
pub(crate) fn request_quit(state: &mut State) -> Vec<Effect> {
    let Some(warning) = temporary::take_warning(state) else {
        return quit_now(state);
    };
    state.show_notice(NoticeKind::Warning, format!("{warning} Press the key again to quit."));
    Vec::new()
}

/// Ends the program; stops running answers and saves drafts first.
pub(crate) fn quit_now(state: &mut State) -> Vec<Effect> {
    state.quit_state = QuitState::Quitting;
    if matches!(state.overlay, Some(Overlay::Palette(_))) {
        // A message that starts with a slash is saved with the draft.
        overlay::palette::close_palette(state);
    }
    let mut effects = turn_actions::end_all(state);
    effects.extend(templates::put_back_all(state));
    effects.extend(drafts::save_now(state));
    effects.extend(transcript::save_scroll_position(state));
    effects.push(Effect::Quit);
    effects
}

/// Ends the window so that `duologue setup` can have the terminal; the window opens again after it.
pub(crate) fn leave_for_setup(state: &mut State) -> Vec<Effect> {
    if state.session.demo {
        let message = "The demo has a server of its own. Quit it and run `duologue setup`.";
        state.show_notice(NoticeKind::Info, message);
        return Vec::new();
    }
    let effects = request_quit(state);
    if state.quit_state == QuitState::Quitting {
        state.follow_up = FollowUp::Setup;
    }
    effects
}

/// Empties the composer; the text can be inserted again.
fn clear_composer(state: &mut State) {
    state.composer.editor.cut_all();
    state.composer.edited_question = None;
    let key = state.keymap.primary_edit_key(EditAction::Yank);
    let how = key.map_or_else(String::new, |key| format!(" {key} inserts the text again."));
    state.show_notice(NoticeKind::Info, format!("Cleared the composer.{how}"));
}

/// Handles Ctrl+C: stops the answer, else clears the composer; twice in a row when there is neither,
/// it quits.
pub(crate) fn interrupt(state: &mut State, before: QuitState) -> Vec<Effect> {
    let goes_on = state.open_turn().is_some_and(Turn::is_continued_by_server);
    if let Some(turn) = state.open_turn().map(|turn| turn.id.clone()).filter(|_| !goes_on) {
        return turn_actions::stop_answer(state, &turn);
    }
    if before == QuitState::ConfirmPending {
        return quit_now(state);
    }
    if !state.composer.text_is_empty() {
        clear_composer(state);
        return Vec::new();
    }
    state.quit_state = QuitState::ConfirmPending;
    let text = match state.turns.len() {
        _ if goes_on => background_answers::QUIT_ADVICE.to_owned(),
        0 => "Press Ctrl+C again to quit.".to_owned(),
        1 => "Press Ctrl+C again to quit. An answer is still arriving in another conversation."
            .to_owned(),
        many => format!("Press Ctrl+C again to quit. {many} answers are still arriving."),
    };
    match temporary::take_warning(state) {
        Some(warning) => state.show_notice(NoticeKind::Warning, format!("{warning} {text}")),
        None => state.show_notice(NoticeKind::Info, text),
    }
    Vec::new()
}
