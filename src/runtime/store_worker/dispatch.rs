//! The loop of the store thread: takes the next job and passes it on to the function that does it.

use std::fmt::{self, Write};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;

use tracing::info;

use crate::app::StoreEffect;
use crate::runtime::{clock, turn_store};
use crate::store::{Durability, Extent};

use super::job::Job;
use super::worker::StoreWorker;

impl StoreWorker {
    /// Does jobs until the store is closed; then the journal is on the disk.
    pub(super) fn run(mut self) {
        loop {
            let job = self.next_job();
            // They were sent before the job.
            self.deltas.take(&mut self.store);
            match job {
                Ok(Job::Perform(effect)) => self.perform(*effect),
                Ok(Job::PerformSession(effect)) => self.session_files.perform(*effect),
                Ok(Job::Refresh) => self.refresh(),
                Ok(Job::RefreshPresets) => self.presets.refresh(),
                Ok(Job::Close) | Err(RecvTimeoutError::Disconnected) => break,
                // While answers arrive, no wait for a job comes to its end.
                Ok(Job::TakeDeltas) | Err(RecvTimeoutError::Timeout) => {
                    self.confirm_if_due();
                    self.store_again_if_due();
                }
            }
            self.report_stored();
            self.deltas.write_if_due(&mut self.store);
        }
        self.store_again();
        self.store.flush(Durability::Synced);
    }

    fn next_job(&mut self) -> Result<Job, RecvTimeoutError> {
        let limit = self.deltas.time_until_due().or_else(|| {
            let waits = [self.time_until_confirmation(), self.unstored.time_until_retry()];
            waits.into_iter().flatten().min()
        });
        self.jobs.next(limit)
    }

    fn perform(&mut self, effect: StoreEffect) {
        let started = Instant::now();
        self.store.set_time(clock::now());
        let VariantName(name) = match &effect {
            StoreEffect::Turn { step, .. } => VariantName::of(step),
            effect => VariantName::of(effect),
        };
        self.dispatch(effect);
        for notice in self.store.take_notices() {
            self.send_file_changed(Some(notice));
        }
        info!(name, elapsed_ms = started.elapsed().as_millis(), "store");
    }

    fn dispatch(&mut self, effect: StoreEffect) {
        match effect {
            StoreEffect::List => self.list(),
            StoreEffect::Open(id) => self.open(id, Extent::END),
            StoreEffect::OpenEarlier { id, messages } => self.open(id, Extent::Last(messages)),
            StoreEffect::StoreQuestion {
                turn,
                conversation,
                changes,
                existing_question,
                typed,
            } => match existing_question {
                Some(question) => self.ask_again(turn, &conversation, &question),
                None => self.store_question(turn, &conversation, &changes, typed),
            },
            StoreEffect::Turn { turn, conversation, step } => {
                self.perform_step(turn, conversation, step);
            }
            StoreEffect::FindBackground => self.find_background(),
            StoreEffect::ListPresets => self.presets.list(),
            StoreEffect::ChangePreset(change) => self.presets.change(&change),
            StoreEffect::UndoPreset => self.presets.undo(),
            StoreEffect::RecordCapability { server, update } => {
                let settings = self.config.settings.for_server(server.as_deref());
                turn_store::record_capability(&settings, &update);
            }
            StoreEffect::CountUsage(chat) => self.count_usage(chat.as_ref()),
            StoreEffect::Search { search, words } => {
                self.search.start(&mut self.store, search, &words);
            }
            StoreEffect::CancelSearch => self.search.cancel(),
            StoreEffect::ReadLog => self.read_log(),
            StoreEffect::Commit(changes) => self.commit(&changes),
            StoreEffect::ReplaceTitle { id, old_title, title, at } => {
                self.replace_title(id, &old_title, title, at);
            }
            StoreEffect::SaveAnswerRecords { id, records } => {
                self.store.save_answer_records(&id, &records);
            }
            StoreEffect::Export { id, path } => self.export.start(&mut self.store, &id, path),
            StoreEffect::CancelExport => self.export.cancel(),
            StoreEffect::Arrange(change) => self.rows.arrange(&change),
            StoreEffect::Duplicate { id, copy_id, at } => self.duplicate(&id, copy_id, at),
            StoreEffect::Undo(target) => self.undo(&target),
        }
    }
}

/// The name of an effect for the log, which must not contain anything a person wrote: the debug output
/// up to the end of the first word.
struct VariantName(String);

impl VariantName {
    fn of(effect: &impl fmt::Debug) -> Self {
        let mut name = Self(String::new());
        // The error ends the output.
        let _ = write!(name, "{effect:?}");
        name
    }
}

impl Write for VariantName {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric());
        self.0.push_str(text.get(..end.unwrap_or(text.len())).unwrap_or_default());
        if end.is_some() { Err(fmt::Error) } else { Ok(()) }
    }
}
