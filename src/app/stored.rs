//! The routing table of what the disk says.
//! May not do anything with it.

use super::{
    Effect, State, Stored, arranging, attach, changes, drafts, history, list, navigation, overlay,
    running, turn_stored,
};

/// Sends a fact from the disk where it belongs.
pub fn route(state: &mut State, fact: Stored) -> Vec<Effect> {
    match fact {
        Stored::Listed(rows) => {
            list::take(state, rows);
            Vec::new()
        }
        Stored::Marked(marks) => {
            list::mark(state, marks);
            Vec::new()
        }
        Stored::Arranged(arrangement) => {
            arranging::take(state, arrangement);
            Vec::new()
        }
        Stored::DraftsFound(found) => drafts::take_found(state, found),
        Stored::FileNamed { path, bytes } => attach::take(state, path, bytes),
        Stored::PlacesFound(found) => {
            state.transcript.places.extend(found);
            Vec::new()
        }
        Stored::PromptsFound(found) => {
            history::take_found(state, found);
            Vec::new()
        }
        Stored::Opened(opened) => navigation::take(state, *opened),
        Stored::NotOpened { id, failure } => {
            navigation::not_opened(state, &id, &failure);
            Vec::new()
        }
        Stored::QuestionKept { turn, conversation } => {
            turn_stored::question_kept(state, &turn, *conversation)
        }
        Stored::QuestionNotKept { turn, failure } => {
            turn_stored::question_not_kept(state, &turn, failure)
        }
        Stored::AnswerKept { turn, conversation } => {
            turn_stored::answer_kept(state, &turn, *conversation)
        }
        Stored::AnswerNotKept { turn, failure } => {
            turn_stored::answer_not_kept(state, &turn, failure)
        }
        Stored::PresetsListed(listed) => {
            overlay::presets::take(state, listed);
            Vec::new()
        }
        Stored::PresetChanged { id, done } => {
            overlay::presets::take_changed(state, id.as_deref(), done)
        }
        Stored::RunningFound(found) => running::take_up(state, found),
        Stored::UsageCounted(report) => {
            overlay::usage::take(state, *report);
            Vec::new()
        }
        Stored::Found { search, hits, progress } => {
            overlay::find::take(state, search, hits, progress)
        }
        Stored::LogRead(lines) => {
            overlay::log::take(state, lines);
            Vec::new()
        }
        Stored::Changed { about, notice } => changes::done(state, about.as_ref(), notice),
        Stored::NotChanged { about, failure } => changes::not_done(state, about.as_ref(), &failure),
        Stored::Judged(notice) => {
            state.notify(notice);
            Vec::new()
        }
        Stored::FileChanged(notice) => changes::seen(state, notice),
    }
}
