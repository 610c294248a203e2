//! What lies over the panes.

use crate::app::editor::Editor;
use crate::chat::{ConversationId, UsageReport};

use super::models::ModelPicker;
use super::palette::Palette;
use super::presets::PresetPicker;
use super::search_overlay::SearchOverlay;

/// What lies over the panes.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The key table.
    Help(HelpView),
    /// A new title being typed.
    Rename(Box<RenameDialog>),
    /// A question to be answered with y or n.
    Confirm(Confirm),
    /// Models to choose from.
    Models(Box<ModelPicker>),
    /// Themes to choose from.
    Themes(ThemePicker),
    /// What answers took; `None` while it is being summed up.
    Usage(Option<Box<UsageReport>>),
    /// The end of the log.
    Log(LogView),
    /// A search in every conversation.
    Search(Box<SearchOverlay>),
    /// Everything that can be done.
    Palette(Box<Palette>),
    /// Presets to choose from.
    Presets(PresetPicker),
    /// Earlier prompts to choose from.
    Prompts(Box<PromptPicker>),
}

/// The key table; how far it is scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HelpView {
    /// First line shown; cut to what there is when drawn.
    pub top: usize,
}

/// A new title being typed.
#[derive(Debug, Clone)]
pub struct RenameDialog {
    /// The conversation.
    pub id: ConversationId,
    /// The one-line editor.
    pub editor: Editor,
}

/// A question to be answered with y or n.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirm {
    /// Delete a conversation.
    Delete {
        /// The conversation.
        id: ConversationId,
        /// Its title, to be named in the question.
        title: String,
    },
}

/// Themes to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThemePicker {
    /// Position of the cursor among the names.
    pub selected: usize,
}

/// The end of the log.
#[derive(Debug, Clone, Default)]
pub struct LogView {
    /// Its lines, oldest first; `None` while they are being read.
    pub lines: Option<Vec<String>>,
    /// The last line in view; where fewer lines than rows are above it, the first rows are shown.
    pub last: usize,
}

/// Earlier prompts to choose from.
#[derive(Debug, Clone)]
pub struct PromptPicker {
    /// What is typed.
    pub editor: Editor,
    /// Every prompt, the latest first.
    pub prompts: Vec<String>,
    /// Which of them hold what is typed.
    pub matches: Vec<usize>,
    /// Position of the cursor in `found`.
    pub selected: usize,
}
