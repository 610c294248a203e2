//! The request for the answer to a conversation's last question, out of settings and manner.
//! May not send it.

use jiff::tz::TimeZone;

use crate::chat::{Context, ContextPolicy, Conversation, Manner, Run, Timestamp, Trace};
use crate::settings::{ContextChoice, Settings, Summary};
use crate::tools::Toolbox;

use super::address::{Address, context_policy};
use super::cutoff;
use super::request::{Request, Retention};

/// What web search is called among the tools.
const WEB_SEARCH: &str = "web_search";

/// The request for the answer to the last question of a conversation.
#[must_use]
pub fn request(
    settings: &Settings,
    manner: Manner,
    conversation: &Conversation,
    now: Timestamp,
) -> Request {
    let address = Address::parse(&settings.base_url).ok();
    let known = settings.demo || address.as_ref().is_some_and(|it| it.is_openai() || it.is_azure());
    let traceless = manner.trace == Trace::None;
    let policy = if traceless { ContextPolicy::Replay } else { context_policy(settings) };
    let stored = settings.store && !traceless;
    let retention = if stored { Retention::Stored } else { Retention::NotStored };
    let tools = Toolbox::of(&manner.tools);
    // Nobody is here to run a tool of this machine while the program is not.
    let trusted = known || settings.context == ContextChoice::Chain;
    let alone = trusted && retention == Retention::Stored && tools.is_empty();
    let run = if alone { manner.run } else { Run::Foreground };
    let searches = manner.tools.iter().any(|tool| tool == WEB_SEARCH);
    let search = searches.then(|| settings.location.clone());
    // Whoever asks for no reasoning gets no summary of it.
    let reasons = manner.effort.as_deref() != Some("none");
    let summary = settings.summary.word();
    let summary = summary.filter(|_| reasons && (known || settings.summary != Summary::Auto));
    Request {
        instructions: Some(instructions(settings, &manner, now)),
        fallback: Some(Context::without_chain(conversation)),
        effort: manner.effort,
        summary,
        tools,
        search,
        policy,
        retention,
        run,
        ..Request::new(manner.model, Context::for_next_answer(conversation, policy))
    }
}

/// What the model is told. A preset's instructions get the date and up to when the model knows the
/// world, as the web app gives them.
fn instructions(settings: &Settings, manner: &Manner, now: Timestamp) -> String {
    let told = manner.instructions.as_ref().unwrap_or(&settings.instructions);
    let today = jiff::Timestamp::from_second(now.seconds())
        .map(|now| now.to_zoned(TimeZone::system()).date().to_string());
    match (&manner.preset, today) {
        (Some(_), Ok(today)) => {
            let cutoff = cutoff::of(&manner.model);
            let cutoff = cutoff.map_or_else(String::new, |it| format!("Knowledge cutoff: {it}. "));
            format!("{}\n\n{cutoff}Current date: {today}", told.trim_end())
        }
        (None, _) | (_, Err(_)) => told.clone(),
    }
}
