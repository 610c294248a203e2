//! What is shown where a conversation does not end with an answer.

use ratatui::text::Line;

use crate::app::turn::remote_turn::{self, RemoteTurnStatus};
use crate::app::{FailedTurn, OpenConversation, State, temporary, window_advice};
use crate::chat::{Failure, FailureKind, Readability, UnstoredEnding};
use crate::settings::{Action, Theme};

use crate::view::forks;
use crate::view::key_hint_rows::key_hint_rows;
use crate::view::message::remark_lines;

/// The two ways on after an answer that ended early.
#[must_use]
pub(crate) fn resume_hint(state: &State) -> String {
    let again = state.keymap.primary_key(Action::Retry);
    let again = again.map_or_else(String::new, |key| format!(", {key} asks again"));
    format!(" The partial answer is kept. /continue resumes it{again}.")
}

/// The lines below an answer that could not be stored yet, after `padding` empty ones.
#[must_use]
pub(crate) fn unstored_lines(
    unstored: &UnstoredEnding,
    padding: usize,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default(); padding];
    lines.extend(remark_lines(&unstored.sentence(), theme.error, columns));
    lines.extend(remark_lines(unstored.next_step(), theme.text, columns));
    lines
}

#[must_use]
pub(crate) fn unanswered_lines(
    open: &OpenConversation,
    state: &State,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let lines = |text: &str, style| remark_lines(text, style, columns);
    let remark = |next: &str| format!("{} {next}", open.readability.sentence().unwrap_or_default());
    match &open.readability {
        Readability::NotStoredLocally => {
            lines(&remark("Your next message starts a new one."), theme.warning)
        }
        Readability::Damaged(_) => lines(&remark("It is left unchanged."), theme.error),
        Readability::Whole if !open.messages.is_empty() => {
            question_lines(open, state, theme, columns)
        }
        Readability::Whole if temporary::is_temporary(state, &open.id) => {
            lines(TEMPORARY, theme.faint)
        }
        Readability::Whole => lines("This conversation is empty.", theme.faint),
    }
}

const TEMPORARY: &str = "Temporary conversation: nothing is saved, neither on this disk nor on \
                         the server. It is gone when you quit.";

/// The lines below a question without an answer: why it has none and how to get one.
fn question_lines(
    open: &OpenConversation,
    state: &State,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    if let Some(FailedTurn { failure, .. }) = &open.failure {
        return failure_lines(failure, open, state, theme, columns);
    }
    let mut lines = Vec::new();
    let mut add = |text: &str, style| lines.extend(remark_lines(text, style, columns));
    let problem = match remote_turn::of(state, open) {
        Some(RemoteTurnStatus::Answering) => {
            add(
                "Being answered in the web app. The answer appears here when it is complete.",
                theme.info,
            );
            return lines;
        }
        Some(RemoteTurnStatus::TimedOut) => "No answer arrived in the web app.",
        None => "This question has no answer.",
    };
    let key = state.keymap.primary_key(Action::Retry);
    let remedy = key.map_or_else(String::new, |key| format!(" Press {key} to ask again."));
    add(&format!("{problem}{remedy}"), theme.warning);
    if let Some(hint) = forks::earlier_answers_hint(open, state) {
        add(&hint, theme.faint);
    }
    lines
}

/// What failed, what to do about it, and the keys that help.
fn failure_lines(
    failure: &Failure,
    open: &OpenConversation,
    state: &State,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let mut lines = remark_lines(&failure.sentence, theme.error, columns);
    let advice = window_advice::words(&failure.advice, &state.keymap);
    if !advice.is_empty() {
        lines.extend(remark_lines(&advice, theme.text, columns));
    }
    let is_model = failure.kind == FailureKind::ModelUnavailable;
    let helps = [
        (Action::ChooseModel, "choose a model", is_model),
        (Action::Retry, "ask again", !is_model),
        (Action::ShowLog, "log", failure.request_id.is_some()),
    ];
    let keys = helps.into_iter().filter(|(_, _, is_useful)| *is_useful);
    let named = |(action, what, _)| Some((state.keymap.key_name(action)?, what));
    let is_key = failure.kind == FailureKind::ApiKey;
    let setup = is_key.then(|| ("/setup".to_owned(), "another key"));
    lines.extend(key_hint_rows(keys.filter_map(named).chain(setup), columns, theme));
    if let Some(hint) = forks::earlier_answers_hint(open, state) {
        lines.extend(remark_lines(&hint, theme.muted, columns));
    }
    lines
}
