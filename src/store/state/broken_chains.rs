//! Conversations whose last answer was given without all messages before it: the next request
//! replays them instead of chaining.

use std::collections::BTreeMap;
use std::io;

use crate::chat::{ChainState, Conversation, ConversationId, ResponseId};

use super::state_file::StateFile;
use crate::store::file::store_paths::StorePaths;

/// The answer at which the response chain of each such conversation is broken.
#[derive(Debug)]
pub struct BrokenChains(StateFile<BTreeMap<ConversationId, ResponseId>>);

impl BrokenChains {
    /// Those of the user that `paths` are for.
    #[must_use]
    pub fn of(paths: &StorePaths) -> Self {
        Self(StateFile::at(paths.state_folder().join("broken_chains.json")))
    }

    /// Whether the next request may be chained from the last answer of a conversation.
    #[must_use]
    pub fn chain_state(&self, conversation: &Conversation) -> ChainState {
        let broken = self.0.read_or_default().remove(&conversation.id);
        let is_last = broken.is_some() && broken == conversation.last_response_id;
        if is_last { ChainState::Diverged } else { ChainState::Whole }
    }

    /// Adds an answer that was given without all messages; a later answer repairs the chain by itself.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, id: &ConversationId, answer: &ResponseId) -> io::Result<()> {
        self.0.update(|all| drop(all.insert(id.clone(), answer.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_two_terminals_add_at_once_are_all_kept() {
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
