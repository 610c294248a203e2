//! Records that come back into the file pass the gate; which models its web app knows, it says.
//! May not let one in as it stands that the web app would reject the file for.

use crate::chat::ConversationId;

use super::super::doctor::gate::{self, Models};
use super::super::error::StoreError;
use super::Store;

impl Store {
    /// A record as it may come into the file, its title, and a sentence about what was put right.
    pub(super) fn admit(
        &mut self,
        id: &ConversationId,
        member: &str,
    ) -> Result<(String, String, String), StoreError> {
        let named = gate::unknown_models(member);
        self.look()?;
        let here = match &self.known {
            Some(known) if !named.is_empty() => self.named_here(known, named)?,
            Some(_) | None => Vec::new(),
        };
        let passed = gate::pass(id, member, Models::These(&here));
        let title = gate::title(id, &passed.member);
        Ok((passed.member.into_owned(), title, gate::sentence(passed.repaired)))
    }
}
