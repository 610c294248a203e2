//! The routing table of what the disk says.
//! May not do anything with it.

use crate::app::{
    Effect, State, StoreEvent, attach, background_answers, change_events, drafts, list,
    list_actions, navigation, overlay, prompt_history, turn_store_events,
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
            list_actions::set_arrangement(state, arrangement);
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
            prompt_history::load_prompts(state, found);
            Vec::new()
        }
        StoreEvent::Opened(opened) => navigation::handle_opened(state, *opened),
        StoreEvent::NotOpened { id, failure } => {
            navigation::handle_not_opened(state, &id, &failure);
            Vec::new()
        }
        StoreEvent::QuestionStored { turn, conversation } => {
            turn_store_events::handle_question_stored(state, &turn, *conversation)
        }
        StoreEvent::QuestionNotStored { turn, failure } => {
            turn_store_events::handle_question_not_stored(state, &turn, failure)
        }
        StoreEvent::AnswerStored { turn, conversation } => {
            turn_store_events::handle_answer_stored(state, &turn, *conversation)
        }
        StoreEvent::AnswerNotStored { turn, failure } => {
            turn_store_events::handle_answer_not_stored(state, &turn, failure)
        }
        StoreEvent::PresetsListed(listed) => {
            overlay::presets::set_presets(state, listed);
            Vec::new()
        }
        StoreEvent::PresetChanged { id, outcome: done } => {
            overlay::presets::handle_changed(state, id.as_deref(), done)
        }
        StoreEvent::BackgroundFound(found) => background_answers::resume_found(state, found),
        StoreEvent::UsageCounted(report) => {
            overlay::usage::set_report(state, *report);
            Vec::new()
        }
        StoreEvent::SearchFound { search, hits, progress } => {
            overlay::search_overlay::add_hits(state, search, hits, progress)
        }
        StoreEvent::LogRead(lines) => {
            overlay::log::set_lines(state, lines);
            Vec::new()
        }
        StoreEvent::Changed { about, notice } => {
            change_events::handle_changed(state, about.as_ref(), notice)
        }
        StoreEvent::NotChanged { about, failure } => {
            change_events::handle_not_changed(state, about.as_ref(), &failure)
        }
        StoreEvent::FileChecked(notice) => {
            state.notify(notice);
            Vec::new()
        }
        StoreEvent::FileChanged(notice) => change_events::handle_file_changed(state, notice),
    }
}
