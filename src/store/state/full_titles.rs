//! The full titles of conversations. The shared file has only what the web app's rule leaves of them.
//!
//! A full title belongs to the stored one it was written with and is shown as long as the file has
//! that: a title that was changed in the web app has none. The last few are kept, so that a rename
//! that is undone, or overwritten by a stale writer for a while, shows the full title of before.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, ConversationSummary, Timestamp, Title, UNDO_SECONDS};

use super::state_file::StateFile;
use crate::store::file::identity::FileIdentity;
use crate::store::file::store_paths::StorePaths;

/// How many titles of a conversation are kept.
const MAX_TITLES: usize = 4;

/// The full titles of one user's conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FullTitles(BTreeMap<ConversationId, TitleHistory>);

/// The titles of a conversation, the newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct TitleHistory {
    titles: Vec<FullTitle>,
    /// Since when the conversation is known to be gone from the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone_since: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FullTitle {
    full: String,
    stored: String,
}

impl FullTitles {
    /// The title of a conversation that the file calls `stored`.
    #[must_use]
    pub fn title_of(&self, id: &ConversationId, stored: &str) -> Title {
        let titles = self.0.get(id).map_or(&[][..], |history| &history.titles);
        match titles.iter().rfind(|title| title.stored == stored) {
            Some(title) => Title::from_saved(stored, &title.full),
            None => Title::from(stored),
        }
    }

    /// Completes the titles of rows as the file has them.
    pub fn complete_rows(&self, rows: &mut [ConversationSummary]) {
        if self.0.is_empty() {
            return;
        }
        for row in rows {
            row.title = self.title_of(&row.id, row.title.stored());
        }
    }

    /// Whether setting these titles changes anything.
    #[must_use]
    pub fn is_changed_by(&self, titles: &[(&ConversationId, &Title)]) -> bool {
        titles.iter().any(|(id, title)| self.title_of(id, title.stored()) != **title)
    }

    fn set(&mut self, id: &ConversationId, title: &Title) {
        let history = self.0.entry(id.clone()).or_default();
        history.titles.retain(|older| older.stored != title.stored());
        let stored = title.stored().to_owned();
        history.titles.extend(title.full().map(|full| FullTitle { full: full.to_owned(), stored }));
        history.titles.drain(..history.titles.len().saturating_sub(MAX_TITLES));
        history.gone_since = None;
    }

    /// Drops the titles of conversations that have been gone for so long that the trash no longer has
    /// them.
    fn drop_gone(&mut self, is_listed: impl Fn(&ConversationId) -> bool, now: Timestamp) {
        self.0.retain(|id, history| {
            if is_listed(id) {
                history.gone_since = None;
                return !history.titles.is_empty();
            }
            let since = *history.gone_since.get_or_insert(now);
            now.seconds_since(since) <= UNDO_SECONDS
        });
    }
}

/// Reads and changes the titles that the shared file has only shortened.
#[derive(Debug)]
pub struct FullTitlesFile {
    file: StateFile<FullTitles>,
    /// The content of the version that was read last.
    cache: RefCell<Option<(FileIdentity, Arc<FullTitles>)>>,
}

impl FullTitlesFile {
    /// That of the user that `paths` are for.
    #[must_use]
    pub fn of(paths: &StorePaths) -> Self {
        let file = StateFile::at(paths.state_folder().join("titles.json"));
        Self { file, cache: RefCell::default() }
    }

    /// The titles as they are now; none where the file cannot be read, so that the stored titles serve.
    #[must_use]
    pub fn read(&self) -> Arc<FullTitles> {
        let Ok(identity) = FileIdentity::at(self.file.path()) else { return Arc::default() };
        let mut cache = self.cache.borrow_mut();
        match &*cache {
            Some((cached, titles)) if *cached == identity => Arc::clone(titles),
            _ => {
                let titles = Arc::new(self.file.read_or_default());
                *cache = Some((identity, Arc::clone(&titles)));
                titles
            }
        }
    }

    /// Saves titles that were given here. `listed` are the conversations of the file, where it could be
    /// read.
    ///
    /// # Errors
    /// When they cannot be written; all titles are unchanged then.
    pub fn save(
        &self,
        titles: &[(&ConversationId, &Title)],
        listed: Option<&HashSet<&ConversationId>>,
        now: Timestamp,
    ) -> io::Result<()> {
        // A power cut may lose them: the stored titles stay.
        self.file.update_unsynced(|all| {
            for (id, title) in titles {
                all.set(id, title);
            }
            if let Some(listed) = listed {
                let is_new = |id: &ConversationId| titles.iter().any(|(new, _)| *new == id);
                all.drop_gone(|id| listed.contains(id) || is_new(id), now);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ConversationId {
        ConversationId::new(text)
    }

    #[test]
    fn a_full_title_belongs_to_its_stored_form_and_only_the_last_few_are_kept() {
        let mut titles = FullTitles::default();
        for number in 0..10 {
            let stored = format!("t_{number}");
            titles.set(&id("a"), &Title::new(stored, &format!("t/{number}")));
        }
        let text = |stored: &str| titles.title_of(&id("a"), stored).text().to_owned();
        assert_eq!((text("t_9"), text("t_6")), ("t/9".into(), "t/6".into()));
        assert_eq!((text("t_5"), text("other")), ("t_5".into(), "other".into()));
        assert_eq!(titles.title_of(&id("b"), "t_9"), Title::from("t_9"));
    }

    #[test]
    fn titles_of_the_gone_are_kept_as_long_as_the_trash_may_hold_them() {
        let at = Timestamp::from_seconds;
        let mut titles = FullTitles::default();
        titles.set(&id("a"), &Title::new("t_", "t?"));
        titles.drop_gone(|_| false, at(1));
        titles.drop_gone(|_| false, at(1 + UNDO_SECONDS));
        assert_eq!(titles.0.len(), 1);
        titles.drop_gone(|_| true, at(2 + UNDO_SECONDS));
        titles.drop_gone(|_| false, at(3 + UNDO_SECONDS));
        assert_eq!(titles.0.len(), 1, "it had been restored meanwhile");
        titles.drop_gone(|_| false, at(4 + 2 * UNDO_SECONDS));
        assert!(titles.0.is_empty());
    }
}
