//! What should be done, in the imperative: plain data the runtime performs.
//! May not hold closures, handles or results.

use crate::chat::{
    AnswerOptions, ArrangementChange, CapabilityUpdate, Change, Conversation, ConversationId,
    Draft, Fingerprint, PresetChange, ReplyEnding, ResponseId, ScrollAnchor, TextDelta, Timestamp,
    TurnId,
};

use crate::settings::UiPref;

use super::{ClipboardText, MouseCapture, SearchId};

/// One wish.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// For the disk, done in order.
    Store(StoreEffect),
    /// For the server.
    Api(ApiEffect),
    /// For the terminal.
    Terminal(TerminalEffect),
    /// For the clipboard.
    CopyText(ClipboardText),
    /// For the user's own files, done aside: a slow disk keeps nobody waiting.
    Files(FilesEffect),
    /// For the browser: an address.
    OpenBrowser(String),
    /// End the program once everything for the disk is done.
    Quit,
}

/// A wish for the user's own files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesEffect {
    /// Look whether there is a file at a path that can go with a question.
    Inspect(String),
    /// Tell what is in a folder.
    ListFolder(String),
}

/// A wish for the disk.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreEffect {
    /// Read the list.
    List,
    /// Read a conversation.
    Open(ConversationId),
    /// Make a question safe before it is sent.
    StoreQuestion {
        /// The turn.
        turn: TurnId,
        /// Where it belongs.
        conversation: ConversationId,
        /// What is new: nothing when a stored question is asked again.
        changes: Vec<Change>,
        /// The stored question that is asked again.
        existing_question: Option<Fingerprint>,
    },
    /// Write down what came of an answer.
    JournalDelta {
        /// The turn.
        turn: TurnId,
        /// What came.
        delta: TextDelta,
    },
    /// Store the end of a turn.
    StoreAnswer {
        /// The turn.
        turn: TurnId,
        /// Where it belongs.
        conversation: ConversationId,
        /// How it ended.
        ending: Box<ReplyEnding>,
    },
    /// Note that an answer goes on at its server whatever happens here.
    NoteBackground {
        /// The turn.
        turn: TurnId,
        /// Where it belongs.
        conversation: ConversationId,
        /// Its id at the server.
        response_id: ResponseId,
        /// How it was asked.
        options: Box<AnswerOptions>,
    },
    /// End a turn here whose answer goes on at its server.
    LeaveInBackground {
        /// The turn.
        turn: TurnId,
        /// Where it belongs.
        conversation: ConversationId,
    },
    /// Read the presets there are.
    ListPresets,
    /// Make, change or remove a preset.
    ChangePreset(Box<PresetChange>),
    /// Take the last change or removal of a preset back.
    UndoPreset,
    /// Find answers that earlier runs left at the server.
    FindBackground,
    /// Remember something about the server.
    RecordCapability(CapabilityUpdate),
    /// Sum up what answers took; of a conversation too, where one is named.
    CountUsage(Option<ConversationId>),
    /// Look for words in every conversation; an older search ends.
    Search {
        /// Which search.
        search: SearchId,
        /// The words.
        words: String,
    },
    /// Nobody wants the search any more.
    CancelSearch,
    /// Read the end of the log.
    ReadLog,
    /// Make changes as one transaction: they take effect together or not at all, and one fact
    /// answers them.
    Commit(Vec<Change>),
    /// Change how the list is arranged.
    Arrange(ArrangementChange),
    /// Give a conversation another title, if it still has this one.
    ReplaceTitle {
        /// The conversation.
        id: ConversationId,
        /// The title that gives way.
        old_title: String,
        /// The title that takes its place.
        title: String,
        /// When.
        at: Timestamp,
    },
    /// Write a conversation to a file of the user's.
    Export {
        /// Which.
        id: ConversationId,
        /// The file; one named after it when unset.
        path: Option<String>,
    },
    /// Make a copy of a conversation.
    Duplicate {
        /// Which.
        id: ConversationId,
        /// The id of the copy.
        copy_id: ConversationId,
        /// When.
        at: Timestamp,
    },
    /// Remember looks that were chosen.
    SaveUiPref(UiPref),
    /// Take the last delete back.
    Undo,
    /// Look at a file that is to go with a question.
    CheckAttachment(String),
    /// Those of these paths that are files go with the questions that mention them.
    AttachMentioned(Vec<String>),
    /// Remember where a conversation was being read; unset is its end.
    SaveScrollPosition {
        /// Which.
        conversation: ConversationId,
        /// Where.
        position: Option<ScrollAnchor>,
    },
    /// Remember a prompt, to be called back.
    SavePrompt(String),
    /// Keep what is being written for a conversation; `None` is the new one.
    SaveDraft {
        /// Whose draft.
        conversation: Option<ConversationId>,
        /// The draft; an empty one is forgotten.
        draft: Draft,
    },
}

/// A wish for the server.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiEffect {
    /// Ask for an answer to the last question of a conversation.
    Ask {
        /// The turn.
        turn: TurnId,
        /// The conversation, the question last.
        conversation: Box<Conversation>,
        /// How to ask.
        options: Box<AnswerOptions>,
    },
    /// Take up an answer that was left at the server.
    Collect {
        /// The turn.
        turn: TurnId,
        /// Its id at the server.
        response_id: ResponseId,
    },
    /// Cancel an answer that goes on at the server by itself.
    Cancel(ResponseId),
    /// Stop listening; the connection is closed.
    Stop(TurnId),
    /// Nobody wants an answer that goes on at the server by itself: cancel it as soon as it has an id.
    Abandon(TurnId),
    /// Do not wait any longer before asking again.
    RetryNow(TurnId),
    /// Have a title written for a conversation that is new.
    WriteTitle {
        /// The conversation.
        id: ConversationId,
        /// The title it has.
        old_title: String,
        /// Its first question.
        question: String,
        /// The model that writes.
        model: String,
    },
    /// Fetch the models the server offers.
    ListModels,
}

/// A wish for the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEffect {
    /// Draw every cell anew.
    Redraw,
    /// Go to the background, as Ctrl+Z does in a shell.
    Suspend,
    /// Lend the terminal to the user's own editor, with a text.
    OpenEditor(String),
    /// Take the mouse, or leave it to the terminal.
    SetMouseCapture(MouseCapture),
    /// Ask the terminal to put a text into its clipboard.
    SetClipboard(String),
}
