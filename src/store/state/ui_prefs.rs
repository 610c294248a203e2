//! Preferences chosen in the program, which override its settings.

use std::io;
use std::path::Path;

use crate::settings::{UiPref, UiPrefs};

use super::state_file::StateFile;

/// The file with the preferences of one user.
#[derive(Debug, Clone)]
pub struct UiPrefsFile(StateFile<UiPrefs>);

impl UiPrefsFile {
    /// The file in the private folder of the program.
    #[must_use]
    pub fn of(state: &Path) -> Self {
        Self(StateFile::at(state.join("ui_prefs.json")))
    }

    /// The preferences; none where the file cannot be read.
    #[must_use]
    pub fn read(&self) -> UiPrefs {
        self.0.read_or_default()
    }

    /// Sets one preference and leaves the others as any terminal set them.
    ///
    /// # Errors
    /// When it cannot be written; the file is unchanged then.
    pub fn set(&self, pref: UiPref) -> io::Result<()> {
        self.0.update(|prefs| prefs.set(pref))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Override;

    #[test]
    fn preferences_add_up_and_a_damaged_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = UiPrefsFile::of(&folder.path().join("new"));
        assert_eq!(file.read(), UiPrefs::default());
        file.set(UiPref::ReadingWidth(Override { value: 60, over: 100 })).unwrap();
        file.set(UiPref::CompactList(Override { value: false, over: true })).unwrap();
        let prefs = file.read();
        assert_eq!(prefs.reading_width.unwrap().value, 60);
        assert!(!prefs.compact_list.unwrap().value);
        std::fs::write(file.0.path(), "{").unwrap();
        assert_eq!(file.read(), UiPrefs::default());
        file.set(UiPref::CompactList(Override { value: false, over: true })).unwrap();
        assert!(file.read().compact_list.is_some());
    }
}
