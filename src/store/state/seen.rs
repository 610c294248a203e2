//! Which version of the shared file a program of ours saw last, how many foreign ones came before,
//! and the sequence counter of all terminals.
//! May not be needed: without it every version counts as foreign, which costs another look.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::chat::Timestamp;

use super::super::place::Place;
use super::super::version::Version;
use super::state_file::StateFile;

/// How much of a version's name is about its text and its file.
const TEXT: usize = 80;

/// What all terminals of a user know of the shared file.
#[derive(Debug)]
pub struct SeenFile(StateFile<SeenState>);

/// What is known of the shared file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenState {
    /// The version seen or written last.
    pub version: Option<String>,
    /// How many versions were written by others so far.
    pub foreign: u64,
    /// When the last of them was written.
    pub foreign_at: Option<Timestamp>,
    /// How many of them had been when everybody's verbs were last looked for in the file.
    pub healed: Option<u64>,
    /// Until when others had written before the version that was looked for in last: who wrote that
    /// one long after must have seen what was done before.
    pub quiet_since: Option<Timestamp>,
    /// When what others undid was last done again, by anybody: for all of it the wait begins anew.
    pub healed_at: Option<Timestamp>,
    /// The place the last verb of anybody's got.
    pub order: u64,
}

impl SeenFile {
    /// The one beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self(StateFile::at(place.state().join("seen.json")))
    }

    /// What is known; nothing where it cannot be read.
    #[must_use]
    pub fn read(&self) -> SeenState {
        self.0.read_or_default()
    }

    /// Replaces it.
    pub fn write(&self, state: &SeenState) {
        if let Err(error) = self.0.update(|seen| seen.clone_from(state)) {
            tracing::warn!(%error, "which version was seen last could not be noted");
        }
    }
}

impl SeenState {
    /// The same with another version.
    #[must_use]
    pub fn with(self, version: Option<Version>) -> Self {
        Self { version: Some(name(version)), ..self }
    }

    /// When anything about the file last began to wait anew: somebody else wrote it, or what they
    /// undid was done again.
    #[must_use]
    pub fn disturbed(&self) -> Option<Timestamp> {
        self.foreign_at.max(self.healed_at)
    }

    /// Whether a version is the one seen or written last but for what the system notes beside the
    /// text, such as a change of its names.
    #[must_use]
    pub fn has_text_of(&self, version: Option<Version>) -> bool {
        let text = |name: &str| name.get(..TEXT).map(str::to_owned);
        self.version.as_deref().and_then(text) == text(&name(version))
    }

    /// Whether a version is the one seen or written last.
    #[must_use]
    pub fn knows(&self, version: Option<Version>) -> bool {
        self.version.as_ref() == Some(&name(version))
    }
}

/// A name for a version, the same in every process.
fn name(version: Option<Version>) -> String {
    let Some(version) = version else {
        return "none".to_owned();
    };
    version.to_bytes().iter().fold(String::new(), |mut name, byte| {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}
