//! What can be wrong with a file of chats, and what each version of the web app does about it.

use super::repair::Repair;

/// A version of the web app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Of 2025.
    O4Mini,
    /// Of today.
    Head,
}

/// Some of the versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eras {
    /// Both.
    Both,
    /// That of today only; the other does not look.
    Head,
    /// That of 2025 only.
    O4Mini,
}

/// What comes of something found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The web app throws the whole file away.
    Rejected,
    /// It loads, and every later save fails.
    Frozen,
    /// It works, but the browser shows no list.
    NoSidebar,
    /// The web app takes it; this program does not read it.
    NotReadHere,
}

/// Something found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The byte it begins at.
    pub place: usize,
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
    pub effect: Effect,
    /// For which versions.
    pub eras: Eras,
    /// What would make it right.
    pub repair: Repair,
}

/// What a version of the web app does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Takes it.
    Good,
    /// Takes it, and can never save it again.
    Frozen,
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

impl Eras {
    /// Whether a version is one of them.
    #[must_use]
    pub const fn has(self, era: Era) -> bool {
        matches!(
            (self, era),
            (Self::Both, _) | (Self::Head, Era::Head) | (Self::O4Mini, Era::O4Mini)
        )
    }
}

impl Report {
    /// What a version does with the file.
    #[must_use]
    pub fn verdict(&self, era: Era) -> Verdict {
        let does = |effect| self.findings.iter().any(|it| it.effect == effect && it.eras.has(era));
        if does(Effect::Rejected) {
            return Verdict::Rejected;
        }
        if does(Effect::Frozen) { Verdict::Frozen } else { Verdict::Good }
    }
}
