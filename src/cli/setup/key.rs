//! The API key: asked for without showing it, and stored where the user wants it.

use std::io::{self, BufRead, Read as _, Write};
use std::path::Path;

use clap::ValueEnum;
use secrecy::{ExposeSecret, SecretString};

use crate::chat::{DEFAULT_SERVER, io_reason};
use crate::cli::error::CliError;
use crate::cli::{files, output, stdin};
use crate::settings::{
    ApiKey, MAX_KEY_BYTES, ResolvedSettings, Settings, decode_key, store_in_keyring,
};

use super::args::SetupArgs;
use super::key_store::KeyStore;
use super::questions::{Choice, Questions};

/// A key with the place it is to be kept in.
#[derive(Debug)]
pub(super) struct StoredKey {
    pub(super) store: KeyStore,
    /// The key, or the command that prints it; empty where neither is written down.
    secret: SecretString,
}

impl StoredKey {
    /// The command, for the configuration. Never called for a key.
    pub(super) fn text(&self) -> &str {
        self.secret.expose_secret()
    }
}

/// Finds out where the key is to be kept, and the key; `settings` uses it from now on.
pub(super) fn ask(
    args: &SetupArgs,
    settings: &mut Settings,
    questions: &mut Questions,
) -> Result<Option<StoredKey>, CliError> {
    let Some(store) = choose_store(args, settings, questions)? else { return Ok(None) };
    let secret = match store {
        KeyStore::Keyring | KeyStore::File => read_key(args, questions)?,
        KeyStore::Command => {
            let command = match &args.key_command {
                Some(command) => command.clone(),
                None => questions.ask_until_given("Command that prints the key")?,
            };
            if command.is_empty() {
                return Err(CliError::usage("Name the command: --key-command COMMAND."));
            }
            settings.api_key = ApiKey::Command(command.clone());
            return Ok(Some(StoredKey { store, secret: SecretString::from(command) }));
        }
        KeyStore::None => {
            settings.api_key = ApiKey::None;
            return Ok(None);
        }
        KeyStore::Environment => return Ok(None),
    };
    settings.api_key = ApiKey::Typed(secret.clone());
    Ok(Some(StoredKey { store, secret }))
}

/// Forgets the key that the configuration has for the server of another host, which must not get it.
pub(super) fn forget_configured(settings: &mut Settings) {
    if matches!(settings.api_key, ApiKey::Command(_) | ApiKey::File(_) | ApiKey::Keyring(_)) {
        settings.api_key = ApiKey::None;
    }
}

/// `None` where the key that is found already will do.
fn choose_store(
    args: &SetupArgs,
    settings: &Settings,
    questions: &mut Questions,
) -> Result<Option<KeyStore>, CliError> {
    if args.key_command.is_some() {
        return Ok(Some(KeyStore::Command));
    }
    if let Some(store) = args.key_store {
        return Ok(Some(store));
    }
    if args.key_stdin {
        return Ok(Some(KeyStore::Keyring));
    }
    let is_found = !matches!(settings.api_key, ApiKey::None);
    let mut choices = vec![
        (KeyStore::Keyring, "In the system keyring"),
        (KeyStore::File, "In a file that only you can read"),
        (KeyStore::Environment, "In the environment, as OPENAI_API_KEY"),
        (
            KeyStore::Command,
            "With another program, such as a password manager: a command prints it",
        ),
    ];
    if is_found {
        choices.insert(0, (KeyStore::Environment, "Where it is now: a key is set already"));
    } else if !settings.base_url.needs_key(&settings.headers) {
        choices.insert(0, (KeyStore::None, "Nowhere: this server needs no key"));
    } else if !questions.is_interactive() {
        let host = settings.base_url.host();
        return Err(CliError::usage(format!(
            "{host} needs an API key. Pipe it in with --key-stdin, or name its place: --key-store PLACE.",
        )));
    }
    let names: Vec<String> = choices.iter().map(|(_, name)| (*name).to_owned()).collect();
    loop {
        let chosen = match questions.choose("Where is the API key kept?", &names)? {
            Choice::Index(0) if is_found => return Ok(None),
            Choice::Index(index) => choices.get(index).map(|(store, _)| *store),
            Choice::Text(typed) => KeyStore::from_str(&typed, true).ok(),
        };
        if chosen.is_some() {
            return Ok(chosen);
        }
        output::print_message(&format!(
            "Enter 1 to {}. The key itself is asked for next and is not shown.",
            choices.len()
        ));
    }
}

/// The key: the first line of standard input with `--key-stdin`, else typed without being shown.
fn read_key(args: &SetupArgs, questions: &mut Questions) -> Result<SecretString, CliError> {
    let typed = if args.key_stdin {
        let line =
            read_line_bytes(&mut io::stdin().lock()).map_err(|error| stdin::unreadable(&error))?;
        decode_key(line).map_err(|why| {
            CliError::usage(format!("Standard input gives no key: {why}. Nothing was changed."))
        })?
    } else {
        ask_key(questions)?
    };
    typed.ok_or_else(|| CliError::usage("No API key was given, so nothing was changed. In a script, pipe it in with --key-stdin."))
}

/// Asks for the key until one is typed; `None` where nobody can be asked.
fn ask_key(questions: &mut Questions) -> Result<Option<SecretString>, CliError> {
    loop {
        let typed = questions.ask_hidden("API key")?;
        if typed.is_some() || !questions.is_interactive() {
            return Ok(typed);
        }
        output::print_message("Type or paste the key, or press Ctrl+C to stop.");
    }
}

/// The bytes of a line, which may be in any encoding.
fn read_line_bytes(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut input = input.take(MAX_KEY_BYTES);
    input.read_until(b'\n', &mut line)?;
    if line.starts_with(b"\xff\xfe") {
        // In UTF-16 of this order a line break has one byte more.
        input.take(1).read_to_end(&mut line)?;
    }
    Ok(line)
}

/// Asks for the key once more, after the server refused it; `false` where the user has no other.
pub(super) fn ask_again(
    settings: &mut Settings,
    key: Option<&StoredKey>,
    questions: &mut Questions,
) -> Result<Option<StoredKey>, CliError> {
    let Some(key) = key.filter(|key| key.store != KeyStore::Command) else { return Ok(None) };
    let Some(secret) = questions.ask_hidden("Another API key, or Enter to keep the refused one")?
    else {
        return Ok(None);
    };
    settings.api_key = ApiKey::Typed(secret.clone());
    Ok(Some(StoredKey { store: key.store, secret }))
}

/// Stores a key under the host of its server; returns where it is now. Without a keyring it goes to a
/// file, and the user is told.
pub(super) fn store(key: &StoredKey, host: &str, file: &Path) -> Result<KeyStore, CliError> {
    match key.store {
        KeyStore::Keyring => match store_in_keyring(host, &key.secret) {
            Ok(()) => {
                output::print_message(&format!("Stored the key for {host} in the system keyring."));
                Ok(KeyStore::Keyring)
            }
            Err(reason) => {
                output::print_message(&format!("The system keyring cannot be used: {reason}."));
                write_key_file(key, file)
            }
        },
        KeyStore::File => write_key_file(key, file),
        other => Ok(other),
    }
}

/// Says why the key just stored is not the one that is used: a place that comes first has one too.
pub(super) fn describe_unused(store: KeyStore, resolved: &ResolvedSettings) -> Option<String> {
    let own = resolved.settings.for_server(Some(DEFAULT_SERVER));
    let (what, other) = match store {
        KeyStore::Keyring | KeyStore::File => ("the key just stored", "the stored key"),
        KeyStore::Command => ("the command", "the command"),
        KeyStore::Environment | KeyStore::None => return None,
    };
    let in_file = |name: &str| {
        Some(format!(
            "{name} in config.toml comes first, so {what} is not used. Delete that line to use {other}."
        ))
    };
    match &own.api_key {
        ApiKey::Environment(_, variable) => Some(format!(
            "{variable} is set and comes first, so {what} is not used. Unset {variable} to use {other}."
        )),
        ApiKey::Command(_) if store != KeyStore::Command => in_file("api_key_command"),
        ApiKey::File(_) if store == KeyStore::Keyring => in_file("api_key_file"),
        _ => None,
    }
}

/// Writes the key to a file that only the user can read, and says where.
pub(super) fn write_key_file(key: &StoredKey, path: &Path) -> Result<KeyStore, CliError> {
    let failed = |error: io::Error| {
        let why = io_reason(&error);
        CliError::failed(format!("The key cannot be stored in {}: {why}.", path.display()))
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    files::make_folder(folder)?;
    // A temporary file is readable by its owner only, from the start.
    let mut file =
        tempfile::Builder::new().prefix(".api_key.").tempfile_in(folder).map_err(failed)?;
    writeln!(file, "{}", key.text()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    output::print_message(&format!(
        "Stored the key in {}, which only you can read.",
        path.display()
    ));
    Ok(KeyStore::File)
}
