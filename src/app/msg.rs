//! What happened, in the past tense: from the terminal, the disk, the server and the clock.
//! May not say what should be done about it.

use crossterm::event::KeyEvent;

use crate::chat::attachment::FileProbe;
use crate::chat::branch::{Branch, Fork};
use crate::chat::{
    AnswerRecord, Arrangement, BackgroundAnswer, Conversation, ConversationId, ConversationSummary,
    Draft, Failure, PresetList, ReplyEvent, ScrollAnchor, Timestamp, TurnId, UsageReport,
};

use super::{
    CopyResult, FolderListing, KeyReports, Measured, MouseInput, Notice, SearchHit, SearchId,
    SearchProgress, TerminalBackground,
};

/// One fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The terminal.
    Input(Input),
    /// The disk.
    Store(StoreEvent),
    /// The server, about one turn; dropped when the turn is not under way any more.
    Replied {
        /// The turn.
        turn: TurnId,
        /// What the server said.
        event: ReplyEvent,
    },
    /// The HTTP client for a turn could not be made: nothing was sent.
    ClientFailed {
        /// The turn.
        turn: TurnId,
        /// Why.
        failure: Failure,
    },
    /// A model wrote a title.
    TitleWritten {
        /// The conversation.
        id: ConversationId,
        /// The title it had.
        was: String,
        /// What was written; hostile until it has been made to fit.
        title: String,
    },
    /// The server, about the models it offers.
    ModelsListed(Result<Vec<String>, Failure>),
    /// The clipboard.
    Copied(CopyResult),
    /// The user's own files.
    Files(FilesEvent),
    /// A browser was asked to show an address: it was started, or the reason why not.
    BrowserOpened {
        /// The address.
        link: String,
        /// What came of it.
        opened: Result<(), String>,
    },
    /// The user's own editor ended: with a text, or with the reason why there is none.
    ExternalEditEnded(Result<String, String>),
    /// The clock.
    TimePassed(Timestamp),
    /// The frame just drawn.
    Drawn(Measured),
    /// The program was told to end (SIGTERM, SIGHUP, a lost terminal).
    Terminated,
}

/// What came from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key went down.
    Key(KeyEvent),
    /// Text was pasted as one piece.
    Pasted(String),
    /// The mouse was used.
    Mouse(MouseInput),
    /// The terminal has another size: columns, rows.
    Resized(u16, u16),
    /// The terminal's background is dark, or light.
    BackgroundDetected(TerminalBackground),
    /// The terminal tells every key with its modifiers, or no longer does.
    KeyReportsDetected(KeyReports),
}

/// What came from the user's own files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesEvent {
    /// A path was looked at.
    Inspected {
        /// The path, as it was named.
        path: String,
        /// What is there.
        inspection: FileProbe,
    },
    /// A folder was listed.
    FolderListed {
        /// The folder, as it was named.
        folder: String,
        /// What is in it.
        listing: FolderListing,
    },
}

/// What came from the disk.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreEvent {
    /// The list as the file has it now, newest update first.
    Listed(Vec<ConversationSummary>),
    /// What else is known about the rows.
    Marked(RowMarks),
    /// How the list is arranged.
    Arranged(Arrangement),
    /// What was being written when the program last ended; `None` is the new conversation.
    DraftsFound(Vec<(Option<ConversationId>, Draft)>),
    /// A file can go with a question.
    AttachmentAccepted {
        /// The path, as it was named.
        path: String,
        /// How large it is.
        bytes: u64,
    },
    /// Where conversations were being read in earlier runs.
    ScrollPositionsFound(Vec<(ConversationId, ScrollAnchor)>),
    /// What was asked in earlier runs, the latest last.
    PromptsFound(Vec<String>),
    /// A conversation was read.
    Opened(Box<LoadedConversation>),
    /// A conversation could not be read.
    NotOpened {
        /// Which.
        id: ConversationId,
        /// Why.
        failure: Failure,
    },
    /// The question is safe; now it may be sent. Holds the conversation as the file has it.
    QuestionStored {
        /// The turn.
        turn: TurnId,
        /// The conversation, the question in it.
        conversation: Box<LoadedConversation>,
    },
    /// The question could not be stored; nothing was sent.
    QuestionNotStored {
        /// The turn.
        turn: TurnId,
        /// Why.
        failure: Failure,
    },
    /// The end of a turn is stored.
    AnswerStored {
        /// The turn.
        turn: TurnId,
        /// The conversation as the file has it.
        conversation: Box<LoadedConversation>,
    },
    /// The end of a turn could not be written to the shared file; the journal holds it.
    AnswerNotStored {
        /// The turn.
        turn: TurnId,
        /// Why.
        failure: Failure,
    },
    /// The presets there are.
    PresetsListed(Result<PresetList, Failure>),
    /// Something was done to a preset, or why it was not.
    PresetChanged {
        /// The preset, where it is known which.
        id: Option<String>,
        /// What was done, in a sentence.
        outcome: Result<String, Failure>,
    },
    /// Answers that earlier runs left at the server were found; they are turns now.
    BackgroundFound(Vec<BackgroundAnswer>),
    /// What answers took was summed up.
    UsageCounted(Box<UsageReport>),
    /// A search found something, or came to its end.
    SearchFound {
        /// Which search.
        search: SearchId,
        /// What it found since it last told.
        hits: Vec<SearchHit>,
        /// How far it is.
        progress: SearchProgress,
    },
    /// The end of the log was read.
    LogRead(Vec<String>),
    /// Something (a transaction, undo, a copy) was done.
    Changed {
        /// The conversation that a transaction changed; unset for everything else.
        about: Option<ConversationId>,
        /// What was done, in a sentence.
        notice: Notice,
    },
    /// Something could not be done.
    NotChanged {
        /// The conversation that a transaction was to change; unset for everything else.
        about: Option<ConversationId>,
        /// Why.
        failure: Failure,
    },
    /// Somebody else changed the file.
    FileChanged(Option<Notice>),
    /// What the web app would make of the file.
    FileChecked(Notice),
}

/// What only this program knows about rows of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowMarks {
    /// Changed by somebody else since this was last told.
    pub changed: Vec<ConversationId>,
    /// With an answer the shared file does not hold yet.
    pub undelivered: Vec<ConversationId>,
    /// Ending in an answer that ended early.
    pub interrupted: Vec<ConversationId>,
    /// Ending in a question that was asked on the web a short time ago, and when.
    pub remote_turns: Vec<(ConversationId, Timestamp)>,
}

/// A conversation as read, with what only this program knows about its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// Answers that ended early: position and reason.
    pub interruptions: Vec<(usize, String)>,
    /// What is known of its answers, oldest first.
    pub records: Vec<AnswerRecord>,
    /// Lines that once were visible.
    pub branches: Vec<Branch>,
    /// Places of the visible line where there is more than one way on.
    pub forks: Vec<Fork>,
}

impl LoadedConversation {
    /// A conversation of which nothing else is known.
    #[must_use]
    pub fn without_records(conversation: Conversation) -> Self {
        let (marks, records, branches, forks) = Default::default();
        Self { conversation, interruptions: marks, records, branches, forks }
    }
}
