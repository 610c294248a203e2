//! `duologue models`: what the server offers.
//! May not choose one.

use serde_json::json;

use crate::api::{Client, ClientSettings, Model};
use crate::settings::Settings;
use crate::view::clean;

use super::list::OutputFormat;
use super::output;
use crate::cli::error::CliError;

/// Prints the models, as the server orders them.
///
/// # Errors
/// When the server does not tell.
pub fn run(settings: &Settings, form: OutputFormat) -> Result<(), CliError> {
    let models = fetch(settings)?;
    if form == OutputFormat::Json {
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

/// The models the server offers.
///
/// # Errors
/// When the server does not tell.
pub fn fetch(settings: &Settings) -> Result<Vec<Model>, CliError> {
    let runtime = crate::cli::bootstrap::build_runtime()?;
    let client = Client::new(ClientSettings::from(settings))?;
    let models = runtime.block_on(client.models())?;
    runtime.shutdown_background();
    Ok(models)
}

/// Says which models could be asked in place of one that is gone: the user's own candidates first.
pub fn suggest(settings: &Settings) {
    let listed = fetch(settings).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for name in settings.fallback_models.iter().cloned().chain(listed.into_iter().map(|it| it.id)) {
        if name != settings.model && !names.contains(&name) {
            names.push(name);
        }
    }
    if let Some(first) = names.first() {
        output::print_message(&format!("The server offers: {}", names.join(", ")));
        output::print_message(&format!("Ask one of them, for example with: --model {first}"));
    }
}
