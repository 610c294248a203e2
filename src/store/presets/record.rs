//! Reads, checks and writes one record of a presets file as the web app does.

use crate::chat::preset::{
    DEFAULT_PRESET, PresetProblem, PresetProblemEffect, PresetRules, WEB_EFFORTS, WEB_MODELS,
};
use crate::chat::{Preset, Timestamp};
use crate::store::json::{decode_string, elements, encode_string, unpaired_surrogates};
use crate::store::records::verdict::{is_whole_number, nearest_whole_number};

use super::document::{Field, object_fields};

/// The keys that the web app writes before `enabled_tools`, which it writes last.
const KEYS: [&str; 7] =
    ["id", "name", "instructions", "model", "default_reasoning_level", "created_at", "updated_at"];
const TOOLS: &str = "enabled_tools";
/// The key that earlier versions of this program wrote instead.
const EARLIER_TOOLS: &str = "tools";

/// The fields of a record.
pub(super) struct Record {
    id: String,
    /// `None` where the record is no object.
    fields: Option<Vec<Field>>,
}

impl Record {
    /// Reads the record under a key.
    pub(super) fn of(record: &Field) -> Self {
        Self { id: record.key.clone(), fields: object_fields(&record.raw, 0..record.raw.len()) }
    }

    fn raw(&self, key: &str) -> Option<&str> {
        let fields = self.fields.as_ref()?;
        fields.iter().find(|field| field.key == key).map(|field| field.raw.as_str())
    }

    fn text(&self, key: &str) -> Option<String> {
        self.raw(key).filter(|raw| raw.starts_with('"')).map(decode_string)
    }

    /// The raw list of tools, under either key.
    fn raw_tools(&self) -> Option<&str> {
        self.raw(TOOLS).or_else(|| self.raw(EARLIER_TOOLS))
    }

    /// The preset as far as it can be read; `None` for a record without a name.
    pub(super) fn preset(&self) -> Option<Preset> {
        Some(Preset {
            id: self.id.clone(),
            name: self.text("name")?,
            instructions: self.text("instructions"),
            model: self.text("model"),
            effort: self.text("default_reasoning_level"),
            tools: self.raw_tools().and_then(text_elements),
        })
    }

    /// Tells whether an earlier version of this program wrote the record in a way the web app does not
    /// read: tools under a key of its own, or the effort `none`, which only a question may have.
    pub(super) fn is_of_earlier_version(&self) -> bool {
        let tools = self.raw(TOOLS).is_none() && self.raw(EARLIER_TOOLS).is_some();
        tools || self.text("default_reasoning_level").as_deref() == Some("none")
    }

    /// Finds the problem the web app has with the record.
    pub(super) fn problem(&self) -> Option<PresetProblem> {
        let id = self.text("id");
        let is_default = [Some(self.id.as_str()), id.as_deref()].contains(&Some(DEFAULT_PRESET));
        let (effect, reason) = if let Some(reason) = self.fault() {
            (PresetProblemEffect::Deleted, reason)
        } else if self.has_unpaired_surrogate() {
            let reason = "it holds half of a surrogate pair".to_owned();
            (PresetProblemEffect::BlocksSaving, reason)
        } else if is_default {
            let reason = "the id \"default\" belongs to the built-in preset".to_owned();
            (PresetProblemEffect::Hidden, reason)
        } else if id.as_deref() != Some(&self.id) {
            let reason = "its id differs from its key".to_owned();
            (PresetProblemEffect::NotOpened, reason)
        } else {
            return None;
        };
        Some(PresetProblem { id: self.id.clone(), reason, effect })
    }

    fn has_unpaired_surrogate(&self) -> bool {
        self.fields.iter().flatten().any(|field| {
            [&field.raw_key, &field.raw]
                .into_iter()
                .any(|raw| !unpaired_surrogates(raw.as_bytes(), 0).is_empty())
        })
    }

    /// Returns why the web app rejects the record.
    fn fault(&self) -> Option<String> {
        if self.fields.is_none() {
            return Some("it is not an object".to_owned());
        }
        let not_text =
            ["id", "name", "instructions"].into_iter().find(|key| self.text(key).is_none());
        if let Some(key) = not_text {
            return Some(format!("{key} is missing or not text"));
        }
        let unknown = |key: &str, known: &[&str]| {
            let raw = self.raw(key)?;
            let is_known = self.text(key).is_some_and(|text| known.contains(&text.as_str()));
            (!is_known).then(|| format!("{key} is {raw}, which the web app does not know"))
        };
        let list = unknown("model", &WEB_MODELS)
            .or_else(|| unknown("default_reasoning_level", &WEB_EFFORTS));
        if list.is_some() {
            return list;
        }
        if self.raw(TOOLS).is_some_and(|raw| !is_tool_list(raw)) {
            return Some(
                "enabled_tools is not a list of different texts with at least one".to_owned(),
            );
        }
        let is_time = |key: &&str| self.raw(key).is_some_and(is_whole_number);
        let odd = ["created_at", "updated_at"].into_iter().find(|key| !is_time(key));
        odd.map(|key| format!("{key} is not a whole number"))
    }

    /// Returns the record with other values, in the web app's order of keys; unknown keys follow the
    /// known ones, and the tools are last.
    pub(super) fn write(&self, preset: &Preset, times: RecordTimes) -> String {
        let text = |text: &String| json_string(text);
        let values = [
            Some(json_string(&self.id)),
            Some(text(&preset.name)),
            preset.instructions.as_ref().map(text),
            preset.model.as_ref().map(text),
            preset.effort.as_ref().map(text),
            Some(times.created_at),
            Some(times.updated_at),
        ];
        let known = KEYS.iter().zip(values);
        let mut members: Vec<String> =
            known.filter_map(|(key, value)| Some(format!("\"{key}\": {}", value?))).collect();
        let unknown = self.fields.iter().flatten().filter(|field| {
            let key = field.key.as_str();
            !KEYS.contains(&key) && ![TOOLS, EARLIER_TOOLS].contains(&key)
        });
        members.extend(unknown.map(|field| format!("{}: {}", field.raw_key, field.raw)));
        members.extend(
            preset.tools.as_ref().map(|tools| format!("\"{TOOLS}\": {}", tools_json(tools))),
        );
        format!("{{\n      {}\n    }}", members.join(",\n      "))
    }

    /// Returns the times of the record unchanged where the web app reads them, else the nearest second.
    pub(super) fn times(&self, now: Timestamp) -> RecordTimes {
        let time = |key: &str| match self.raw(key) {
            Some(raw) if is_whole_number(raw) => raw.to_owned(),
            raw => raw.and_then(nearest_whole_number).unwrap_or(now.seconds()).to_string(),
        };
        RecordTimes { created_at: time("created_at"), updated_at: time("updated_at") }
    }

    /// Returns the record as the web app accepts it, with as little changed as possible; `None` for one
    /// that is not an object.
    pub(super) fn repaired(&self, now: Timestamp) -> Option<String> {
        self.fields.as_ref()?;
        let known =
            |text: Option<String>, all: &[&str]| text.filter(|it| all.contains(&it.as_str()));
        let preset = Preset {
            id: self.id.clone(),
            name: self
                .text("name")
                .unwrap_or_else(|| self.raw("name").unwrap_or("Preset").to_owned()),
            instructions: Some(self.text("instructions").unwrap_or_else(|| {
                self.raw("instructions").filter(|raw| *raw != "null").unwrap_or_default().to_owned()
            })),
            model: known(self.text("model"), &WEB_MODELS),
            effort: known(self.text("default_reasoning_level"), &WEB_EFFORTS),
            tools: self.raw_tools().and_then(text_elements).filter(|tools| !tools.is_empty()),
        };
        let (name, instructions) = (preset.name.clone(), preset.instructions.clone());
        // The texts of the record are kept; only new ones are stripped.
        let preset = Preset { name, instructions, ..preset.normalized(PresetRules::Web) };
        let mut raw = self.write(&preset, self.times(now));
        for at in unpaired_surrogates(raw.as_bytes(), 0).into_iter().rev() {
            raw.replace_range(at..at.saturating_add(r"\ud800".len()), "\u{fffd}");
        }
        Some(raw)
    }
}

/// The times of a record as raw JSON.
pub(super) struct RecordTimes {
    pub created_at: String,
    pub updated_at: String,
}

impl RecordTimes {
    /// The times of a preset created `now`.
    pub(super) fn at(now: Timestamp) -> Self {
        let now = now.seconds().to_string();
        Self { created_at: now.clone(), updated_at: now }
    }
}

/// Returns the texts of a raw list; `None` for any other value.
fn text_elements(raw: &str) -> Option<Vec<String>> {
    if !raw.starts_with('[') {
        return None;
    }
    let ranges = elements(raw, 0..raw.len()).ok()?;
    let texts = ranges.into_iter().filter_map(|range| raw.get(range));
    Some(texts.filter(|raw| raw.starts_with('"')).map(decode_string).collect())
}

/// Tells whether the web app accepts a raw list of tools.
fn is_tool_list(raw: &str) -> bool {
    let count =
        if raw.starts_with('[') { elements(raw, 0..raw.len()).map_or(0, |it| it.len()) } else { 0 };
    let mut tools = text_elements(raw).unwrap_or_default();
    tools.sort_unstable();
    tools.dedup();
    count > 0 && tools.len() == count
}

fn tools_json(tools: &[String]) -> String {
    if tools.is_empty() {
        return "[]".to_owned();
    }
    let all: Vec<String> = tools.iter().map(|tool| json_string(tool)).collect();
    format!("[\n        {}\n      ]", all.join(",\n        "))
}

/// Encodes a text as the web app writes it.
pub(super) fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    encode_string(text, &mut out);
    out
}
