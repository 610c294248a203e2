//! Prompt templates in the window: a call becomes a question once the runtime has read the files. Must
//! not look for placeholders, commands or mentions in what was put in: it is not the user's own text.

use std::sync::Arc;

use super::{
    Effect, NoticeKind, QuestionOverrides, State, TemplateCall, TemplateEntry, Templates,
    TemplatesEffect, TemplatesEvent, attach, composer, copy, drafts, queued_questions,
};
use crate::app::overlay;
use crate::chat::ConversationId;

/// Asks for a template to be read and expanded.
pub(crate) fn call(state: &mut State, call: TemplateCall) -> Vec<Effect> {
    let mut effects = attach::attach_mentioned(state, &call.argument);
    let selection = copy::selected_text(state);
    let conversation = drafts::owner(state);
    effects.push(Effect::Templates(TemplatesEffect::Expand { call, conversation, selection }));
    effects
}

/// Handles what the templates worker reports.
pub(crate) fn handle_event(state: &mut State, event: TemplatesEvent) -> Vec<Effect> {
    match event {
        TemplatesEvent::Listed { entries, folder } => {
            let entries: Arc<[TemplateEntry]> = entries.into();
            state.templates = Templates { entries: Arc::clone(&entries), folder };
            overlay::palette::set_templates(state, entries);
            Vec::new()
        }
        TemplatesEvent::Expanded { call, conversation, expanded: Err(reason) } => {
            state.show_notice(NoticeKind::Error, reason);
            put_back(state, conversation, &call)
        }
        TemplatesEvent::Expanded { call, conversation, expanded: Ok(question) } => {
            let overrides = QuestionOverrides { model: question.model, preset: question.preset };
            ask(state, conversation, &call, question.text, overrides)
        }
    }
}

/// Asks the question that a template became, or queues it.
fn ask(
    state: &mut State,
    conversation: Option<ConversationId>,
    call: &TemplateCall,
    text: String,
    overrides: QuestionOverrides,
) -> Vec<Effect> {
    if conversation != drafts::owner(state) {
        let text = "The question was not sent, because another conversation was opened. Its text is in \
                    the draft.";
        state.show_notice(NoticeKind::Warning, text);
        return put_back(state, conversation, call);
    }
    if state.open_turn().is_some() {
        if overrides != QuestionOverrides::default() {
            let text = "A template with a model or a preset cannot be queued. Send it again when the \
                        answer is complete.";
            state.show_notice(NoticeKind::Info, text);
            return put_back(state, conversation, call);
        }
        return queued_questions::enqueue_text(state, text, &call.text());
    }
    if !composer::check_can_ask(state) {
        return put_back(state, conversation, call);
    }
    composer::ask_text(state, &text, &call.text(), overrides)
}

/// Puts the call back where it was typed, before what was typed since.
fn put_back(
    state: &mut State,
    conversation: Option<ConversationId>,
    call: &TemplateCall,
) -> Vec<Effect> {
    drafts::save_unsent(state, conversation, call.text().into())
}
