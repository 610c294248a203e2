//! Messages to `update`: what happened, from the terminal, the store, the server and the clock.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::chat::attachment::FileProbe;
use crate::chat::branch::{Branch, Fork};
use crate::chat::{
    AnswerRecord, AnswerServer, Arrangement, BackgroundAnswer, Calculation, Conversation,
    ConversationId, ConversationSummary, Draft, Failure, FileNotice, Message, Preset, PresetList,
    ReplyEvent, ScrollAnchor, ServerTools, Timestamp, Title, TrashNumber, TurnId, UndoOutcome,
    UnstoredCopy, UsageReport,
};
use crate::settings::KeyReports;

use super::{
    CellSize, CopyResult, ExportProgress, FolderListing, GraphicsProtocol, Measured, MouseInput,
    Notice, SearchHit, SearchId, SearchProgress, TemplateCall, TemplateEntry, TerminalColor,
    TerminalFocus, Thumbnail,
};

/// Something that happened outside of the state; `update` decides what it means.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A key, a paste, the mouse, or news of the terminal itself.
    Input(Input),
    /// From the store worker.
    Store(StoreEvent),
    /// From the server about a turn; ignored when the turn has ended.
    Replied {
        /// The turn the server answers.
        turn: TurnId,
        /// What the server sent.
        event: ReplyEvent,
    },
    /// The task that received a reply has ended; ignored where the turn has.
    ReplyLost {
        /// The turn the reply was for.
        turn: TurnId,
    },
    /// The HTTP client could not be created, so that nothing was sent.
    ClientFailed {
        /// The turn that was to be sent.
        turn: TurnId,
        /// Why there is no client.
        failure: Failure,
    },
    /// The server of a question was checked.
    ServerChecked {
        /// The turn of the question.
        turn: TurnId,
        /// Why nothing can be sent to the server.
        checked: Result<(), Failure>,
    },
    /// A model wrote a title.
    TitleWritten {
        /// The conversation that gets the title, if it still has the one before.
        id: ConversationId,
        /// The title at the time of the request.
        was: Title,
        /// The generated text, hostile until it is cleaned.
        title: String,
    },
    /// The models of the server, or why they are unknown.
    ModelsListed {
        /// The server that listed them.
        server: AnswerServer,
        /// The names of the models.
        listed: Result<Vec<String>, Failure>,
    },
    /// The tools of the MCP servers.
    ToolsListed(Vec<ServerTools>),
    /// The result of copying a text.
    Copied(CopyResult),
    /// The user pasted, and the clipboard was read for it.
    ClipboardRead(ClipboardContent),
    /// From the worker that reads the user's files.
    Files(FilesEvent),
    /// From the worker that reads prompt templates.
    Templates(TemplatesEvent),
    /// The browser was started, or could not be.
    BrowserOpened {
        /// The address to show.
        link: String,
        /// Why the browser could not be started.
        opened: Result<(), String>,
    },
    /// The external editor ended with a text, or with why there is none.
    ExternalEditEnded(Result<String, String>),
    /// The clock has advanced.
    TimePassed(Timestamp),
    /// Nothing has happened for a moment.
    Paused,
    /// A frame was drawn, with these measurements.
    Drawn(Measured),
    /// The program has to end: SIGTERM, SIGHUP or a lost terminal.
    Terminated,
}

/// An input from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed or released.
    Key(KeyEvent),
    /// Text was pasted (bracketed paste).
    Pasted(String),
    /// The mouse was used.
    Mouse(MouseInput),
    /// The terminal has this many columns and rows.
    Resized(u16, u16),
    /// The terminal reported its background color.
    TerminalColor(TerminalColor),
    /// The terminal tells every key with its modifiers, or no longer does.
    KeyReportsDetected(KeyReports),
    /// The terminal shows a frame only when all of it has arrived.
    SynchronizedOutputDetected,
    /// The terminal was focused, or lost the focus.
    FocusChanged(TerminalFocus),
    /// The terminal can draw images.
    GraphicsDetected(GraphicsProtocol),
    /// The terminal is one that draws images wrong, whatever else it says of itself.
    GraphicsRuledOut,
    /// The terminal reported the size of its cells.
    CellSizeDetected(CellSize),
}

/// What a paste inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClipboardContent {
    /// An image, which is a file now.
    Image {
        /// The path of the file, as a question mentions it.
        path: String,
        /// Its size in bytes.
        bytes: u64,
    },
    /// Characters to insert, with line breaks as the system has them.
    Text(String),
    /// Nothing that can be pasted, and why.
    Nothing(String),
}

/// An event from the worker that reads the user's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesEvent {
    /// A path was inspected.
    Inspected {
        /// The path as it was written.
        path: String,
        /// What is at the path.
        inspection: FileProbe,
    },
    /// The entries of a folder are known, for completing a mention.
    FolderListed {
        /// The folder as it was written.
        folder: String,
        /// What the folder contains.
        listing: FolderListing,
    },
    /// The images of a question were read.
    ImagesLoaded {
        /// The stored question that the images were attached to.
        question: Arc<Message>,
        /// Its images; empty where it has none.
        images: Vec<Thumbnail>,
    },
}

/// An event from the worker that reads prompt templates.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatesEvent {
    /// The template files were listed.
    Listed {
        /// By name, also those that cannot be used.
        entries: Vec<TemplateEntry>,
        /// The path of the folder.
        folder: String,
    },
    /// An MCP server listed its prompts.
    PromptsListed {
        /// The name of the server.
        server: String,
        /// Its prompts; one that says why, where there are none because of a failure.
        entries: Vec<TemplateEntry>,
    },
    /// A template became a question, or why it did not.
    Expanded {
        /// The template and its argument.
        call: TemplateCall,
        /// The conversation to ask in; `None` is a new one.
        conversation: Option<ConversationId>,
        /// What to ask, or why the template cannot be used, in a sentence.
        expanded: Result<Box<TemplateQuestion>, String>,
    },
}

/// A question that was made from a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateQuestion {
    /// The text to send.
    pub text: String,
    /// The model that the template names.
    pub model: Option<String>,
    /// The preset that the template names.
    pub preset: Option<Preset>,
}

/// An event from the store worker.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreEvent {
    /// The list was read, the latest update first.
    Listed(Vec<ConversationSummary>),
    /// The marks of rows, sent after a listing.
    Marked(RowMarks),
    /// The arrangement of the list was read or changed.
    Arranged(Arrangement),
    /// The drafts of earlier runs; the key `None` is the new conversation.
    DraftsFound(Vec<(Option<ConversationId>, Draft)>),
    /// A file can be sent with a question.
    AttachmentAccepted {
        /// The path as it was written.
        path: String,
        /// The size of the file in bytes.
        bytes: u64,
    },
    /// The scroll positions of earlier runs.
    ScrollPositionsFound(Vec<(ConversationId, ScrollAnchor)>),
    /// The prompts of earlier runs, the latest last.
    PromptsFound(Vec<String>),
    /// A conversation was read.
    Opened(Box<LoadedConversation>),
    /// A conversation could not be read.
    NotOpened {
        /// The conversation that was asked for.
        id: ConversationId,
        /// Why it could not be read.
        failure: Failure,
    },
    /// The question is stored and may be sent.
    QuestionStored {
        /// The turn of the question.
        turn: TurnId,
        /// The conversation of the very version of the file that holds the question.
        conversation: Box<LoadedConversation>,
    },
    /// The question could not be stored; nothing was sent.
    QuestionNotStored {
        /// The turn of the question.
        turn: TurnId,
        /// Why it could not be stored.
        failure: Failure,
    },
    /// How a turn ended is stored.
    AnswerStored {
        /// The turn that ended.
        turn: TurnId,
        /// The conversation as the file has it.
        conversation: Box<LoadedConversation>,
    },
    /// How a turn ended is in the journal, but could not be written to the shared file.
    AnswerNotStored {
        /// The turn that ended.
        turn: TurnId,
        /// Why it could not be written.
        failure: Failure,
    },
    /// How a turn ended could not be written to the shared file yet; that is tried again.
    AnswerDelayed {
        /// The turn that ended.
        turn: TurnId,
        /// Why it could not be written.
        failure: Failure,
        /// Where the answer is meanwhile.
        copy: UnstoredCopy,
    },
    /// The presets were read, or could not be.
    PresetsListed(Result<PresetList, Failure>),
    /// A preset was changed, or could not be.
    PresetChanged {
        /// The preset, where it is known.
        id: Option<String>,
        /// What was done, in a sentence.
        outcome: Result<String, Failure>,
    },
    /// Answers that earlier runs left running on the server; this run resumes them.
    BackgroundFound(Vec<BackgroundAnswer>),
    /// Tokens and cost were summed up.
    UsageCounted(Box<UsageReport>),
    /// A search found something or has ended.
    SearchFound {
        /// The search it belongs to.
        search: SearchId,
        /// New hits since the last event.
        hits: Vec<SearchHit>,
        /// Whether more may follow.
        progress: SearchProgress,
    },
    /// A long export has got so far.
    Exporting(ExportProgress),
    /// The export that was reported on has ended; what it came to is reported as a change.
    ExportEnded,
    /// The end of the log was read, one entry a line.
    LogRead(Vec<String>),
    /// A transaction that is about to be reported has put something into the trash.
    Trashed {
        /// The conversation it changed.
        conversation: ConversationId,
        /// The turn whose question it stores; `None` where it stores none.
        turn: Option<TurnId>,
        /// What undoes it.
        number: TrashNumber,
    },
    /// A copy that is about to be reported was made.
    Duplicated {
        /// The conversation that was made.
        copy: ConversationId,
        /// How many messages it has.
        messages: usize,
    },
    /// An undo has ended.
    UndoEnded {
        /// What it came to.
        outcome: Result<UndoOutcome, Failure>,
        /// Whether what was asked for is still to be undone: it may work later, or a newer change of its
        /// conversation, made elsewhere, was undone in its place.
        is_left: bool,
    },
    /// A transaction or a copy was made.
    Changed {
        /// The conversation that was changed or made.
        about: ConversationId,
        /// What was done, in a sentence.
        notice: Notice,
    },
    /// A transaction or a copy could not be made.
    NotChanged {
        /// The conversation that was to be changed or made.
        about: ConversationId,
        /// Why it could not be made.
        failure: Failure,
    },
    /// The conversations could not be listed.
    NotListed(Failure),
    /// A draft could not be saved; its text is still in the composer.
    DraftNotSaved(Failure),
    /// Another program changed the file.
    FileChanged(Option<FileNotice>),
    /// Something the user is told, which is about no conversation on screen.
    Notice(Notice),
    /// Something could not be done, which is about no conversation on screen.
    Failed(Failure),
}

/// Marks of rows that only this program knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowMarks {
    /// Changed by another program since the last event.
    pub changed: Vec<ConversationId>,
    /// With an answer that is not in the shared file yet.
    pub unstored: Vec<ConversationId>,
    /// Whose last answer ended early.
    pub interrupted: Vec<ConversationId>,
    /// Whose last question was asked on the web lately, and when.
    pub remote_turns: Vec<(ConversationId, Timestamp)>,
}

/// A conversation as it was read, with what only this program knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedConversation {
    /// The conversation in the file.
    pub conversation: Conversation,
    /// Answers that ended early: position and reason.
    pub interruptions: Vec<(usize, String)>,
    /// Records of its answers, oldest first.
    pub records: Vec<AnswerRecord>,
    /// Branches that are not visible.
    pub branches: Vec<Branch>,
    /// Positions at which there is more than one branch.
    pub forks: Vec<Fork>,
    /// Calculations that no answer shows.
    pub calculations: Vec<Calculation>,
}

impl LoadedConversation {
    /// Wraps a conversation of which this program knows nothing more, such as a temporary one.
    #[must_use]
    pub fn without_records(conversation: Conversation) -> Self {
        let (interruptions, records, branches, forks, calculations) = Default::default();
        Self { conversation, interruptions, records, branches, forks, calculations }
    }
}
