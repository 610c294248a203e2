//! The names that are stored on this machine: conversations, models, presets, servers, templates, tools
//! and users. No server is asked: a Tab must not wait for one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::chat::{ConversationSummary, Preset};
use crate::cli::common_args::CommonArgs;
use crate::cli::{bootstrap, conversations};
use crate::runtime::{self, clock};
use crate::settings::{Flags, McpEndpoint, Settings, TemplateFolder};
use crate::store::{PresetFile, Store};

/// Something that can stand in place of the typed word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) value: String,
    pub(super) about: String,
}

/// What an argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameKind {
    Conversation,
    McpServer,
    Model,
    Preset,
    Server,
    Template,
    /// A tool, or an MCP server for all its tools, in a list with commas.
    Tool,
    User,
}

impl NameKind {
    /// What the argument with this name in the command line's definition names.
    pub(super) fn of_argument(id: &str) -> Option<Self> {
        match id {
            "conversation" | "conversations" | "resume" => Some(Self::Conversation),
            "model" | "ask_model" => Some(Self::Model),
            "preset" => Some(Self::Preset),
            "server" => Some(Self::Server),
            "servers" => Some(Self::McpServer),
            "template" => Some(Self::Template),
            "tools" => Some(Self::Tool),
            "user" => Some(Self::User),
            _ => None,
        }
    }
}

/// The settings that say where the names are; none where they cannot be used.
pub(super) struct StoredNames {
    settings: Option<Settings>,
}

impl StoredNames {
    /// The names for a command line with these flags.
    pub(super) fn new(flags: &BTreeMap<String, String>) -> Self {
        let mut settings = Flags::default();
        for name in ["user", "chats", "agents"] {
            if let Some(value) = flags.get(name) {
                settings = settings.with(name, value.as_str());
            }
        }
        let common = CommonArgs { settings, config: flags.get("config").map(PathBuf::from) };
        let resolved = bootstrap::resolve_settings(&common).ok();
        Self { settings: resolved.map(|resolved| resolved.settings) }
    }

    /// All names of a kind. What cannot be read has none.
    pub(super) fn names(&self, kind: NameKind) -> Vec<Candidate> {
        let Some(settings) = &self.settings else { return Vec::new() };
        match kind {
            NameKind::Conversation => conversations(settings),
            NameKind::McpServer => mcp_servers(settings),
            NameKind::Model => models(settings),
            NameKind::Preset => presets(settings),
            NameKind::Server => servers(settings),
            NameKind::Template => templates(settings),
            NameKind::Tool => tools(settings),
            NameKind::User => users(settings),
        }
    }
}

/// The ids with their titles, then the titles with their ids, newest first.
fn conversations(settings: &Settings) -> Vec<Candidate> {
    // A Tab recovers nothing: what that has to say would be lost.
    let rows = Store::list_on_disk(&runtime::start::store_paths(settings));
    let mut rows = rows.unwrap_or_default();
    ConversationSummary::sort_newest_first(&mut rows, clock::now());
    let rows: Vec<(String, String)> = rows
        .into_iter()
        .map(|row| (conversations::short_id(&row.id), row.title.text().to_owned()))
        .collect();
    let ids = rows.iter().map(|(id, title)| Candidate { value: id.clone(), about: title.clone() });
    let titles =
        rows.iter().map(|(id, title)| Candidate { value: title.clone(), about: id.clone() });
    ids.chain(titles.filter(|title| !title.value.is_empty())).collect()
}

/// The models the settings and the presets name.
fn models(settings: &Settings) -> Vec<Candidate> {
    let mut names: BTreeSet<String> = settings.fallback_models.iter().cloned().collect();
    names.insert(settings.model.clone());
    names.extend(settings.title_model.clone());
    names.extend(stored_presets(settings).into_iter().filter_map(|preset| preset.model));
    names.into_iter().map(|value| Candidate { value, about: String::new() }).collect()
}

fn stored_presets(settings: &Settings) -> Vec<Preset> {
    PresetFile::of(settings).load().map(|loaded| loaded.presets).unwrap_or_default()
}

fn presets(settings: &Settings) -> Vec<Candidate> {
    stored_presets(settings)
        .into_iter()
        .map(|preset| {
            let about = preset.instructions.unwrap_or_default();
            let about = about.lines().next().unwrap_or_default().chars().take(60).collect();
            Candidate { value: preset.name, about }
        })
        .collect()
}

/// The servers of the settings, each with its host.
fn servers(settings: &Settings) -> Vec<Candidate> {
    let servers = settings.for_each_server().into_iter().map(|settings| settings.answer_server());
    servers.map(|server| Candidate { value: server.name, about: server.host }).collect()
}

/// The MCP servers of the settings, each with its command or its host.
fn mcp_servers(settings: &Settings) -> Vec<Candidate> {
    let servers = settings.mcp.iter().map(|(name, server)| Candidate {
        value: name.to_owned(),
        about: match server.endpoint() {
            McpEndpoint::Command(command) => command.to_owned(),
            McpEndpoint::Url(url) => url.host(),
        },
    });
    servers.collect()
}

/// The tools of this program, and the MCP servers.
fn tools(settings: &Settings) -> Vec<Candidate> {
    let own =
        Settings::OWN_TOOLS.map(|name| Candidate { value: name.to_owned(), about: String::new() });
    own.into_iter().chain(mcp_servers(settings)).collect()
}

fn templates(settings: &Settings) -> Vec<Candidate> {
    let templates = TemplateFolder::of(&settings.paths).list().templates.into_iter();
    templates
        .map(|template| Candidate { about: template.summary(), value: template.name })
        .collect()
}

/// The users with a file in the chats folder.
fn users(settings: &Settings) -> Vec<Candidate> {
    let entries = fs::read_dir(&settings.chats).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut users: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect();
    users.sort();
    users.into_iter().map(|value| Candidate { value, about: String::new() }).collect()
}
