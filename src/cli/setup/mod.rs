//! `duologue setup`: asks for a server, a key, a model and the web app's folder, tests them, and writes
//! them to `config.toml`.

mod args;
mod config_text;
mod existing;
mod former_key;
mod key;
mod key_store;
mod model;
mod named_server;
mod questions;
mod servers;
mod test_call;
mod wanted_model;
mod web_folder;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::api::Model;
use crate::chat::io_reason;
use crate::mcp::own_program;
use crate::settings::{ApiKey, ResolvedSettings, SettingSource, Settings};

use super::common_args::CommonArgs;
use super::error::CliError;
use super::{files, output};

use config_text::ConfigText;
use existing::ServerPlacement;
use former_key::FormerKey;
use key::StoredKey;
use key_store::KeyStore;
use questions::Questions;
use servers::ChosenServer;
use test_call::Setup;
use wanted_model::WantedModel;
use web_folder::WebFolder;

pub(super) use args::SetupArgs;

/// Asks, tests and writes. Fails, with nothing written, where the server cannot be used and the user does
/// not want it saved all the same, or where settings in the file are to stay.
pub(super) fn run(
    resolved: &ResolvedSettings,
    args: &SetupArgs,
    common: &CommonArgs,
) -> Result<(), CliError> {
    let mut questions = Questions::new(args.yes);
    let config = ConfigText::read(&resolved.file)?;
    // A folder that cannot be used is refused before the server is asked anything.
    let is_web_named = web_folder::is_named(args, common);
    let mut web =
        if is_web_named { web_folder::choose(args, common, &mut questions)? } else { None };
    let mut server = servers::choose(args, common, resolved, &mut questions)?;
    let mut settings = resolved.settings.clone();
    server.apply_to(&mut settings)?;
    if has_other_host(&settings, resolved) {
        key::forget_configured(&mut settings);
    }
    let mut key = key::ask(args, &mut settings, &mut questions)?;
    let calls = Setup { args, server: &mut server, settings: &mut settings, key: &mut key };
    let offered = test_call::list_models(calls, &config, &mut questions)?;
    let model = WantedModel::of(common, resolved, &config, &settings);
    let works = if args.no_test || offered.is_empty() {
        settings.model = model.choose(&server, &offered, &settings, &mut questions)?;
        false
    } else {
        let is_new_key = key.is_some();
        choose_model(&model, &server, &offered, &mut settings, &mut questions, &|settings| {
            config.would_change(settings, is_new_key)
        })?
    };
    if !is_web_named {
        web = web_folder::choose(args, common, &mut questions)?;
    }
    let mut with_web = config;
    set_web_folder(&mut with_web, web.as_ref());
    let mut changed = with_web.clone();
    set_server(&mut changed, &settings, key.as_ref(), resolved);
    let placement = existing::choose(&changed, &server, &mut questions)?;
    let named_key_file = match &placement {
        ServerPlacement::Default => None,
        ServerPlacement::Beside(name) => {
            changed = with_web;
            named_server::add(&mut changed, name, &settings, key.as_ref(), &resolved.file)
        }
    };
    let storing = Storing { placement: &placement, key: key.as_ref(), named_key_file };
    let unused = save(storing, &mut changed, &settings, resolved)?;
    print_end(&placement, unused, works);
    Ok(())
}

/// The key, and the server that it is for.
struct Storing<'a> {
    placement: &'a ServerPlacement,
    key: Option<&'a StoredKey>,
    /// The file for the key of a server in a table of its own.
    named_key_file: Option<PathBuf>,
}

/// Stores the key and writes the configuration: both or neither. Returns why the key is not used, where that
/// is so.
fn save(
    storing: Storing<'_>,
    config: &mut ConfigText,
    settings: &Settings,
    resolved: &ResolvedSettings,
) -> Result<Option<String>, CliError> {
    // The key replaces another one, so the rest must be known to succeed.
    check_writing(config, resolved)?;
    let file = storing.named_key_file.clone().unwrap_or_else(|| key_file(resolved));
    let former = FormerKey::read(file, settings.base_url.host(), storing.key);
    let (store, unused) = match (storing.placement, storing.key, storing.named_key_file) {
        (ServerPlacement::Default, Some(key), _) => {
            let store = save_key(key, config, settings, resolved)?;
            (Some(store), key::describe_unused(store, resolved))
        }
        (ServerPlacement::Beside(_), Some(key), Some(path)) => {
            (Some(key::write_key_file(key, &path)?), None)
        }
        (_, None, _) | (ServerPlacement::Beside(_), Some(_), None) => (None, None),
    };
    write(config, resolved).inspect_err(|_| former.restore(store))?;
    Ok(unused)
}

/// Whether the settings are for the server of another host than those that were in effect.
fn has_other_host(settings: &Settings, resolved: &ResolvedSettings) -> bool {
    settings.base_url.host() != resolved.settings.base_url.host()
}

/// Says what comes next.
fn print_end(placement: &ServerPlacement, unused: Option<String>, works: bool) {
    if let Some(warning) = unused {
        output::print_message(&warning);
    } else if let ServerPlacement::Beside(name) = placement {
        output::print_message(&format!(
            "Use this server with `duologue --server {name}`, or with /server {name} in the window."
        ));
    } else if works {
        output::print_message("Everything is set up. `duologue` opens the window.");
    }
}

/// Chooses a model that answers; returns whether one was seen to do so. Fails where none does and the
/// user does not want the settings saved all the same, or where `is_change` says that they are saved
/// already.
fn choose_model(
    model: &WantedModel,
    server: &ChosenServer,
    offered: &[Model],
    settings: &mut Settings,
    questions: &mut Questions,
    is_change: &dyn Fn(&Settings) -> bool,
) -> Result<bool, CliError> {
    loop {
        settings.model = model.choose(server, offered, settings, questions)?;
        if test_call::ask_something(settings)? {
            return Ok(true);
        }
        let is_asked = !model.is_fixed() && questions.is_interactive();
        if !is_asked || !questions.confirm("Choose another model?")? {
            test_call::confirm_saving(is_change(settings), questions)?;
            return Ok(false);
        }
    }
}

/// Sets the folder of the web app and its user.
fn set_web_folder(config: &mut ConfigText, web: Option<&WebFolder>) {
    if let Some(web) = web {
        config.set("chats", &web.chats.display().to_string());
        config.set("user", &web.user);
    }
}

/// Sets the server that was chosen. What a variable of the environment gives for now replaces nothing in
/// the file.
fn set_server(
    config: &mut ConfigText,
    settings: &Settings,
    key: Option<&StoredKey>,
    resolved: &ResolvedSettings,
) {
    let is_variable = |name: &str| {
        matches!(resolved.sources.get(name), Some(SettingSource::Environment(_)))
            && config.present_text(name).is_some()
    };
    let keeps_url = is_variable("base_url") && settings.base_url == resolved.settings.base_url;
    let keeps_model = is_variable("model") && settings.model == resolved.settings.model;
    if !keeps_url {
        config.set("base_url", &settings.base_url);
    }
    if !keeps_model {
        config.set("model", &settings.model);
    }
    match key.map(|key| (key, key.store)) {
        Some((key, KeyStore::Command)) => config.set("api_key_command", key.text()),
        Some((_, KeyStore::File)) => {
            config.set("api_key_file", &key_file(resolved).display().to_string());
        }
        // Whether there is a keyring shows when the key is stored.
        Some(_) | None => {}
    }
    if has_other_host(settings, resolved) {
        // A key is for one server only.
        if !matches!(settings.api_key, ApiKey::Command(_)) {
            config.remove("api_key_command");
        }
        if key.is_none_or(|key| key.store != KeyStore::File) {
            config.remove("api_key_file");
        }
    }
}

/// Runs `duologue setup` in a process of its own: Ctrl+C ends the questions there, and not the window
/// that opens again afterwards. Returns whether it came to its end.
pub(super) fn run_as_child(common: &CommonArgs) -> Result<bool, CliError> {
    let failed = |error: std::io::Error| {
        CliError::failed(format!("The setup could not start: {}.", io_reason(&error)))
    };
    let mut command = Command::new(own_program());
    command.arg("setup");
    if let Some(config) = &common.config {
        command.arg("--config").arg(config);
    }
    // What the setup has to say it says itself.
    Ok(command.status().map_err(failed)?.success())
}

/// The private file for the key of the default server.
fn key_file(resolved: &ResolvedSettings) -> PathBuf {
    resolved.file.with_file_name("api_key")
}

/// Stores the key where the user chose, and names the place in the configuration; returns where it is.
fn save_key(
    key: &StoredKey,
    config: &mut ConfigText,
    settings: &Settings,
    resolved: &ResolvedSettings,
) -> Result<KeyStore, CliError> {
    let path = key_file(resolved);
    let store = key::store(key, &settings.base_url.host(), &path)?;
    match store {
        KeyStore::Keyring => config.set_flag("api_key_keyring"),
        KeyStore::File if key.store != KeyStore::File => {
            config.set("api_key_file", &path.display().to_string());
        }
        KeyStore::File | KeyStore::Command | KeyStore::Environment | KeyStore::None => {}
    }
    Ok(store)
}

/// The whole text of the configuration, if anything in it changes. Fails where it cannot be written.
fn text_to_write(
    config: &ConfigText,
    resolved: &ResolvedSettings,
) -> Result<Option<String>, CliError> {
    let text = config.changed_text()?;
    if text.is_some() && !config.is_still_in(&resolved.file) {
        return Err(CliError::failed(format!(
            "{} was changed while the setup asked, and is left as it is. Run `duologue setup` again.",
            resolved.file.display()
        )));
    }
    Ok(text)
}

/// Fails where the configuration cannot be written.
fn check_writing(config: &ConfigText, resolved: &ResolvedSettings) -> Result<(), CliError> {
    if text_to_write(config, resolved)?.is_none() {
        return Ok(());
    }
    if let Some(folder) = resolved.file.parent() {
        files::make_folder(folder)?;
    }
    files::check_writable(&written_path(&resolved.file))
}

/// The path that is written: a link to a file elsewhere stays a link.
fn written_path(file: &Path) -> PathBuf {
    std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf())
}

/// Writes the configuration and says what was written.
fn write(config: &ConfigText, resolved: &ResolvedSettings) -> Result<(), CliError> {
    let shown = resolved.file.display();
    let Some(text) = text_to_write(config, resolved)? else {
        output::print_message(&format!("{shown} needed no change."));
        return Ok(());
    };
    if let Some(folder) = resolved.file.parent() {
        files::make_folder(folder)?;
    }
    files::write(&written_path(&resolved.file), &text, files::ExistingFile::Replaced)?;
    for setting in config.replaced() {
        let (name, present) = (setting.name, &setting.present);
        output::print_message(&match &setting.wanted {
            Some(wanted) => format!("Changed {name} from {present} to {wanted}."),
            None => format!("Removed {name}, which was {present}."),
        });
    }
    output::print_message(&format!("Wrote {shown}."));
    Ok(())
}
