//! Records of the Assistants API era, made records of today so that the web app takes the file.
//! May not lose what only they hold: it goes to the private folder first.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, Timestamp};

use super::super::index::Index;
use super::super::json::{decode_string, elements, members};
use super::fix::{Fixed, rewrite};
use crate::store::file::error::StoreError;
use crate::store::file::paths::Place;
use crate::store::file::private;
use crate::store::file::version::Snapshot;
use crate::store::index::timestamp::time;
use crate::store::json::edit::{self, Edit};
use crate::store::records::read::Record;
use crate::store::records::verdict::quoted;

/// What a migrated record had and the web app drops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its thread at `OpenAI`.
    pub thread: String,
    /// Its assistant there.
    pub assistant: Option<String>,
}

/// What a migration did.
#[derive(Debug)]
pub struct Migrated {
    /// The conversations, with what was kept of each.
    pub threads: Vec<Thread>,
    /// The backup and what is left to say about the file.
    pub fixed: Fixed,
}

/// Upgrades every record of that era.
///
/// # Errors
/// When something cannot be read or written, or the file is not what it should be; it is then as
/// it was.
pub fn migrate(place: &Place, now: Timestamp) -> Result<Migrated, StoreError> {
    let mut threads = Vec::new();
    let fixed = rewrite(place, now, |file, fixed| {
        let (edits, found) = edits(&file)?;
        if edits.is_empty() {
            return Ok(file);
        }
        keep(place, &found)?;
        let many = found.len();
        fixed.mended.push(format!("{many} conversations of the Assistants API were upgraded."));
        threads = found;
        let mut new = tempfile::tempfile_in(place.state())?;
        edit::copy_edited(&file, edits, &mut new)?;
        Ok(new)
    })?;
    Ok(Migrated { threads, fixed })
}

/// What has been kept of migrated records.
#[must_use]
pub fn threads(place: &Place) -> Vec<Thread> {
    let text = fs::read_to_string(place.state().join("threads.jsonl")).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn keep(place: &Place, threads: &[Thread]) -> io::Result<()> {
    let mut bytes = Vec::new();
    for thread in threads {
        serde_json::to_writer(&mut bytes, thread)?;
        bytes.push(b'\n');
    }
    let path = place.state().join("threads.jsonl");
    let mut file = private::open(&path, OpenOptions::new().create(true).append(true))?;
    file.write_all(&bytes)?;
    file.sync_all()
}

fn edits(file: &File) -> io::Result<(Vec<Edit>, Vec<Thread>)> {
    let snapshot = Snapshot::of(file.try_clone()?)?;
    let unreadable = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not valid JSON");
    let index = Index::read_file(file).map_err(unreadable)?;
    let mut edits = Vec::new();
    let mut threads = Vec::new();
    for entry in index.records() {
        let bytes = snapshot.bytes(entry.value.clone())?;
        let text = String::from_utf8_lossy(&bytes);
        if let Some((record, thread)) = upgraded(&text, &entry.id) {
            edits.push(Edit { range: entry.value.clone(), with: record });
            threads.push(thread);
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    Ok((edits, threads))
}

/// The record as today's version would have it, if it is one without messages of that era.
fn upgraded(text: &str, id: &ConversationId) -> Option<(String, Thread)> {
    let record = Record::at(text, 0..text.len()).ok()?;
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
    let updated = record.last_update.and_then(|at| time(text.get(at)?));
    let created = value_in("created_at").and_then(time).or(updated).unwrap_or_default();
    let updated = updated.unwrap_or(created).seconds();
    let thread = text_of(value_in("id")).unwrap_or_else(|| id.to_string());
    let metadata = value_in("metadata").filter(|raw| raw.starts_with('{')).unwrap_or("{}");
    let new = format!(
        "{{\n    \"data\": {{\n      \"id\": {},\n      \"created_at\": {},\n      \"metadata\": \
         {metadata},\n      \"object\": \"conversation\"\n    }},\n    \"chat_name\": {},\n    \
         \"last_update\": {updated},\n    \"messages\": [],\n    \"last_response_id\": null\n  }}",
        quoted(&thread),
        created.seconds(),
        quoted(&title.unwrap_or_else(|| id.to_string())),
    );
    let thread = Thread { conversation: id.clone(), thread, assistant: text_of(assistant) };
    Some((new, thread))
}
