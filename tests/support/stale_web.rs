//! An uncooperative writer: it keeps the whole file in memory for a while, as the web app does, and
//! overwrites the file with its copy.
//!
//! Its clock is the test's, so nothing waits.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use duologue::store::doctor::{Verdict, WebVersion, examine};
use serde_json::{Value, json};

/// How long it holds a copy, in seconds.
pub const CACHE_TTL: i64 = 300;

/// The keys a message has in today's version and not in that of 2025.
const NEWER_KEYS: [&str; 4] = ["reasoning_data", "agent_preset_id", "model", "reasoning_level"];

/// A writer with a copy of the file in memory.
pub struct StaleWeb {
    path: PathBuf,
    version: WebVersion,
    ttl: i64,
    copy: Option<(Value, i64)>,
    /// Texts of every message it has taken, with their conversation.
    pub accepted_messages: Vec<(String, String)>,
}

impl StaleWeb {
    pub fn new(path: &Path) -> Self {
        Self::of(path, WebVersion::Current, CACHE_TTL)
    }

    /// A version of it that holds a copy for so many seconds; for none, it always reads the file.
    pub fn of(path: &Path, version: WebVersion, ttl: i64) -> Self {
        Self { path: path.to_path_buf(), version, ttl, copy: None, accepted_messages: Vec::new() }
    }

    /// Looks at the list: that alone fills its memory.
    pub fn load_cached(&mut self, now: i64) -> Value {
        if self.copy.as_ref().is_some_and(|(_, loaded)| now - loaded >= self.ttl) {
            self.copy = None;
        }
        if self.copy.is_none()
            && let Some(file) = self.load()
        {
            self.copy = Some((file, now));
        }
        self.copy.as_ref().map_or(json!({}), |(file, _)| file.clone())
    }

    /// The file, if it accepts it.
    fn load(&self) -> Option<Value> {
        let bytes = fs::read(&self.path).ok()?;
        let report = examine(Cursor::new(&bytes)).unwrap();
        let accepted = report.verdict(self.version) != Verdict::Rejected;
        accepted.then(|| serde_json::from_slice(&bytes).unwrap())
    }

    /// The ids it knows of.
    pub fn ids(&mut self, now: i64) -> Vec<String> {
        self.load_cached(now).as_object().unwrap().keys().cloned().collect()
    }

    /// Makes a conversation and saves the whole copy.
    pub fn create(&mut self, id: &str, title: &str, now: i64) {
        let mut file = self.load_cached(now);
        file[id] = json!({
            "data": { "id": id, "created_at": now, "metadata": {}, "object": "conversation" },
            "chat_name": title, "last_update": now, "messages": [], "last_response_id": null,
        });
        self.save(file, now);
    }

    /// Gives a conversation another title.
    pub fn rename(&mut self, id: &str, title: &str, now: i64) {
        let mut file = self.load_cached(now);
        file[id]["chat_name"] = title.into();
        self.save(file, now);
    }

    /// Stores a message in a conversation it knows of.
    pub fn store(&mut self, id: &str, role: &str, text: &str, now: i64) {
        let response_id = (role == "assistant").then(|| format!("resp_{text}"));
        self.store_response(id, text, response_id, now);
    }

    /// Stores a question, or what came as a response, in a conversation it knows of.
    pub fn store_response(&mut self, id: &str, text: &str, response_id: Option<String>, now: i64) {
        let role = if response_id.is_some() { "assistant" } else { "user" };
        let mut file = self.load_cached(now);
        let chat = &mut file[id];
        chat["messages"].as_array_mut().unwrap().push(json!({
            "role": role, "text": text, "timestamp": now, "response_id": response_id,
            "reasoning_data": null, "agent_preset_id": null, "model": null, "reasoning_level": null,
        }));
        chat["last_update"] = now.into();
        if response_id.is_some() {
            chat["last_response_id"] = response_id.into();
        }
        self.accepted_messages.push((id.to_owned(), text.to_owned()));
        self.save(file, now);
    }

    /// Works on another file from now on, with the memory it has.
    pub fn move_to(&mut self, path: &Path) {
        self.path = path.to_path_buf();
    }

    /// Stores a conversation that holds nothing but this message.
    pub fn replace_all(&mut self, id: &str, role: &str, text: &str, now: i64) {
        let mut file = self.load_cached(now);
        file[id]["messages"] = json!([]);
        self.copy = Some((file, now));
        self.store(id, role, text, now);
    }

    fn save(&mut self, mut file: Value, now: i64) {
        for chat in file.as_object_mut().unwrap().values_mut() {
            let messages = chat["messages"].as_array_mut().into_iter().flatten();
            messages.for_each(|message| self.set_version_keys(message));
        }
        Self::replace_file(&self.path, &serde_json::to_string_pretty(&file).unwrap(), now);
        self.copy = Some((file, now));
    }

    /// Every message it saves has the keys its version knows.
    fn set_version_keys(&self, message: &mut Value) {
        let message = message.as_object_mut().unwrap();
        for key in NEWER_KEYS {
            match self.version {
                WebVersion::Current => {
                    message.entry(key).or_insert(Value::Null);
                }
                WebVersion::V2025 => {
                    message.shift_remove(key);
                }
            }
        }
    }

    /// Replaces a file, as the web app does.
    pub fn replace_file(path: &Path, text: &str, now: i64) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let temporary = path.with_file_name(format!("{name}.tmp.web"));
        fs::write(&temporary, text).unwrap();
        let time = UNIX_EPOCH + Duration::from_secs(now.try_into().unwrap());
        File::options().write(true).open(&temporary).unwrap().set_modified(time).unwrap();
        fs::rename(&temporary, path).unwrap();
    }
}
