//! The flags that every command takes.

// These comments are the help texts, shown verbatim.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;

use crate::settings::Flags;

/// What every command takes.
#[derive(Debug, Default, Args)]
pub(super) struct CommonArgs {
    /// A flag for each setting that has one.
    #[command(flatten)]
    pub(super) settings: Flags,
    /// The configuration file; also DUOLOGUE_CONFIG.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}
