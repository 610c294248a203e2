//! Presets for the brain: listed, changed, and looked after while somebody's old copy may come back.
//! May not judge a preset.

use crate::app::StoreEvent;
use crate::chat::PresetChange;
use crate::store::{PresetError, Watch};

use super::{Job, StoreWorker};

impl StoreWorker {
    /// Looks after what earlier runs did to presets, where an old copy may still undo it.
    pub(super) fn resume_presets(&mut self) {
        if self.config.presets.has_unconfirmed_changes() {
            self.watch_presets();
            self.refresh_presets();
        }
    }

    /// From now on every change of the presets is told.
    pub(super) fn watch_presets(&mut self) {
        if self.presets_watch.is_some() {
            return;
        }
        let again = self.jobs_tx.clone();
        let watch = Watch::start(self.config.presets.path(), move || {
            let _ = again.send(Job::RefreshPresets);
        });
        match watch {
            Ok(watch) => self.presets_watch = Some(watch),
            // There may be no folder yet; it is tried again with the next wish.
            Err(error) => tracing::debug!(error, "the presets cannot be watched"),
        }
    }

    pub(super) fn list_presets(&mut self) {
        let looked = self.config.presets.load((self.config.clock)());
        let looked = match looked {
            Ok(looked) => looked,
            Err(error) => return self.send(StoreEvent::PresetsListed(Err(error.to_failure()))),
        };
        self.send(StoreEvent::PresetsListed(Ok(looked.list)));
        if let Some(line) = looked.reapplied {
            self.send(StoreEvent::PresetChanged { id: None, outcome: Ok(line) });
        }
    }

    /// Somebody changed the presets, maybe this program itself. What is wrong with them is said
    /// when they are asked for.
    pub(super) fn refresh_presets(&mut self) {
        match self.config.presets.load((self.config.clock)()) {
            Ok(looked) => {
                self.send(StoreEvent::PresetsListed(Ok(looked.list)));
                if let Some(line) = looked.reapplied {
                    self.send(StoreEvent::PresetChanged { id: None, outcome: Ok(line) });
                }
            }
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
