//! What can be wrong with a file of chats, and what each version of the web app does about it.

use super::repair::Repair;

/// A version of the web app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebVersion {
    /// The version of 2025 (hcorion/ai-multitool a8452a1).
    V2025,
    /// The version of 2026 (hcorion/ai-multitool bdc7763).
    Current,
}

/// The versions a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebVersions {
    /// The current one and that of 2025.
    Both,
    /// The current one only; the other does not look.
    Current,
    /// The version of 2025 only.
    V2025,
}

/// The consequence of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impact {
    /// The web app discards the whole file.
    Rejected,
    /// The file loads, and every later save fails.
    Unsavable,
    /// The web app works, but the browser shows no list of chats.
    NoSidebar,
    /// The web app accepts the file; this program cannot read it.
    UnreadableHere,
}

/// A fault in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The byte it begins at.
    pub position: usize,
    /// The line that byte is in, from 1.
    pub line: usize,
    /// The key of the conversation it is in; `None` for the file as a whole.
    pub conversation: Option<String>,
    /// The number of the message it is in, from 0.
    pub message: Option<usize>,
    /// The key with those around it in front, separated by dots.
    pub key: String,
    /// What is wrong, in half a sentence for people.
    pub reason: String,
    /// What the web app, or this program, then does.
    pub impact: Impact,
    /// The versions of the web app that it concerns.
    pub versions: WebVersions,
    /// How it is repaired on the bytes of the file.
    pub repair: Repair,
}

/// What a version of the web app does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Loads and saves it.
    Accepted,
    /// Loads it, and can never save it again.
    Unsavable,
    /// Discards it and starts an empty one.
    Rejected,
}

/// All faults of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// In the order of the file.
    pub findings: Vec<Finding>,
    /// How many conversations it holds.
    pub conversations: usize,
    /// Whether Python reads it as JSON to its end.
    pub is_json: bool,
}

impl Finding {
    pub(super) const fn impact(mut self, impact: Impact) -> Self {
        self.impact = impact;
        self
    }

    pub(super) const fn versions(mut self, versions: WebVersions) -> Self {
        self.versions = versions;
        self
    }
}

impl WebVersions {
    /// Whether a version is one of them.
    #[must_use]
    pub const fn has(self, version: WebVersion) -> bool {
        matches!(
            (self, version),
            (Self::Both, _)
                | (Self::Current, WebVersion::Current)
                | (Self::V2025, WebVersion::V2025)
        )
    }
}

impl Report {
    /// What a version does with the file.
    #[must_use]
    pub fn verdict(&self, version: WebVersion) -> Verdict {
        let has = |impact| {
            let mut findings = self.findings.iter();
            findings.any(|finding| finding.impact == impact && finding.versions.has(version))
        };
        if has(Impact::Rejected) {
            return Verdict::Rejected;
        }
        if has(Impact::Unsavable) { Verdict::Unsavable } else { Verdict::Accepted }
    }
}
