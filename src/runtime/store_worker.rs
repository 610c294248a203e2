//! The disk's thread: the one owner of the store, doing wishes in order.
//! May not be waited for by the loop.

mod commit;
mod deltas;
mod export;
mod presets;
mod refresh;
mod rows;
mod search;
mod store_thread;
mod turns;

pub use crate::runtime::store_worker::store_thread::{StoreThread, ThreadEnd};

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use tokio::sync::mpsc::Sender;
use tracing::info;

use super::delta_channel::TurnDelta;
use super::{clock, log};
use crate::app::{LoadedConversation, Msg, Notice, NoticeKind, StoreEffect, StoreEvent};
use crate::chat::branch;
use crate::chat::{
    CapabilityUpdate, Conversation, ConversationId, Timestamp, UsageReport, WebChain,
};
use crate::runtime::doctor_worker::DoctorWorker;
use crate::runtime::session_files::SessionFiles;
use crate::runtime::store_unavailable;
use crate::store::{
    CapabilitiesFile, Durability, PresetFile, Store, StoreError, StorePaths, UiPrefsFile, Watch,
};

/// What the thread is asked to do.
#[derive(Debug)]
pub enum Job {
    /// Something the brain wishes.
    Perform(Box<StoreEffect>),
    /// Take what came of answers.
    TakeDeltas,
    /// Look whether somebody else changed the file.
    Refresh,
    /// Look whether somebody else changed the presets.
    RefreshPresets,
    /// Write everything down and end.
    Close,
}

/// What the thread needs.
#[derive(Debug, Clone)]
pub struct StoreWorkerConfig {
    /// Where everything lies.
    pub paths: StorePaths,
    /// Whether response ids of this server may go into the shared file.
    pub web_chain: WebChain,
    /// The user's presets.
    pub presets: PresetFile,
    /// The server answers come from.
    pub base_url: String,
    /// What was learned about the server.
    pub capabilities: CapabilitiesFile,
    /// Looks that were chosen.
    pub ui_prefs: UiPrefsFile,
    /// The log file.
    pub log_file: PathBuf,
    /// The clock.
    pub clock: fn() -> Timestamp,
}

/// Starts the thread.
///
/// # Errors
/// When the system gives no thread.
pub fn start(
    disk: StoreWorkerConfig,
    wishes: Receiver<Job>,
    deltas: Receiver<TurnDelta>,
    again: std::sync::mpsc::Sender<Job>,
    tell: Sender<Msg>,
) -> std::io::Result<StoreThread> {
    StoreThread::start(thread::Builder::new().name("store".into()), move || {
        let now = (disk.clock)();
        let mut papers = SessionFiles::open(disk.paths.state_folder(), tell.clone());
        let opened = match Store::open(disk.paths.clone(), now) {
            Ok(opened) => opened,
            Err(error) => {
                store_unavailable::run_without_store(&error, &wishes, &tell, &mut papers);
                return;
            }
        };
        let mut store = opened.store;
        let kind = refresh::notice_kind(store.take_news_weight());
        let notice = opened.notice.map(|text| Notice { kind, text });
        let look = again.clone();
        let watch = Watch::start(&disk.paths.chats_file(), move || {
            let _ = look.send(Job::Refresh);
        });
        if let Err(error) = &watch {
            tracing::warn!(error, "the chats folder cannot be watched");
        }
        let put_off = VecDeque::new();
        let known = rows::RowTracker::default();
        let wanted_search = search::CurrentSearch::default();
        let checkup = DoctorWorker::of(disk.paths.chats_file(), tell.clone());
        let mut worker = StoreWorker {
            config: disk,
            store,
            session_files: papers,
            msg_tx: tell,
            jobs_tx: again,
            deltas,
            pending_deltas: None,
            confirm_at: None,
            deferred_jobs: put_off,
            row_tracker: known,
            current_search: wanted_search,
            doctor: checkup,
            presets_watch: None,
        };
        worker.send_initial_state(notice);
        // What changed before the watch stood.
        worker.refresh_before_read();
        worker.run(&wishes);
    })
}

struct StoreWorker {
    config: StoreWorkerConfig,
    store: Store,
    session_files: SessionFiles,
    msg_tx: Sender<Msg>,
    /// For watches.
    jobs_tx: std::sync::mpsc::Sender<Job>,
    /// What came of answers.
    deltas: Receiver<TurnDelta>,
    /// What of it waits for the disk.
    pending_deltas: Option<deltas::PendingDeltas>,
    /// When what was done here may be safe.
    confirm_at: Option<Instant>,
    /// Wishes taken out of the channel before their turn.
    deferred_jobs: VecDeque<Job>,
    /// What was told about rows of the list.
    row_tracker: rows::RowTracker,
    /// Which search is wanted.
    current_search: search::CurrentSearch,
    /// Whether the web app would take the file.
    doctor: DoctorWorker,
    /// The watch on the presets, once somebody wants to know of them.
    presets_watch: Option<Watch>,
}

impl StoreWorker {
    fn send_initial_state(&mut self, notice: Option<Notice>) {
        self.send_arrangement();
        if notice.is_some() {
            self.send(StoreEvent::FileChanged(notice));
        }
    }

    fn run(&mut self, wishes: &Receiver<Job>) {
        loop {
            let wish = match (self.deferred_jobs.pop_front(), self.pending_deltas) {
                (Some(wish), _) => Ok(wish),
                (None, None) => self.wait_for_job(wishes),
                (None, Some(since)) => wishes.recv_timeout(since.time_until_due()),
            };
            // They were sent before whatever is wished now.
            self.take_deltas();
            match wish {
                Ok(Job::Perform(effect)) => self.perform(*effect),
                Ok(Job::Refresh) => self.refresh(wishes),
                Ok(Job::RefreshPresets) => self.refresh_presets(),
                Ok(Job::Close) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Job::TakeDeltas) => {}
                Err(RecvTimeoutError::Timeout) => self.confirm_if_due(wishes),
            }
            self.write_if_due();
        }
        self.store.flush(Durability::Synced);
    }

    fn perform(&mut self, effect: StoreEffect) {
        let started = Instant::now();
        self.store.set_time((self.config.clock)());
        let name = effect_name(&effect);
        match effect {
            StoreEffect::List => {
                self.refresh_before_read();
                self.list();
            }
            StoreEffect::Open(id) => {
                self.refresh_before_read();
                self.open(id);
            }
            StoreEffect::StoreQuestion {
                turn,
                conversation,
                changes,
                existing_question: again,
            } => {
                self.store_question(turn, &conversation, &changes, again.as_ref());
            }
            // Deltas have a way of their own.
            StoreEffect::JournalDelta { .. } => {}
            StoreEffect::StoreAnswer { turn, conversation, ending } => {
                self.store_answer(turn, &conversation, &ending);
            }
            StoreEffect::NoteBackground { turn, conversation, response_id, options } => {
                self.note_running(turn, conversation, response_id, *options);
            }
            StoreEffect::LeaveInBackground { turn, conversation } => {
                self.leave_running(turn, &conversation);
            }
            StoreEffect::ListPresets => {
                self.watch_presets();
                self.list_presets();
            }
            StoreEffect::ChangePreset(change) => self.change_preset(&change),
            StoreEffect::UndoPreset => self.undo_preset(),
            StoreEffect::FindBackground => {
                let found = self.store.claim_background_answers(&self.config.base_url);
                if !found.is_empty() {
                    self.send(StoreEvent::BackgroundFound(found));
                }
            }
            StoreEffect::RecordCapability(lesson) => self.record_capability(&lesson),
            StoreEffect::CountUsage(chat) => self.count_usage(chat.as_ref()),
            StoreEffect::Search { search, words } => self.search(search, &words),
            StoreEffect::CancelSearch => self.end_search(),
            StoreEffect::ReadLog => {
                self.send(StoreEvent::LogRead(log::read_tail(&self.config.log_file)))
            }
            StoreEffect::Commit(changes) => self.commit(&changes),
            StoreEffect::ReplaceTitle { id, old_title: was, title, at } => {
                self.retitle(id, &was, title, at)
            }
            StoreEffect::Export { id, path } => self.export(&id, path.as_deref()),
            StoreEffect::Arrange(change) => self.arrange(&change),
            StoreEffect::Duplicate { id, copy_id: copy, at } => self.duplicate(&id, copy, at),
            StoreEffect::SaveUiPref(choosing) => {
                if let Err(error) = self.config.ui_prefs.set(choosing) {
                    tracing::warn!(%error, "looks could not be kept");
                }
            }
            StoreEffect::Undo => self.undo(),
            paper @ (StoreEffect::SaveDraft { .. }
            | StoreEffect::SavePrompt(_)
            | StoreEffect::SaveScrollPosition { .. }
            | StoreEffect::AttachMentioned(_)
            | StoreEffect::CheckAttachment(_)) => self.session_files.perform(paper),
        }
        for text in self.store.take_notices() {
            self.send_file_changed(Some(text));
        }
        let elapsed = started.elapsed().as_millis();
        info!(name, elapsed, "store");
    }

    fn open(&mut self, id: ConversationId) {
        match self.read(&id) {
            Ok(opened) => self.send(StoreEvent::Opened(opened)),
            Err(error) => self.send(StoreEvent::NotOpened { id, failure: error.to_failure() }),
        }
    }

    fn undo(&mut self) {
        match self.store.undo(None) {
            Ok(Some(done)) => self.send_notice(done),
            Ok(None) => self.send_notice("There is nothing to take back.".to_owned()),
            Err(error) => self.send_failure(&error),
        }
    }

    fn record_capability(&self, lesson: &CapabilityUpdate) {
        if let Err(error) = self.config.capabilities.add(lesson, (self.config.clock)()) {
            tracing::warn!(%error, "what was learned could not be kept");
        }
    }

    fn count_usage(&self, chat: Option<&ConversationId>) {
        let records = chat.map(|id| self.store.answer_records(id));
        let periods = clock::periods((self.config.clock)());
        let report = UsageReport::of(records.as_deref(), &self.store.all_answer_records(), periods);
        self.send(StoreEvent::UsageCounted(Box::new(report)));
    }

    fn send_notice(&self, text: String) {
        let notice = Notice { kind: NoticeKind::Info, text };
        self.send(StoreEvent::Changed { about: None, notice });
    }

    fn send_failure(&self, error: &StoreError) {
        self.send(StoreEvent::NotChanged { about: None, failure: error.to_failure() });
    }

    fn read(&mut self, id: &ConversationId) -> Result<Box<LoadedConversation>, StoreError> {
        let conversation = self.store.conversation(id)?;
        Ok(self.with_records(conversation))
    }

    /// A conversation with what only this program knows about it.
    fn with_records(&self, conversation: Conversation) -> Box<LoadedConversation> {
        let marks = self.store.early_ends(&conversation);
        let records = self.store.answer_records(&conversation.id);
        let branches = self.store.branches(&conversation.id);
        let forks = branch::forks(&branches, &conversation.messages);
        Box::new(LoadedConversation {
            conversation,
            interruptions: marks,
            records,
            branches,
            forks,
        })
    }

    fn send(&self, fact: StoreEvent) {
        // Nobody listens any more: the program is ending.
        let _ = self.msg_tx.blocking_send(Msg::Store(fact));
    }
}

/// A word for the log; never anything of the content.
const fn effect_name(effect: &StoreEffect) -> &'static str {
    match effect {
        StoreEffect::List => "list",
        StoreEffect::Open(_) => "open",
        StoreEffect::StoreQuestion { .. } => "keep question",
        StoreEffect::JournalDelta { .. } => "journal delta",
        StoreEffect::StoreAnswer { .. } => "keep answer",
        StoreEffect::NoteBackground { .. } => "note running",
        StoreEffect::LeaveInBackground { .. } => "leave running",
        StoreEffect::FindBackground => "find running",
        StoreEffect::ListPresets => "list presets",
        StoreEffect::ChangePreset(_) => "change preset",
        StoreEffect::UndoPreset => "undo preset",
        StoreEffect::RecordCapability(_) => "learn",
        StoreEffect::CountUsage(_) => "count usage",
        StoreEffect::Search { .. } => "search",
        StoreEffect::CancelSearch => "end search",
        StoreEffect::ReadLog => "read log",
        StoreEffect::Commit(_) => "commit",
        StoreEffect::ReplaceTitle { .. } => "retitle",
        StoreEffect::Export { .. } => "export",
        StoreEffect::Arrange(_) => "arrange",
        StoreEffect::Duplicate { .. } => "duplicate",
        StoreEffect::SaveUiPref(_) => "keep looks",
        StoreEffect::Undo => "undo",
        StoreEffect::SaveDraft { .. } => "keep draft",
        StoreEffect::SavePrompt(_) => "keep prompt",
        StoreEffect::SaveScrollPosition { .. } => "keep place",
        StoreEffect::CheckAttachment(_) | StoreEffect::AttachMentioned(_) => "name file",
    }
}
