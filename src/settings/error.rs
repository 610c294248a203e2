//! Errors of settings, in sentences for people. Must not contain a key, because they are printed.

use std::path::PathBuf;

use thiserror::Error;

use crate::chat::shorten::shorten;
use crate::chat::{Advice, Failure, FailureKind};

use super::setting::SettingSource;

/// Why settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// The configuration file: which, and what is wrong in which line.
    #[error("{0} cannot be used: {1}")]
    File(PathBuf, String),
    /// The value of a flag or an environment variable.
    #[error("{} cannot be \"{}\". {reason}", named(.name, *.source_name), shorten(.value))]
    Value {
        /// The name of the setting in `config.toml`.
        name: &'static str,
        /// The text that was given.
        value: String,
        /// Where it was given.
        source_name: SettingSource,
        /// What is wrong with it, and what it may be.
        reason: String,
    },
    /// An environment variable that is not text.
    #[error("{0} is not UTF-8 text. Set it again, or unset it.")]
    Variable(String),
    /// `api_key_command` printed no key.
    #[error("api_key_command printed no key: {0}. Run the command yourself to see why.")]
    KeyCommand(String),
    /// The system keyring, where the key is, cannot be used: why, and what to do first.
    #[error("The system keyring gave no key: {0}.")]
    Keyring(String, &'static str),
    /// `api_key_file` holds no key, or others can read it.
    #[error("The key file {0} cannot be used: {1}.")]
    KeyFile(PathBuf, String),
}

impl SettingsError {
    /// The failure of an API key that cannot be read.
    #[must_use]
    pub fn to_key_failure(&self) -> Failure {
        let advice = match self {
            Self::Keyring(_, first) => Advice::LeaveKeyring(first),
            _ => Advice::None,
        };
        Failure::new(FailureKind::ApiKey, self.to_string(), advice)
    }
}

/// Where a value was given, for a sentence: the flag, the variable, or the setting in the file.
fn named(name: &str, source: SettingSource) -> String {
    match source {
        SettingSource::Flag(_) | SettingSource::Environment(_) => source.to_string(),
        SettingSource::File => format!("{name} in {source}"),
        SettingSource::Default => name.to_owned(),
    }
}

/// A place in the configuration file and what is wrong there: `line 3 (keys.list.opne): …`.
pub(super) fn describe(line: usize, keys: &[String], reason: &str) -> String {
    let keys =
        if keys.is_empty() { String::new() } else { format!(" ({})", shorten(&keys.join("."))) };
    format!("line {line}{keys}: {reason}")
}
