//! Settings and store for a command, out of flags and the world around the program.
//! May not do a command's work.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::chat::preset::find_by_name;
use crate::chat::{AnswerOptions, CapabilityUpdate, Preset};
use crate::runtime;
use crate::settings::{ConfigFile, Paths, ResolvedSettings, Settings, SettingsError};
use crate::store::{CapabilitiesFile, PresetFile, Store};

use crate::cli::args::CommonArgs;
use crate::cli::error::CliError;
use crate::cli::output;

/// The settings of this run, and where each came from.
///
/// # Errors
/// When the system knows no home, or something the user chose cannot be used.
pub fn resolve_settings(common: &CommonArgs) -> Result<ResolvedSettings, CliError> {
    let env = |name: &str| std::env::var(name).ok();
    let variable = env("DUOLOGUE_CONFIG").filter(|path| !path.is_empty());
    let named = common.config.clone().or_else(|| variable.map(PathBuf::from));
    let paths = Paths::of_system().ok_or_else(|| {
        CliError::failed("The system does not say where your home folder is. Set HOME.")
    })?;
    let path = named.clone().unwrap_or_else(|| paths.config.clone());
    let text = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => None,
        Err(error) => return Err(SettingsError::File(path, error.to_string()).into()),
    };
    let mut resolved =
        Settings::resolve(&common.settings, &env, ConfigFile { path, text }, &paths)?;
    let settings = &mut resolved.settings;
    let learned = CapabilitiesFile::of(&settings.paths.state, &settings.base_url);
    settings.learned = learned.read(runtime::clock::now());
    // Whoever names a model on the command line wants that one.
    let stand_in =
        settings.learned.replacement_for(&settings.model).filter(|_| !settings.names_model);
    if let Some(chosen) = stand_in.map(str::to_owned) {
        settings.model = chosen;
    }
    Ok(resolved)
}

/// The preset questions are asked by, where the user named one.
///
/// # Errors
/// When there is none of that name, or presets cannot be read.
pub fn load_preset(settings: &Settings) -> Result<Option<Preset>, CliError> {
    let Some(wanted) = &settings.preset else {
        return Ok(None);
    };
    let list = PresetFile::of(settings).load()?;
    match find_by_name(&list.presets, wanted) {
        Ok(preset) if settings.names_model => Ok(Some(Preset { model: None, ..preset.clone() })),
        Ok(preset) => Ok(Some(preset.clone())),
        Err(error) => Err(CliError::usage(error.to_string())),
    }
}

/// How a question is asked now: by the settings, and the preset as it is at the moment.
///
/// # Errors
/// When there is no preset of the name that was given, or presets cannot be read.
pub fn load_answer_options(settings: &Settings) -> Result<AnswerOptions, CliError> {
    let mut options = settings.answer_options();
    if let Some(preset) = load_preset(settings)? {
        preset.apply_to(&mut options);
    }
    Ok(options)
}

/// What waits for a server.
///
/// # Errors
/// When the system gives no threads.
pub fn build_runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::failed(format!("The system gives no threads: {error}.")))
}

/// The store of this run's user; says what opening it put in order.
///
/// # Errors
/// When it cannot be opened.
pub fn open_store(settings: &Settings) -> Result<Store, CliError> {
    let opened = Store::open(runtime::start::store_paths(settings), runtime::clock::now())?;
    if let Some(recovered) = opened.notice {
        output::print_message(&recovered);
    }
    Ok(opened.store)
}

/// Remembers something about the server; that it could not is nothing to stop for.
pub fn record_capability(settings: &Settings, lesson: &CapabilityUpdate) {
    let file = CapabilitiesFile::of(&settings.paths.state, &settings.base_url);
    if let Err(error) = file.add(lesson, runtime::clock::now()) {
        tracing::warn!(%error, "what was learned could not be kept");
    }
}
