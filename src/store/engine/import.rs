//! Imports conversations into the file, all of them in one write.
//! Must not write only some of them: the new file holds all that could be accepted.

use std::collections::HashMap;

use crate::chat::{ConversationId, FileNotice, Timestamp, merge};

use crate::store::engine::Store;
use crate::store::engine::commit::LoggedDraft;
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::records::edits::draft::Batch;
use crate::store::records::edits::import_plan::{self, ImportStep};
use crate::store::records::edits::{normalize, patch};
use crate::store::records::incoming::{ImportOutcome, ImportResult, IncomingConversation};
use crate::store::records::record_text::Extent;
use crate::store::records::sanitize;
use crate::store::state::Actor;

/// Whether an import is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// The file is changed.
    Apply,
    /// The results are those the import would have.
    DryRun,
}

impl Store {
    /// Adds conversations to the file; those it has already get the messages they lack. Nothing else
    /// in the file changes.
    ///
    /// # Errors
    /// When the file cannot be read or written; it is unchanged then.
    pub fn import(
        &mut self,
        incoming: Vec<IncomingConversation>,
        mode: ImportMode,
        now: Timestamp,
    ) -> Result<Vec<ImportResult>, StoreError> {
        let incoming = merge_duplicates(incoming);
        self.set_time(now);
        let _lock = self.lock()?;
        self.reconcile_or_log();
        let steps = match mode {
            ImportMode::Apply => {
                let (_, steps) =
                    self.commit_changes(Actor::User, |_, draft| plan_import(draft, &incoming))?;
                self.finish_import(&steps);
                self.save_imported_titles(&steps);
                steps
            }
            ImportMode::DryRun => {
                let planner = |_: &mut Self, version: &OpenVersion| {
                    let mut draft = LoggedDraft::of(version)?;
                    Ok((Batch::default(), plan_import(&mut draft, &incoming)?))
                };
                self.commit(Actor::User, None, planner)?.1
            }
        };
        Ok(steps.into_iter().map(|step| step.result).collect())
    }

    /// Saves the full titles of the conversations that are new. Those of others stay.
    fn save_imported_titles(&mut self, steps: &[ImportStep]) {
        let added = steps.iter().filter(|step| step.result.outcome == ImportOutcome::Added);
        let titles = added.map(|step| (&step.result.id, &step.result.title));
        self.save_titles(&titles.collect::<Vec<_>>());
    }

    fn finish_import(&mut self, steps: &[ImportStep]) {
        let repaired = sanitize::repair_sentence(steps.iter().map(|step| step.repaired).sum());
        self.notices
            .extend((!repaired.is_empty()).then(|| FileNotice::info(repaired.trim_start())));
        for step in steps {
            if let Some(answer) = &step.broken_chain {
                self.record_broken_chain(&step.result.id, answer);
            }
        }
    }
}

/// Plans what each conversation needs, and applies it to the draft.
fn plan_import(
    draft: &mut LoggedDraft<'_>,
    incoming: &[IncomingConversation],
) -> Result<Vec<ImportStep>, VersionError> {
    let version = draft.version;
    let stored = incoming.iter().filter_map(|it| it.member.as_deref());
    let models = stored.flat_map(normalize::model_names).collect();
    // What the file names already its web app has written, so it accepts that.
    let models = version.named_models(models)?;
    let keys = patch::new_message_keys(&version.index);
    let mut steps = Vec::with_capacity(incoming.len());
    for incoming in incoming {
        let step = match draft.file.conversation(&incoming.conversation.id, Extent::Whole)? {
            Some(ours) => import_plan::plan_merge(&ours, incoming),
            None => import_plan::plan_new(keys, incoming, &models),
        };
        let applied = match &step.change {
            Some(change) => draft.apply(change).map(drop),
            None => Ok(()),
        };
        steps.push(match applied {
            Ok(()) => step,
            Err(VersionError::Store(StoreError::VerificationFailed(_, why))) => {
                step.into_rejected(why)
            }
            Err(VersionError::Store(StoreError::Damaged(reason))) => {
                step.into_rejected(format!("the one in the file is damaged ({reason})"))
            }
            Err(error) => return Err(error),
        });
    }
    Ok(steps)
}

/// Merges conversations that come twice into one with the messages of both.
fn merge_duplicates(incoming: Vec<IncomingConversation>) -> Vec<IncomingConversation> {
    let mut positions: HashMap<ConversationId, usize> = HashMap::new();
    let mut all: Vec<IncomingConversation> = Vec::with_capacity(incoming.len());
    for next in incoming {
        let position = positions.get(&next.conversation.id).copied();
        let Some(first) = position.and_then(|at| all.get_mut(at)) else {
            positions.insert(next.conversation.id.clone(), all.len());
            all.push(next);
            continue;
        };
        let missing =
            merge::missing_blocks(&first.conversation.messages, &next.conversation.messages);
        if !missing.is_empty() {
            merge::insert_blocks(&mut first.conversation, &missing);
            first.member = None;
        }
    }
    all
}
