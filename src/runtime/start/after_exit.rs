//! Prints what is left to say when the terminal is the shell's again.

use std::io::{self, Write};
use std::path::Path;

use color_eyre::eyre::{Result, WrapErr, eyre};

use crate::app::{State, question::prompt_history, temporary};
use crate::chat::{ConversationId, Role, UnstoredCopy};
use crate::runtime::exit::{LoopExit, LoopFailure};
use crate::view::clean;

/// Prints what could not be stored. Returns the state at the end.
///
/// # Errors
/// When the loop failed.
pub(super) fn report(ended: LoopExit, log: &Path) -> Result<State> {
    let LoopExit { state, failure, messages } = ended;
    for line in messages {
        let _ = writeln!(io::stderr().lock(), "{}", clean::line(&line));
    }
    print_unstored(&state);
    match failure {
        None => Ok(state),
        Some(LoopFailure::Terminal(error)) => Err(error).wrap_err("The terminal was closed."),
        Some(LoopFailure::StoreThread) => Err(eyre!(store_failure_message(&state, log))),
    }
}

/// Prints the last answer of the conversation on screen, unless that is a temporary one.
pub(super) fn print_last_answer(state: &State) {
    let open = state.transcript.open.as_ref();
    let Some(open) = open.filter(|open| !temporary::is_temporary(state, &open.id)) else { return };
    if let Some(answer) = open.messages.iter().rev().find(|answer| answer.role == Role::Assistant) {
        // The program is ending: a closed standard output cannot be reported.
        let _ = writeln!(io::stdout().lock(), "{}", clean::text(answer.text.trim_end()));
    }
}

/// The conversation on screen; `None` where it is new or a temporary one.
pub(super) fn saved_conversation(state: &State) -> Option<ConversationId> {
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    open.filter(|id| !temporary::is_temporary(state, id))
}

/// The message for a store thread that panicked, with the texts that would be lost otherwise.
fn store_failure_message(state: &State, log: &Path) -> String {
    let mut message = format!(
        "The storage thread of duologue failed; see {}. Stored data is safe, and the next start \
         recovers the rest.",
        log.display()
    );
    let unsaved = unsaved_text(state);
    if !unsaved.is_empty() {
        message.push_str(" This text was not stored yet:\n\n");
        message.push_str(&clean::text(&unsaved));
    }
    message
}

/// Says which answers are not in the chats file; what is nowhere on the disk is printed, to be copied.
fn print_unstored(state: &State) {
    for turn in &state.turns {
        let Some(unstored) = turn.unstored() else { continue };
        let _ = writeln!(io::stderr().lock(), "{}", clean::line(&unstored.sentence()));
        let text = match unstored.copy {
            UnstoredCopy::Journal => {
                "The answer is safe in the state folder and is added to the file at the next start."
                    .to_owned()
            }
            UnstoredCopy::Memory => {
                format!("Copy the answer from here:\n\n{}", clean::text(turn.answer().trim_end()))
            }
        };
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

/// Questions and drafts that may not be on the disk.
fn unsaved_text(state: &State) -> String {
    let sent = state.unsaved_questions.iter().map(|question| question.draft.text.as_str());
    let queued = state.queued_questions.iter().map(|question| question.text.as_str());
    let all = sent.chain(queued).chain([prompt_history::own_text(&state.composer)]);
    all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}
