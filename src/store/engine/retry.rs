//! Waits for a file that others are writing at this moment, before that is reported as a failure.
//! Must not wait where waiting cannot help: a full disk or a conversation somebody deleted.

use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

use crate::chat::desired::{Desired, Existence};
use crate::chat::{Change, ConversationId, LoggedChange};

use crate::store::engine::Store;
use crate::store::file::error::StoreError;
use crate::store::file::open_file;

/// How long to wait for others at the most.
const MAX_RETRY_TIME: Duration = Duration::from_secs(2);
/// How long to wait before the next look.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

impl Store {
    /// Does something about a conversation, again while it fails only because others are writing: one
    /// that an old copy took out of the file is put back before each try. The lock is not held.
    pub(super) fn retry_while_contended<T>(
        &mut self,
        mut attempt: impl FnMut(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let started = Instant::now();
        loop {
            let error = match attempt(self) {
                Err(error) if started.elapsed() < MAX_RETRY_TIME && self.is_transient(&error) => {
                    error
                }
                done => return done,
            };
            tracing::info!(%error, "store: waiting for another program's save");
            thread::sleep(RETRY_INTERVAL);
            let Ok(_held) = self.lock() else { return Err(error) };
            self.reconcile_or_log();
        }
    }

    /// Whether an error is about a moment in which others write: the next look shows another file.
    fn is_transient(&mut self, error: &StoreError) -> bool {
        match error {
            StoreError::Contended(_) => true,
            // It was there a moment ago. An old copy that lacks it may give way to one that has it.
            StoreError::Deleted(id) => !self.is_deleted_by_us(id),
            // The question that is asked again was there in the version looked at last.
            StoreError::Answered | StoreError::Outdated => {
                let on_disk = open_file::identity_on_disk(&self.paths);
                on_disk.is_ok_and(|on_disk| !self.seen.read().is_last_seen(on_disk))
            }
            StoreError::NotFound(wanted) => self.is_own_conversation_missing(wanted),
            _ => false,
        }
    }

    /// Whether somebody deleted a conversation with this program.
    fn is_deleted_by_us(&self, id: &ConversationId) -> bool {
        let verbs = self.changes_in_order(|_| true);
        let of_it: Vec<&LoggedChange> =
            verbs.iter().filter(|it| it.change.conversation() == id).collect();
        matches!(Desired::of(&of_it).existence, Existence::Deleted { .. })
    }

    /// Whether a conversation with such an id or title was made here and is not in the file, though
    /// nobody here deleted it.
    fn is_own_conversation_missing(&mut self, wanted: &str) -> bool {
        let verbs = self.changes_in_order(|_| true);
        let Ok(known) = self.open_current() else { return false };
        let entries = &known.index.unpacked().entries;
        let there: HashSet<&ConversationId> = entries.iter().map(|entry| &entry.id).collect();
        let mut missing: Vec<&ConversationId> =
            verbs.iter().map(|it| it.change.conversation()).collect();
        missing.retain(|id| !there.contains(id));
        missing.iter().any(|id| {
            let of_it: Vec<&LoggedChange> =
                verbs.iter().filter(|it| it.change.conversation() == *id).collect();
            match Desired::of(&of_it).existence {
                Existence::Present(
                    Change::Create { title, .. } | Change::Restore { title, .. },
                ) => id.as_str().starts_with(wanted) || title == wanted,
                _ => false,
            }
        })
    }
}
