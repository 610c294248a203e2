//! What was learned about servers, by base URL, from one run to the next.
//! May not be needed: without it everything is learned again.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::chat::{CapabilityUpdate, ServerCapabilities, Timestamp};

use super::state_file::StateFile;

/// What was learned about one server, in a file with what was learned about others.
#[derive(Debug, Clone)]
pub struct CapabilitiesFile {
    file: StateFile<BTreeMap<String, ServerCapabilities>>,
    base_url: String,
}

impl CapabilitiesFile {
    /// The file in the program's private folder.
    #[must_use]
    pub fn of(state: &Path, base_url: &str) -> Self {
        let file = StateFile::at(state.join("capabilities.json"));
        Self { file, base_url: base_url.to_owned() }
    }

    /// What is known of the server.
    #[must_use]
    pub fn read(&self, now: Timestamp) -> ServerCapabilities {
        let mut learned = self.file.read_or_default().remove(&self.base_url).unwrap_or_default();
        learned.drop_expired(now);
        learned
    }

    /// Adds a lesson.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, lesson: &CapabilityUpdate, now: Timestamp) -> io::Result<()> {
        self.file.update(|all| {
            let learned = all.entry(self.base_url.clone()).or_default();
            learned.drop_expired(now);
            learned.apply(lesson, now);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_is_remembered_apart_and_a_damaged_file_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let file = |url| CapabilitiesFile::of(folder.path(), url);
        std::fs::write(folder.path().join("capabilities.json"), "not json").unwrap();
        let now = Timestamp::from_seconds(5);
        let lesson =
            CapabilityUpdate::ModelReplaced { retired: "a".into(), replacement: "b".into() };
        file("http://one").add(&lesson, now).unwrap();
        let other =
            CapabilityUpdate::ModelReplaced { retired: "a".into(), replacement: "c".into() };
        file("http://two").add(&other, now).unwrap();
        assert_eq!(file("http://one").read(now).replacement_for("a"), Some("b"));
        assert_eq!(file("http://two").read(now).replacement_for("a"), Some("c"));
        assert_eq!(file("http://three").read(now), ServerCapabilities::default());
    }

    #[test]
    fn two_terminals_learn_at_once_and_no_lesson_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::from_seconds(5);
        std::thread::scope(|scope| {
            for name in ["one", "two"] {
                let file = CapabilitiesFile::of(folder.path(), "http://server");
                scope.spawn(move || {
                    for number in 0..100 {
                        let part = number.to_string();
                        file.add(
                            &CapabilityUpdate::ParameterRejected {
                                model: name.into(),
                                parameter: part,
                            },
                            now,
                        )
                        .unwrap();
                    }
                });
            }
        });
        let learned = CapabilitiesFile::of(folder.path(), "http://server").read(now);
        assert_eq!(learned.refusals().count(), 200);
    }
}
