//! Conversations whose last answer did not see everything before it: the next request replays them.
//! May not be needed to read a conversation.

use std::collections::BTreeMap;
use std::io;

use crate::chat::{ChainState, Conversation, ConversationId, ResponseId};

use super::state_file::StateFile;
use crate::store::file::store_paths::StorePaths;

/// The broken response chains of one user's conversations: the answer that did not see everything.
#[derive(Debug)]
pub struct BrokenChains(StateFile<BTreeMap<ConversationId, ResponseId>>);

impl BrokenChains {
    /// Those beside a shared file.
    #[must_use]
    pub fn of(place: &StorePaths) -> Self {
        Self(StateFile::at(place.state_folder().join("broken_chains.json")))
    }

    /// Whether a conversation may be chained from its last answer.
    #[must_use]
    pub fn chain_state(&self, conversation: &Conversation) -> ChainState {
        let listed = self.0.read_or_default().remove(&conversation.id);
        if listed.is_some() && listed == conversation.last_response_id {
            return ChainState::Diverged;
        }
        ChainState::Whole
    }

    /// Notes the answer that did not see everything; a later answer ends this by itself.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, id: &ConversationId, answer: &ResponseId) -> io::Result<()> {
        self.0.update(|all| {
            all.insert(id.clone(), answer.clone());
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_terminals_note_answers_at_once_and_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let chains = || BrokenChains(StateFile::at(folder.path().join("broken_chains.json")));
        std::thread::scope(|scope| {
            for name in ["one", "two"] {
                let chains = chains();
                scope.spawn(move || {
                    for number in 0..100 {
                        let id = ConversationId::new(format!("{name}{number}"));
                        chains.add(&id, &ResponseId::new("resp")).unwrap();
                    }
                });
            }
        });
        assert_eq!(chains().0.read().unwrap().len(), 200);
    }
}
