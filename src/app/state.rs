//! The state of the window in one value with one owner.

mod approval;
mod completion;
mod composer;
mod counted_messages;
mod export;
mod external_edit;
mod files;
mod filter_list;
mod focus;
mod images;
mod list;
mod models;
mod mouse;
mod notice;
mod overlay;
mod palette;
mod preset_form;
mod presets;
mod search_bar;
mod search_overlay;
mod selection;
mod session;
mod templates;
mod temporary;
mod terminal;
mod terminal_size;
mod tool_picker;
mod transcript;
mod ui_prefs;
mod undo;
mod unsent_questions;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::chat::{ConversationId, Draft, Timestamp, ToolPermissions, Turn, TurnId};
use crate::settings::Keymap;

pub use crate::app::state::approval::{ApprovalChoice, ApprovalDialog};
pub use crate::app::state::completion::{
    CompletionList, CompletionState, FolderEntry, FolderEntryKind, FolderListing,
};
pub use crate::app::state::terminal::{Hyperlinks, TerminalColor, TerminalFocus, TerminalState};
pub use crate::app::state::ui_prefs::UiPrefsState;
pub use crate::app::state::unsent_questions::{QuestionOverrides, QueuedQuestion, UnsavedQuestion};
pub use composer::{Composer, PromptRecall};
pub use export::ExportProgress;
pub use external_edit::{EditTarget, ExternalEdit};
pub(in crate::app) use files::DroppedPaths;
pub use files::MentionedFiles;
pub use filter_list::FilterList;
pub use focus::Focus;
pub use images::{CellSize, GraphicsProtocol, ImageDisplay, Images, Pixels, Thumbnail};
pub use list::{ConversationList, ListScope};
pub use models::{MissingModel, ModelGroup, ModelPicker, ModelPlace};
pub use mouse::{Area, CellPosition, Clicks, Drag, MouseAction, MouseCapture, MouseInput};
pub use notice::{Notice, NoticeAge, NoticeCause, NoticeKind};
pub use overlay::{Confirm, HelpView, LogView, MessageMenu, Overlay, PromptPicker, RenameDialog};
pub use palette::{Palette, PaletteOpenedBy, PaletteScope, SelectedBy};
pub use preset_form::{PresetField, PresetForm};
pub use presets::{PresetPicker, PresetRenameDialog, PresetTask};
pub use search_bar::SearchBar;
pub use search_overlay::{
    HitMessage, JumpTarget, SearchHit, SearchId, SearchOverlay, SearchProgress,
};
pub use selection::{Selection, SelectionUnit, Surface, TextPosition, TextRange};
pub use session::{ServerChoice, Session};
pub use templates::{TemplateCall, TemplateEntry, Templates};
pub use temporary::TemporaryConversation;
pub use terminal_size::TerminalSize;
pub use tool_picker::ToolPicker;
pub use transcript::{Anchor, DetailsDisplay, FailedTurn, OpenConversation, Scroll, Transcript};
pub use undo::{UndoAction, UndoStage, UndoState, UndoStep};

use super::{IdGenerator, Measured};

/// The whole state of the window.
#[derive(Debug)]
pub struct State {
    /// User, model and the options of the next question.
    pub session: Session,
    /// The keys with the user's changes.
    pub keymap: Arc<Keymap>,
    /// The time of the last tick; ages and pauses are measured against it.
    pub now: Timestamp,
    /// UI preferences.
    pub ui_prefs: UiPrefsState,
    /// What is known of the terminal.
    pub terminal: TerminalState,
    /// Columns and rows of the terminal, as it reported them last.
    pub size: TerminalSize,
    /// The pane that gets the keys.
    pub focus: Focus,
    /// The list of conversations with its cursor and filter.
    pub list: ConversationList,
    /// The conversation on screen and where its view is.
    pub transcript: Transcript,
    /// The question being written.
    pub composer: Composer,
    /// The time zone of the dates on screen.
    pub time_zone: TimeZone,
    /// Running turns, oldest first; at most one per conversation.
    pub turns: Vec<Turn>,
    /// The last search in all conversations, to be restored.
    pub last_search: Option<Box<SearchOverlay>>,
    /// The prompt templates.
    pub templates: Templates,
    /// The conversation that is not saved, from its start until it is left for good.
    pub temporary: Option<TemporaryConversation>,
    /// The tool calls that the user has allowed.
    pub tool_permissions: ToolPermissions,
    /// The overlay over the panes, which gets all keys while it is open.
    pub overlay: Option<Overlay>,
    /// The notice in the status line.
    pub notice: Option<Notice>,
    /// When the notice was caused and by what, until it has expired.
    pub notice_age: NoticeAge,
    /// What causes the notices of the current message.
    pub notice_cause: NoticeCause,
    /// The measurements of the last frame.
    pub measured: Measured,
    /// What can be undone, and what is being undone.
    pub undo: UndoState,
    /// Makes the ids of conversations, turns and presets, so that `update` is pure.
    pub ids: IdGenerator,
    /// Drafts of the conversations that are not on screen; the key `None` is the new one.
    pub drafts: HashMap<Option<ConversationId>, Draft>,
    /// Drafts of sent questions that are still stored.
    pub drafts_sent: HashSet<Option<ConversationId>>,
    /// Whether the program gets mouse events, or the terminal selects text itself.
    pub mouse_capture: MouseCapture,
    /// The text in the external editor, while it is open.
    pub external_edit: Option<ExternalEdit>,
    /// Files mentioned in the composer.
    pub files: MentionedFiles,
    /// The list that completes a mention.
    pub completion: CompletionState,
    /// The pressed mouse button.
    pub drag: Option<Drag>,
    /// Prompts of this and earlier runs, the latest last.
    pub prompts: Vec<String>,
    /// Questions that wait for the answer before them.
    pub queued_questions: Vec<QueuedQuestion>,
    /// Questions being stored; they return to the composer if that fails.
    pub unsaved_questions: Vec<UnsavedQuestion>,
    /// The export that is being written, where that takes long.
    pub export: Option<ExportProgress>,
    /// Conversations whose answer was left running on the server.
    pub background_conversations: Vec<ConversationId>,
    /// The conversation whose answer the user has asked to fetch, until that answer is found or not.
    pub fetching: Option<ConversationId>,
    /// Whether Ctrl+C was pressed just before, so that another one quits.
    pub quit_state: QuitState,
    /// The unstored answers that the user was warned about: quitting loses them.
    pub quit_warned: HashSet<TurnId>,
    /// What comes after the window.
    pub follow_up: FollowUp,
    /// Whether Esc was pressed just before, so that another one edits the last question.
    pub esc_state: EscState,
    /// When a character without a meaning was typed into the list or the conversation.
    pub stray_text_at: Option<Timestamp>,
}

/// How far the user has come with quitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuitState {
    /// The program goes on.
    Running,
    /// Ctrl+C was pressed once.
    ConfirmPending,
    /// The program is ending.
    Quitting,
}

/// What comes after the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FollowUp {
    /// Nothing: the program ends.
    #[default]
    End,
    /// `duologue setup`, and then the window again.
    Setup,
}

/// What Esc did before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscState {
    /// No Esc, or another key since.
    Idle,
    /// It was pressed once in an empty composer.
    PressedOnce,
    /// It has just cancelled an edit.
    LeftEdit,
}

impl State {
    /// The initial state, before anything was read.
    #[must_use]
    pub fn new(
        session: Session,
        keymap: Arc<Keymap>,
        ids: IdGenerator,
        now: Timestamp,
        size: TerminalSize,
    ) -> Self {
        Self {
            session,
            keymap,
            now,
            ui_prefs: UiPrefsState::default(),
            terminal: TerminalState::default(),
            size,
            focus: Focus::Composer,
            list: ConversationList { width: DEFAULT_LIST_WIDTH, ..ConversationList::default() },
            transcript: Transcript::default(),
            composer: Composer::default(),
            time_zone: TimeZone::UTC,
            turns: Vec::new(),
            last_search: None,
            templates: Templates::default(),
            temporary: None,
            tool_permissions: ToolPermissions::default(),
            overlay: None,
            notice: None,
            notice_age: NoticeAge::default(),
            notice_cause: NoticeCause::default(),
            measured: Measured::default(),
            undo: UndoState::default(),
            ids,
            drafts: HashMap::new(),
            drafts_sent: HashSet::new(),
            mouse_capture: MouseCapture::default(),
            external_edit: None,
            files: MentionedFiles::default(),
            completion: CompletionState::default(),
            drag: None,
            prompts: Vec::new(),
            queued_questions: Vec::new(),
            unsaved_questions: Vec::new(),
            export: None,
            background_conversations: Vec::new(),
            fetching: None,
            quit_state: QuitState::Running,
            quit_warned: HashSet::new(),
            follow_up: FollowUp::End,
            esc_state: EscState::Idle,
            stray_text_at: None,
        }
    }

    /// The running turn of the open conversation.
    #[must_use]
    pub fn open_turn(&self) -> Option<&Turn> {
        let open = self.transcript.open.as_ref()?;
        self.turn_in(&open.id)
    }

    /// Whether a question of this conversation is on screen that the file does not hold yet.
    #[must_use]
    pub fn has_unsaved_question(&self, conversation: &ConversationId) -> bool {
        self.unsaved_questions.iter().any(|unsaved| unsaved.conversation == *conversation)
    }

    /// The running turn of a conversation.
    #[must_use]
    pub fn turn_in(&self, conversation: &ConversationId) -> Option<&Turn> {
        self.turns.iter().find(|turn| turn.conversation == *conversation)
    }
}

/// Columns of the list until the user changes them.
const DEFAULT_LIST_WIDTH: u16 = 32;
