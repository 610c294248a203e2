//! The flags of `duologue setup`: one for each question.

// These comments are the help texts, shown verbatim.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::key_store::KeyStore;

#[derive(Debug, Args)]
pub(in crate::cli) struct SetupArgs {
    /// The server: default (that of config.toml), openai, azure, ollama, lm-studio, llama.cpp, vllm or an
    /// address.
    #[arg(long, value_name = "SERVER")]
    pub(super) server: Option<String>,
    /// The name of the Azure resource, for --server azure.
    #[arg(long, value_name = "NAME")]
    pub(super) azure_resource: Option<String>,
    /// Where the API key is kept.
    #[arg(long, value_name = "PLACE", value_enum)]
    pub(super) key_store: Option<KeyStore>,
    /// A shell command that prints the API key; for --key-store command.
    #[arg(long, value_name = "COMMAND")]
    pub(super) key_command: Option<String>,
    /// Read the API key from standard input.
    #[arg(long)]
    pub(super) key_stdin: bool,
    /// The folder of the web app, or its chats folder; "" for none.
    // The parser of paths refuses an empty one.
    #[arg(long, value_name = "DIR", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(super) web_folder: Option<PathBuf>,
    /// Ask the server nothing: neither its models nor a test question.
    #[arg(long)]
    pub(super) no_test: bool,
    /// Answer every question that no flag answers with its default.
    #[arg(short, long)]
    pub(super) yes: bool,
}
