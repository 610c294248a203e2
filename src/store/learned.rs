//! What was learned about servers, by base URL, from one run to the next.
//! May not be needed: without it things are learned again.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::chat::{Learned, Lesson, Timestamp};

/// The file that holds what was learned about one server, beside what is known of others.
#[derive(Debug, Clone)]
pub struct LearnedFile {
    path: PathBuf,
    base_url: String,
}

impl LearnedFile {
    /// The file in the program's private folder.
    #[must_use]
    pub fn of(state: &Path, base_url: &str) -> Self {
        Self { path: state.join("learned.json"), base_url: base_url.to_owned() }
    }

    /// What is known of the server; nothing where the file cannot be read.
    #[must_use]
    pub fn read(&self, now: Timestamp) -> Learned {
        let mut learned = self.all().remove(&self.base_url).unwrap_or_default();
        learned.age(now);
        learned
    }

    /// Adds a lesson.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, lesson: &Lesson, now: Timestamp) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)?;
        let mut all = self.all();
        let learned = all.entry(self.base_url.clone()).or_default();
        learned.age(now);
        learned.learn(lesson, now);
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(&all)?)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }

    fn all(&self) -> BTreeMap<String, Learned> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_is_remembered_apart_and_a_broken_file_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let file = |url| LearnedFile::of(folder.path(), url);
        fs::write(folder.path().join("learned.json"), "not json").unwrap();
        let now = Timestamp::from_seconds(5);
        let lesson = Lesson::StandsIn { gone: "a".into(), chosen: "b".into() };
        file("http://one").add(&lesson, now).unwrap();
        let other = Lesson::StandsIn { gone: "a".into(), chosen: "c".into() };
        file("http://two").add(&other, now).unwrap();
        assert_eq!(file("http://one").read(now).stand_in("a"), Some("b"));
        assert_eq!(file("http://two").read(now).stand_in("a"), Some("c"));
        assert_eq!(file("http://three").read(now), Learned::default());
    }
}
