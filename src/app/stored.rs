//! The routing table of what the disk says.
//! May not do anything with it.

use super::{
    Effect, State, StoreEvent, arranging, attach, changes, drafts, history, list, navigation,
    overlay, running, turn_stored,
};

/// Sends a fact from the disk where it belongs.
pub fn route(state: &mut State, fact: StoreEvent) -> Vec<Effect> {
    match fact {
        StoreEvent::Listed(rows) => {
            list::set_rows(state, rows);
            Vec::new()
        }
        StoreEvent::Marked(marks) => {
            list::apply_marks(state, marks);
            Vec::new()
        }
        StoreEvent::Arranged(arrangement) => {
            arranging::set_arrangement(state, arrangement);
            Vec::new()
        }
        StoreEvent::DraftsFound(found) => drafts::load_drafts(state, found),
        StoreEvent::AttachmentAccepted { path, bytes } => {
            attach::insert_mention(state, path, bytes)
        }
        StoreEvent::ScrollPositionsFound(found) => {
            state.transcript.scroll_positions.extend(found);
            Vec::new()
        }
        StoreEvent::PromptsFound(found) => {
            history::load_prompts(state, found);
            Vec::new()
        }
        StoreEvent::Opened(opened) => navigation::handle_opened(state, *opened),
        StoreEvent::NotOpened { id, failure } => {
            navigation::handle_not_opened(state, &id, &failure);
            Vec::new()
        }
        StoreEvent::QuestionStored { turn, conversation } => {
            turn_stored::handle_question_stored(state, &turn, *conversation)
        }
        StoreEvent::QuestionNotStored { turn, failure } => {
            turn_stored::handle_question_not_stored(state, &turn, failure)
        }
        StoreEvent::AnswerStored { turn, conversation } => {
            turn_stored::handle_answer_stored(state, &turn, *conversation)
        }
        StoreEvent::AnswerNotStored { turn, failure } => {
            turn_stored::handle_answer_not_stored(state, &turn, failure)
        }
        StoreEvent::PresetsListed(listed) => {
            overlay::presets::set_presets(state, listed);
            Vec::new()
        }
        StoreEvent::PresetChanged { id, outcome: done } => {
            overlay::presets::handle_changed(state, id.as_deref(), done)
        }
        StoreEvent::BackgroundFound(found) => running::resume_found(state, found),
        StoreEvent::UsageCounted(report) => {
            overlay::usage::set_report(state, *report);
            Vec::new()
        }
        StoreEvent::SearchFound { search, hits, progress } => {
            overlay::find::add_hits(state, search, hits, progress)
        }
        StoreEvent::LogRead(lines) => {
            overlay::log::set_lines(state, lines);
            Vec::new()
        }
        StoreEvent::Changed { about, notice } => {
            changes::handle_changed(state, about.as_ref(), notice)
        }
        StoreEvent::NotChanged { about, failure } => {
            changes::handle_not_changed(state, about.as_ref(), &failure)
        }
        StoreEvent::FileChecked(notice) => {
            state.notify(notice);
            Vec::new()
        }
        StoreEvent::FileChanged(notice) => changes::handle_file_changed(state, notice),
    }
}
