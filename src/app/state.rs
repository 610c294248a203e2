//! Everything the program knows while it runs, in one value with one owner.
//! May not hold handles, channels or anything the terminal owns.

mod list;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::chat::branch::{Branch, Fork};
use crate::chat::{
    AnswerRecord, ConversationId, Draft, ExecutionMode, Failure, Fingerprint, Message, Preset,
    Readability, ReadingPlace, ResponseId, Role, Spending, Timestamp, Turn, TurnId,
};
use crate::settings::{Keymap, WebApp};

pub use list::{List, Sight};

use super::attach::Files;
use super::completion::Completing;
use super::composer::Lent;
use super::copy::JustCopied;
use super::looks::Looks;
use super::mouse::{Capture, Hold};
use super::notice::{Cause, Novelty};
use super::overlay::Find;
use super::overlay::find::Jump;
use super::queue::Queued;
use super::selection::Selection;
use super::temporary::Temporary;
use super::{Composer, Ids, Measured, Overlay};

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
    pub last_find: Option<Box<Find>>,
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
    pub lent: Option<Lent>,
    /// Files that go with what is being written.
    pub files: Files,
    /// The list of files that completes the word being written.
    pub completing: Completing,
    /// The mouse's button, while it is down.
    pub hold: Option<Hold>,
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

/// A question that is not on disk yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaved {
    /// Its turn.
    pub turn: TurnId,
    /// What was typed; empty where a stored question is asked again.
    pub draft: Draft,
    /// Whether its conversation is new with it.
    pub starts_conversation: bool,
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

/// Who talks to what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The user whose file is open.
    pub user: String,
    /// The model the next question goes to.
    pub model: String,
    /// The effort the next question asks for; unset is the model's own.
    pub effort: Option<String>,
    /// The preset the next question is asked by.
    pub preset: Option<Preset>,
    /// Whether answers go on without their connection.
    pub mode: ExecutionMode,
    /// The tools the next question may use, by name.
    pub tools: Vec<String>,
    /// The model that writes titles; none unless the user named one.
    pub title_model: Option<String>,
    /// Where the web app is.
    pub web_app: WebApp,
    /// Whether the built-in demo server answers.
    pub demo: bool,
    /// Whether the server wants a key and there is none.
    pub lacks_key: bool,
    /// Columns of text in the conversation, at most.
    pub reading_width: u16,
}

/// Which pane has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The conversation list.
    List,
    /// The conversation.
    Transcript,
    /// The composer.
    Composer,
}

/// The conversation pane.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    /// What is open; `None` is a new conversation that exists nowhere yet.
    pub open: Option<OpenConversation>,
    /// Set while a conversation is being read.
    pub opening: Option<ConversationId>,
    /// Where the view is.
    pub scroll: Scroll,
    /// Whether all of what stands behind answers is shown.
    pub fold: Fold,
    /// The end of the conversation when it was on screen last.
    pub seen: Option<Anchor>,
    /// A message of the conversation being opened that is to be shown first.
    pub jump: Option<Jump>,
    /// Where the view stood in conversations that are not on screen.
    pub places: HashMap<ConversationId, ReadingPlace>,
    /// What is looked for in it.
    pub find: Option<super::find::Find>,
    /// The message chosen by its position; one past the last is the growing answer.
    pub selected: Option<usize>,
    /// The text selected with the mouse.
    pub selection: Option<Selection>,
    /// The message that was copied by the key before.
    pub just_copied: Option<JustCopied>,
}

/// How much is shown of what stands behind answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fold {
    /// One line.
    #[default]
    Folded,
    /// All of it.
    Open,
}

/// A conversation on screen.
#[derive(Debug, Clone)]
pub struct OpenConversation {
    /// Its key.
    pub id: ConversationId,
    /// Its title.
    pub title: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// Its messages. Shared, never changed in place: the same pointer is the same message, so a
    /// layout may be cached by it.
    pub messages: Vec<Arc<Message>>,
    /// What the web app would chain from.
    pub last_response_id: Option<ResponseId>,
    /// Whether its messages can be read.
    pub readability: Readability,
    /// Answers that ended early, as positions in `messages`, with the reason in one sentence.
    pub marks: Vec<(usize, String)>,
    /// Why the last question has no answer, where that is known.
    pub failure: Option<Failure>,
    /// What its answers took, as far as it is known.
    pub spent: Spending,
    /// Lines that once were visible.
    pub branches: Vec<Branch>,
    /// Places where there is more than one way on.
    pub forks: Vec<Fork>,
    /// The models that gave its answers, by their position, where that is known.
    pub models: HashMap<usize, String>,
    /// What is known of its last message, where that is an answer of this program's.
    pub last_answer: Option<AnswerRecord>,
}

impl OpenConversation {
    /// The position of a question now; of two that are the same, the last.
    #[must_use]
    pub fn position(&self, question: &Fingerprint) -> Option<usize> {
        self.messages.iter().rposition(|message| {
            message.role == Role::User && Fingerprint::of(message) == *question
        })
    }
}

/// Where the conversation view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// At the bottom, following what comes in.
    #[default]
    Follow,
    /// The top line of the view; stays put whatever comes in.
    At(Anchor),
    /// The line that shows a byte of a message at the top; the next frame makes a place of it.
    Reading(ReadingPlace),
    /// Moved as little as brings what was found into view.
    ShowFound,
    /// Moved as little as brings a message into view; the next frame makes a place of it.
    Show(usize),
}

/// A line of the conversation, counted from the top of one message.
///
/// The line may lie outside the message (negative, or past its end): drawing finds the message it
/// really belongs to and hands the tidy form back in `Measured`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Anchor {
    /// Position of the message; the growing answer is one past the last stored message.
    pub message: usize,
    /// Lines below that message's first line.
    pub line: i64,
}

/// How much a notice wants to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something was done.
    Info,
    /// Something is not as expected, and nothing is lost.
    Warning,
    /// Something did not work.
    Error,
}

/// One calm line for the status bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it wants to be seen.
    pub kind: NoticeKind,
    /// The line.
    pub text: String,
}
