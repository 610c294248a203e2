//! What was learned about servers, by base URL. Without the file it is learned again.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::chat::{CapabilityUpdate, ServerCapabilities, Timestamp};

use super::state_file::StateFile;

/// The capabilities of one server, in a file with those of others.
#[derive(Debug, Clone)]
pub struct CapabilitiesFile {
    file: StateFile<BTreeMap<String, ServerCapabilities>>,
    base_url: String,
}

impl CapabilitiesFile {
    /// Those of the server at `base_url`, in the private folder of the program.
    #[must_use]
    pub fn of(state: &Path, base_url: &str) -> Self {
        let file = StateFile::at(state.join("capabilities.json"));
        Self { file, base_url: base_url.to_owned() }
    }

    /// What was learned about the server and has not expired at `now`.
    #[must_use]
    pub fn read(&self, now: Timestamp) -> ServerCapabilities {
        let mut known = self.file.read_or_default().remove(&self.base_url).unwrap_or_default();
        known.drop_expired(now);
        known
    }

    /// Adds what a request taught; also drops what has expired.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, update: &CapabilityUpdate, now: Timestamp) -> io::Result<()> {
        self.file.update(|all| {
            let known = all.entry(self.base_url.clone()).or_default();
            known.drop_expired(now);
            known.apply(update, now);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_kept_apart_and_a_damaged_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = |url| CapabilitiesFile::of(folder.path(), url);
        std::fs::write(folder.path().join("capabilities.json"), "not json").unwrap();
        let now = Timestamp::from_seconds(5);
        let update =
            CapabilityUpdate::ModelReplaced { retired: "a".into(), replacement: "b".into() };
        file("http://one").add(&update, now).unwrap();
        let other =
            CapabilityUpdate::ModelReplaced { retired: "a".into(), replacement: "c".into() };
        file("http://two").add(&other, now).unwrap();
        assert_eq!(file("http://one").read(now).replacement_for("a"), Some("b"));
        assert_eq!(file("http://two").read(now).replacement_for("a"), Some("c"));
        assert_eq!(file("http://three").read(now), ServerCapabilities::default());
    }

    #[test]
    fn updates_that_two_terminals_add_at_once_are_all_kept() {
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
