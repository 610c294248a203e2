//! The presets of the web app: its four requests on a presets file, without HTTP.
//!
//! It models what was measured on the unmodified app (hcorion/ai-multitool bdc7763, 2026-11-29) and is
//! written down in docs/shared-file.md: no cache, a bad preset is hidden and deleted by the next save,
//! other keys are dropped, every save writes all presets anew.

use std::fs;
use std::path::{Path, PathBuf};

use duologue::runtime::clock;
use serde_json::{Map, Value, json};

use super::stale_web::StaleWeb;

const MODELS: [&str; 7] =
    ["gpt-5.4", "gpt-5.3-codex", "gpt-5.2", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-pro"];
const LEVELS: [&str; 3] = ["high", "medium", "low"];

/// The app with its presets file.
pub struct FakeWebPresets {
    path: PathBuf,
}

/// The code of a refusal.
type HttpStatus = u16;

impl FakeWebPresets {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// `GET /agents`: the presets in file order, the built-in one last.
    pub fn list(&self) -> Vec<Value> {
        let stored = self.read().unwrap_or_default();
        let mut all: Vec<Value> =
            stored.into_iter().map(|(_, it)| it).filter(|it| it["id"] != "default").collect();
        all.push(json!({
            "id": "default", "name": "Default Assistant", "model": "gpt-5.4",
            "default_reasoning_level": "medium", "enabled_tools": ["web_search", "calculator"],
        }));
        all
    }

    /// `POST /agents`; the id of the new preset.
    pub fn create(&self, body: &Value) -> Result<String, HttpStatus> {
        let mut all = self.read()?;
        let id = uuid::Uuid::new_v4().to_string();
        let time = json!(clock::now().seconds());
        let mut new = json!({ "id": id, "created_at": time, "updated_at": time });
        let defaults = json!({ "model": "gpt-5.4", "default_reasoning_level": "medium",
            "enabled_tools": ["web_search", "calculator"] });
        take_fields(&mut new, body, &defaults)?;
        all.insert(id.clone(), new);
        self.save(&all);
        Ok(id)
    }

    /// `PUT /agents/ID`.
    pub fn edit(&self, id: &str, body: &Value) -> Result<(), HttpStatus> {
        let mut all = self.read()?;
        let old = all.get_mut(id).filter(|_| id != "default").ok_or(404_u16)?;
        let before = old.clone();
        take_fields(old, body, &before)?;
        old["updated_at"] = json!(clock::now().seconds());
        self.save(&all);
        Ok(())
    }

    /// `DELETE /agents/ID`.
    pub fn delete(&self, id: &str) -> Result<(), HttpStatus> {
        if id == "default" {
            return Err(403);
        }
        let mut all = self.read()?;
        all.shift_remove(id).ok_or(404_u16)?;
        self.save(&all);
        Ok(())
    }

    /// The presets it takes; the rest it does not see. A shape it cannot save over is refused.
    fn read(&self) -> Result<Map<String, Value>, HttpStatus> {
        let Ok(bytes) = fs::read(&self.path) else { return Ok(Map::new()) };
        let Ok(file) = serde_json::from_slice::<Value>(&bytes) else {
            if std::str::from_utf8(&bytes).is_ok() {
                let backup = format!("{}.backup.{}", self.path.display(), clock::now().seconds());
                fs::copy(&self.path, backup).unwrap();
            }
            return Ok(Map::new());
        };
        let Value::Object(file) = file else { return Err(500) };
        match file.get("presets") {
            None => Ok(Map::new()),
            Some(Value::Object(presets)) => {
                let kept = presets.iter().filter_map(|(key, it)| Some((key.clone(), preset(it)?)));
                Ok(kept.collect())
            }
            Some(_) => Err(500),
        }
    }

    fn save(&self, presets: &Map<String, Value>) {
        let text = serde_json::to_string_pretty(&json!({ "presets": presets })).unwrap();
        StaleWeb::replace_file(&self.path, &text, clock::now().seconds());
    }
}

/// A stored preset as the app writes it again; `None` for one that it hides.
fn preset(stored: &Value) -> Option<Value> {
    let text = |key: &str| stored.get(key)?.as_str().map(str::to_owned);
    let time = |key: &str| match stored.get(key)? {
        Value::Number(it) => {
            Some(json!(it.to_string().trim_end_matches(".0").parse::<i64>().ok()?))
        }
        Value::String(it) => Some(json!(it.trim().parse::<i64>().ok()?)),
        Value::Bool(it) => Some(json!(i64::from(*it))),
        _ => None,
    };
    let choice = |key: &str, default: &str, all: &[&str]| match stored.get(key) {
        None => Some(json!(default)),
        Some(it) => all.contains(&it.as_str()?).then(|| it.clone()),
    };
    let tools = match stored.get("enabled_tools") {
        None => json!(["web_search", "calculator"]),
        Some(it) => checked_tools(it)?,
    };
    Some(json!({
        "id": text("id")?, "name": text("name")?, "instructions": text("instructions")?,
        "model": choice("model", "gpt-5.4", &MODELS)?,
        "default_reasoning_level": choice("default_reasoning_level", "medium", &LEVELS)?,
        "created_at": time("created_at")?, "updated_at": time("updated_at")?,
        "enabled_tools": tools,
    }))
}

/// The tools, if they are a list of texts, not empty and without duplicates.
fn checked_tools(tools: &Value) -> Option<Value> {
    let all: Vec<&str> = tools.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
    let unique: std::collections::HashSet<&&str> = all.iter().collect();
    (!all.is_empty() && unique.len() == all.len()).then(|| tools.clone())
}

/// Takes the fields of a request over into a preset, whose keys then stand in the app's order.
fn take_fields(preset: &mut Value, body: &Value, otherwise: &Value) -> Result<(), HttpStatus> {
    for key in ["name", "instructions"] {
        let given = body.get(key).ok_or(400_u16)?.as_str().ok_or(500_u16)?;
        let stripped = given.trim_matches(is_python_space);
        if stripped.is_empty() {
            return Err(400);
        }
        preset[key] = json!(stripped);
    }
    let given = |key: &str| body.get(key).unwrap_or(&otherwise[key]).clone();
    for (key, all) in [("model", &MODELS[..]), ("default_reasoning_level", &LEVELS)] {
        let chosen = given(key);
        if !all.contains(&chosen.as_str().unwrap_or_default()) {
            return Err(400);
        }
        preset[key] = chosen;
    }
    preset["enabled_tools"] = checked_tools(&given("enabled_tools")).ok_or(400_u16)?;
    let order = ["id", "name", "instructions", "model", "default_reasoning_level", "created_at"];
    let order = order.into_iter().chain(["updated_at", "enabled_tools"]);
    *preset = order.map(|key| (key.to_owned(), preset[key].clone())).collect::<Map<_, _>>().into();
    Ok(())
}

fn is_python_space(it: char) -> bool {
    it.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&it)
}
