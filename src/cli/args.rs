//! The command line as clap parses it: the commands and the flags of the program itself.

// These comments are the help texts, shown as they stand.
#![allow(clippy::doc_markdown)]

use clap::{Parser, Subcommand};

use super::ask::AskArgs;
use super::common_args::CommonArgs;
use super::completion_shell::CompletionShell;
use super::config::ConfigArgs;
use super::delete::DeleteArgs;
use super::doctor::DoctorArgs;
use super::export::ExportArgs;
use super::import::ImportArgs;
use super::mcp::McpArgs;
use super::merge::MergeArgs;
use super::presets::PresetsArgs;
use super::rename::RenameArgs;
use super::search::SearchArgs;
use super::setup::SetupArgs;
use super::show::ShowArgs;
use super::undo::UndoArgs;
use super::web::WebArgs;

/// A terminal chat client for OpenAI, Azure, Ollama and compatible servers.
#[derive(Debug, Default, Parser)]
#[command(
    name = "duologue",
    bin_name = "duologue",
    version,
    about,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = false
)]
pub struct Cli {
    /// What to do; without it the window opens.
    #[command(subcommand)]
    pub(super) command: Option<CliCommand>,
    /// What every command takes.
    #[command(flatten)]
    pub(super) common: CommonArgs,
    /// Continue the conversation that was changed last.
    #[arg(short = 'c', long = "continue", conflicts_with = "demo")]
    pub(super) latest: bool,
    /// Try everything offline, with a built-in server and throwaway conversations.
    #[arg(long)]
    pub(super) demo: bool,
    /// Print plain lines instead of a window, for screen readers and simple terminals.
    #[arg(long, global = true)]
    pub(super) plain: bool,
}

/// What to do without opening the program.
#[derive(Debug, Subcommand)]
pub(super) enum CliCommand {
    /// Open the window on a conversation.
    Resume {
        /// The conversation: an id, the start of one, an exact title or a response id.
        conversation: String,
    },
    /// List conversations, newest first.
    List {
        /// Print the JSON of the web app's /get-all-conversations.
        #[arg(long)]
        json: bool,
    },
    /// Print a conversation.
    Show(ShowArgs),
    /// Rename a conversation.
    Rename(RenameArgs),
    /// Delete conversations; `duologue undo` restores them for 30 days.
    Delete(DeleteArgs),
    /// Undo the last deletion, edit, renaming or overwrite by another program, for 30 days.
    Undo(UndoArgs),
    /// Open a conversation in the web app and print its link.
    Web(WebArgs),
    /// Export conversations as Markdown, HTML or JSON.
    Export(ExportArgs),
    /// Import conversations; importing the same file again changes nothing.
    Import(ImportArgs),
    /// Merge another version of the shared file, such as a sync tool's conflict copy.
    Merge(MergeArgs),
    /// Check whether each version of the web app accepts the file; --fix repairs it.
    ///
    /// Exit codes: 0 accepted, 1 a version would discard the file, 3 the file loads but cannot be saved.
    Doctor(DoctorArgs),
    /// Upgrade conversations from the Assistants API, so that the web app accepts the file.
    Migrate,
    /// Choose a server, a key and a model, test them and write them to config.toml.
    ///
    /// Asks in the terminal; every question is also a flag. The flags --model, --user and --chats answer
    /// theirs. Settings that config.toml already has with another
    /// value are replaced by flags, and otherwise only after a question.
    Setup(SetupArgs),
    /// Show the settings in effect and where each came from.
    Config(ConfigArgs),
    /// Ask a question and print the answer; piped text is added to the question.
    Ask(AskArgs),
    /// Search the titles and messages of all conversations.
    Search(SearchArgs),
    /// Show tokens, time and cost of a conversation, today and this month.
    Usage {
        /// The conversation: an id, the start of one, an exact title or a response id; by default the
        /// one changed last.
        conversation: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List and change presets: instructions with a model, an effort and tools.
    Presets(PresetsArgs),
    /// List the prompt templates, which `ask --template` and the window use.
    Templates {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the models the server offers.
    Models {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Start the MCP servers of config.toml and list their tools.
    ///
    /// Exit codes: 0 all were started, 1 one could not be.
    Mcp(McpArgs),
    /// Run the offline demo server for other clients, on the loopback address only.
    DemoServer {
        /// The port; 0 picks a free one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Print shell completions.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: CompletionShell,
    },
    /// Print completions of the last word, for the scripts of `completions`.
    #[command(name = "__complete", hide = true)]
    Complete {
        /// The words after the program's name.
        #[arg(last = true)]
        words: Vec<String>,
    },
    /// Run the program of an MCP server and end it with this one; used by duologue itself.
    #[command(name = "__mcp-server", hide = true)]
    McpServer {
        /// The program and its arguments.
        #[arg(last = true)]
        command: Vec<std::ffi::OsString>,
    },
    /// Print the manual page.
    Man,
    /// Print the licenses of the software in this program.
    Licenses,
    /// Print a page of the manual, or the help of a command.
    Help {
        /// A page of the manual, such as keys, or a command, such as ask.
        topic: Vec<String>,
    },
}
