//! What can be wrong with a file of chats, and what each version of the web app does about it.

use super::repair::Repair;

/// A version of the web app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebVersion {
    /// Of 2025.
    V2025,
    /// Of today.
    Current,
}

/// Some of the versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebVersions {
    /// Both.
    Both,
    /// That of today only; the other does not look.
    Current,
    /// That of 2025 only.
    V2025,
}

/// What comes of something found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impact {
    /// The web app throws the whole file away.
    Rejected,
    /// It loads, and every later save fails.
    Unsavable,
    /// It works, but the browser shows no list.
    NoSidebar,
    /// The web app takes it; this program does not read it.
    UnreadableHere,
}

/// Something found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The byte it begins at.
    pub position: usize,
    /// The line that byte is in, from 1.
    pub line: usize,
    /// The conversation's key.
    pub conversation: Option<String>,
    /// The message's number, from 0.
    pub message: Option<usize>,
    /// The key inside, those around it in front.
    pub key: String,
    /// What is wrong.
    pub reason: String,
    /// What comes of it.
    pub impact: Impact,
    /// For which versions.
    pub versions: WebVersions,
    /// What would make it right.
    pub repair: Repair,
}

/// What a version of the web app does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Takes it.
    Accepted,
    /// Takes it, and can never save it again.
    Unsavable,
    /// Throws it away.
    Rejected,
}

/// Everything found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// In the order of the file.
    pub findings: Vec<Finding>,
    /// How many conversations it holds.
    pub conversations: usize,
    /// Whether Python reads it as JSON to its end.
    pub is_json: bool,
}

impl WebVersions {
    /// Whether a version is one of them.
    #[must_use]
    pub const fn has(self, era: WebVersion) -> bool {
        matches!(
            (self, era),
            (Self::Both, _)
                | (Self::Current, WebVersion::Current)
                | (Self::V2025, WebVersion::V2025)
        )
    }
}

impl Report {
    /// What a version does with the file.
    #[must_use]
    pub fn verdict(&self, era: WebVersion) -> Verdict {
        let does =
            |effect| self.findings.iter().any(|it| it.impact == effect && it.versions.has(era));
        if does(Impact::Rejected) {
            return Verdict::Rejected;
        }
        if does(Impact::Unsavable) { Verdict::Unsavable } else { Verdict::Accepted }
    }
}
