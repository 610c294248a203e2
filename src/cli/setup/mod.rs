//! `duologue setup`: asks for a server, a key, a model and the web app's folder, tests them, and writes
//! them to `config.toml`.

mod args;
mod config_text;
mod key;
mod key_store;
mod model;
mod questions;
mod servers;
mod test_call;
mod web_folder;

use std::process::Command;

use crate::api::Model;
use crate::settings::{HttpUrl, ResolvedSettings, SettingSource, Settings};

use super::common_args::CommonArgs;
use super::error::CliError;
use super::{files, output};

use config_text::ConfigText;
use key::StoredKey;
use key_store::KeyStore;
use questions::Questions;
use servers::ChosenServer;

pub(super) use args::SetupArgs;

/// Asks, tests and writes. Fails, with nothing written, where the server cannot be used and the user does
/// not want it saved all the same.
pub(super) fn run(
    resolved: &ResolvedSettings,
    args: &SetupArgs,
    common: &CommonArgs,
) -> Result<(), CliError> {
    let mut questions = Questions::new(args.yes);
    let mut config = ConfigText::read(&resolved.file)?;
    let server = servers::choose(args, common, resolved, &mut questions)?;
    let mut settings = resolved.settings.clone();
    settings.base_url = HttpUrl::try_from(server.base_url.clone()).map_err(CliError::usage)?;
    settings.web_base_url = settings.base_url.clone();
    let mut key = key::ask(args, &server, &mut settings, &mut questions)?;
    let offered = test_call::list_models(args, &mut settings, &mut key, &mut questions)?;
    let given = given_model(common, resolved, &config);
    let given = given.as_deref();
    if let (Some(model), None, true) =
        (given, common.settings.text("model"), questions.is_interactive())
    {
        let place = match resolved.sources.get("model") {
            Some(SettingSource::Environment(variable)) => variable,
            _ => "config.toml",
        };
        output::print_message(&format!("The model is {model}, as {place} says."));
    }
    let works = choose_model(args, given, &server, &offered, &mut settings, &mut questions)?;
    let web = web_folder::choose(args, common, &mut questions)?;
    config.set("base_url", &settings.base_url);
    config.set("model", &settings.model);
    let mut unused = None;
    if let Some(key) = key {
        let store = save_key(&key, &mut config, &settings.base_url, resolved)?;
        unused = key::describe_unused(store, resolved);
    }
    if let Some(web) = web {
        config.set("chats", &web.chats.display().to_string());
        config.set("user", &web.user);
    }
    write(&config, resolved)?;
    if let Some(warning) = unused {
        output::print_message(&warning);
    } else if !config.conflicts().is_empty() {
        output::print_message("The settings in the file stay in use, not those that were tested.");
    } else if works {
        output::print_message("Everything is set up. `duologue` opens the window.");
    }
    Ok(())
}

/// The model that is in use whatever is chosen here: that of the flag, of a variable or of the file, which
/// keeps what it has.
fn given_model(
    common: &CommonArgs,
    resolved: &ResolvedSettings,
    config: &ConfigText,
) -> Option<String> {
    let is_variable = |source| matches!(source, &SettingSource::Environment(_));
    let of_variable = || resolved.sources.get("model").is_some_and(is_variable);
    common
        .settings
        .text("model")
        .or_else(|| of_variable().then(|| resolved.settings.model.clone()))
        .or_else(|| config.present_text("model"))
}

/// Chooses a model that answers; returns whether one was seen to do so. Fails where none does and the
/// user does not want the settings saved all the same.
fn choose_model(
    args: &SetupArgs,
    given: Option<&str>,
    server: &ChosenServer,
    offered: &[Model],
    settings: &mut Settings,
    questions: &mut Questions,
) -> Result<bool, CliError> {
    loop {
        settings.model = model::choose(given, server, offered, settings, questions)?;
        if args.no_test || offered.is_empty() {
            return Ok(false);
        }
        if test_call::ask_something(settings)? {
            return Ok(true);
        }
        let is_asked = given.is_none() && questions.is_interactive();
        if !is_asked || !questions.confirm("Choose another model?")? {
            test_call::confirm_saving(questions)?;
            return Ok(false);
        }
    }
}

/// Runs `duologue setup` in a process of its own: Ctrl+C ends the questions there, and not the window
/// that opens again afterwards.
pub(super) fn run_as_child(common: &CommonArgs) -> Result<(), CliError> {
    let failed =
        |error: std::io::Error| CliError::failed(format!("The setup could not start: {error}."));
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command.arg("setup");
    if let Some(config) = &common.config {
        command.arg("--config").arg(config);
    }
    // What the setup has to say it says itself.
    command.status().map(drop).map_err(failed)
}

/// Stores the key where the user chose, and names the place in the configuration; returns where it is.
fn save_key(
    key: &StoredKey,
    config: &mut ConfigText,
    base_url: &HttpUrl,
    resolved: &ResolvedSettings,
) -> Result<KeyStore, CliError> {
    let path = resolved.file.with_file_name("api_key");
    let store = key::store(key, &base_url.host(), &path)?;
    match store {
        KeyStore::Keyring => config.set_flag("api_key_keyring"),
        KeyStore::File => config.set("api_key_file", &path.display().to_string()),
        KeyStore::Command => config.set("api_key_command", key.text()),
        KeyStore::Environment | KeyStore::None => {}
    }
    Ok(store)
}

/// Writes the configuration and says what was written and what stayed.
fn write(config: &ConfigText, resolved: &ResolvedSettings) -> Result<(), CliError> {
    let shown = resolved.file.display();
    if !config.conflicts().is_empty() {
        output::print_message("setup only adds settings. To change one, edit config.toml.");
    }
    for setting in config.conflicts() {
        output::print_message(&format!(
            "{shown} already sets {} = {}, which was not changed. To use {}, change that line.",
            setting.name, setting.present, setting.wanted
        ));
    }
    let Some(text) = config.changed_text() else {
        output::print_message(&format!("{shown} needed no change."));
        return Ok(());
    };
    if let Some(folder) = resolved.file.parent() {
        files::make_folder(folder)?;
    }
    // A link to a file elsewhere stays a link.
    let path = std::fs::canonicalize(&resolved.file).unwrap_or_else(|_| resolved.file.clone());
    files::write(&path, &text, files::ExistingFile::Replaced)?;
    output::print_message(&format!("Wrote {shown}."));
    Ok(())
}
