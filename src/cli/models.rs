//! `duologue models`: prints the models the server offers.

use serde_json::json;

use crate::api::Model;
use crate::settings::Settings;
use crate::view::clean;

use super::error::CliError;
use super::output::{self, OutputFormat};
use super::server_session::ServerSession;

/// Prints the models in the order of the server.
pub(super) fn run(settings: &Settings, format: OutputFormat) -> Result<(), CliError> {
    let models = fetch(settings)?;
    if format == OutputFormat::Json {
        let entry = |model: &Model| {
            json!({
                "id": model.id,
                "created": model.created.map(crate::chat::Timestamp::seconds),
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
    let mut names: Vec<String> = Vec::new();
    for name in
        settings.fallback_models.iter().cloned().chain(offered.into_iter().map(|model| model.id))
    {
        if name != settings.model && !names.contains(&name) {
            names.push(name);
        }
    }
    let first = names.first()?.clone();
    output::print_message(&format!("The server offers: {}", names.join(", ")));
    Some(first)
}
