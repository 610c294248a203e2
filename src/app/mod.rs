//! The logic of the window: `update(&mut State, Msg) -> Vec<Effect>`. Must not do I/O, wait, read a
//! clock or draw: it is tested without a terminal, a disk or a server.

mod actions;
mod answer_notification;
mod approval;
pub mod attach;
mod background_answers;
mod begin_turn;
mod branching;
mod change_events;
mod command_dispatch;
mod command_match;
mod commit_event;
pub mod completion;
mod composer;
pub mod conversation_mark;
pub mod copy;
pub mod details;
pub mod direction;
mod drafts;
mod earlier_messages;
pub mod editor;
pub mod effect;
mod escape;
mod filter;
mod focus;
mod frame;
pub(crate) mod fuzzy;
pub mod ids;
mod images;
mod input;
pub mod list;
mod list_actions;
pub(crate) mod list_layout;
mod loaded_conversation;
pub(crate) mod local_time;
pub mod measured;
pub mod message_selection;
pub mod mouse;
pub mod msg;
mod navigation;
pub mod notice;
mod options;
pub mod overlay;
pub(crate) mod palette_entry;
mod paste;
pub(crate) mod prompt_history;
pub(crate) mod question_edit;
mod queued_questions;
mod quit;
pub mod remote_turn;
mod return_question;
mod search_bar;
mod servers;
pub mod slash_commands;
pub mod state;
mod store_events;
pub(crate) mod stored_draft;
mod stray_text;
mod target;
mod templates;
pub mod temporary;
mod text_selection;
mod titles;
pub mod tool_choice;
pub mod transcript;
pub mod turn_actions;
mod turn_steps;
mod turn_store_events;
pub mod ui_prefs;
pub mod ui_request;
pub(crate) mod undo;
mod undo_steps;
pub(crate) mod unstored_answers;
pub mod update;
mod visible_rows;
mod web;
pub(crate) mod window_advice;

pub use crate::app::direction::Direction;
pub use copy::{ClipboardText, CopyMethod, CopyResult, RecentCopy};
pub use effect::{
    ApiEffect, Effect, FilesEffect, SessionEffect, StoreEffect, TemplatesEffect, TerminalEffect,
};
pub use ids::IdGenerator;
pub use measured::Measured;
pub use msg::{
    ClipboardContent, FilesEvent, Input, LoadedConversation, Msg, RowMarks, StoreEvent,
    TemplateQuestion, TemplatesEvent,
};
pub(in crate::app) use state::DroppedPaths;
pub use state::{
    Anchor, ApprovalChoice, ApprovalDialog, Area, CellPosition, CellSize, Clicks, CompletionList,
    CompletionState, Composer, Confirm, ConversationList, DetailsDisplay, Drag, EscState,
    ExportProgress, ExternalEdit, FailedTurn, Focus, FolderEntry, FolderEntryKind, FolderListing,
    FollowUp, GraphicsProtocol, HelpView, HitMessage, Hyperlinks, ImageDisplay, Images, JumpTarget,
    ListScope, LogView, MentionedFiles, MessageMenu, MissingModel, ModelGroup, ModelPicker,
    ModelPlace, MouseAction, MouseCapture, MouseInput, Notice, NoticeAge, NoticeCause, NoticeKind,
    OpenConversation, Overlay, Palette, PaletteOpenedBy, PaletteScope, Pixels, PresetField,
    PresetForm, PresetPicker, PresetRenameDialog, PresetTask, PromptPicker, PromptRecall,
    QuestionOverrides, QueuedQuestion, QuitState, RenameDialog, Scroll, SearchBar, SearchHit,
    SearchId, SearchOverlay, SearchProgress, SelectedBy, Selection, SelectionUnit, ServerChoice,
    Session, State, Surface, TemplateCall, TemplateEntry, Templates, TemporaryConversation,
    TerminalColor, TerminalFocus, TerminalSize, TerminalState, TextPosition, TextRange,
    ThemePicker, Thumbnail, ToolPicker, Transcript, UiPrefsState, UndoAction, UndoStep,
    UnsavedQuestion,
};
pub(crate) use ui_request::{Reaction, UiRequest};
pub use update::update;
