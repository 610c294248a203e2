//! Conversations from elsewhere come into the file, all of them in one write.
//! May not write a part of them: either the new file holds all that could be taken, or it is the
//! old one.

use std::collections::HashMap;

use crate::chat::{ChangeId, ConversationId, Timestamp, merge};

use crate::store::engine::commit::{Batch, DraftBuilder, PlanError, PlanResult};
use crate::store::engine::{OpenVersion, Store};
use crate::store::file::error::StoreError;
use crate::store::records::edits::import_plan::{self, ImportStep};
use crate::store::records::edits::{normalize, patch};
use crate::store::records::incoming::{ImportResult, IncomingConversation};
use crate::store::records::sanitize;
use crate::store::state::Actor;

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// It is.
    Apply,
    /// It is only told what would be.
    DryRun,
}

impl Store {
    /// Puts conversations into the file; those that are there get the messages they lack. Nothing
    /// of what the file holds changes beside.
    ///
    /// # Errors
    /// When the file cannot be read or written; it is as it was.
    pub fn import(
        &mut self,
        incoming: Vec<IncomingConversation>,
        run: ImportMode,
        now: Timestamp,
    ) -> Result<Vec<ImportResult>, StoreError> {
        let incoming = merge_duplicates(incoming);
        self.set_time(now);
        let _held = self.lock()?;
        self.reconcile_or_log();
        let mut verbs = Vec::new();
        let planner = |store: &mut Self, known: &OpenVersion| {
            // Of a version that somebody else has replaced meanwhile.
            store.mark_settled(&std::mem::take(&mut verbs));
            let (batch, steps) = store.plan_import(known, &incoming)?;
            if run == ImportMode::DryRun {
                return Ok(PlanResult::Unchanged(steps));
            }
            let changes = steps.iter().filter_map(|step| Some((step.change.as_ref()?, &step.seen)));
            let meant =
                changes.map(|(change, seen)| (store.new_logged_change(change, 0), seen.clone()));
            verbs = store.log_intents(meant.collect())?;
            Ok(PlanResult::Write(batch, steps))
        };
        match self.commit(Actor::User, None, planner) {
            Ok((_, steps)) => {
                if run == ImportMode::Apply {
                    self.finish_import(&steps, &verbs);
                }
                Ok(steps.into_iter().map(|step| step.result).collect())
            }
            Err(error) => {
                self.mark_settled(&verbs);
                Err(error)
            }
        }
    }

    /// What each conversation needs, and the version in which all of it is there.
    fn plan_import(
        &self,
        known: &OpenVersion,
        incoming: &[IncomingConversation],
    ) -> Result<(Batch, Vec<ImportStep>), PlanError> {
        let models = self.incoming_models_in_file(known, incoming)?;
        let keys = patch::new_message_keys(known.index.unpacked());
        let mut drafting = DraftBuilder::of(self, known)?;
        let mut steps = Vec::with_capacity(incoming.len());
        for it in incoming {
            let step = match drafting.conversation(&it.conversation.id)? {
                Some(ours) => import_plan::plan_merge(&ours, it),
                None => import_plan::plan_new(keys, it, &models),
            };
            let Some(change) = &step.change else {
                steps.push(step);
                continue;
            };
            steps.push(match drafting.apply(std::slice::from_ref(change)) {
                Ok(_) => step,
                Err(PlanError::Store(StoreError::VerificationFailed(_, why))) => {
                    step.into_rejected(why)
                }
                Err(PlanError::Store(StoreError::Damaged(reason))) => {
                    step.into_rejected(format!("the one in the file is damaged: {reason}"))
                }
                Err(stopped) => return Err(stopped),
            });
        }
        Ok((drafting.into_batch(), steps))
    }

    /// Notes what is in the file now.
    fn finish_import(&mut self, steps: &[ImportStep], verbs: &[ChangeId]) {
        self.mark_applied(verbs);
        let repaired = sanitize::repair_sentence(steps.iter().map(|step| step.repaired).sum());
        self.notices.extend((!repaired.is_empty()).then(|| repaired.trim_start().to_owned()));
        for step in steps {
            if let Some(answer) = &step.broken_chain {
                self.record_broken_chain(&step.result.id, answer);
            }
        }
    }

    /// The models of what comes that the file names already: its web app has written them, so it
    /// takes them.
    fn incoming_models_in_file(
        &self,
        known: &OpenVersion,
        incoming: &[IncomingConversation],
    ) -> Result<Vec<String>, StoreError> {
        let stored = incoming.iter().filter_map(|it| it.member.as_deref());
        self.models_in_file(known, stored.flat_map(normalize::model_names).collect())
    }

    /// The names among these that the file holds.
    pub(super) fn models_in_file(
        &self,
        known: &OpenVersion,
        mut named: Vec<String>,
    ) -> Result<Vec<String>, StoreError> {
        named.sort_unstable();
        named.dedup();
        if named.is_empty() {
            return Ok(named);
        }
        let mut here = Vec::new();
        for entry in &known.index.unpacked().entries {
            if let Some(member) = self.record_member(known, entry)? {
                let found = |name: &String| member.contains(&format!("\"model\": \"{name}\""));
                here.extend(named.extract_if(.., |name| found(name)));
            }
            if named.is_empty() {
                break;
            }
        }
        Ok(here)
    }
}

/// Conversations that stand twice become one with the messages of both.
fn merge_duplicates(incoming: Vec<IncomingConversation>) -> Vec<IncomingConversation> {
    let mut places: HashMap<ConversationId, usize> = HashMap::new();
    let mut all: Vec<IncomingConversation> = Vec::with_capacity(incoming.len());
    for it in incoming {
        let place = places.get(&it.conversation.id).copied();
        let Some(first) = place.and_then(|at| all.get_mut(at)) else {
            places.insert(it.conversation.id.clone(), all.len());
            all.push(it);
            continue;
        };
        let lacking =
            merge::missing_blocks(&first.conversation.messages, &it.conversation.messages);
        if !lacking.is_empty() {
            merge::insert_blocks(&mut first.conversation, &lacking);
            first.member = None;
        }
    }
    all
}
