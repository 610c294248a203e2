//! The one owner of a user's file: reads it, changes it by verbs, keeps turns safe on the way.
//! May not hold a snapshot to write back: every change starts from the file as it is then.

mod apply;
mod background_answers;
mod branches;
mod bytes;
mod commit;
mod confirm;
mod current_version;
mod find_by_response_id;
mod import;
mod loss;
mod reapply;
mod reconcile;
mod remote_turns;
mod restore;
mod retry;
mod row_status;
mod sanitize;
mod search;
mod sequence;
mod trash_out;
mod turns;
mod undo;

pub use crate::store::engine::import::ImportMode;
pub use reconcile::RefreshOutcome;
pub use undo::UndoEntry;

use std::time::Instant;

use crate::chat::external_changes::NoticeSeverity;
use crate::chat::{AnswerRecord, Conversation, ConversationId, ConversationSummary, Timestamp};

pub use crate::store::file::commit::ApplyOutcome;
use crate::store::file::commit::MAX_ATTEMPTS;

use crate::store::file::error::StoreError;
use crate::store::file::last_good::LastGood;
use crate::store::file::open_file::{self, FileIdentity, OpenFile};
use crate::store::file::private::{self, make_folder};
use crate::store::file::replace;
use crate::store::file::store_paths::{ChatsFolder, StorePaths};
use crate::store::index::LazyIndex;
use crate::store::index::resolve_id::resolve_id;
use crate::store::records::read;
use crate::store::state::conflict_copies;
use crate::store::state::{
    AnswerRecords, BackgroundAnswers, BrokenChains, Journal, SeenFile, Trash, monotonic_clock,
};

/// A user's file and everything private beside it.
#[derive(Debug)]
pub struct Store {
    paths: StorePaths,
    journal: Journal,
    answer_records: AnswerRecords,
    trash: Trash,
    open_version: Option<OpenVersion>,
    last_good: LastGood,
    seen: SeenFile,
    broken_chains: BrokenChains,
    background_answers: BackgroundAnswers,
    clock: StoreClock,
    /// How far time has come for what is thrown away by age.
    monotonic_now: Timestamp,
    /// Lines about what was put in order on the way to something else.
    notices: Vec<String>,
    /// How much what was told since that was last asked matters.
    news_weight: NoticeSeverity,
    /// What the store is doing at the moment.
    activity: ReconcileState,
    /// How often the file was replaced here.
    replace_count: u64,
    /// Conversations somebody else changed, until they are asked for.
    foreign_changes: Vec<ConversationId>,
}

/// What a store is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReconcileState {
    /// Nothing that others must know.
    Idle,
    /// It does again what others undid: commits belong to that.
    Reconciling,
}

/// The time as last told, and how long ago that was.
#[derive(Debug, Clone, Copy)]
struct StoreClock {
    base: Timestamp,
    base_instant: Instant,
}

/// One version of the file, held open, and its table of contents; no snapshot where there is no
/// file.
#[derive(Debug)]
struct OpenVersion {
    file: Option<OpenFile>,
    index: LazyIndex,
}

impl OpenVersion {
    fn identity(&self) -> Option<FileIdentity> {
        self.file.as_ref().map(OpenFile::identity)
    }
}

/// A store, and what opening it put in order.
#[derive(Debug)]
pub struct OpenedStore {
    /// The store.
    pub store: Store,
    /// A line about what was put in order, one about conflict copies, if there were any.
    pub notice: Option<String>,
}

impl Store {
    /// Opens a user's file, finishes what a crash left unfinished, and does again what others undid.
    ///
    /// # Errors
    /// When the chats folder is not there. A shared file that cannot be read is no error here: reading
    /// it says so.
    pub fn open(place: StorePaths, now: Timestamp) -> Result<OpenedStore, StoreError> {
        let journals = place.state_folder().join("journal");
        // Reading needs no writing: where a folder cannot be made, `recover` says so, and what is to be
        // written fails by itself.
        let _ = make_folder(&journals);
        match place.folder_kind() {
            ChatsFolder::Own => {
                let _ = make_folder(place.chats_folder());
            }
            ChatsFolder::Shared if place.chats_folder().is_dir() => {}
            ChatsFolder::Shared => {
                return Err(StoreError::NoFolder(place.chats_folder().to_path_buf()));
            }
        }
        let journal = Journal::new(&journals);
        let sidecar = AnswerRecords::of(&place);
        let trash = Trash::of(&place);
        let (kept, ledger, diverged) =
            (LastGood::of(&place), SeenFile::of(&place), BrokenChains::of(&place));
        let running = BackgroundAnswers::of(&place);
        let age = monotonic_clock::now(&place, now);
        for folder in [place.state_folder(), trash.folder()] {
            replace::remove_leftovers(folder, private::TEMPORARY_PREFIX);
        }
        trash.add_missing_entries(now);
        trash.remove_expired(age);
        let clock = StoreClock { base: now, base_instant: Instant::now() };
        let mut store = Self {
            paths: place,
            journal,
            answer_records: sidecar,
            trash,
            open_version: None,
            last_good: kept,
            seen: ledger,
            broken_chains: diverged,
            background_answers: running,
            clock,
            monotonic_now: age,
            notices: Vec::new(),
            news_weight: NoticeSeverity::Info,
            activity: ReconcileState::Idle,
            replace_count: 0,
            foreign_changes: Vec::new(),
        };
        let said =
            [store.recover(), conflict_copies::notice(&store.paths), store.last_good_warning()];
        let said: Vec<String> = said.into_iter().flatten().collect();
        let recovered = (!said.is_empty()).then(|| said.join(" "));
        Ok(OpenedStore { store, notice: recovered })
    }

    /// Tells the time; between two tellings it goes on by itself.
    pub fn set_time(&mut self, now: Timestamp) {
        self.clock = StoreClock { base: now, base_instant: Instant::now() };
    }

    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.clock.base_instant.elapsed().as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_seconds(self.clock.base.seconds().saturating_add(passed))
    }

    /// How often this store has replaced the file: a rewrite costs as much as the file is long.
    #[must_use]
    pub const fn replace_count(&self) -> u64 {
        self.replace_count
    }

    /// Where everything lies.
    #[must_use]
    pub const fn paths(&self) -> &StorePaths {
        &self.paths
    }

    /// Every conversation in file order.
    ///
    /// # Errors
    /// When the file cannot be read or is not what it should be.
    pub fn list(&mut self) -> Result<Vec<ConversationSummary>, StoreError> {
        Ok(self.open_current()?.index.rows())
    }

    /// Whether the file is another version than the one last read or written here.
    #[must_use]
    pub fn has_changed_on_disk(&self) -> bool {
        let now = open_file::identity_on_disk(&self.paths).ok();
        now != self.open_version.as_ref().map(OpenVersion::identity)
    }

    /// A conversation as the file has it. One that an old copy has just taken out of the file is put
    /// back first.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn conversation(&mut self, id: &ConversationId) -> Result<Conversation, StoreError> {
        self.retry_while_contended(|store| store.read_conversation(id))
    }

    /// A conversation as the file has it at this moment.
    pub(super) fn read_conversation(
        &mut self,
        id: &ConversationId,
    ) -> Result<Conversation, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            self.open_current()?;
            let Some(known) = &self.open_version else { continue };
            let unknown = || StoreError::NotFound(id.to_string());
            let entry = known.index.entry(id).ok_or_else(unknown)?;
            match self.record_value(known, &entry)? {
                Some(text) => {
                    let mut found = read::conversation(&text, id, 0..text.len());
                    found.chain = self.broken_chains.chain_state(&found);
                    return Ok(found);
                }
                None => self.discard_version(),
            }
        }
        Err(StoreError::Contended(self.paths.chats_file()))
    }

    /// Answers of a conversation that ended early: position and reason.
    #[must_use]
    pub fn early_ends(&self, conversation: &Conversation) -> Vec<(usize, String)> {
        self.answer_records.early_ends(conversation)
    }

    /// What is known of a conversation's answers, oldest first.
    #[must_use]
    pub fn answer_records(&self, conversation: &ConversationId) -> Vec<AnswerRecord> {
        self.answer_records.records(conversation)
    }

    /// What is known of all answers, those of deleted conversations included.
    #[must_use]
    pub fn all_answer_records(&self) -> Vec<AnswerRecord> {
        self.answer_records.all_records()
    }

    /// The conversation that `wanted` names: an id, the start of one, a title, a response id.
    ///
    /// # Errors
    /// When none fits or several do, or the file cannot be read.
    pub fn resolve_id(&mut self, wanted: &str) -> Result<ConversationId, StoreError> {
        self.retry_while_contended(|store| {
            let rows = store.list()?;
            match resolve_id(&rows, wanted) {
                Err(StoreError::NotFound(_)) if wanted.starts_with("resp_") => {
                    store.find_by_response_id(&rows, wanted)
                }
                found => found,
            }
        })
    }
}
