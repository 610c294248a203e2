//! The store: reads and changes a user's shared file, and keeps questions and answers safe meanwhile.
//! Must not write from a snapshot, because other programs write the file: every change is planned for
//! the version that exists at that moment.

mod background_answers;
mod being_answered;
mod calculations;
mod changes;
mod commit;
mod confirm;
mod import;
mod interrupted_removals;
mod loss;
mod open_version;
mod read;
mod reapply;
mod reconcile;
mod record_text;
mod restore;
mod retry;
mod stored_conversation;
mod titles;
mod trash;
mod turns;
mod undo;
mod undo_duplicate;
mod undo_order;
mod undo_plan;
mod undo_reapply;
mod unstored;
mod unstored_answers;
mod version;

pub use crate::store::file::commit::ApplyOutcome;
pub use import::ImportMode;
pub use reconcile::RefreshOutcome;
pub use stored_conversation::StoredConversation;
pub use undo_order::UndoEntry;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use crate::chat::{ConversationId, FileNotice, Timestamp};

use crate::store::engine::open_version::OpenVersion;
use crate::store::engine::unstored_answers::UnstoredAnswers;
use crate::store::file::error::StoreError;
use crate::store::file::last_good::LastGood;
use crate::store::file::private::make_folder;
use crate::store::file::replace;
use crate::store::file::store_paths::{ChatsFolder, StorePaths};
use crate::store::index::IndexCache;
use crate::store::state::conflict_copies;
use crate::store::state::{
    AnswerRecords, BackgroundAnswers, BrokenChains, FullTitles, FullTitlesFile, Journal, SeenFile,
    Trash, TrashNumber, monotonic_clock,
};

/// A user's shared file and the private state beside it.
#[derive(Debug)]
pub struct Store {
    paths: StorePaths,
    journal: Journal,
    answer_records: AnswerRecords,
    full_titles: FullTitlesFile,
    /// The full titles before the change that is being made, which has saved its own already.
    titles_before: Arc<FullTitles>,
    trash: Trash,
    /// The version read or written last, as long as it is held.
    open_version: Option<OpenVersion>,
    index_cache: IndexCache,
    last_good: LastGood,
    seen: SeenFile,
    broken_chains: BrokenChains,
    background_answers: BackgroundAnswers,
    clock: StoreClock,
    /// The time that decides what is old enough to be removed.
    monotonic_now: Timestamp,
    /// Notices about what was recovered while something else was done.
    notices: Vec<FileNotice>,
    /// The entry of the trash that undoes the last change of the user; `None` where it removed nothing.
    last_trashed: Option<TrashNumber>,
    /// The commits that reconciling makes must not reconcile again.
    is_reconciling: bool,
    replace_count: u64,
    /// Conversations that other programs changed, until the list asks for them.
    foreign_changes: Vec<ConversationId>,
    unstored: UnstoredAnswers,
    waiting_work: Option<WaitingWork>,
}

/// What must be done even while another terminal holds the lock.
struct WaitingWork(Box<dyn FnMut(&mut Store) + Send>);

impl fmt::Debug for WaitingWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WaitingWork")
    }
}

/// The time the caller gave last, and when that was.
#[derive(Debug, Clone, Copy)]
struct StoreClock {
    base: Timestamp,
    base_instant: Instant,
}

impl StoreClock {
    fn starting_at(base: Timestamp) -> Self {
        Self { base, base_instant: Instant::now() }
    }
}

/// A store, and a notice about what opening it recovered.
#[derive(Debug)]
pub struct OpenedStore {
    /// The store, which reads even where nothing can be written.
    pub store: Store,
    /// What was recovered, and which conflict copies lie beside the file; `None` is the usual case.
    pub notice: Option<FileNotice>,
    /// Why nothing can be changed, where the private folder cannot be written.
    pub write_error: Option<StoreError>,
}

impl OpenedStore {
    /// The error of the private folder, for those who only read.
    #[must_use]
    pub fn read_only_notice(&self) -> Option<String> {
        let error = self.write_error.as_ref()?;
        Some(format!("{error} Conversations can be read, but not changed."))
    }
}

impl Store {
    /// Opens a user's file, finishes what a crash interrupted and reapplies what others overwrote. A
    /// shared file that cannot be read is reported by the first call that reads it.
    ///
    /// # Errors
    /// When the chats folder does not exist.
    pub fn open(paths: StorePaths, now: Timestamp) -> Result<OpenedStore, StoreError> {
        let journals = paths.state_folder().join("journal");
        // Reading needs no writing: where a folder cannot be made, `recover` says so, and what is to be
        // written fails by itself.
        let _ = make_folder(&journals);
        if paths.folder_kind() == ChatsFolder::Own {
            let _ = make_folder(paths.chats_folder());
        }
        if let Some(error) = paths.folder_error() {
            return Err(error);
        }
        let paths = paths.with_folder_checked();
        let trash = Trash::of(&paths);
        let monotonic_now = monotonic_clock::now(&paths, now);
        paths.private_folders().for_each(replace::remove_private_leftovers);
        trash.add_missing_entries(now);
        trash.remove_expired(monotonic_now);
        let mut store = Self {
            journal: Journal::new(&journals),
            answer_records: AnswerRecords::of(&paths),
            full_titles: FullTitlesFile::of(&paths),
            titles_before: Arc::default(),
            trash,
            open_version: None,
            index_cache: IndexCache::of(&paths),
            last_good: LastGood::of(&paths),
            seen: SeenFile::of(&paths),
            broken_chains: BrokenChains::of(&paths),
            background_answers: BackgroundAnswers::of(&paths),
            clock: StoreClock::starting_at(now),
            monotonic_now,
            notices: Vec::new(),
            is_reconciling: false,
            replace_count: 0,
            waiting_work: None,
            last_trashed: None,
            foreign_changes: Vec::new(),
            unstored: UnstoredAnswers::default(),
            paths,
        };
        let (recovered, write_error) = match store.recover() {
            Ok(notice) => (notice, None),
            Err(error) => (None, Some(error)),
        };
        let others = [conflict_copies::notice(&store.paths), store.last_good_warning()];
        let others = others.into_iter().flatten().map(FileNotice::info);
        let notice = FileNotice::join(recovered.into_iter().chain(others));
        Ok(OpenedStore { store, notice, write_error })
    }

    /// Sets the clock, which advances by itself until the next call.
    pub fn set_time(&mut self, now: Timestamp) {
        self.clock = StoreClock::starting_at(now);
    }

    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.clock.base_instant.elapsed().as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_seconds(self.clock.base.seconds().saturating_add(passed))
    }

    /// How often this store has replaced the file; each time costs as much as the file is long.
    #[must_use]
    pub const fn replace_count(&self) -> u64 {
        self.replace_count
    }

    /// The paths of the shared file and the private state.
    #[must_use]
    pub const fn paths(&self) -> &StorePaths {
        &self.paths
    }
}
