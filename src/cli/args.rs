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
use super::merge::MergeArgs;
use super::presets::PresetsArgs;
use super::rename::RenameArgs;
use super::search::SearchArgs;
use super::setup::SetupArgs;
use super::show::ShowArgs;
use super::undo::UndoArgs;
use super::web::WebArgs;

/// A terminal chat client on the same file as a web app.
#[derive(Debug, Parser)]
#[command(
    name = "duologue",
    bin_name = "duologue",
    version,
    about,
    args_conflicts_with_subcommands = false
)]
pub struct Cli {
    /// What to do; without it the program opens.
    #[command(subcommand)]
    pub(super) command: Option<CliCommand>,
    /// What every command takes.
    #[command(flatten)]
    pub(super) common: CommonArgs,
    /// Continue the conversation that was changed last.
    #[arg(short = 'c', long = "continue", conflicts_with = "demo")]
    pub(super) latest: bool,
    /// Try everything: an offline server inside the program, and conversations of its own.
    #[arg(long)]
    pub(super) demo: bool,
    /// Hold the conversation in plain lines: for screen readers and simple terminals.
    #[arg(long, global = true)]
    pub(super) plain: bool,
}

/// What to do without opening the program.
#[derive(Debug, Subcommand)]
pub(super) enum CliCommand {
    /// Open the program on one conversation.
    Resume {
        /// An id, the start of one, an exact title or a response id.
        conversation: String,
    },
    /// List conversations, newest first.
    List {
        /// Print what the web app's /get-all-conversations prints.
        #[arg(long)]
        json: bool,
    },
    /// Print a conversation.
    Show(ShowArgs),
    /// Give a conversation another title.
    Rename(RenameArgs),
    /// Delete conversations; `duologue undo` brings them back for thirty days.
    Delete(DeleteArgs),
    /// Take back the last deletion, edit, or loss to another program; for thirty days.
    Undo(UndoArgs),
    /// Show a conversation in the web app; prints its link.
    Web(WebArgs),
    /// Write conversations as Markdown, HTML or JSON.
    Export(ExportArgs),
    /// Bring in conversations from elsewhere; importing twice changes nothing more.
    Import(ImportArgs),
    /// Unite another version of the shared file with it, such as a sync tool's conflict copy.
    Merge(MergeArgs),
    /// Judge the file as each version of the web app would, and repair it.
    ///
    /// Exit codes: 0 it is good, 1 a version would throw it away, 3 it loads but could not be saved.
    Doctor(DoctorArgs),
    /// Upgrade conversations of the Assistants API era, so that the web app takes the file.
    Migrate,
    /// Choose a server, a key and a model, test them and write them to config.toml.
    ///
    /// Asks in the terminal; every question is also a flag. The flags --model, --user and --chats answer
    /// theirs. Settings that config.toml has already are never changed.
    Setup(SetupArgs),
    /// Show the settings in effect and where each came from.
    Config(ConfigArgs),
    /// Ask a question and print the answer; text piped in is added to it.
    Ask(AskArgs),
    /// Find a text in the titles and messages of all conversations.
    Search(SearchArgs),
    /// What answers took: tokens, time and money, of a conversation, the day and the month.
    Usage {
        /// An id, the start of one, an exact title or a response id; the last one when missing.
        conversation: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List, make and change presets: instructions with a model, an effort and tools.
    Presets(PresetsArgs),
    /// List the models the server offers.
    Models {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Run the offline demo server for any client, on the loopback address only.
    DemoServer {
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Print completions for a shell.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: CompletionShell,
    },
    /// Print what can stand in place of the last word; the scripts of `completions` ask this.
    #[command(name = "__complete", hide = true)]
    Complete {
        /// The words behind the program's name.
        #[arg(last = true)]
        words: Vec<String>,
    },
    /// Print the manual page.
    Man,
    /// Print whose work is in this program.
    Licenses,
}
