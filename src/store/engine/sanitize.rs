//! Records that come back into the file pass the gate; which models its web app knows, it says.
//! May not let one in as it stands that the web app would reject the file for.

use crate::chat::ConversationId;

use crate::store::engine::Store;
use crate::store::file::error::StoreError;
use crate::store::records::sanitize::{self, AllowedModels};

impl Store {
    /// A record as it may come into the file, its title, and a sentence about what was put right.
    pub(super) fn sanitize_record(
        &mut self,
        id: &ConversationId,
        member: &str,
    ) -> Result<(String, String, String), StoreError> {
        let named = sanitize::unknown_models(member);
        self.open_current()?;
        let here = match &self.open_version {
            Some(known) if !named.is_empty() => self.models_in_file(known, named)?,
            Some(_) | None => Vec::new(),
        };
        let passed = sanitize::sanitize(id, member, AllowedModels::Only(&here));
        let title = sanitize::record_title(id, &passed.member);
        Ok((passed.member.into_owned(), title, sanitize::repair_sentence(passed.repaired)))
    }
}
