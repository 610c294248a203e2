//! Presets for the screen: listed, changed, and listed again when the file changes.

use crate::app::StoreEvent;
use crate::chat::PresetChange;
use crate::store::{PresetError, Watch};

use super::{Job, StoreWorker};

impl StoreWorker {
    /// From now on every change of the presets file is reported.
    pub(super) fn watch_presets(&mut self) {
        if self.presets_watch.is_some() {
            return;
        }
        let jobs_tx = self.jobs_tx.clone();
        let watch = Watch::start(self.config.presets.path(), move || {
            let _ = jobs_tx.send(Job::RefreshPresets);
        });
        match watch {
            Ok(watch) => self.presets_watch = Some(watch),
            // There may be no folder yet; it is tried again with the next job.
            Err(error) => tracing::debug!(error, "the presets cannot be watched"),
        }
    }

    pub(super) fn list_presets(&mut self) {
        let listed = self.config.presets.load().map_err(|error| error.to_failure());
        self.send(StoreEvent::PresetsListed(listed));
    }

    /// Lists the presets after somebody, maybe this program itself, changed them. A file that cannot
    /// be read is reported when presets are asked for.
    pub(super) fn refresh_presets(&mut self) {
        match self.config.presets.load() {
            Ok(list) => self.send(StoreEvent::PresetsListed(Ok(list))),
            Err(error) => tracing::warn!(%error, "the presets cannot be read"),
        }
    }

    pub(super) fn change_preset(&mut self, change: &PresetChange) {
        let done = self.config.presets.change(change, (self.config.clock)());
        let removed = match change {
            PresetChange::Delete { .. } => " u takes it back.",
            PresetChange::Create { .. } | PresetChange::Edit { .. } => "",
        };
        let done = done.map(|()| format!("{}{removed}", change.sentence()));
        self.send_preset_changed(Some(change.id().to_owned()), done);
    }

    pub(super) fn undo_preset(&mut self) {
        let done = self.config.presets.undo((self.config.clock)());
        let nothing = || "There is nothing to take back.".to_owned();
        self.send_preset_changed(None, done.map(|done| done.unwrap_or_else(nothing)));
    }

    fn send_preset_changed(&mut self, id: Option<String>, done: Result<String, PresetError>) {
        self.watch_presets();
        if done.is_ok() {
            self.list_presets();
        }
        let done = done.map_err(|error| error.to_failure());
        self.send(StoreEvent::PresetChanged { id, outcome: done });
    }
}
