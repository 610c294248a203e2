//! Builds the request for the answer to a conversation's last question from settings and answer options.

use jiff::tz::TimeZone;

use crate::chat::{
    AnswerOptions, ContextPolicy, Conversation, ExecutionMode, RequestContext, Retention, Timestamp,
};
use crate::settings::{ContextChoice, Settings, SummaryDetail};
use crate::tools::ToolSet;

use crate::api::address::context_policy;
use crate::api::request::date_line::{date_line, with_date_line};
use crate::api::request::{ModelRequest, PresetRequest};

/// The name of web search among the tools of [`AnswerOptions`], that of the web app
/// (hcorion/ai-multitool bdc7763, 2026).
const WEB_SEARCH: &str = "web_search";
/// The model the web app always asks with the effort `high`, whatever the preset says
/// (hcorion/ai-multitool bdc7763, measured on 2026-11-29).
const HIGH_EFFORT_MODEL: &str = "gpt-5-pro";

/// Conversations with more text are given away message by message while they are sent, so that they are not in
/// memory several times meanwhile, in bytes. Our choice: most are shorter.
const MAX_TEXT_IN_MEMORY: usize = 1024 * 1024;

/// Whether a conversation is read message by message while it is sent, because it is long; a temporary one never
/// is. A single question has a form of its own, and is in memory anyway.
#[must_use]
pub fn is_read_while_sent(conversation: &Conversation, options: &AnswerOptions) -> bool {
    let messages = &conversation.messages;
    let text_bytes = || messages.iter().map(|message| message.text.len()).sum::<usize>();
    let is_in_file = options.retention == Retention::Stored;
    conversation.earlier > 0
        || is_in_file && messages.len() > 1 && text_bytes() > MAX_TEXT_IN_MEMORY
}

/// Builds the request for the answer to the last question of a conversation. With a preset it is the
/// request the web app makes for the same preset and question. The transcript of one that is read while it is
/// sent is added by the caller.
#[must_use]
pub fn build_request(
    settings: &Settings,
    options: AnswerOptions,
    conversation: &Conversation,
    now: Timestamp,
) -> ModelRequest {
    let is_known = settings.demo || settings.base_url.is_openai_or_azure();
    let may_store = options.retention == Retention::Stored;
    let policy = if may_store { context_policy(settings) } else { ContextPolicy::Replay };
    let stored = settings.store && may_store;
    let retention = if stored { Retention::Stored } else { Retention::NotStored };
    let tools = ToolSet::of(&options.tools);
    // A background answer cannot call local tools while the program is not running.
    let trusted = is_known || settings.context == ContextChoice::Chain;
    let external_tools: Vec<String> =
        options.tools.iter().filter(|name| settings.mcp.has_tool(name)).cloned().collect();
    let has_local_tools = !tools.is_empty() || !external_tools.is_empty();
    let can_run_alone = trusted && retention == Retention::Stored && !has_local_tools;
    let mode = if can_run_alone { options.mode } else { ExecutionMode::Foreground };
    let has_search = options.tools.iter().any(|tool| tool == WEB_SEARCH);
    let web_search = has_search.then(|| settings.location.clone());
    let bare = options.instructions.as_ref().unwrap_or(&settings.instructions);
    let preset = options.preset.as_ref().map(|_| PresetRequest {
        tool_names: options.tools.clone(),
        bare_instructions: bare.clone(),
    });
    let instructions = match &preset {
        Some(_) => dated_instructions(bare, &options.model, now),
        None => bare.clone(),
    };
    let mut context = RequestContext::for_next_answer(conversation, policy);
    // Without a chain the context is the whole transcript already.
    let is_chained = context.previous_response_id.is_some();
    let is_read_later = is_read_while_sent(conversation, &options);
    let whole_context =
        (is_chained && !is_read_later).then(|| RequestContext::without_chain(conversation));
    if is_read_later && !is_chained {
        context.replay.drain(..context.replay.len().saturating_sub(1));
    }
    let user = settings.send_user.then(|| settings.user.to_string());
    ModelRequest {
        instructions: Some(instructions),
        whole_context,
        summary: summary(settings, &options, is_known),
        effort: effort(&options),
        tools,
        external_tools,
        web_search,
        policy,
        preset,
        user: user.filter(|name| !name.is_empty()),
        retention,
        mode,
        ..ModelRequest::new(options.model, context)
    }
}

/// The reasoning effort to ask for: that of the options, except where the web app ignores a preset's.
fn effort(options: &AnswerOptions) -> Option<String> {
    if options.preset.is_some() && options.model == HIGH_EFFORT_MODEL {
        return Some("high".to_owned());
    }
    options.effort.clone()
}

/// The kind of reasoning summary to ask for. Where the settings leave it open, a preset asks for a
/// detailed one, as in the web app, and unknown servers are asked for none.
fn summary(settings: &Settings, options: &AnswerOptions, is_known_server: bool) -> Option<String> {
    // Without reasoning there is no summary to ask for.
    if options.effort.as_deref() == Some("none") {
        return None;
    }
    match (settings.summary, &options.preset) {
        (SummaryDetail::Auto, Some(_)) => SummaryDetail::Detailed.request_value(),
        (SummaryDetail::Auto, None) if !is_known_server => None,
        (chosen, _) => chosen.request_value(),
    }
}

/// Adds the date line to a preset's instructions, with the date in this machine's time zone.
fn dated_instructions(instructions: &str, model: &str, now: Timestamp) -> String {
    match jiff::Timestamp::from_second(now.seconds()) {
        Ok(now) => {
            let today = now.to_zoned(TimeZone::system()).date();
            with_date_line(instructions, &date_line(model, &today.to_string()))
        }
        Err(_) => instructions.to_owned(),
    }
}
