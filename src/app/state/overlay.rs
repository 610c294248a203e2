//! State of the overlays.

use crate::app::editor::Editor;
use crate::chat::{ConversationId, UsageReport};
use crate::settings::Action;

use super::approval::ApprovalDialog;
use super::filter_list::FilterList;
use super::models::ModelPicker;
use super::palette::Palette;
use super::presets::PresetPicker;
use super::search_overlay::SearchOverlay;
use super::tool_picker::ToolPicker;

/// An overlay over the panes.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // each is named after what it is
pub enum Overlay {
    Help(Box<HelpView>),
    Rename(Box<RenameDialog>),
    /// A question to answer with y or n.
    Confirm(Confirm),
    /// A tool call that waits for approval.
    Approval(ApprovalDialog),
    Models(Box<ModelPicker>),
    /// Positions of the names of themes; the one under the cursor is previewed.
    Themes(Box<FilterList<usize>>),
    /// Tokens and cost; `None` until they are summed up.
    Usage(Option<Box<UsageReport>>),
    /// The end of the log.
    Log(LogView),
    /// The search in all conversations.
    Search(Box<SearchOverlay>),
    Palette(Box<Palette>),
    Presets(PresetPicker),
    Prompts(Box<PromptPicker>),
    /// The list of tools.
    Tools(Box<ToolPicker>),
    /// The actions for a message.
    MessageMenu(MessageMenu),
}

/// The help page: what is typed into its filter, and how far it is scrolled.
#[derive(Debug, Clone, Default)]
pub struct HelpView {
    /// The filter being typed.
    pub filter: Editor,
    /// The first line to show, limited when drawn.
    pub top: usize,
}

/// The new title of a conversation while it is typed.
#[derive(Debug, Clone)]
pub struct RenameDialog {
    /// The conversation that gets the title on Enter.
    pub id: ConversationId,
    /// The title being typed.
    pub editor: Editor,
}

/// A question to answer with y or n.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirm {
    /// Deleting moves a conversation to the trash.
    Delete {
        /// The conversation to delete.
        id: ConversationId,
        /// Its title, for the question.
        title: String,
    },
    /// Whether to use a model that its server does not list.
    UnlistedModel {
        /// The name of the model.
        model: String,
    },
}

/// The actions for the selected message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageMenu {
    /// The actions that make sense for it.
    pub actions: Vec<Action>,
    /// Position of the cursor in `actions`.
    pub selected: usize,
}

/// The end of the log.
#[derive(Debug, Clone, Default)]
pub struct LogView {
    /// Its entries, oldest first; `None` until they are read.
    pub lines: Option<Vec<String>>,
    /// Position of the last entry in view; near the start the first entries are shown.
    pub last: usize,
}

/// The filter over earlier prompts, and the cursor among the matches.
#[derive(Debug, Clone)]
pub struct PromptPicker {
    /// All prompts, the latest first.
    pub prompts: Vec<String>,
    /// Positions of the prompts that match the filter.
    pub list: FilterList<usize>,
}

impl Overlay {
    /// The field that gets pasted text, where it has one.
    pub(in crate::app) fn field_mut(&mut self) -> Option<&mut Editor> {
        match self {
            Self::Help(help) => Some(&mut help.filter),
            Self::Rename(dialog) => Some(&mut dialog.editor),
            Self::Models(picker) => Some(&mut picker.list.editor),
            Self::Themes(list) => Some(&mut list.editor),
            Self::Search(find) => Some(&mut find.editor),
            Self::Palette(palette) => Some(&mut palette.list.editor),
            Self::Prompts(picker) => Some(&mut picker.list.editor),
            Self::Confirm(_)
            | Self::Approval(_)
            | Self::Usage(_)
            | Self::Log(_)
            | Self::Presets(_)
            | Self::Tools(_)
            | Self::MessageMenu(_) => None,
        }
    }
}
