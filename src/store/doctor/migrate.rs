//! Migrates records of the Assistants API, which today's web app rejects.
//! Must not lose what only they hold: the ids go to the private folder first.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};

use serde::Serialize;

use crate::chat::{ConversationId, Timestamp, count};

use crate::store::doctor::repair_run::{RepairResult, edited_copy, rewrite_file};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::OpenFile;
use crate::store::file::private;
use crate::store::file::store_paths::StorePaths;
use crate::store::index::Index;
use crate::store::index::timestamp::parse_time;
use crate::store::json::edit::ByteEdit;
use crate::store::json::{Fields, raw_elements, to_json_string};

/// What a migrated record held that today's web app drops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssistantsThread {
    /// The key of the record in the shared file.
    pub conversation: ConversationId,
    /// The id of its thread at `OpenAI`.
    pub thread: String,
    /// The id of its assistant there.
    pub assistant: Option<String>,
}

/// What `duologue migrate` reports.
#[derive(Debug)]
pub struct MigrationResult {
    /// The migrated conversations, each with its preserved ids.
    pub threads: Vec<AssistantsThread>,
    /// The backup, and what is found in the file now.
    pub repair: RepairResult,
}

/// Migrates every record of the Assistants API that has no messages.
///
/// # Errors
/// When the file is not JSON, or something cannot be read or written; the file is unchanged then.
pub fn migrate(paths: &StorePaths, now: Timestamp) -> Result<MigrationResult, StoreError> {
    let mut threads = Vec::new();
    let repair = rewrite_file(paths, now, |file, result| {
        let (edits, migrated) = migration_edits(&file)?;
        if edits.is_empty() {
            return Ok(file);
        }
        save_threads(paths, &migrated)?;
        result.text_repairs.push(format!(
            "{} from the Assistants API {} upgraded.",
            count::phrase(migrated.len(), "conversation"),
            count::form(&migrated.len(), "was", "were")
        ));
        threads = migrated;
        edited_copy(&file, edits, paths)
    })?;
    Ok(MigrationResult { threads, repair })
}

fn save_threads(paths: &StorePaths, threads: &[AssistantsThread]) -> io::Result<()> {
    let mut bytes = Vec::new();
    for thread in threads {
        serde_json::to_writer(&mut bytes, thread)?;
        bytes.push(b'\n');
    }
    let path = paths.state_folder().join("threads.jsonl");
    let mut file = private::open(&path, OpenOptions::new().create(true).append(true))?;
    file.write_all(&bytes)?;
    file.sync_all()
}

fn migration_edits(file: &File) -> io::Result<(Vec<ByteEdit>, Vec<AssistantsThread>)> {
    let open = OpenFile::of(file.try_clone()?)?;
    let unreadable = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not valid JSON");
    let index = Index::read_file(file).map_err(unreadable)?;
    let mut edits = Vec::new();
    let mut threads = Vec::new();
    for entry in index.records() {
        let bytes = open.read_range(entry.value.clone())?;
        let text = String::from_utf8_lossy(&bytes);
        if let Some((record, thread)) = upgrade_record(&text, entry.id()) {
            edits.push(ByteEdit { range: entry.value.clone(), replacement: record });
            threads.push(thread);
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    Ok((edits, threads))
}

/// The record as today's web app writes it, if it is one of the Assistants API without messages.
fn upgrade_record(text: &str, id: &ConversationId) -> Option<(String, AssistantsThread)> {
    let record = Fields::of(text)?;
    let data = Fields::of(record.raw("data")?)?;
    let is_thread =
        data.raw("object") == Some("\"thread\"") || record.raw("assistant_id").is_some();
    let messages = record.raw("messages").and_then(raw_elements);
    if !is_thread || messages.is_some_and(|all| !all.is_empty()) {
        return None;
    }
    let updated = record.raw("last_update").and_then(parse_time);
    let created = data.raw("created_at").and_then(parse_time).or(updated).unwrap_or_default();
    let updated = updated.unwrap_or(created).seconds();
    let thread = data.text("id").unwrap_or_else(|| id.to_string());
    let metadata = data.raw("metadata").filter(|raw| raw.starts_with('{')).unwrap_or("{}");
    let new = format!(
        "{{\n    \"data\": {{\n      \"id\": {},\n      \"created_at\": {},\n      \"metadata\": \
         {metadata},\n      \"object\": \"conversation\"\n    }},\n    \"chat_name\": {},\n    \
         \"last_update\": {updated},\n    \"messages\": [],\n    \"last_response_id\": null\n  }}",
        to_json_string(&thread),
        created.seconds(),
        to_json_string(&record.text("chat_name").unwrap_or_else(|| id.to_string())),
    );
    let assistant = record.text("assistant_id");
    Some((new, AssistantsThread { conversation: id.clone(), thread, assistant }))
}
