//! The one owner of a user's file: reads it, changes it by verbs, keeps turns safe on the way.
//! May not hold a snapshot to write back: every change starts from the file as it is then.

mod admit;
mod branches;
mod bring_back;
mod commit;
mod elsewhere;
mod healing;
mod incoming;
mod order;
mod patience;
mod raw;
mod reading;
mod reconcile;
mod response;
mod rows;
mod running;
mod search;
mod settling;
mod throwing;
mod turns;
mod undo;
mod verbs;
mod wipe;

pub use incoming::Run;
pub use reconcile::Look;
pub use undo::Undoable;

use std::time::Instant;

use crate::chat::news::Weight;
use crate::chat::{AnswerRecord, Conversation, ConversationId, Summary, Timestamp};

pub use crate::store::file::commit::Applied;
use crate::store::file::commit::TRIES;

use crate::store::file::error::StoreError;
use crate::store::file::last_good::Kept;
use crate::store::file::paths::{Folder, Place};
use crate::store::file::private::make_folder;
use crate::store::file::replace;
use crate::store::file::version::{self, Snapshot, Version};
use crate::store::index::Table;
use crate::store::index::resolve_id::find;
use crate::store::records::read;
use crate::store::state::conflict_copies;
use crate::store::state::{
    AnswerRecords, BackgroundAnswers, BrokenChains, Journal, SeenFile, Trash, monotonic_clock,
};

/// A user's file and everything private beside it.
#[derive(Debug)]
pub struct Store {
    place: Place,
    journal: Journal,
    sidecar: AnswerRecords,
    trash: Trash,
    known: Option<Known>,
    kept: Kept,
    ledger: SeenFile,
    diverged: BrokenChains,
    running: BackgroundAnswers,
    clock: Clock,
    /// How far time has come for what is thrown away by age.
    age: Timestamp,
    /// Lines about what was put in order on the way to something else.
    said: Vec<String>,
    /// How much what was told since that was last asked matters.
    weight: Weight,
    /// What the store is doing at the moment.
    activity: Activity,
    /// How often the file was replaced here.
    replaced: u64,
    /// Conversations somebody else changed, until they are asked for.
    foreign: Vec<ConversationId>,
}

/// What a store is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Activity {
    /// Nothing that others must know.
    Free,
    /// It does again what others undid: commits belong to that.
    Reconciling,
}

/// The time as last told, and how long ago that was.
#[derive(Debug, Clone, Copy)]
struct Clock {
    told: Timestamp,
    at: Instant,
}

/// One version of the file, held open, and its table of contents; no snapshot where there is no
/// file.
#[derive(Debug)]
struct Known {
    snapshot: Option<Snapshot>,
    table: Table,
}

impl Known {
    fn version(&self) -> Option<Version> {
        self.snapshot.as_ref().map(Snapshot::version)
    }
}

/// A store, and what opening it put in order.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// A line about what was put in order, one about conflict copies, if there were any.
    pub recovered: Option<String>,
}

impl Store {
    /// Opens a user's file, finishes what a crash left unfinished, and does again what others undid.
    ///
    /// # Errors
    /// When the private folder cannot be made, or the chats folder is not there. A shared file
    /// that cannot be read is no error here: reading it says so.
    pub fn open(place: Place, now: Timestamp) -> Result<Opened, StoreError> {
        let journals = place.state().join("journal");
        make_folder(&journals).map_err(|error| StoreError::io("made", &journals, error))?;
        match place.folder() {
            Folder::Own => make_folder(place.chats())
                .map_err(|error| StoreError::io("made", place.chats(), error))?,
            Folder::Shared if place.chats().is_dir() => {}
            Folder::Shared => return Err(StoreError::NoFolder(place.chats().to_path_buf())),
        }
        let journal = Journal::new(&journals);
        let sidecar = AnswerRecords::of(&place);
        let trash = Trash::of(&place);
        let (kept, ledger, diverged) =
            (Kept::of(&place), SeenFile::of(&place), BrokenChains::of(&place));
        let running = BackgroundAnswers::of(&place);
        let age = monotonic_clock::now(&place, now);
        for folder in [place.state(), trash.folder()] {
            replace::remove_leftovers(folder, ".tmp.");
        }
        trash.adopt(now);
        trash.empty_old(age);
        let clock = Clock { told: now, at: Instant::now() };
        let mut store = Self {
            place,
            journal,
            sidecar,
            trash,
            known: None,
            kept,
            ledger,
            diverged,
            running,
            clock,
            age,
            said: Vec::new(),
            weight: Weight::Calm,
            activity: Activity::Free,
            replaced: 0,
            foreign: Vec::new(),
        };
        let said = [store.put_in_order(), conflict_copies::notice(&store.place), store.not_kept()];
        let said: Vec<String> = said.into_iter().flatten().collect();
        let recovered = (!said.is_empty()).then(|| said.join(" "));
        Ok(Opened { store, recovered })
    }

    /// Tells the time; between two tellings it goes on by itself.
    pub fn tell_time(&mut self, now: Timestamp) {
        self.clock = Clock { told: now, at: Instant::now() };
    }

    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.clock.at.elapsed().as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_seconds(self.clock.told.seconds().saturating_add(passed))
    }

    /// How often this store has replaced the file: a rewrite costs as much as the file is long.
    #[must_use]
    pub const fn times_replaced(&self) -> u64 {
        self.replaced
    }

    /// Where everything lies.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// Every conversation in file order.
    ///
    /// # Errors
    /// When the file cannot be read or is not what it should be.
    pub fn list(&mut self) -> Result<Vec<Summary>, StoreError> {
        Ok(self.look()?.table.rows())
    }

    /// Whether the file is another version than the one last read or written here.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        let now = version::on_disk(&self.place).ok();
        now != self.known.as_ref().map(Known::version)
    }

    /// A conversation as the file has it. One that an old copy has just taken out of the file is put
    /// back first.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn conversation(&mut self, id: &ConversationId) -> Result<Conversation, StoreError> {
        self.patiently(|store| store.read_conversation(id))
    }

    /// A conversation as the file has it at this moment.
    pub(super) fn read_conversation(
        &mut self,
        id: &ConversationId,
    ) -> Result<Conversation, StoreError> {
        for _ in 0..TRIES {
            self.look()?;
            let Some(known) = &self.known else { continue };
            let unknown = || StoreError::Unknown(id.to_string());
            let entry = known.table.entry(id).ok_or_else(unknown)?;
            match self.value(known, &entry)? {
                Some(text) => {
                    let mut found = read::conversation(&text, id, 0..text.len());
                    found.chain = self.diverged.chain(&found);
                    return Ok(found);
                }
                None => self.distrust(),
            }
        }
        Err(StoreError::Restless(self.place.file()))
    }

    /// Answers of a conversation that ended early: position and reason.
    #[must_use]
    pub fn marks(&self, conversation: &Conversation) -> Vec<(usize, String)> {
        self.sidecar.marks(conversation)
    }

    /// What is known of a conversation's answers, oldest first.
    #[must_use]
    pub fn records(&self, conversation: &ConversationId) -> Vec<AnswerRecord> {
        self.sidecar.records(conversation)
    }

    /// What is known of all answers, those of deleted conversations included.
    #[must_use]
    pub fn all_records(&self) -> Vec<AnswerRecord> {
        self.sidecar.all_records()
    }

    /// The conversation that `wanted` names: an id, the start of one, a title, a response id.
    ///
    /// # Errors
    /// When none fits or several do, or the file cannot be read.
    pub fn find(&mut self, wanted: &str) -> Result<ConversationId, StoreError> {
        self.patiently(|store| {
            let rows = store.list()?;
            match find(&rows, wanted) {
                Err(StoreError::Unknown(_)) if wanted.starts_with("resp_") => {
                    store.find_response(&rows, wanted)
                }
                found => found,
            }
        })
    }
}
