//! Looks chosen in the program, kept across restarts: one private JSON file in the state folder.
//! May not be needed: without it the program looks as its settings say.

use std::io;
use std::path::{Path, PathBuf};

use crate::settings::{UiPref, UiPrefs};

use super::{lock, private};

/// The file.
#[derive(Debug, Clone)]
pub struct LooksFile {
    path: PathBuf,
}

impl LooksFile {
    /// The file in the program's private folder.
    #[must_use]
    pub fn of(state: &Path) -> Self {
        Self { path: state.join("looks.json") }
    }

    /// What was chosen; nothing where the file cannot be read.
    #[must_use]
    pub fn read(&self) -> UiPrefs {
        private::read(&self.path).ok().flatten().unwrap_or_default()
    }

    /// Adds a choice to what any program chose before.
    ///
    /// # Errors
    /// When it cannot be written; then the file is as it was.
    pub fn make(&self, pref: UiPref) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            private::make_folder(folder)?;
        }
        let _held = lock::take(&self.path.with_extension("lock")).map_err(io::Error::other)?;
        let mut chosen = self.read();
        chosen.set(pref);
        private::replace(&self.path, &chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Override;

    #[test]
    fn choices_add_up_and_a_broken_file_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let file = LooksFile::of(&folder.path().join("new"));
        assert_eq!(file.read(), UiPrefs::default());
        file.make(UiPref::ReadingWidth(Override { value: 60, over: 100 })).unwrap();
        file.make(UiPref::CompactList(Override { value: false, over: true })).unwrap();
        let chosen = file.read();
        assert_eq!(chosen.reading_width.unwrap().value, 60);
        assert!(!chosen.compact_list.unwrap().value);
        std::fs::write(folder.path().join("new/looks.json"), "{").unwrap();
        assert_eq!(file.read(), UiPrefs::default());
        file.make(UiPref::CompactList(Override { value: false, over: true })).unwrap();
        assert!(file.read().compact_list.is_some());
    }
}
