//! The small types of settings.

use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Deserializer, Serialize};

use super::table_value::read_table;
use super::value::{SettingValue, choices, value_name};

/// Whether the server is trusted to remember earlier turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContextChoice {
    /// Chain if the server is known to store answers, otherwise replay.
    #[default]
    Auto,
    /// Send the id of the last answer with each question.
    Chain,
    /// Send the whole conversation with each question.
    Replay,
}

/// The protocol a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// The Responses API, or Chat Completions if the server has no Responses API.
    #[default]
    Auto,
    /// The Responses API only.
    Responses,
    /// Chat Completions only.
    Chat,
}

/// Whether output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColorChoice {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Also in pipes.
    Always,
    /// Nowhere.
    Never,
}

/// How you are told that an answer has ended while the terminal is in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotifyChoice {
    /// By a desktop notification where the terminal is known to have them, otherwise by its bell.
    #[default]
    Auto,
    /// By the terminal's bell.
    Bell,
    /// By a desktop notification.
    Desktop,
    /// Not at all.
    Off,
}

/// How attached images are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageChoice {
    /// By the terminal's own graphics where it is known to have them, otherwise as blocks.
    #[default]
    Auto,
    /// As coloured blocks, two pixels in each cell.
    Blocks,
    /// Not at all.
    Off,
}

/// How detailed a reasoning summary is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SummaryDetail {
    /// As detailed as the model can, at servers known to give one.
    #[default]
    Auto,
    /// A short summary.
    Concise,
    /// A long summary.
    Detailed,
    /// No summary.
    Off,
}

choices!(
    ContextChoice,
    Protocol,
    ColorChoice,
    NotifyChoice,
    ImageChoice,
    SummaryDetail,
    EditingStyle,
    VimEnter
);

impl SummaryDetail {
    /// The word a request has for it.
    #[must_use]
    pub fn request_value(self) -> Option<String> {
        (self != Self::Off).then(|| value_name(&self))
    }
}

/// How the composer is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditingStyle {
    /// As in most programs.
    #[default]
    Standard,
    /// As in vim.
    Vim,
}

/// What Enter does in the insert mode of vim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VimEnter {
    /// It sends, as in normal mode.
    #[default]
    Send,
    /// It starts a new line; normal mode sends.
    Newline,
}

/// Where the user is, as roughly as they like; nothing is sent that is not set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Location {
    /// The country as two letters (ISO 3166-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The name of the city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The name of the region or state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The IANA time zone, such as `Europe/Vienna`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

impl SettingValue for Location {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_table(deserializer)
    }
}

/// How long to wait for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection is established.
    pub connect: Duration,
    /// Until the first byte of the answer.
    pub first_byte: Duration,
    /// Between two pieces of the answer.
    pub idle: Duration,
}
