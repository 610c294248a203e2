//! The configuration file as it was read.

use std::path::PathBuf;

/// The configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// Where it is, there or not.
    pub path: PathBuf,
    /// What it holds, if it is there.
    pub text: Option<String>,
}
