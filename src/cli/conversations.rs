//! Which conversations commands mean, and how they name them.

use serde_json::Value;

use crate::chat::{ConversationId, ConversationSummary, Title};
use crate::runtime::clock;
use crate::store::Store;

use super::error::CliError;

/// The conversation that was changed last; `None` where there is none.
pub(super) fn find_newest(store: &mut Store) -> Result<Option<ConversationId>, CliError> {
    let now = clock::now();
    Ok(store.list()?.into_iter().max_by_key(|row| row.sort_time(now)).map(|row| row.id))
}

/// Every conversation, the one changed last first; of equal times, the last in the file first.
pub(super) fn list_newest_first(store: &mut Store) -> Result<Vec<ConversationSummary>, CliError> {
    let mut rows = store.list()?;
    ConversationSummary::sort_newest_first(&mut rows, clock::now());
    Ok(rows)
}

/// The conversations that a command names, each once.
pub(super) fn resolve_all(
    store: &mut Store,
    wanted: &[String],
) -> Result<Vec<ConversationId>, CliError> {
    let mut ids = Vec::new();
    for wanted in wanted {
        let id = store.resolve_id(wanted)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// The start of an id, as commands print and accept it.
pub(super) fn short_id(id: &ConversationId) -> String {
    id.as_str().chars().take(8).collect()
}

/// Adds the full title to a record with the stored one, where there is a full one: otherwise the record
/// is what the web app would print.
pub(super) fn add_full_title(record: &mut Value, title: &Title) {
    if let (Some(full), Some(record)) = (title.full(), record.as_object_mut()) {
        record.insert("full_title".to_owned(), full.into());
    }
}
