//! Routes each event of the store to the file that handles it.

use crate::chat::TurnEvent;

use crate::app::{
    Effect, State, StoreEvent, change_events, list,
    list::list_actions,
    overlay,
    question::{attach, drafts, prompt_history},
    transcript,
    transcript::navigation,
    turn::{background_answers, turn_steps, turn_store_events, unstored_answers},
    undo,
};

/// Sends an event of the store to the file that handles it.
pub(crate) fn route(state: &mut State, event: StoreEvent) -> Vec<Effect> {
    match event {
        StoreEvent::Listed(rows) => list::set_rows(state, rows),
        StoreEvent::NotListed(failure) => list::set_problem(state, &failure),
        StoreEvent::Marked(marks) => list::apply_marks(state, marks),
        StoreEvent::Arranged(arrangement) => list_actions::set_arrangement(state, arrangement),
        StoreEvent::ScrollPositionsFound(found) => transcript::load_positions(state, found),
        StoreEvent::PromptsFound(found) => prompt_history::load_prompts(state, found),
        StoreEvent::NotOpened { id, failure } => {
            return navigation::handle_not_opened(state, &id, &failure);
        }
        StoreEvent::PresetsListed(listed) => overlay::presets::set_presets(state, listed),
        StoreEvent::UsageCounted(report) => overlay::usage::set_report(state, *report),
        StoreEvent::Exporting(progress) => state.export = Some(progress),
        StoreEvent::ExportEnded => state.export = None,
        StoreEvent::LogRead(lines) => overlay::log::set_lines(state, lines),
        StoreEvent::Notice(notice) => state.notify(notice),
        StoreEvent::Failed(failure) => state.show_failure(&failure),
        StoreEvent::DraftsFound(found) => return drafts::load_drafts(state, found),
        StoreEvent::AttachmentAccepted { path, bytes } => {
            return attach::insert_mention(state, path, bytes);
        }
        StoreEvent::Opened(loaded) => return navigation::handle_opened(state, *loaded),
        StoreEvent::QuestionStored { turn, conversation } => {
            return turn_store_events::handle_question_stored(state, &turn, *conversation);
        }
        StoreEvent::QuestionNotStored { turn, failure } => {
            return turn_steps::feed_event(state, &turn, TurnEvent::QuestionNotStored(failure));
        }
        StoreEvent::AnswerStored { turn, conversation } => {
            return turn_store_events::handle_answer_stored(state, &turn, *conversation);
        }
        StoreEvent::AnswerNotStored { turn, failure } => {
            return turn_store_events::handle_answer_not_stored(state, &turn, failure);
        }
        StoreEvent::AnswerDelayed { turn, failure, copy } => {
            return unstored_answers::handle_delayed(state, &turn, failure, copy);
        }
        StoreEvent::PresetChanged { id, outcome } => {
            return overlay::presets::handle_changed(state, id.as_deref(), outcome);
        }
        StoreEvent::BackgroundFound(found) => {
            return background_answers::resume_found(state, found);
        }
        StoreEvent::SearchFound { search, hits, progress } => {
            return overlay::search_overlay::add_hits(state, search, hits, progress);
        }
        StoreEvent::Trashed { conversation, turn, number } => {
            state.note_trashed(&conversation, turn.as_ref(), number);
        }
        StoreEvent::Duplicated { copy, messages } => state.note_duplicate(&copy, messages),
        StoreEvent::UndoEnded { outcome, is_left } => {
            return undo::handle_ended(state, outcome, is_left);
        }
        StoreEvent::Changed { about, notice } => {
            let mut effects = change_events::handle_changed(state, &about, notice);
            effects.extend(undo::undo_waiting(state));
            return effects;
        }
        StoreEvent::NotChanged { about, failure } => {
            // What was to be undone was not done, and the change before it is not meant.
            state.undo.waiting = 0;
            return change_events::handle_not_changed(state, &about, &failure);
        }
        StoreEvent::DraftNotSaved(failure) => drafts::report_not_saved(state, &failure),
        StoreEvent::FileChanged(notice) => {
            return change_events::handle_file_changed(state, notice.as_ref());
        }
    }
    Vec::new()
}
