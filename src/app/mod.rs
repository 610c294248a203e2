//! The brain: `update(&mut State, Msg) -> Vec<Effect>`, one pure function and its helpers.
//! May not do I/O, wait, draw, read a clock or make an id; effects say what it wants done.

pub mod actions;
pub mod arranging;
pub mod asking;
pub mod attach;
pub mod branching;
pub mod changes;
pub mod commands;
pub mod committed;
pub mod completion;
pub mod composer;
pub mod copy;
pub mod details;
pub mod drafts;
pub mod editing;
pub mod editor;
pub mod effect;
pub mod escape;
pub mod filter;
pub mod find;
pub mod focus;
pub mod fold;
pub mod frame;
pub mod fuzzy;
pub mod history;
pub mod ids;
pub mod input;
pub mod leaving;
pub mod list;
pub mod looks;
pub mod mark;
pub mod matching;
pub mod measured;
pub mod mouse;
pub mod msg;
pub mod navigation;
pub mod notice;
pub mod on_web;
pub mod opened;
pub mod overlay;
pub mod queue;
pub mod reply;
pub mod request;
pub mod running;
pub mod select;
pub mod selection;
pub mod slash;
pub mod state;
pub mod step;
pub mod stored;
pub mod stored_draft;
pub mod subject;
pub mod temporary;
pub mod titles;
pub mod transcript;
pub mod turn_steps;
pub mod turn_stored;
pub mod update;
pub mod web;

pub use copy::{ClipboardText, CopyMethod, CopyResult, RecentCopy};
pub use effect::{ApiEffect, Effect, FilesEffect, StoreEffect, TerminalEffect};
pub use ids::IdGenerator;
pub use measured::Measured;
pub use msg::{FilesEvent, Input, LoadedConversation, Msg, RowMarks, StoreEvent};
pub use request::{Reaction, UiRequest};
pub(in crate::app) use state::DroppedPaths;
pub use state::{
    Anchor, Area, CellPosition, Clicks, CompletionList, CompletionState, Composer, Confirm,
    ConversationList, DetailsDisplay, Drag, EscState, ExternalEdit, Focus, FolderEntry,
    FolderEntryKind, FolderListing, HelpView, HitMessage, Hyperlinks, JumpTarget, ListScope,
    LogView, MentionedFiles, ModelPicker, ModelsOpenedBy, MouseAction, MouseCapture, MouseInput,
    Notice, NoticeAge, NoticeCause, NoticeKind, OpenConversation, Overlay, Palette,
    PaletteOpenedBy, PresetField, PresetForm, PresetPicker, PresetRenameDialog, PresetTask,
    PromptPicker, PromptRecall, QueuedQuestion, QuitState, RenameDialog, Scroll, SearchBar,
    SearchHit, SearchId, SearchOverlay, SearchProgress, SelectedBy, Selection, SelectionUnit,
    Session, State, Surface, TemporaryConversation, TerminalBackground, TextPosition, TextRange,
    ThemePicker, Transcript, UiPrefsState, UnsavedQuestion,
};
pub use step::Direction;
pub use update::update;
