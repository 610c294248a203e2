//! The logic of the window: `update(&mut State, Msg) -> Vec<Effect>`. Must not do I/O, wait, read a
//! clock or draw: it is tested without a terminal, a disk or a server.

mod change_events;
pub mod commands;
mod commit_event;
pub mod copy;
pub mod direction;
pub mod editor;
pub mod effect;
mod escape;
mod external_editor;
mod focus;
mod frame;
pub mod ids;
mod input;
pub mod list;
pub(crate) mod local_time;
pub mod measured;
pub mod mouse;
pub mod msg;
pub mod notice;
pub mod overlay;
pub mod question;
mod quit;
pub mod state;
mod store_events;
pub mod temporary;
pub mod transcript;
pub mod turn;
pub mod ui_prefs;
pub mod ui_request;
pub(crate) mod undo;
mod undo_steps;
pub mod update;
mod web;
pub(crate) mod window_advice;

pub use crate::app::direction::Direction;
pub use copy::{ClipboardText, CopyMethod, CopyResult, RecentCopy};
pub use effect::{
    ApiEffect, Effect, FilesEffect, SessionEffect, StoreEffect, TemplatesEffect, TerminalEffect,
    UndoTarget,
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
    CompletionState, Composer, Confirm, ConversationList, DetailsDisplay, Drag, EditTarget,
    EscState, ExportProgress, ExternalEdit, FailedTurn, FilterList, Focus, FolderEntry,
    FolderEntryKind, FolderListing, FollowUp, GraphicsProtocol, HelpView, HitMessage, Hyperlinks,
    ImageDisplay, Images, JumpTarget, ListScope, LogView, MentionedFiles, MessageMenu,
    MissingModel, ModelGroup, ModelPicker, ModelPlace, MouseAction, MouseCapture, MouseInput,
    Notice, NoticeAge, NoticeCause, NoticeKind, OpenConversation, Overlay, Palette,
    PaletteOpenedBy, PaletteScope, Pixels, PresetField, PresetForm, PresetPicker,
    PresetRenameDialog, PresetTask, PromptPicker, PromptRecall, QuestionOverrides, QueuedQuestion,
    QuitState, RenameDialog, Scroll, SearchBar, SearchHit, SearchId, SearchOverlay, SearchProgress,
    SelectedBy, Selection, SelectionUnit, ServerChoice, Session, State, Surface, TemplateCall,
    TemplateEntry, Templates, TemporaryConversation, TerminalColor, TerminalFocus, TerminalSize,
    TerminalState, TextPosition, TextRange, Thumbnail, ToolPicker, Transcript, UiPrefsState,
    UndoAction, UndoStage, UndoState, UndoStep, UnsavedQuestion,
};
pub(crate) use ui_request::{Reaction, UiRequest};
pub use update::update;
