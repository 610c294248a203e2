//! Quitting. Must not lose a temporary conversation or an unstored answer without a warning.

use crate::chat::{Turn, count};
use crate::settings::{Action, EditAction};

use crate::app::{
    Effect, FollowUp, NoticeKind, Overlay, QuitState, State, overlay,
    question::{drafts, templates},
    temporary, transcript,
    turn::{background_answers, turn_actions, unstored_answers},
};

/// The warnings about what quitting loses; each is returned once.
fn take_warning(state: &mut State) -> Option<String> {
    let warnings = [unstored_answers::take_warning(state), temporary::take_warning(state)];
    let warnings: Vec<&str> = warnings.into_iter().flatten().collect();
    (!warnings.is_empty()).then(|| warnings.join(" "))
}

/// Ends the program, but first warns once about what would be lost.
pub(crate) fn request_quit(state: &mut State) -> Vec<Effect> {
    let Some(warning) = take_warning(state) else {
        return quit_now(state);
    };
    let key = state.keymap.primary_key(Action::Quit);
    let how = key.map_or_else(|| "Use /quit".to_owned(), |key| format!("Press {key}"));
    state.show_notice(NoticeKind::Warning, format!("{warning} {how} again to quit anyway."));
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
    effects
}

/// Ends the window so that `duologue setup` can have the terminal; the window opens again after it.
pub(crate) fn leave_for_setup(state: &mut State) -> Vec<Effect> {
    if state.session.demo {
        let message = "The demo has a server of its own. Quit it and run `duologue setup`.";
        state.show_notice(NoticeKind::Info, message);
        return Vec::new();
    }
    if let Some(warning) = take_warning(state) {
        let text = format!("{warning} Type /setup again to continue anyway.");
        state.show_notice(NoticeKind::Warning, text);
        return Vec::new();
    }
    state.follow_up = FollowUp::Setup;
    quit_now(state)
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
    let running = state.open_turn().filter(|turn| !goes_on && turn.unstored().is_none());
    if let Some(turn) = running.map(|turn| turn.id.clone()) {
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
    let text = match unstored_answers::count_arriving(state) {
        _ if goes_on => background_answers::QUIT_ADVICE.to_owned(),
        0 => "Press Ctrl+C again to quit.".to_owned(),
        1 => "Press Ctrl+C again to quit. An answer is still arriving in another conversation."
            .to_owned(),
        many => {
            let answers = count::phrase(many, "answer");
            format!("Press Ctrl+C again to quit. {answers} are still arriving.")
        }
    };
    match take_warning(state) {
        Some(warning) => state.show_notice(NoticeKind::Warning, format!("{warning} {text}")),
        None => state.show_notice(NoticeKind::Info, text),
    }
    Vec::new()
}
