//! Tries again while another program is writing the file, before that is reported as a failure.
//! Must not wait where waiting cannot help: on a full disk, or for a conversation we deleted.

use std::thread;
use std::time::{Duration, Instant};

use crate::chat::desired::{Desired, Existence};
use crate::chat::{Change, ConversationId, LoggedChange};

use crate::store::engine::Store;
use crate::store::file::error::StoreError;
use crate::store::file::open_file;

/// How long to try at most.
const MAX_RETRY_TIME: Duration = Duration::from_secs(2);
/// How long to wait between two attempts.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

impl Store {
    /// Attempts something until it does not fail because of another program's save. A conversation
    /// that a stale save removed is restored before each attempt. The lock is not held.
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
            let Ok(_lock) = self.lock() else { return Err(error) };
            self.reconcile_or_log();
        }
    }

    /// Whether an error may be gone in the next version of the file.
    fn is_transient(&mut self, error: &StoreError) -> bool {
        match error {
            StoreError::Contended(_) => true,
            // It was there a moment ago; a stale save that lacks it is followed by one that has it.
            StoreError::Deleted(id) => {
                !existence_is(&self.changes_in_order(|_| true), id, |existence| {
                    matches!(existence, Existence::Deleted { .. })
                })
            }
            // The question was there in the version seen last.
            StoreError::Answered | StoreError::Outdated | StoreError::QuestionRemoved => {
                let on_disk = open_file::identity_on_disk(&self.paths);
                on_disk.is_ok_and(|on_disk| !self.seen.read().is_last_seen(on_disk))
            }
            StoreError::NotFound(name) => self.is_own_conversation_missing(name),
            _ => false,
        }
    }

    /// Whether a conversation with such an id or title was made here and is not in the file, though
    /// it was not deleted here.
    fn is_own_conversation_missing(&mut self, name: &str) -> bool {
        let changes = self.changes_in_order(|_| true);
        let Ok(version) = self.open_current() else { return false };
        let present = version.entries_by_id();
        let is_start_of = |id: &ConversationId| id.as_str().starts_with(name);
        let mut missing = changes.iter().map(|logged| logged.change.conversation());
        missing.any(|id| {
            !present.contains_key(id)
                && existence_is(&changes, id, |existence| match existence {
                    Existence::Present(Change::Create { title, .. }) => {
                        is_start_of(id) || title.text() == name || title.stored() == name
                    }
                    Existence::Present(Change::Restore { title, .. }) => {
                        is_start_of(id) || title == name
                    }
                    _ => false,
                })
        })
    }
}

/// Asks about the existence that logged changes want for a conversation.
fn existence_is(
    changes: &[LoggedChange],
    id: &ConversationId,
    is: impl FnOnce(&Existence<'_>) -> bool,
) -> bool {
    let of_it: Vec<&LoggedChange> =
        changes.iter().filter(|logged| logged.change.conversation() == id).collect();
    is(&Desired::of(&of_it).existence)
}
