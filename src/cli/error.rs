//! Why a command ended otherwise than well, and the exit code that says so.
//! May not print anything.

use crate::chat::Failure;
use crate::settings::SettingsError;
use crate::store::StoreError;

/// Exit codes of every command.
pub mod code {
    /// Everything was done.
    pub const DONE: u8 = 0;
    /// Something did not work.
    pub const FAILED: u8 = 1;
    /// The command line or the settings are wrong.
    pub const USAGE: u8 = 2;
    /// The web app reads the file and could not save it.
    pub const FROZEN: u8 = 3;
    /// The terminal went away, as with SIGHUP.
    pub const TERMINAL_LOST: u8 = 129;
    /// Ctrl+C.
    pub const INTERRUPTED: u8 = 130;
}

/// A sentence, a next step, and a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliError {
    /// What is said on standard error.
    pub text: String,
    /// The exit code.
    pub code: u8,
}

impl CliError {
    /// Something did not work.
    pub fn failed(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: code::FAILED }
    }

    /// The command was used wrongly.
    pub fn usage(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: code::USAGE }
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::failed(error.to_failure().to_string())
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        Self::failed(failure.to_string())
    }
}

impl From<SettingsError> for CliError {
    fn from(error: SettingsError) -> Self {
        Self::usage(error.to_string())
    }
}
