//! Effects: what `update` asks the runtime to do, as plain data.

use std::sync::Arc;

use crate::chat::{
    AnswerRecord, ArrangementChange, CapabilityUpdate, Change, ConversationId, Draft, Fingerprint,
    Message, PresetChange, PromptServers, ResponseId, ScrollAnchor, ServerStep, StoreStep,
    TextDelta, Timestamp, Title, ToolPermission, TrashNumber, TurnId,
};

use crate::settings::UiPref;

use super::{ClipboardText, MouseCapture, SearchId, TemplateCall};

/// One thing for the runtime to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// For the store, in order.
    Store(StoreEffect),
    /// For the files of this session, in order with those for the store.
    Session(SessionEffect),
    /// Writes a piece of an answer to the journal.
    Journal {
        /// The turn of the answer.
        turn: TurnId,
        /// The conversation of the turn.
        conversation: ConversationId,
        /// The piece, or the whole text where it was rewritten.
        delta: TextDelta,
    },
    /// For a server, each in a task of its own.
    Api(ApiEffect),
    /// For the terminal, performed between two frames.
    Terminal(TerminalEffect),
    /// Copies a text to the clipboard.
    CopyText(ClipboardText),
    /// Reads the clipboard; an image in it becomes a file.
    ReadClipboard,
    /// For the worker that reads the user's files; a slow disk does not block the store.
    Files(FilesEffect),
    /// For the worker that reads prompt templates.
    Templates(TemplatesEffect),
    /// Opens an address in the browser.
    OpenBrowser(String),
}

/// An effect for the worker that reads the user's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesEffect {
    /// Inspects a path: is there a file that can be sent with a question?
    Inspect(String),
    /// Lists the folder at this path, for completion.
    ListFolder(String),
    /// Makes thumbnails of the images that were attached to a question.
    LoadImages(Arc<Message>),
}

/// An effect for the worker that reads prompt templates, and the files, the clipboard and the MCP servers
/// they need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplatesEffect {
    /// Lists the template files.
    List,
    /// Asks MCP servers for their prompts.
    ListPrompts(PromptServers),
    /// Makes the question of a template.
    Expand {
        /// The template and its argument.
        call: TemplateCall,
        /// The conversation to ask in; `None` is a new one.
        conversation: Option<ConversationId>,
        /// The text selected on screen, for `{{selection}}`; `None` where nothing is selected.
        selection: Option<String>,
    },
}

/// An effect for the store worker.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreEffect {
    /// Reads the conversation list.
    List,
    /// Reads this conversation to show it; of a very long one, the end.
    Open(ConversationId),
    /// Reads more of a very long conversation.
    OpenEarlier {
        /// The conversation on screen, whose earlier messages are missing.
        id: ConversationId,
        /// How many of the last messages are needed.
        messages: usize,
    },
    /// Stores a question before it is sent.
    StoreQuestion {
        /// The turn to report to.
        turn: TurnId,
        /// The conversation of the turn.
        conversation: ConversationId,
        /// What stores it; empty when a stored question is asked again.
        changes: Vec<Change>,
        /// The stored question to ask again.
        existing_question: Option<Fingerprint>,
        /// What was typed for it, where that is something else, as the call of a template.
        typed: Option<String>,
    },
    /// Performs a step of a turn.
    Turn {
        /// The turn to report to.
        turn: TurnId,
        /// The conversation of the turn.
        conversation: ConversationId,
        /// What the turn wants on disk; the store reports how that went to the turn.
        step: StoreStep,
    },
    /// Reads the presets, and sends them again whenever their file changes.
    ListPresets,
    /// Creates, edits or deletes a preset.
    ChangePreset(Box<PresetChange>),
    /// Undoes the last change of a preset.
    UndoPreset,
    /// Finds answers that earlier runs left running on the server.
    FindBackground,
    /// Records what was learned about a server.
    RecordCapability {
        /// The server; `None` for the one the program was started with.
        server: Option<String>,
        /// The fact to remember.
        update: CapabilityUpdate,
    },
    /// Sums up tokens and cost, also of this conversation.
    CountUsage(Option<ConversationId>),
    /// Searches all conversations; cancels the search before.
    Search {
        /// Identifies the search in its results.
        search: SearchId,
        /// The text to find.
        words: String,
    },
    /// Cancels the running search.
    CancelSearch,
    /// Reads the end of the log.
    ReadLog,
    /// Makes changes as one transaction, all or none, answered by one event.
    Commit(Vec<Change>),
    /// Keeps what is known of the answers of a conversation that was in memory until now.
    SaveAnswerRecords {
        /// The conversation, which is in the file already.
        id: ConversationId,
        /// The records, the oldest first.
        records: Vec<AnswerRecord>,
    },
    /// Pins, archives or resizes in the conversation list.
    Arrange(ArrangementChange),
    /// Replaces a title unless it has changed since.
    ReplaceTitle {
        /// The conversation to rename.
        id: ConversationId,
        /// The title it must still have.
        old_title: Title,
        /// The title to set.
        title: Title,
        /// When it was written.
        at: Timestamp,
    },
    /// Exports a conversation to a file.
    Export {
        /// The conversation to export.
        id: ConversationId,
        /// The path; `None` names the file after the conversation.
        path: Option<String>,
    },
    /// Stops the export that is being written, and removes its file.
    CancelExport,
    /// Copies a conversation with all its messages to a new one.
    Duplicate {
        /// The conversation to copy.
        id: ConversationId,
        /// The key of the new conversation in the shared file.
        copy_id: ConversationId,
        /// When it was copied.
        at: Timestamp,
    },
    /// Undoes something.
    Undo(UndoTarget),
}

/// What the store is to undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoTarget {
    /// The entry of the trash whose turn it is.
    LastOfTrash,
    /// This entry of the trash, after newer ones of its conversation.
    Entry(TrashNumber),
    /// A duplicate.
    Duplicate {
        /// The conversation that was made.
        copy: ConversationId,
        /// How many messages it was made with.
        messages: usize,
    },
}

/// An effect for the files of this session. It needs no store: a draft must not be lost because the chats
/// file cannot be opened.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionEffect {
    /// Inspects a file named by `/attach`.
    CheckAttachment(String),
    /// Attaches those of these paths that are files to the questions that mention them.
    AttachMentioned(Vec<String>),
    /// Saves the scroll position of a conversation.
    SaveScrollPosition {
        /// The conversation that was scrolled.
        conversation: ConversationId,
        /// The position; `None` is the end.
        position: Option<ScrollAnchor>,
    },
    /// Adds a prompt to the history.
    SavePrompt(String),
    /// Saves a UI preference.
    SaveUiPref(UiPref),
    /// Saves a permission for later runs.
    SaveToolPermission(Box<ToolPermission>),
    /// Saves the draft of a conversation.
    SaveDraft {
        /// The conversation; `None` is the new one.
        conversation: Option<ConversationId>,
        /// The draft; an empty one is deleted.
        draft: Draft,
    },
    /// Records that the drafts of earlier runs have been read: those saved from now on have them in them.
    MarkDraftsRead,
}

/// An effect for the server.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiEffect {
    /// Performs a step of a turn.
    Turn {
        /// The turn to report to.
        turn: TurnId,
        /// The name of its server; `None` for the one the program was started with.
        server: Option<String>,
        /// What the turn wants of its server.
        step: ServerStep,
    },
    /// Collects an answer that was left running on the server.
    Collect {
        /// The turn to report to.
        turn: TurnId,
        /// The server's id of the response.
        response_id: ResponseId,
        /// The server it runs on; `None` for the one the program was started with.
        server: Option<String>,
    },
    /// Generates a title for a new conversation.
    WriteTitle {
        /// The conversation to name.
        id: ConversationId,
        /// The title from the first line, which is replaced only while it stands.
        old_title: Title,
        /// Its first question, which the title is made from.
        question: String,
        /// The model that writes the title.
        model: String,
        /// The server that answered the question; `None` for the one the program was started with.
        server: Option<String>,
    },
    /// Fetches the lists of models from all servers.
    ListModels,
    /// Starts the MCP servers and lists their tools.
    ListTools,
}

/// What the event loop does with the terminal itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEffect {
    /// Redraws every cell, after another program has written over the screen.
    Redraw,
    /// Suspends the program, as Ctrl+Z does in a shell.
    Suspend,
    /// Opens the external editor with this text.
    OpenEditor(String),
    /// Turns mouse capture on or off.
    SetMouseCapture(MouseCapture),
    /// Sends a text to the terminal's clipboard (OSC 52).
    SetClipboard(String),
    /// Notifies the user, who is looking elsewhere.
    Notify(String),
}
