//! Why presets cannot be read or changed, and what people are told about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::chat::preset::PresetFault;
use crate::chat::{Failure, FailureKind};

use super::layout::LayoutError;

/// Why presets cannot be read or changed.
#[derive(Debug, Error)]
pub enum PresetError {
    /// The file.
    #[error("The presets in {0} cannot be used: {1}.")]
    Io(PathBuf, io::Error),
    /// What is in it.
    #[error("The presets in {0} cannot be read: {1}. The file was not changed.")]
    Layout(PathBuf, LayoutError),
    /// The preset itself.
    #[error("{}", .0.sentence())]
    Fault(PresetFault),
    /// There is none.
    #[error("There is no preset \"{0}\". `duologue presets` lists them.")]
    NotFound(String),
}

impl PresetError {
    /// It in a sentence, for people.
    #[must_use]
    pub fn to_failure(&self) -> Failure {
        Failure::new(FailureKind::Storage, self.to_string(), "")
    }
}
