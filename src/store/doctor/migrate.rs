//! Records of the Assistants API era, made records of today so that the web app takes the file.
//! May not lose what only they hold: it goes to the private folder first.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, Timestamp};

use super::super::index::Index;
use super::super::json::{decode_string, elements, members, to_json_string};
use crate::store::doctor::repair_run::{RepairResult, rewrite_file};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::OpenFile;
use crate::store::file::private;
use crate::store::file::store_paths::StorePaths;
use crate::store::index::timestamp::parse_time;
use crate::store::json::edit::{self, ByteEdit};
use crate::store::records::read::RecordRanges;

/// What a migrated record had and the web app drops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssistantsThread {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its thread at `OpenAI`.
    pub thread: String,
    /// Its assistant there.
    pub assistant: Option<String>,
}

/// What a migration did.
#[derive(Debug)]
pub struct MigrationResult {
    /// The conversations, with what was kept of each.
    pub threads: Vec<AssistantsThread>,
    /// The backup and what is left to say about the file.
    pub repair: RepairResult,
}

/// Upgrades every record of that era.
///
/// # Errors
/// When something cannot be read or written, or the file is not what it should be; it is then as
/// it was.
pub fn migrate(place: &StorePaths, now: Timestamp) -> Result<MigrationResult, StoreError> {
    let mut threads = Vec::new();
    let fixed = rewrite_file(place, now, |file, fixed| {
        let (edits, found) = migration_edits(&file)?;
        if edits.is_empty() {
            return Ok(file);
        }
        save_threads(place, &found)?;
        let many = found.len();
        fixed
            .text_repairs
            .push(format!("{many} conversations from the Assistants API were upgraded."));
        threads = found;
        let mut new = tempfile::tempfile_in(place.state_folder())?;
        edit::copy_edited(&file, edits, &mut new)?;
        Ok(new)
    })?;
    Ok(MigrationResult { threads, repair: fixed })
}

/// What has been kept of migrated records.
#[must_use]
pub fn read_threads(place: &StorePaths) -> Vec<AssistantsThread> {
    let text = fs::read_to_string(place.state_folder().join("threads.jsonl")).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn save_threads(place: &StorePaths, threads: &[AssistantsThread]) -> io::Result<()> {
    let mut bytes = Vec::new();
    for thread in threads {
        serde_json::to_writer(&mut bytes, thread)?;
        bytes.push(b'\n');
    }
    let path = place.state_folder().join("threads.jsonl");
    let mut file = private::open(&path, OpenOptions::new().create(true).append(true))?;
    file.write_all(&bytes)?;
    file.sync_all()
}

fn migration_edits(file: &File) -> io::Result<(Vec<ByteEdit>, Vec<AssistantsThread>)> {
    let snapshot = OpenFile::of(file.try_clone()?)?;
    let unreadable = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not valid JSON");
    let index = Index::read_file(file).map_err(unreadable)?;
    let mut edits = Vec::new();
    let mut threads = Vec::new();
    for entry in index.records() {
        let bytes = snapshot.read_range(entry.value.clone())?;
        let text = String::from_utf8_lossy(&bytes);
        if let Some((record, thread)) = upgrade_record(&text, &entry.id) {
            edits.push(ByteEdit { range: entry.value.clone(), replacement: record });
            threads.push(thread);
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    Ok((edits, threads))
}

/// The record as today's version would have it, if it is one without messages of that era.
fn upgrade_record(text: &str, id: &ConversationId) -> Option<(String, AssistantsThread)> {
    let record = RecordRanges::at(text, 0..text.len()).ok()?;
    let data = record.data.clone()?;
    let inner = members(text, data).ok()?;
    let value_in = |name: &str| {
        let found = inner
            .iter()
            .rev()
            .find(|it| text.get(it.key.clone()).is_some_and(|key| decode_string(key) == name));
        text.get(found?.value.clone())
    };
    let outer = members(text, 0..text.len()).ok()?;
    let assistant = outer.iter().rev().find(|it| {
        text.get(it.key.clone()).is_some_and(|key| decode_string(key) == "assistant_id")
    });
    let assistant = assistant.and_then(|it| text.get(it.value.clone()));
    let is_thread = value_in("object") == Some("\"thread\"") || assistant.is_some();
    let list = record.messages.clone().map(|list| elements(text, list));
    if !is_thread || list.is_some_and(|list| list.is_ok_and(|list| !list.is_empty())) {
        return None;
    }
    let text_of = |raw: Option<&str>| raw.filter(|raw| raw.starts_with('"')).map(decode_string);
    let title = record.chat_name.and_then(|at| text_of(text.get(at)));
    let updated = record.last_update.and_then(|at| parse_time(text.get(at)?));
    let created = value_in("created_at").and_then(parse_time).or(updated).unwrap_or_default();
    let updated = updated.unwrap_or(created).seconds();
    let thread = text_of(value_in("id")).unwrap_or_else(|| id.to_string());
    let metadata = value_in("metadata").filter(|raw| raw.starts_with('{')).unwrap_or("{}");
    let new = format!(
        "{{\n    \"data\": {{\n      \"id\": {},\n      \"created_at\": {},\n      \"metadata\": \
         {metadata},\n      \"object\": \"conversation\"\n    }},\n    \"chat_name\": {},\n    \
         \"last_update\": {updated},\n    \"messages\": [],\n    \"last_response_id\": null\n  }}",
        to_json_string(&thread),
        created.seconds(),
        to_json_string(&title.unwrap_or_else(|| id.to_string())),
    );
    let thread =
        AssistantsThread { conversation: id.clone(), thread, assistant: text_of(assistant) };
    Some((new, thread))
}
