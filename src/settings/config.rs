//! `config.toml`, as the user writes it. Every key is optional; an unknown one is an error.
//! May not fill in defaults.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::asking::{Location, Summary};
use super::prices::Price;
use super::resolve::ContextChoice;

/// The file's content.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Whose conversations.
    pub user: Option<String>,
    /// The folder of the shared files.
    pub chats: Option<PathBuf>,
    /// The model questions go to.
    pub model: Option<String>,
    /// Where the Responses API is.
    pub base_url: Option<String>,
    /// Whether the server is trusted to remember.
    pub context: Option<ContextChoice>,
    /// Sent as `OpenAI-Organization`.
    pub organization: Option<String>,
    /// Sent as `OpenAI-Project`.
    pub project: Option<String>,
    /// The preset questions are asked by.
    pub preset: Option<String>,
    /// Where the web app keeps presets: its file, or the folder of it.
    pub agents: Option<PathBuf>,
    /// Where the web app is, for links to conversations.
    pub web_url: Option<String>,
    /// What the model is told before the conversation.
    pub instructions: Option<String>,
    /// A shell command that prints the key.
    pub api_key_command: Option<String>,
    /// A file, mode 0600, that holds the key.
    pub api_key_file: Option<PathBuf>,
    /// The API the web app itself uses.
    pub web_base_url: Option<String>,
    /// `reasoning.effort`, sent only when set.
    pub effort: Option<String>,
    /// Whether the last answer is printed when the program ends.
    pub print_last_answer: bool,
    /// The model that writes titles.
    pub title_model: Option<String>,
    /// Tools the model may use: `calculator`, `web_search`.
    pub tools: Vec<String>,
    /// `reasoning.summary`: auto, concise, detailed or off.
    pub summary: Summary,
    /// Whether the server keeps responses.
    pub store: Option<bool>,
    /// Whether answers go on at the server when the connection ends.
    pub background: bool,
    /// Where a web search is made from.
    pub location: Location,
    /// Models offered first when one is gone.
    pub fallback_models: Vec<String>,
    /// Seconds until a connection must stand.
    pub connect_timeout: Option<u64>,
    /// Seconds until the first byte of an answer.
    pub first_byte_timeout: Option<u64>,
    /// Seconds an answer may be silent.
    pub idle_timeout: Option<u64>,
    /// Columns of text in the conversation, at most.
    pub reading_width: Option<u16>,
    /// Columns of the conversation list.
    pub list_width: Option<u16>,
    /// The colours.
    pub theme: Option<String>,
    /// Whether seconds and speed count on screen.
    pub animation: Option<bool>,
    /// Whether a conversation has one row in the list.
    pub compact_list: Option<bool>,
    /// Whether wheel and clicks come to the program.
    pub mouse: Option<bool>,
    /// What goes to the log, in the form of `DUOLOGUE_LOG`.
    pub log: Option<String>,
    /// Dollars for a million tokens of a model, over those the program knows.
    pub prices: BTreeMap<String, Price>,
    /// The user's keys.
    pub keys: toml::Table,
}
