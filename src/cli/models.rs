//! `duologue models`: prints the models the server offers.

use serde_json::json;

use crate::api::Model;
use crate::chat::{Timestamp, count};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::view::clean;

use super::error::CliError;
use super::output::{self, OutputFormat};
use super::server_session::ServerSession;

/// The model that comes first where it is offered: the default of the setting `model`.
const PREFERRED: &str = "o4-mini";
/// How many models are listed at most.
pub(super) const MAX_LISTED: usize = 20;

/// Parts of the names of models that answer no questions, as OpenAI and the Ollama library list them
/// (2026-11).
const NO_CHAT_MODELS: &[&str] = &[
    "embed",
    "minilm",
    "bge-",
    "whisper",
    "tts",
    "dall-e",
    "moderation",
    "audio",
    "realtime",
    "image",
    "transcribe",
    "sora",
    "davinci",
    "babbage",
];

/// Prints the models in the order of the server.
pub(super) fn run(settings: &Settings, format: OutputFormat) -> Result<(), CliError> {
    let models = fetch(settings)?;
    if format == OutputFormat::Json {
        let entry = |model: &Model| {
            json!({
                "id": model.id,
                "created": model.created.map(Timestamp::seconds),
                "owned_by": model.owner,
                "shutdown_date": model.shutdown_date,
            })
        };
        return output::write_json(&models.iter().map(entry).collect());
    }
    let mut text = String::new();
    for model in &models {
        text.push_str(&clean::line(&model.id));
        if let Some(day) = &model.shutdown_date {
            text.push_str(&format!("  (shut down on {})", clean::line(day)));
        }
        text.push('\n');
    }
    output::write(&text)
}

/// Asks the server which models it offers.
pub(super) fn fetch(settings: &Settings) -> Result<Vec<Model>, CliError> {
    Ok(ServerSession::start(settings)?.request(async |client| client.models().await)?)
}

/// Says which models could be asked instead of one that is not offered, the user's candidates first, and
/// returns the first of them.
pub(super) fn suggest(settings: &Settings) -> Option<String> {
    let offered = fetch(settings).unwrap_or_default();
    let offered = chat_models(&offered, &clock::today());
    let mut names: Vec<String> = Vec::new();
    for name in settings.fallback_models.iter().cloned().chain(offered) {
        if name != settings.model && !names.contains(&name) {
            names.push(name);
        }
    }
    let first = names.first()?.clone();
    let others = count::some(names.len().saturating_sub(MAX_LISTED), "other");
    names.truncate(MAX_LISTED);
    names.extend(others);
    output::print_message(&format!("The server offers: {}", names.join(", ")));
    Some(first)
}

/// The names of the models that answer questions: the preferred one first, then the newest. `today` is
/// a date such as 2026-11-29; models that were shut down before it are left out.
pub(super) fn chat_models(offered: &[Model], today: &str) -> Vec<String> {
    let is_there = |model: &&Model| {
        let is_gone = model.shutdown_date.as_deref().is_some_and(|day| day < today);
        let name = model.id.to_lowercase();
        !is_gone && !NO_CHAT_MODELS.iter().any(|part| name.contains(part))
    };
    let mut models: Vec<&Model> = offered.iter().filter(is_there).collect();
    models.sort_by_key(|model| {
        (model.id != PREFERRED, std::cmp::Reverse(model.created.map(Timestamp::seconds)))
    });
    models.into_iter().map(|model| model.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_model_comes_first_and_those_that_cannot_answer_are_left_out() {
        let model = |id: &str, created: i64, shutdown: Option<&str>| Model {
            id: id.to_owned(),
            created: Some(Timestamp::from_seconds(created)),
            owner: None,
            shutdown_date: shutdown.map(str::to_owned),
        };
        let offered = [
            model("old", 1, None),
            model("text-embedding-3", 9, None),
            model("nomic-embed-text:latest", 8, None),
            model("new", 5, None),
            model("o4-mini", 2, Some("2026-10-23")),
        ];
        assert_eq!(chat_models(&offered, "2026-10-01"), ["o4-mini", "new", "old"]);
        assert_eq!(chat_models(&offered, "2026-11-29"), ["new", "old"]);
    }
}
