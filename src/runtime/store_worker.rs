//! The disk's thread: the one owner of the store, doing wishes in order.
//! May not be waited for by the loop.

mod commit;
mod deltas;
mod looking;
mod presets;
mod rows;
mod search;
mod thread_end;
mod to_file;
mod turns;

pub use thread_end::{DiskThread, End};

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use tokio::sync::mpsc::Sender;
use tracing::info;

use super::checkup::Checkup;
use super::delta_channel::TurnDelta;
use super::papers::Papers;
use super::refusal;
use super::{clock, log};
use crate::app::{Msg, Notice, NoticeKind, Opened, StoreEffect, Stored};
use crate::chat::branch;
use crate::chat::{Conversation, ConversationId, Lesson, Timestamp, UsageReport, WebChain};
use crate::store::{
    CapabilitiesFile, Durability, Place, PresetFile, Store, StoreError, UiPrefsFile, Watch,
};

/// What the thread is asked to do.
#[derive(Debug)]
pub enum Wish {
    /// Something the brain wishes.
    Perform(Box<StoreEffect>),
    /// Take what came of answers.
    TakeDeltas,
    /// Look whether somebody else changed the file.
    LookAgain,
    /// Look whether somebody else changed the presets.
    LookAtPresets,
    /// Write everything down and end.
    Close,
}

/// What the thread needs.
#[derive(Debug, Clone)]
pub struct Disk {
    /// Where everything lies.
    pub place: Place,
    /// Whether response ids of this server may go into the shared file.
    pub web: WebChain,
    /// The user's presets.
    pub presets: PresetFile,
    /// The server answers come from.
    pub base_url: String,
    /// What was learned about the server.
    pub learned: CapabilitiesFile,
    /// Looks that were chosen.
    pub looks: UiPrefsFile,
    /// The log file.
    pub log: PathBuf,
    /// The clock.
    pub clock: fn() -> Timestamp,
}

/// Starts the thread.
///
/// # Errors
/// When the system gives no thread.
pub fn start(
    disk: Disk,
    wishes: Receiver<Wish>,
    deltas: Receiver<TurnDelta>,
    again: std::sync::mpsc::Sender<Wish>,
    tell: Sender<Msg>,
) -> std::io::Result<DiskThread> {
    DiskThread::start(thread::Builder::new().name("store".into()), move || {
        let now = (disk.clock)();
        let mut papers = Papers::open(disk.place.state(), tell.clone());
        let opened = match Store::open(disk.place.clone(), now) {
            Ok(opened) => opened,
            Err(error) => {
                refusal::refuse(&error, &wishes, &tell, &mut papers);
                return;
            }
        };
        let mut store = opened.store;
        let kind = looking::kind(store.take_weight());
        let notice = opened.recovered.map(|text| Notice { kind, text });
        let look = again.clone();
        let watch = Watch::start(&disk.place.file(), move || {
            let _ = look.send(Wish::LookAgain);
        });
        if let Err(error) = &watch {
            tracing::warn!(error, "the chats folder cannot be watched");
        }
        let put_off = VecDeque::new();
        let known = rows::Known::default();
        let wanted_search = search::Wanted::default();
        let checkup = Checkup::of(disk.place.file(), tell.clone());
        let mut worker = Worker {
            disk,
            store,
            papers,
            tell,
            again,
            deltas,
            pending_deltas: None,
            settles_at: None,
            put_off,
            known,
            wanted_search,
            checkup,
            presets_watch: None,
        };
        worker.begin(notice);
        worker.begin_presets();
        // What changed before the watch stood.
        worker.look_first();
        worker.work(&wishes);
    })
}

struct Worker {
    disk: Disk,
    store: Store,
    papers: Papers,
    tell: Sender<Msg>,
    /// For watches.
    again: std::sync::mpsc::Sender<Wish>,
    /// What came of answers.
    deltas: Receiver<TurnDelta>,
    /// What of it waits for the disk.
    pending_deltas: Option<deltas::PendingDeltas>,
    /// When what was done here may be safe.
    settles_at: Option<Instant>,
    /// Wishes taken out of the channel before their turn.
    put_off: VecDeque<Wish>,
    /// What was told about rows of the list.
    known: rows::Known,
    /// Which search is wanted.
    wanted_search: search::Wanted,
    /// Whether the web app would take the file.
    checkup: Checkup,
    /// The watch on the presets, once somebody wants to know of them.
    presets_watch: Option<Watch>,
}

impl Worker {
    fn begin(&mut self, notice: Option<Notice>) {
        self.tell_arrangement();
        if notice.is_some() {
            self.say(Stored::FileChanged(notice));
        }
    }

    fn work(&mut self, wishes: &Receiver<Wish>) {
        loop {
            let wish = match (self.put_off.pop_front(), self.pending_deltas) {
                (Some(wish), _) => Ok(wish),
                (None, None) => self.rest(wishes),
                (None, Some(since)) => wishes.recv_timeout(since.left()),
            };
            // They were sent before whatever is wished now.
            self.take_deltas();
            match wish {
                Ok(Wish::Perform(effect)) => self.perform(*effect),
                Ok(Wish::LookAgain) => self.look_again(wishes),
                Ok(Wish::LookAtPresets) => self.look_at_presets(),
                Ok(Wish::Close) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Wish::TakeDeltas) => {}
                Err(RecvTimeoutError::Timeout) => self.settle_if_due(wishes),
            }
            self.write_if_due();
        }
        self.store.flush(Durability::Synced);
    }

    fn perform(&mut self, effect: StoreEffect) {
        let started = Instant::now();
        self.store.tell_time((self.disk.clock)());
        let name = name(&effect);
        match effect {
            StoreEffect::List => {
                self.look_first();
                self.list();
            }
            StoreEffect::Open(id) => {
                self.look_first();
                self.open(id);
            }
            StoreEffect::KeepQuestion { turn, conversation, changes, again } => {
                self.keep_question(turn, &conversation, &changes, again.as_ref());
            }
            // Deltas have a way of their own.
            StoreEffect::JournalDelta { .. } => {}
            StoreEffect::KeepAnswer { turn, conversation, ending } => {
                self.keep_answer(turn, &conversation, &ending);
            }
            StoreEffect::NoteRunning { turn, conversation, response_id, options } => {
                self.note_running(turn, conversation, response_id, *options);
            }
            StoreEffect::LeaveRunning { turn, conversation } => {
                self.leave_running(turn, &conversation);
            }
            StoreEffect::ListPresets => {
                self.watch_presets();
                self.list_presets();
            }
            StoreEffect::ChangePreset(change) => self.change_preset(&change),
            StoreEffect::UndoPreset => self.undo_preset(),
            StoreEffect::FindRunning => {
                let found = self.store.claim_running(&self.disk.base_url);
                if !found.is_empty() {
                    self.say(Stored::RunningFound(found));
                }
            }
            StoreEffect::Learn(lesson) => self.learn(&lesson),
            StoreEffect::CountUsage(chat) => self.count_usage(chat.as_ref()),
            StoreEffect::Search { search, words } => self.search(search, &words),
            StoreEffect::EndSearch => self.end_search(),
            StoreEffect::ReadLog => self.say(Stored::LogRead(log::end(&self.disk.log))),
            StoreEffect::Commit(changes) => self.commit(&changes),
            StoreEffect::Retitle { id, was, title, at } => self.retitle(id, &was, title, at),
            StoreEffect::Export { id, path } => self.export(&id, path.as_deref()),
            StoreEffect::Arrange(change) => self.arrange(&change),
            StoreEffect::Duplicate { id, copy, at } => self.duplicate(&id, copy, at),
            StoreEffect::KeepLooks(choosing) => {
                if let Err(error) = self.disk.looks.make(choosing) {
                    tracing::warn!(%error, "looks could not be kept");
                }
            }
            StoreEffect::Undo => self.undo(),
            paper @ (StoreEffect::KeepDraft { .. }
            | StoreEffect::KeepPrompt(_)
            | StoreEffect::KeepPlace { .. }
            | StoreEffect::NameMentioned(_)
            | StoreEffect::NameFile(_)) => self.papers.perform(paper),
        }
        for text in self.store.take_said() {
            self.file_changed(Some(text));
        }
        let elapsed = started.elapsed().as_millis();
        info!(name, elapsed, "store");
    }

    fn open(&mut self, id: ConversationId) {
        match self.read(&id) {
            Ok(opened) => self.say(Stored::Opened(opened)),
            Err(error) => self.say(Stored::NotOpened { id, failure: error.to_failure() }),
        }
    }

    fn undo(&mut self) {
        match self.store.undo(None) {
            Ok(Some(done)) => self.changed(done),
            Ok(None) => self.changed("There is nothing to take back.".to_owned()),
            Err(error) => self.not_changed(&error),
        }
    }

    fn learn(&self, lesson: &Lesson) {
        if let Err(error) = self.disk.learned.add(lesson, (self.disk.clock)()) {
            tracing::warn!(%error, "what was learned could not be kept");
        }
    }

    fn count_usage(&self, chat: Option<&ConversationId>) {
        let records = chat.map(|id| self.store.records(id));
        let periods = clock::periods((self.disk.clock)());
        let report = UsageReport::of(records.as_deref(), &self.store.all_records(), periods);
        self.say(Stored::UsageCounted(Box::new(report)));
    }

    fn changed(&self, text: String) {
        let notice = Notice { kind: NoticeKind::Info, text };
        self.say(Stored::Changed { about: None, notice });
    }

    fn not_changed(&self, error: &StoreError) {
        self.say(Stored::NotChanged { about: None, failure: error.to_failure() });
    }

    fn read(&mut self, id: &ConversationId) -> Result<Box<Opened>, StoreError> {
        let conversation = self.store.conversation(id)?;
        Ok(self.with_records(conversation))
    }

    /// A conversation with what only this program knows about it.
    fn with_records(&self, conversation: Conversation) -> Box<Opened> {
        let marks = self.store.marks(&conversation);
        let records = self.store.records(&conversation.id);
        let branches = self.store.branches(&conversation.id);
        let forks = branch::forks(&branches, &conversation.messages);
        Box::new(Opened { conversation, marks, records, branches, forks })
    }

    fn say(&self, fact: Stored) {
        // Nobody listens any more: the program is ending.
        let _ = self.tell.blocking_send(Msg::Stored(fact));
    }
}

/// A word for the log; never anything of the content.
const fn name(effect: &StoreEffect) -> &'static str {
    match effect {
        StoreEffect::List => "list",
        StoreEffect::Open(_) => "open",
        StoreEffect::KeepQuestion { .. } => "keep question",
        StoreEffect::JournalDelta { .. } => "journal delta",
        StoreEffect::KeepAnswer { .. } => "keep answer",
        StoreEffect::NoteRunning { .. } => "note running",
        StoreEffect::LeaveRunning { .. } => "leave running",
        StoreEffect::FindRunning => "find running",
        StoreEffect::ListPresets => "list presets",
        StoreEffect::ChangePreset(_) => "change preset",
        StoreEffect::UndoPreset => "undo preset",
        StoreEffect::Learn(_) => "learn",
        StoreEffect::CountUsage(_) => "count usage",
        StoreEffect::Search { .. } => "search",
        StoreEffect::EndSearch => "end search",
        StoreEffect::ReadLog => "read log",
        StoreEffect::Commit(_) => "commit",
        StoreEffect::Retitle { .. } => "retitle",
        StoreEffect::Export { .. } => "export",
        StoreEffect::Arrange(_) => "arrange",
        StoreEffect::Duplicate { .. } => "duplicate",
        StoreEffect::KeepLooks(_) => "keep looks",
        StoreEffect::Undo => "undo",
        StoreEffect::KeepDraft { .. } => "keep draft",
        StoreEffect::KeepPrompt(_) => "keep prompt",
        StoreEffect::KeepPlace { .. } => "keep place",
        StoreEffect::NameFile(_) | StoreEffect::NameMentioned(_) => "name file",
    }
}
