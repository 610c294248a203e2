//! The configuration file as it was read.

use std::path::PathBuf;

/// The configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// Where it was looked for; the file itself may be missing.
    pub path: PathBuf,
    /// Its content; `None` where there is no file.
    pub text: Option<String>,
}
