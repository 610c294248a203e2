//! Builds the request for the answer to a conversation's last question from settings and answer options.

use jiff::tz::TimeZone;

use crate::chat::{
    AnswerOptions, ContextPolicy, Conversation, ExecutionMode, RequestContext, Retention, Timestamp,
};
use crate::settings::{ContextChoice, Settings, SummaryDetail};
use crate::tools::ToolSet;

use crate::api::address::{Address, context_policy};
use crate::api::knowledge_cutoff;
use crate::api::request::ModelRequest;

/// The name of web search among the tools of [`AnswerOptions`].
const WEB_SEARCH: &str = "web_search";

/// Builds the request for the answer to the last question of a conversation.
#[must_use]
pub fn build_request(
    settings: &Settings,
    options: AnswerOptions,
    conversation: &Conversation,
    now: Timestamp,
) -> ModelRequest {
    let address = Address::parse(&settings.base_url).ok();
    let is_known =
        settings.demo || address.as_ref().is_some_and(|it| it.is_openai() || it.is_azure());
    let may_store = options.retention == Retention::Stored;
    let policy = if may_store { context_policy(settings) } else { ContextPolicy::Replay };
    let stored = settings.store && may_store;
    let retention = if stored { Retention::Stored } else { Retention::NotStored };
    let tools = ToolSet::of(&options.tools);
    // A background answer cannot call local tools while the program is not running.
    let trusted = is_known || settings.context == ContextChoice::Chain;
    let can_run_alone = trusted && retention == Retention::Stored && tools.is_empty();
    let mode = if can_run_alone { options.mode } else { ExecutionMode::Foreground };
    let has_search = options.tools.iter().any(|tool| tool == WEB_SEARCH);
    let web_search = has_search.then(|| settings.location.clone());
    // Without reasoning there is no summary to ask for.
    let has_reasoning = options.effort.as_deref() != Some("none");
    let summary = settings.summary.request_value();
    let summary =
        summary.filter(|_| has_reasoning && (is_known || settings.summary != SummaryDetail::Auto));
    ModelRequest {
        instructions: Some(instructions(settings, &options, now)),
        fallback: Some(RequestContext::without_chain(conversation)),
        effort: options.effort,
        summary,
        tools,
        web_search,
        policy,
        retention,
        mode,
        ..ModelRequest::new(options.model, RequestContext::for_next_answer(conversation, policy))
    }
}

/// The instructions of the request. Those of a preset get the model's knowledge cutoff and the date,
/// as in the web app (hcorion/ai-multitool bdc7763, 2026).
fn instructions(settings: &Settings, options: &AnswerOptions, now: Timestamp) -> String {
    let text = options.instructions.as_ref().unwrap_or(&settings.instructions);
    let today = jiff::Timestamp::from_second(now.seconds())
        .map(|now| now.to_zoned(TimeZone::system()).date().to_string());
    match (&options.preset, today) {
        (Some(_), Ok(today)) => {
            let cutoff = knowledge_cutoff::of(&options.model);
            let cutoff = cutoff.map_or_else(String::new, |it| format!("Knowledge cutoff: {it}. "));
            format!("{}\n\n{cutoff}Current date: {today}", text.trim_end())
        }
        (None, _) | (_, Err(_)) => text.clone(),
    }
}
