//! Text for the clipboard, and what became of it.

/// Text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipboardText {
    /// The text.
    pub text: String,
    /// What it is, in words that stand in the middle of a sentence.
    pub description: String,
}

/// What became of a text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyResult {
    /// What it was.
    pub description: String,
    /// How it got there.
    pub method: CopyMethod,
    /// Characters of it that nobody sees and a terminal might act on.
    pub hidden_characters: usize,
}

/// How a text gets to a clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyMethod {
    /// The system's own clipboard has it.
    Native,
    /// tmux has it.
    Tmux,
    /// Only the terminal can still take it, and never says whether it did.
    Terminal(String),
    /// It is in a file.
    File(String),
    /// It is nowhere, and why.
    Failed(String),
}

/// A message that was copied a moment ago: digits copy its code blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecentCopy {
    /// The message.
    pub(super) item: usize,
    /// The digits so far.
    pub(super) block_number: usize,
}
