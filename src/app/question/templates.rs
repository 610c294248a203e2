//! Prompt templates in the window: a call becomes a question once the runtime has read the files. Must
//! not look for placeholders, commands or mentions in what was put in: it is not the user's own text.

use std::sync::Arc;

use crate::app::overlay;
use crate::app::{
    Effect, NoticeKind, QuestionOverrides, State, TemplateCall, TemplateEntry, TemplateQuestion,
    TemplatesEffect, TemplatesEvent, copy,
    question::{attach, composer, drafts},
    turn::queued_questions,
};
use crate::chat::ConversationId;
use crate::settings::is_prompt_name;

/// Asks for a template to be read and expanded.
pub(crate) fn call(state: &mut State, call: TemplateCall) -> Vec<Effect> {
    let mut effects = attach::attach_mentioned(state, &call.argument);
    if is_prompt_name(&call.name) {
        let text = format!("Getting the prompt {} from its MCP server…", call.name);
        state.show_notice(NoticeKind::Info, text);
    }
    let selection = copy::selected_text(state);
    let conversation = drafts::owner(state);
    state.templates.calls.push((conversation.clone(), call.clone()));
    effects.extend(drafts::save_sent(state, conversation.clone()));
    effects.push(Effect::Templates(TemplatesEffect::Expand { call, conversation, selection }));
    effects
}

/// Handles what the templates worker reports.
pub(crate) fn handle_event(state: &mut State, event: TemplatesEvent) -> Vec<Effect> {
    match event {
        TemplatesEvent::Listed { mut entries, folder } => {
            let prompts = state.templates.entries.iter().filter(|it| it.server.is_some());
            entries.extend(prompts.cloned());
            state.templates.folder = folder;
            set_entries(state, entries);
            Vec::new()
        }
        TemplatesEvent::PromptsListed { server, entries } => {
            let is_other = |it: &&TemplateEntry| it.server.as_ref() != Some(&server);
            let mut all: Vec<TemplateEntry> =
                state.templates.entries.iter().filter(is_other).cloned().collect();
            all.extend(entries);
            // Files have no server and stay first.
            all.sort_by(|one, other| one.server.cmp(&other.server));
            set_entries(state, all);
            Vec::new()
        }
        TemplatesEvent::Expanded { call, conversation, expanded } => {
            let is_it = |it: &(_, _)| it.0 == conversation && it.1 == call;
            let Some(index) = state.templates.calls.iter().position(is_it) else {
                // Its temporary conversation was discarded, and the text with it.
                return Vec::new();
            };
            state.templates.calls.remove(index);
            match expanded {
                Ok(question) => ask(state, conversation, &call, *question),
                Err(reason) => {
                    state.show_notice(NoticeKind::Error, reason);
                    put_back(state, conversation, &call)
                }
            }
        }
    }
}

fn set_entries(state: &mut State, entries: Vec<TemplateEntry>) {
    let entries: Arc<[TemplateEntry]> = entries.into();
    state.templates.entries = Arc::clone(&entries);
    overlay::palette::set_templates(state, entries);
}

/// Asks the question that a template became, or queues it.
fn ask(
    state: &mut State,
    conversation: Option<ConversationId>,
    call: &TemplateCall,
    question: TemplateQuestion,
) -> Vec<Effect> {
    let TemplateQuestion { text, model, preset } = question;
    let overrides = QuestionOverrides { model, preset };
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

/// Puts the calls that have not become questions back where they were typed, because the program ends.
pub(crate) fn put_back_all(state: &mut State) -> Vec<Effect> {
    let calls = std::mem::take(&mut state.templates.calls);
    // The last one first: each goes before what is there.
    calls
        .into_iter()
        .rev()
        .flat_map(|(conversation, call)| put_back(state, conversation, &call))
        .collect()
}

/// Puts the call back where it was typed, before what was typed since.
fn put_back(
    state: &mut State,
    conversation: Option<ConversationId>,
    call: &TemplateCall,
) -> Vec<Effect> {
    drafts::save_unsent(state, conversation, call.text().into())
}
