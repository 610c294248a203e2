//! The history of calculations of the web app: what its calculator does to the file of a conversation.
//!
//! It models what was measured on the unmodified app (hcorion/ai-multitool bdc7763, 2026-11-29) and is
//! written down in docs/shared-file.md. It does not calculate: tests say what came out. Numbers beyond
//! those of a machine and bare `NaN` are not modelled.

use std::fs;
use std::path::{Path, PathBuf};

use duologue::runtime::clock;
use serde_json::{Value, json};

use super::stale_web::StaleWeb;

/// The app's calculator for one user.
pub struct FakeWebCalculator {
    folder: PathBuf,
}

impl FakeWebCalculator {
    /// For a user of a chats folder.
    pub fn new(chats: &Path, user: &str) -> Self {
        Self { folder: chats.join(user) }
    }

    /// The file of a conversation.
    pub fn file(&self, conversation: &str) -> PathBuf {
        self.folder.join(conversation).join("calculator.json")
    }

    /// Calls the tool in a conversation, which brings a result or fails.
    ///
    /// # Errors
    /// What the model is told where the history cannot be extended.
    pub fn call(
        &self,
        conversation: &str,
        expression: &str,
        result: Option<&Value>,
    ) -> Result<(), String> {
        let path = self.file(conversation);
        let folder = path.parent().unwrap();
        fs::create_dir_all(folder).map_err(|_| {
            let folder = folder.display();
            format!(
                "Failed to create storage for tool 'calculator': [Errno 17] File exists: '{folder}'"
            )
        })?;
        let Some(result) = result else { return Ok(()) };
        let mut file = read(&path)?;
        let object = file
            .as_object_mut()
            .ok_or("Calculation error: 'list' object has no attribute 'get'")?;
        let history = object.entry("history").or_insert(json!([]));
        let history = history
            .as_array_mut()
            .ok_or("Calculation error: 'NoneType' object has no attribute 'append'")?;
        history.push(json!({
            "expression": expression, "result": result, "timestamp": clock::now().seconds(),
        }));
        let surplus = history.len().saturating_sub(100);
        history.drain(..surplus);
        let text = serde_json::to_string_pretty(&file).unwrap();
        StaleWeb::replace_file(&path, &text, clock::now().seconds());
        Ok(())
    }
}

/// The history; an empty one in the place of text that is not JSON, of which a copy is made.
fn read(path: &Path) -> Result<Value, String> {
    let Ok(bytes) = fs::read(path) else { return Ok(json!({})) };
    let Ok(text) = String::from_utf8(bytes) else { return Ok(json!({})) };
    if text.contains("\\ud83d\"") {
        return Err("Calculation error: module 'json' has no attribute 'JSONEncodeError'".into());
    }
    Ok(serde_json::from_str(&text).unwrap_or_else(|_| {
        let backup = format!("{}.backup.{}", path.display(), clock::now().seconds());
        fs::copy(path, backup).unwrap();
        json!({})
    }))
}
