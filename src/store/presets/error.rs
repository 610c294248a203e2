//! The errors of the presets, with the sentences people see.

use std::path::PathBuf;

use thiserror::Error;

use crate::chat::preset::{PresetFault, PresetLookupError};
use crate::chat::{Advice, Failure, FailureKind};
use crate::store::file::error::StoreError;

/// Why presets cannot be read or changed.
#[derive(Debug, Error)]
pub enum PresetError {
    /// The file cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The web app cannot read the file either.
    #[error(
        "The presets in {0} cannot be read: {1}. Run `duologue doctor --fix` to repair the file; a \
         copy is kept."
    )]
    Layout(PathBuf, String),
    /// The preset breaks a rule.
    #[error("{}", .0.sentence())]
    Fault(PresetFault),
    /// No preset has the name, or several have.
    #[error(transparent)]
    Lookup(#[from] PresetLookupError),
}

impl PresetError {
    /// Converts the error to a failure of the store.
    #[must_use]
    pub fn to_failure(&self) -> Failure {
        match self {
            Self::Store(error) => error.to_failure(),
            Self::Lookup(error) => error.to_failure(),
            Self::Layout(..) | Self::Fault(_) => {
                Failure::new(FailureKind::Storage, self.to_string(), Advice::None)
            }
        }
    }
}
