//! What commands start with: the settings, the preset and the store.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::chat::preset::find_by_name;
use crate::chat::{AnswerOptions, CapabilityUpdate, FileNotice, PlainHttp, Preset, io_reason};
use crate::runtime::{self, turn_store};
use crate::settings::{
    ApiKey, ConfigFile, Paths, ResolvedSettings, Settings, SettingsError, check_variables,
    hide_variables, read_limited,
};
use crate::store::{CapabilitiesFile, PresetFile, Store};

use super::common_args::CommonArgs;
use super::confirm;
use super::error::CliError;
use super::output;

/// The most bytes of a configuration file.
const MAX_CONFIG_BYTES: u64 = 1024 * 1024;

/// The settings of this run with the source of each: flags over environment over the configuration file.
/// What is known of the server is applied.
pub(super) fn resolve_settings(common: &CommonArgs) -> Result<ResolvedSettings, CliError> {
    let env = |name: &str| std::env::var(name).ok();
    let from_env = std::env::var_os("DUOLOGUE_CONFIG").filter(|path| !path.is_empty());
    let chosen_path = common.config.clone().or_else(|| from_env.map(PathBuf::from));
    let paths = Paths::of_system()
        .ok_or_else(|| CliError::failed("Your home folder could not be found. Set HOME."))?;
    let path = chosen_path.clone().unwrap_or_else(|| paths.config.clone());
    let text = match read_config(&path) {
        Ok(text) => Some(text),
        Err(error) if is_missing(&error) && chosen_path.is_none() => None,
        Err(error) => {
            let source = if common.config.is_some() { "--config" } else { "DUOLOGUE_CONFIG" };
            let reason = match error.kind() {
                _ if is_missing(&error) => {
                    format!("it does not exist. Create it, or correct {source}.")
                }
                ErrorKind::InvalidData => {
                    "it is not UTF-8 text. Save it as UTF-8 in your editor.".to_owned()
                }
                _ => format!("{}. Name another with --config FILE.", io_reason(&error)),
            };
            return Err(SettingsError::File(path, reason).into());
        }
    };
    let written = text.clone().unwrap_or_default();
    let mut resolved =
        Settings::resolve(&common.settings, &env, ConfigFile { path, text }, &paths)?;
    resolved.check_theme(&written)?;
    let settings = &mut resolved.settings;
    let keys = || settings.servers.key_variables().chain(settings.mcp.key_variables());
    check_variables(keys())?;
    hide_variables(keys());
    *settings = with_capabilities(settings.clone());
    Ok(resolved)
}

/// Applies what is known of the server in use, such as the replacement of a model that is no longer offered.
pub(super) fn with_capabilities(mut settings: Settings) -> Settings {
    let capabilities = CapabilitiesFile::of(&settings.paths.state, &settings.base_url);
    settings.capabilities = capabilities.read(runtime::clock::now());
    // A model named on the command line is not replaced.
    let replacement =
        settings.capabilities.replacement_for(&settings.model).filter(|_| !settings.named.model);
    if let Some(model) = replacement.map(str::to_owned) {
        settings.model = model;
    }
    settings
}

/// The text of a configuration file.
fn read_config(path: &Path) -> io::Result<String> {
    // The empty device stands for no settings at all.
    if path == Path::new("/dev/null") {
        return Ok(String::new());
    }
    String::from_utf8(read_limited(path, MAX_CONFIG_BYTES)?)
        .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Whether there is no such file: none of that name, or no folder it could be in.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The preset the user named; `None` where none was. What was named on its own takes the place of what the
/// preset has.
pub(super) fn load_preset(settings: &Settings) -> Result<Option<Preset>, CliError> {
    let Some(wanted) = &settings.preset else {
        return Ok(None);
    };
    let list = PresetFile::of(settings).load()?;
    let found = find_by_name(&list.presets, wanted);
    let found = found.map_err(|error| CliError::usage(error.to_failure().to_string()))?;
    let mut preset = found.clone();
    let named = settings.named;
    preset.model = preset.model.filter(|_| !named.model);
    preset.effort = preset.effort.filter(|_| !named.effort);
    preset.tools = preset.tools.filter(|_| !named.tools);
    Ok(Some(preset))
}

/// The options of a question asked now. The preset is read each time: another program may have changed it.
pub(super) fn load_answer_options(settings: &Settings) -> Result<AnswerOptions, CliError> {
    let mut options = settings.answer_options();
    if let Some(preset) = load_preset(settings)? {
        preset.apply_to(&mut options);
    }
    Ok(options)
}

/// Opens the store of this run's user, and says what was recovered from an earlier run.
pub(super) fn open_store(settings: &Settings) -> Result<Store, CliError> {
    let opened = Store::open(runtime::start::store_paths(settings), runtime::clock::now())?;
    let notices = opened.read_only_notice().map(FileNotice::info).into_iter().chain(opened.notice);
    for notice in notices {
        output::print_message(&notice.to_string());
    }
    Ok(opened.store)
}

/// The same for a command that changes something: it fails at once where nothing can be changed.
pub(super) fn open_writable_store(settings: &Settings) -> Result<Store, CliError> {
    let opened = Store::open(runtime::start::store_paths(settings), runtime::clock::now())?;
    if let Some(error) = opened.write_error {
        return Err(error.into());
    }
    if let Some(notice) = opened.notice {
        output::print_message(&notice.to_string());
    }
    Ok(opened.store)
}

/// Prints what happened to the file while the command worked on it. Every command that changes something ends with
/// this: the next one finds the file as it knows it, and has nothing to say.
pub(super) fn print_notices(store: &mut Store) {
    for notice in store.take_notices() {
        output::print_message(&notice.to_string());
    }
}

/// Asks once, on a terminal, whether the key and the headers may go to a server outside the local network
/// over plain HTTP, and remembers the answer. Without a terminal the client refuses by itself.
pub(super) fn confirm_plain_http(settings: &mut Settings) -> Result<(), CliError> {
    let has_key = !matches!(settings.api_key, ApiKey::None);
    let is_decided = settings.allow_http || settings.capabilities.plain_http_choice().is_some();
    let headers = &settings.headers;
    if is_decided || !settings.base_url.reveals(has_key, headers) || !confirm::can_ask() {
        return Ok(());
    }
    let host = settings.base_url.host();
    let (secrets, them) = match (has_key, headers.is_empty()) {
        (true, true) => ("your API key", "the key"),
        (true, false) => ("your API key and the headers", "both"),
        (false, _) => ("the headers of config.toml", "them"),
    };
    let answer = confirm::ask_yes_or_no(&format!(
        "The connection to {host} is not encrypted; others on the way can read {secrets}. Send {them} anyway?"
    ))?;
    let choice = if answer == Some(true) { PlainHttp::Allowed } else { PlainHttp::Refused };
    let update = CapabilityUpdate::PlainHttp(choice);
    turn_store::record_capability(settings, &update);
    settings.capabilities.apply(&update, runtime::clock::now());
    Ok(())
}
