//! Presets for the brain: listed, changed, and looked after while somebody's old copy may come back.
//! May not judge a preset.

use crate::app::Stored;
use crate::chat::PresetChange;
use crate::store::{PresetError, Watch};

use super::{Wish, Worker};

impl Worker {
    /// Looks after what earlier runs did to presets, where an old copy may still undo it.
    pub(super) fn begin_presets(&mut self) {
        if self.disk.presets.is_waiting() {
            self.watch_presets();
            self.look_at_presets();
        }
    }

    /// From now on every change of the presets is told.
    pub(super) fn watch_presets(&mut self) {
        if self.presets_watch.is_some() {
            return;
        }
        let again = self.again.clone();
        let watch = Watch::start(self.disk.presets.path(), move || {
            let _ = again.send(Wish::LookAtPresets);
        });
        match watch {
            Ok(watch) => self.presets_watch = Some(watch),
            // There may be no folder yet; it is tried again with the next wish.
            Err(error) => tracing::debug!(error, "the presets cannot be watched"),
        }
    }

    pub(super) fn list_presets(&mut self) {
        let looked = self.disk.presets.look((self.disk.clock)());
        let looked = match looked {
            Ok(looked) => looked,
            Err(error) => return self.say(Stored::PresetsListed(Err(error.to_failure()))),
        };
        self.say(Stored::PresetsListed(Ok(looked.list)));
        if let Some(line) = looked.healed {
            self.say(Stored::PresetChanged { id: None, done: Ok(line) });
        }
    }

    /// Somebody changed the presets, maybe this program itself. What is wrong with them is said
    /// when they are asked for.
    pub(super) fn look_at_presets(&mut self) {
        match self.disk.presets.look((self.disk.clock)()) {
            Ok(looked) => {
                self.say(Stored::PresetsListed(Ok(looked.list)));
                if let Some(line) = looked.healed {
                    self.say(Stored::PresetChanged { id: None, done: Ok(line) });
                }
            }
            Err(error) => tracing::warn!(%error, "the presets cannot be read"),
        }
    }

    pub(super) fn change_preset(&mut self, change: &PresetChange) {
        let done = self.disk.presets.change(change, (self.disk.clock)());
        let removed = match change {
            PresetChange::Delete { .. } => " u takes it back.",
            PresetChange::Create { .. } | PresetChange::Edit { .. } => "",
        };
        let done = done.map(|()| format!("{}{removed}", change.sentence()));
        self.preset_changed(Some(change.id().to_owned()), done);
    }

    pub(super) fn undo_preset(&mut self) {
        let done = self.disk.presets.undo((self.disk.clock)());
        let nothing = || "There is nothing to take back.".to_owned();
        self.preset_changed(None, done.map(|done| done.unwrap_or_else(nothing)));
    }

    fn preset_changed(&mut self, id: Option<String>, done: Result<String, PresetError>) {
        self.watch_presets();
        if done.is_ok() {
            self.list_presets();
        }
        let done = done.map_err(|error| error.to_failure());
        self.say(Stored::PresetChanged { id, done });
    }
}
