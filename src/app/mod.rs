//! The brain: `update(&mut State, Msg) -> Vec<Effect>`, one pure function and its helpers.
//! May not do I/O, wait, draw, read a clock or make an id; effects say what it wants done.

pub mod actions;
pub mod attach;
pub mod background_answers;
pub mod begin_turn;
pub mod branching;
pub mod casefold;
pub mod change_events;
pub mod command_dispatch;
pub mod commit_event;
pub mod completion;
pub mod composer;
pub mod conversation_mark;
pub mod copy;
pub mod details;
pub mod direction;
pub mod drafts;
pub mod editor;
pub mod effect;
pub mod escape;
pub mod filter;
pub mod focus;
pub mod frame;
pub mod fuzzy;
pub mod ids;
pub mod input;
pub mod list;
pub mod list_actions;
pub mod loaded_conversation;
pub mod measured;
pub mod message_selection;
pub mod mouse;
pub mod msg;
pub mod navigation;
pub mod notice;
pub mod options;
pub mod overlay;
pub mod prompt_history;
pub mod question_edit;
pub mod queued_questions;
pub mod quit;
pub mod remote_turn;
pub mod search_bar;
pub mod slash_commands;
pub mod state;
pub mod store_events;
pub mod stored_draft;
pub mod target;
pub mod temporary;
pub mod text_selection;
pub mod titles;
pub mod transcript;
pub mod turn_actions;
pub mod turn_steps;
pub mod turn_store_events;
pub mod ui_prefs;
pub mod ui_request;
pub mod update;
pub mod visible_rows;
pub mod web;

pub use crate::app::direction::Direction;
pub use crate::app::ui_request::{Reaction, UiRequest};
pub use copy::{ClipboardText, CopyMethod, CopyResult, RecentCopy};
pub use effect::{ApiEffect, Effect, FilesEffect, StoreEffect, TerminalEffect};
pub use ids::IdGenerator;
pub use measured::Measured;
pub use msg::{FilesEvent, Input, LoadedConversation, Msg, RowMarks, StoreEvent};
pub(in crate::app) use state::DroppedPaths;
pub use state::{
    Anchor, Area, CellPosition, Clicks, CompletionList, CompletionState, Composer, Confirm,
    ConversationList, DetailsDisplay, Drag, EscState, ExternalEdit, Focus, FolderEntry,
    FolderEntryKind, FolderListing, FollowUp, HelpView, HitMessage, Hyperlinks, JumpTarget,
    ListScope, LogView, MentionedFiles, ModelPicker, ModelsOpenedBy, MouseAction, MouseCapture,
    MouseInput, Notice, NoticeAge, NoticeCause, NoticeKind, OpenConversation, Overlay, Palette,
    PaletteOpenedBy, PresetField, PresetForm, PresetPicker, PresetRenameDialog, PresetTask,
    PromptPicker, PromptRecall, QueuedQuestion, QuitState, RenameDialog, Scroll, SearchBar,
    SearchHit, SearchId, SearchOverlay, SearchProgress, SelectedBy, Selection, SelectionUnit,
    Session, State, Surface, TemporaryConversation, TerminalBackground, TextPosition, TextRange,
    ThemePicker, Transcript, UiPrefsState, UnsavedQuestion,
};
pub use update::update;
