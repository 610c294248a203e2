//! Everything the program knows while it runs, in one value with one owner.
//! May not hold handles, channels or anything the terminal owns.

mod completing;
mod composer;
mod files;
mod focus;
mod list;
mod looks;
mod models;
mod mouse;
mod notice;
mod overlay;
mod palette;
mod preset_form;
mod presets;
mod questions;
mod search_bar;
mod search_overlay;
mod selection;
mod session;
mod temporary;
mod transcript;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::chat::{ConversationId, Draft, Timestamp, Turn};
use crate::settings::Keymap;

pub use completing::{Completing, Completion, FolderEntry, FolderEntryKind, FolderListing};
pub use composer::{Composer, ExternalEdit, Recalled};
pub(in crate::app) use files::Dropped;
pub use files::Files;
pub use focus::Focus;
pub use list::{List, Sight};
pub use looks::{Looks, Opens, Shade};
pub use models::{ModelPicker, ModelsOpenedBy};
pub use mouse::{Area, Capture, CellPosition, Clicks, Drag, Touch, Touching};
pub use notice::{Cause, Notice, NoticeKind, Novelty};
pub use overlay::{Confirm, Help, LogView, Overlay, PromptPicker, RenameDialog, ThemePicker};
pub use palette::{ChosenBy, Palette, PaletteOpenedBy};
pub use preset_form::{PresetField, PresetForm};
pub use presets::{PresetPicker, PresetRenaming, PresetTask};
pub use questions::{Queued, Unsaved};
pub use search_bar::SearchBar;
pub use search_overlay::{Hit, HitMessage, Jump, SearchId, SearchOverlay, SearchProgress};
pub use selection::{Selection, Surface, TextPart, TextPosition, Unit};
pub use session::Session;
pub use temporary::Temporary;
pub use transcript::{Anchor, Fold, OpenConversation, Scroll, Transcript};

use super::{Ids, Measured};

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
    pub looks: Looks,
    /// Terminal columns and rows.
    pub size: (u16, u16),
    /// Where keys go first.
    pub focus: Focus,
    /// The conversation list pane.
    pub list: List,
    /// The conversation pane.
    pub transcript: Transcript,
    /// The text being written.
    pub composer: Composer,
    /// Turns under way, oldest first; at most one for each conversation.
    pub turns: Vec<Turn>,
    /// The last search in every conversation, to be opened again as it was left.
    pub last_find: Option<Box<SearchOverlay>>,
    /// The conversation that lives in memory only.
    pub temporary: Option<Temporary>,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// One calm line for the status bar.
    pub notice: Option<Notice>,
    /// Whether that is news.
    pub novelty: Novelty,
    /// Why something is said at the moment.
    pub cause: Cause,
    /// What the last frame looked like.
    pub measured: Measured,
    /// Fresh ids.
    pub ids: Ids,
    /// What is being written for conversations that are not on screen; `None` is the new one.
    pub drafts: HashMap<Option<ConversationId>, Draft>,
    /// Drafts that were sent, and that the disk still has.
    pub drafts_sent: HashSet<Option<ConversationId>>,
    /// Whose the mouse is.
    pub capture: Capture,
    /// The text the user's own editor has at the moment.
    pub lent: Option<ExternalEdit>,
    /// Files that go with what is being written.
    pub files: Files,
    /// The list of files that completes the word being written.
    pub completing: Completing,
    /// The mouse's button, while it is down.
    pub hold: Option<Drag>,
    /// Earlier prompts, the latest last.
    pub prompts: Vec<String>,
    /// Questions that wait for the answer before them.
    pub queue: Vec<Queued>,
    /// Questions on their way to the disk: they come back to the composer if they cannot be stored.
    pub unsaved: Vec<Unsaved>,
    /// Conversations whose answer was left at the server.
    pub left: Vec<ConversationId>,
    /// Whether the next Ctrl+C leaves the program.
    pub leaving: Leaving,
    /// Whether the next Esc edits the last question.
    pub escaping: Escaping,
}

/// How far the user is on the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Staying.
    No,
    /// Ctrl+C was pressed once.
    AskedOnce,
    /// The program is ending.
    Yes,
}

/// How far the user is on the way to editing the last question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escaping {
    /// Not on it.
    No,
    /// Esc was pressed once where it had nothing else to do.
    Once,
    /// Esc has just left a question that was being edited.
    Out,
}

impl State {
    /// The state before anything is known but who talks to what.
    #[must_use]
    pub fn new(
        session: Session,
        keymap: Arc<Keymap>,
        ids: Ids,
        now: Timestamp,
        size: (u16, u16),
    ) -> Self {
        Self {
            session,
            keymap,
            now,
            looks: Looks::default(),
            size,
            focus: Focus::Composer,
            list: List { width: DEFAULT_LIST_WIDTH, ..List::default() },
            transcript: Transcript::default(),
            composer: Composer::default(),
            turns: Vec::new(),
            last_find: None,
            temporary: None,
            overlay: None,
            notice: None,
            novelty: Novelty::default(),
            cause: Cause::default(),
            measured: Measured::default(),
            ids,
            drafts: HashMap::new(),
            drafts_sent: HashSet::new(),
            capture: Capture::default(),
            lent: None,
            files: Files::default(),
            completing: Completing::default(),
            hold: None,
            prompts: Vec::new(),
            queue: Vec::new(),
            unsaved: Vec::new(),
            left: Vec::new(),
            leaving: Leaving::No,
            escaping: Escaping::No,
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
