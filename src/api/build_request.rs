//! The request for the answer to a conversation's last question, out of settings and answer options.
//! May not send it.

use jiff::tz::TimeZone;

use crate::chat::{
    AnswerOptions, ContextPolicy, Conversation, ExecutionMode, RequestContext, Retention, Timestamp,
};
use crate::settings::{ContextChoice, Settings, SummaryDetail};
use crate::tools::ToolSet;

use crate::api::address::{Address, context_policy};
use crate::api::knowledge_cutoff;
use crate::api::request::ModelRequest;

/// What web search is called among the tools.
const WEB_SEARCH: &str = "web_search";

/// The request for the answer to the last question of a conversation.
#[must_use]
pub fn build_request(
    settings: &Settings,
    options: AnswerOptions,
    conversation: &Conversation,
    now: Timestamp,
) -> ModelRequest {
    let address = Address::parse(&settings.base_url).ok();
    let known = settings.demo || address.as_ref().is_some_and(|it| it.is_openai() || it.is_azure());
    let wanted = options.retention == Retention::Stored;
    let policy = if wanted { context_policy(settings) } else { ContextPolicy::Replay };
    let stored = settings.store && wanted;
    let retention = if stored { Retention::Stored } else { Retention::NotStored };
    let tools = ToolSet::of(&options.tools);
    // Nobody is here to run a tool of this machine while the program is not.
    let trusted = known || settings.context == ContextChoice::Chain;
    let alone = trusted && retention == Retention::Stored && tools.is_empty();
    let mode = if alone { options.mode } else { ExecutionMode::Foreground };
    let searches = options.tools.iter().any(|tool| tool == WEB_SEARCH);
    let search = searches.then(|| settings.location.clone());
    // Whoever asks for no reasoning gets no summary of it.
    let reasons = options.effort.as_deref() != Some("none");
    let summary = settings.summary.request_value();
    let summary = summary.filter(|_| reasons && (known || settings.summary != SummaryDetail::Auto));
    ModelRequest {
        instructions: Some(instructions(settings, &options, now)),
        fallback: Some(RequestContext::without_chain(conversation)),
        effort: options.effort,
        summary,
        tools,
        web_search: search,
        policy,
        retention,
        mode,
        ..ModelRequest::new(options.model, RequestContext::for_next_answer(conversation, policy))
    }
}

/// What the model is told. A preset's instructions get the date and up to when the model knows the
/// world, as the web app gives them.
fn instructions(settings: &Settings, options: &AnswerOptions, now: Timestamp) -> String {
    let told = options.instructions.as_ref().unwrap_or(&settings.instructions);
    let today = jiff::Timestamp::from_second(now.seconds())
        .map(|now| now.to_zoned(TimeZone::system()).date().to_string());
    match (&options.preset, today) {
        (Some(_), Ok(today)) => {
            let cutoff = knowledge_cutoff::of(&options.model);
            let cutoff = cutoff.map_or_else(String::new, |it| format!("Knowledge cutoff: {it}. "));
            format!("{}\n\n{cutoff}Current date: {today}", told.trim_end())
        }
        (None, _) | (_, Err(_)) => told.clone(),
    }
}
