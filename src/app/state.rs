//! Everything the program knows while it runs, in one value with one owner.
//! May not hold handles, channels or anything the terminal owns.

mod completion;
mod composer;
mod files;
mod focus;
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
mod temporary;
mod transcript;
mod ui_prefs;
mod unsent_questions;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::chat::{ConversationId, Draft, Timestamp, Turn};
use crate::settings::Keymap;

pub use crate::app::state::completion::{
    CompletionList, CompletionState, FolderEntry, FolderEntryKind, FolderListing,
};
pub use crate::app::state::ui_prefs::{Hyperlinks, TerminalBackground, UiPrefsState};
pub use crate::app::state::unsent_questions::{QueuedQuestion, UnsavedQuestion};
pub use composer::{Composer, ExternalEdit, PromptRecall};
pub(in crate::app) use files::DroppedPaths;
pub use files::MentionedFiles;
pub use focus::Focus;
pub use list::{ConversationList, ListScope};
pub use models::{ModelPicker, ModelsOpenedBy};
pub use mouse::{Area, CellPosition, Clicks, Drag, MouseAction, MouseCapture, MouseInput};
pub use notice::{Notice, NoticeAge, NoticeCause, NoticeKind};
pub use overlay::{Confirm, HelpView, LogView, Overlay, PromptPicker, RenameDialog, ThemePicker};
pub use palette::{Palette, PaletteOpenedBy, SelectedBy};
pub use preset_form::{PresetField, PresetForm};
pub use presets::{PresetPicker, PresetRenameDialog, PresetTask};
pub use search_bar::SearchBar;
pub use search_overlay::{
    HitMessage, JumpTarget, SearchHit, SearchId, SearchOverlay, SearchProgress,
};
pub use selection::{Selection, SelectionUnit, Surface, TextPosition, TextRange};
pub use session::Session;
pub use temporary::TemporaryConversation;
pub use transcript::{Anchor, DetailsDisplay, OpenConversation, Scroll, Transcript};

use super::{IdGenerator, Measured};

/// The whole state.
#[derive(Debug)]
pub struct State {
    /// What does not change while the program runs, and the model in use.
    pub session: Session,
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// The time as last told; ages in the list are measured against it.
    pub now: Timestamp,
    /// The theme, and what is known of the terminal's colours.
    pub ui_prefs: UiPrefsState,
    /// Terminal columns and rows.
    pub size: (u16, u16),
    /// Where keys go first.
    pub focus: Focus,
    /// The conversation list pane.
    pub list: ConversationList,
    /// The conversation pane.
    pub transcript: Transcript,
    /// The text being written.
    pub composer: Composer,
    /// Turns under way, oldest first; at most one for each conversation.
    pub turns: Vec<Turn>,
    /// The last search in every conversation, to be opened again as it was left.
    pub last_search: Option<Box<SearchOverlay>>,
    /// The conversation that lives in memory only.
    pub temporary: Option<TemporaryConversation>,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// One calm line for the status bar.
    pub notice: Option<Notice>,
    /// Whether that is news.
    pub notice_age: NoticeAge,
    /// Why something is said at the moment.
    pub notice_cause: NoticeCause,
    /// What the last frame looked like.
    pub measured: Measured,
    /// Fresh ids.
    pub ids: IdGenerator,
    /// What is being written for conversations that are not on screen; `None` is the new one.
    pub drafts: HashMap<Option<ConversationId>, Draft>,
    /// Drafts that were sent, and that the disk still has.
    pub drafts_sent: HashSet<Option<ConversationId>>,
    /// Whose the mouse is.
    pub mouse_capture: MouseCapture,
    /// The text the user's own editor has at the moment.
    pub external_edit: Option<ExternalEdit>,
    /// Files that go with what is being written.
    pub files: MentionedFiles,
    /// The list of files that completes the word being written.
    pub completion: CompletionState,
    /// The mouse's button, while it is down.
    pub drag: Option<Drag>,
    /// Earlier prompts, the latest last.
    pub prompts: Vec<String>,
    /// Questions that wait for the answer before them.
    pub queued_questions: Vec<QueuedQuestion>,
    /// Questions on their way to the disk: they come back to the composer if they cannot be stored.
    pub unsaved_questions: Vec<UnsavedQuestion>,
    /// Conversations whose answer was left at the server.
    pub background_conversations: Vec<ConversationId>,
    /// Whether the next Ctrl+C leaves the program.
    pub quit_state: QuitState,
    /// What comes after the window.
    pub follow_up: FollowUp,
    /// Whether the next Esc edits the last question.
    pub esc_state: EscState,
}

/// How far the user is on the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuitState {
    /// Staying.
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

/// How far the user is on the way to editing the last question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscState {
    /// Not on it.
    Idle,
    /// Esc was pressed once where it had nothing else to do.
    PressedOnce,
    /// Esc has just left a question that was being edited.
    LeftEdit,
}

impl State {
    /// The state before anything is known but who talks to what.
    #[must_use]
    pub fn new(
        session: Session,
        keymap: Arc<Keymap>,
        ids: IdGenerator,
        now: Timestamp,
        size: (u16, u16),
    ) -> Self {
        Self {
            session,
            keymap,
            now,
            ui_prefs: UiPrefsState::default(),
            size,
            focus: Focus::Composer,
            list: ConversationList { width: DEFAULT_LIST_WIDTH, ..ConversationList::default() },
            transcript: Transcript::default(),
            composer: Composer::default(),
            turns: Vec::new(),
            last_search: None,
            temporary: None,
            overlay: None,
            notice: None,
            notice_age: NoticeAge::default(),
            notice_cause: NoticeCause::default(),
            measured: Measured::default(),
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
            background_conversations: Vec::new(),
            quit_state: QuitState::Running,
            follow_up: FollowUp::End,
            esc_state: EscState::Idle,
        }
    }

    /// The turn under way in the conversation on screen.
    #[must_use]
    pub fn open_turn(&self) -> Option<&Turn> {
        let open = self.transcript.open.as_ref()?;
        self.turn_in(&open.id)
    }

    /// The turn under way in a conversation.
    #[must_use]
    pub fn turn_in(&self, conversation: &ConversationId) -> Option<&Turn> {
        self.turns.iter().find(|turn| turn.conversation == *conversation)
    }
}

/// Columns of the list until the user chose others.
const DEFAULT_LIST_WIDTH: u16 = 32;
