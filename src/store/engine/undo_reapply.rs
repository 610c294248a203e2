//! Undoes what was applied again after a stale save, as far as it is still there.
//! Must remove nothing that another undo cannot bring back, or that the line does not name.

use std::collections::HashSet;

use crate::chat::{Advice, Change, ConversationId, count};

use crate::store::engine::commit::LoggedDraft;
use crate::store::engine::undo::InverseOutcome;
use crate::store::engine::undo_plan::refusal;
use crate::store::engine::{ApplyOutcome, Store};
use crate::store::file::error::{StoreError, VersionError};
use crate::store::records::record_text::Extent;

/// How many titles the line names in each part.
const MAX_TITLES: usize = 3;

/// What undoing changes that were applied again did.
#[derive(Debug, Default)]
struct UndoneReapplication {
    restored: Vec<String>,
    deleted: Vec<String>,
    /// The conversations that lost messages.
    shortened: Vec<String>,
    /// The conversations in which anything else was undone.
    changed: Vec<String>,
}

impl Store {
    /// Undoes what was reapplied after a stale save, as far as it is still there.
    pub(super) fn undo_reapply(
        &self,
        draft: &mut LoggedDraft<'_>,
        changes: &[Change],
    ) -> Result<InverseOutcome, VersionError> {
        // These go as a whole: without its messages a deleted conversation could not come back.
        let deleted: HashSet<&ConversationId> = changes
            .iter()
            .filter(|change| matches!(change, Change::Delete { .. }))
            .map(Change::conversation)
            .collect();
        let is_part = |change: &&Change| {
            !matches!(change, Change::Delete { .. }) && deleted.contains(change.conversation())
        };
        let mut undone = UndoneReapplication::default();
        for change in changes.iter().filter(|change| !is_part(change)) {
            self.undo_reapplied_change(draft, change, &mut undone)?;
        }
        Ok(if undone.has_changed() {
            InverseOutcome::Applied(undone.line())
        } else {
            let reason = "the changes that were applied again are already undone.";
            InverseOutcome::NoEffect(refusal(reason, Advice::None))
        })
    }

    fn undo_reapplied_change(
        &self,
        draft: &mut LoggedDraft<'_>,
        change: &Change,
        undone: &mut UndoneReapplication,
    ) -> Result<(), VersionError> {
        if let Change::Restore { id, title, member, before } = change {
            if let InverseOutcome::Applied(_) = self.undelete(draft, id, member, before.clone())? {
                undone.add(change, self.title_in_sentence(id, title));
            }
            return Ok(());
        }
        let id = change.conversation();
        let Some(current) = draft.file.conversation(id, Extent::END)? else { return Ok(()) };
        match draft.apply(change) {
            Ok(ApplyOutcome::Changed) => {
                undone.add(change, self.title_in_sentence(id, current.title.stored()));
            }
            // A conversation that changed since is left as it is.
            Ok(ApplyOutcome::Unchanged) | Err(VersionError::Store(StoreError::Outdated)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

impl UndoneReapplication {
    fn add(&mut self, change: &Change, title: String) {
        match change {
            Change::Restore { .. } => self.restored.push(title),
            Change::Delete { .. } => self.deleted.push(title),
            Change::RemoveMessages { .. } => self.shortened.push(title),
            Change::Create { .. }
            | Change::Append { .. }
            | Change::Rename { .. }
            | Change::Insert { .. }
            | Change::ReplaceFrom { .. } => self.changed.push(title),
        }
    }

    fn has_changed(&self) -> bool {
        let all = [&self.restored, &self.deleted, &self.shortened, &self.changed];
        all.iter().any(|titles| !titles.is_empty())
    }

    fn line(&self) -> String {
        let parts = [
            ("restored", &self.restored),
            ("deleted", &self.deleted),
            ("removed messages from", &self.shortened),
            ("changed", &self.changed),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(_, titles)| !titles.is_empty())
            .map(|(did, titles)| format!("{did} {}", name_titles(titles)))
            .collect();
        let parts = parts.join("; ");
        let mut line = format!("Undid the changes that were applied again: {parts}.");
        if !self.deleted.is_empty() || !self.shortened.is_empty() {
            line.push_str(" Undo again to restore what was removed.");
        }
        line
    }
}

/// The first titles, and how many there are beside them.
fn name_titles(titles: &[String]) -> String {
    let shown: Vec<String> =
        titles.iter().take(MAX_TITLES).map(|title| format!("\"{title}\"")).collect();
    let shown = shown.join(", ");
    match count::some(titles.len().saturating_sub(MAX_TITLES), "other") {
        Some(others) => format!("{shown} and {others}"),
        None => shown,
    }
}
