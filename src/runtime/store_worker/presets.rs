//! Lists and changes the presets, and lists them again when their file changes.

use std::sync::mpsc::Sender;

use crate::app::StoreEvent;
use crate::chat::PresetChange;
use crate::runtime::clock;
use crate::runtime::event_sender::EventSender;
use crate::store::{PresetError, PresetFile, Watch};

use super::job::Job;

/// Works on the presets file for the store thread.
#[derive(Debug)]
pub(super) struct PresetWorker {
    file: PresetFile,
    events: EventSender,
    jobs_tx: Sender<Job>,
    /// Set once the presets were asked for.
    watch: Option<Watch>,
}

impl PresetWorker {
    pub(super) const fn new(file: PresetFile, events: EventSender, jobs_tx: Sender<Job>) -> Self {
        Self { file, events, jobs_tx, watch: None }
    }

    pub(super) fn list(&mut self) {
        self.watch();
        let listed = self.file.load().map_err(|error| error.to_failure());
        self.events.send(StoreEvent::PresetsListed(listed));
    }

    /// Sends the presets after their file has changed. Reports no failure: the user did not ask for them now.
    pub(super) fn refresh(&self) {
        match self.file.load() {
            Ok(list) => self.events.send(StoreEvent::PresetsListed(Ok(list))),
            Err(error) => tracing::warn!(%error, "the presets could not be read"),
        }
    }

    pub(super) fn change(&mut self, change: &PresetChange) {
        let outcome = self.file.change(change, clock::now());
        self.send_changed(Some(change.id().to_owned()), outcome);
    }

    pub(super) fn undo(&mut self) {
        let outcome = self.file.undo(clock::now());
        self.send_changed(None, outcome.map(|outcome| outcome.to_string()));
    }

    /// From now on every change of the file is sent to the event loop.
    fn watch(&mut self) {
        if self.watch.is_some() {
            return;
        }
        let jobs_tx = self.jobs_tx.clone();
        let watch = Watch::start(self.file.path(), move || {
            let _ = jobs_tx.send(Job::RefreshPresets);
        });
        match watch {
            Ok(watch) => self.watch = Some(watch),
            // The folder may not exist yet; the next job for presets tries again.
            Err(error) => tracing::debug!(error, "the presets folder cannot be watched"),
        }
    }

    fn send_changed(&mut self, id: Option<String>, outcome: Result<String, PresetError>) {
        self.watch();
        if outcome.is_ok() {
            self.list();
        }
        let outcome = outcome.map_err(|error| error.to_failure());
        self.events.send(StoreEvent::PresetChanged { id, outcome });
    }
}
