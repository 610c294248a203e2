//! Why a command failed, and its exit code.

use crate::chat::Failure;
use crate::settings::SettingsError;
use crate::store::StoreError;

/// Exit codes of the program; the manual page lists them.
pub(super) mod code {
    /// The command did what was asked.
    pub(crate) const DONE: u8 = 0;
    /// The command failed, `search` found nothing, or an answer is incomplete.
    pub(crate) const FAILED: u8 = 1;
    /// The command line or the settings are wrong.
    pub(crate) const USAGE: u8 = 2;
    /// `doctor`: the web app loads the file but could not save it.
    pub(crate) const UNSAVABLE: u8 = 3;
    /// The terminal went away (128 + SIGHUP, as shells report it).
    pub(crate) const TERMINAL_LOST: u8 = 129;
    /// The user pressed Ctrl+C (128 + SIGINT, as shells report it).
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// A failure with its exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CliError {
    /// What went wrong and what to do next, for standard error.
    pub(super) text: String,
    pub(super) code: u8,
}

impl CliError {
    /// A failure with exit code 1.
    pub(super) fn failed(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: code::FAILED }
    }

    /// A wrong command line or setting, with exit code 2.
    pub(super) fn usage(text: impl Into<String>) -> Self {
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
