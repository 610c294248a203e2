//! Preferences chosen in the program, from one run to the next.
//! May not be needed: without it the program looks as its settings say.

use std::io;
use std::path::Path;

use crate::settings::{UiPref, UiPrefs};

use super::state_file::StateFile;

/// The file with what was chosen.
#[derive(Debug, Clone)]
pub struct UiPrefsFile(StateFile<UiPrefs>);

impl UiPrefsFile {
    /// The file in the program's private folder.
    #[must_use]
    pub fn of(state: &Path) -> Self {
        Self(StateFile::at(state.join("ui_prefs.json")))
    }

    /// What was chosen; nothing where the file cannot be read.
    #[must_use]
    pub fn read(&self) -> UiPrefs {
        self.0.read_or_default()
    }

    /// Adds a choice to what any terminal chose before.
    ///
    /// # Errors
    /// When it cannot be written; then the file is as it was.
    pub fn set(&self, pref: UiPref) -> io::Result<()> {
        self.0.update(|chosen| chosen.set(pref))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Override;

    #[test]
    fn choices_add_up_and_a_damaged_file_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let file = UiPrefsFile::of(&folder.path().join("new"));
        assert_eq!(file.read(), UiPrefs::default());
        file.set(UiPref::ReadingWidth(Override { value: 60, over: 100 })).unwrap();
        file.set(UiPref::CompactList(Override { value: false, over: true })).unwrap();
        let chosen = file.read();
        assert_eq!(chosen.reading_width.unwrap().value, 60);
        assert!(!chosen.compact_list.unwrap().value);
        std::fs::write(file.0.path(), "{").unwrap();
        assert_eq!(file.read(), UiPrefs::default());
        file.set(UiPref::CompactList(Override { value: false, over: true })).unwrap();
        assert!(file.read().compact_list.is_some());
    }
}
