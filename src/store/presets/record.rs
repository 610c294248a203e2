//! Reads, checks and writes one record of a presets file as the web app does.

use crate::chat::preset::{
    DEFAULT_PRESET, PresetProblem, PresetProblemEffect, PresetRules, WEB_EFFORTS, WEB_MODELS,
};
use crate::chat::{Preset, Timestamp};
use crate::store::json::{
    Field, Fields, decode_string, has_unpaired_surrogate, raw_elements, to_json_string,
    unpaired_surrogates,
};
use crate::store::records::verdict::{is_whole_number, nearest_whole_number};

use super::document::new_id;

/// The keys that the web app writes before `enabled_tools`, which it writes last
/// (hcorion/ai-multitool bdc7763, 2026).
const KEYS: [&str; 7] =
    ["id", "name", "instructions", "model", "default_reasoning_level", "created_at", "updated_at"];
const TOOLS: &str = "enabled_tools";
/// The key that earlier versions of this program wrote instead.
const EARLIER_TOOLS: &str = "tools";

/// A record of the file.
pub(super) struct PresetRecord<'a> {
    record: &'a Field,
    /// `None` where the record is no object.
    fields: Option<Fields>,
}

impl<'a> PresetRecord<'a> {
    /// Parses the members of a record, if it is an object.
    pub(super) fn of(record: &'a Field) -> Self {
        Self { record, fields: Fields::of(&record.raw) }
    }

    fn raw(&self, key: &str) -> Option<&str> {
        self.fields.as_ref()?.raw(key)
    }

    fn text(&self, key: &str) -> Option<String> {
        self.fields.as_ref()?.text(key)
    }

    /// All fields, none where the record is no object.
    fn all(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().flat_map(|fields| &fields.all)
    }

    /// The raw list of tools, under either key.
    fn raw_tools(&self) -> Option<&str> {
        self.raw(TOOLS).or_else(|| self.raw(EARLIER_TOOLS))
    }

    /// The preset as far as it can be read. One without a name has its key as its name; what is no
    /// object stands for the instructions.
    pub(super) fn preset(&self) -> Preset {
        let instructions = match self.fields {
            Some(_) => self.raw("instructions"),
            None => Some(self.record.raw.as_str()),
        };
        Preset {
            id: self.record.key.clone(),
            name: self.raw("name").and_then(as_text).unwrap_or_else(|| self.record.key.clone()),
            instructions: instructions.and_then(as_text),
            model: self.text("model"),
            effort: self.text("default_reasoning_level"),
            tools: self.raw_tools().and_then(text_elements),
        }
    }

    fn has_earlier_tools(&self) -> bool {
        self.raw(TOOLS).is_none() && self.raw(EARLIER_TOOLS).is_some()
    }

    /// Tells whether an earlier version of this program wrote the record in a way the web app does not
    /// read: tools under a key of its own, or the effort `none`, which only a question may have.
    pub(super) fn is_of_earlier_version(&self) -> bool {
        self.has_earlier_tools() || self.text("default_reasoning_level").as_deref() == Some("none")
    }

    /// Finds the problem the web app has with the record.
    pub(super) fn problem(&self) -> Option<PresetProblem> {
        let id = self.text("id");
        let (effect, reason) = if let Some(reason) = self.fault() {
            (PresetProblemEffect::Deleted, reason)
        } else if self.has_unpaired_surrogate() {
            let reason = "it holds half of a surrogate pair".to_owned();
            (PresetProblemEffect::BlocksSaving, reason)
        } else if self.record.key == DEFAULT_PRESET {
            let reason = "its key \"default\" belongs to the built-in preset; another key in the file \
                          makes it visible";
            (PresetProblemEffect::Replaced, reason.to_owned())
        } else if id.as_deref() == Some(DEFAULT_PRESET) {
            let reason = "the id \"default\" belongs to the built-in preset".to_owned();
            (PresetProblemEffect::Hidden, reason)
        } else if id.as_deref() != Some(&self.record.key) {
            let reason = "its id differs from its key".to_owned();
            (PresetProblemEffect::NotOpened, reason)
        } else if self.has_earlier_tools() {
            let reason = "its tools are under the key \"tools\", as an earlier duologue wrote them";
            (PresetProblemEffect::OtherTools, reason.to_owned())
        } else {
            return None;
        };
        Some(PresetProblem { id: self.record.key.clone(), reason, effect })
    }

    /// Tells whether there is half of a surrogate pair in what the web app keeps of the record.
    fn has_unpaired_surrogate(&self) -> bool {
        let mut own_fields = self.all().filter(|field| is_known(&field.key));
        has_unpaired_surrogate(&self.record.raw_key)
            || own_fields.any(|field| has_unpaired_surrogate(&field.raw))
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
        let unknown = |key: &str, allowed: &[&str]| {
            let raw = self.raw(key)?;
            let is_allowed = self.text(key).is_some_and(|text| allowed.contains(&text.as_str()));
            (!is_allowed).then(|| format!("{key} is {raw}, which the web app does not know"))
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
    /// known ones, and the tools are last. Texts that stay the same keep their bytes.
    pub(super) fn write(&self, preset: &Preset, times: RecordTimes) -> String {
        let text = |key: &str, value: Option<&String>| {
            let value = value?;
            let same = self.raw(key).filter(|_| self.text(key).as_ref() == Some(value));
            Some(same.map_or_else(|| to_json_string(value), str::to_owned))
        };
        let values = [
            Some(self.record.raw_key.clone()),
            text("name", Some(&preset.name)),
            text("instructions", preset.instructions.as_ref()),
            text("model", preset.model.as_ref()),
            text("default_reasoning_level", preset.effort.as_ref()),
            Some(times.created_at),
            Some(times.updated_at),
        ];
        let named_values = KEYS.iter().zip(values);
        let mut members: Vec<String> = named_values
            .filter_map(|(key, value)| Some(format!("\"{key}\": {}", value?)))
            .collect();
        let unknown = self.all().filter(|field| !is_known(&field.key));
        members.extend(unknown.map(|field| format!("{}: {}", field.raw_key, field.raw)));
        let same = self.raw_tools().filter(|raw| {
            is_tool_list(raw) && text_elements(raw).as_ref() == preset.tools.as_ref()
        });
        let tools = same.map(str::to_owned).or_else(|| preset.tools.as_deref().map(tools_json));
        members.extend(tools.map(|tools| format!("\"{TOOLS}\": {tools}")));
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

    /// Returns the record as the web app accepts it, with as little changed as possible.
    pub(super) fn repaired(&self, now: Timestamp) -> Field {
        let mut field = self.record.clone();
        if has_unpaired_surrogate(&field.raw_key) {
            field = Field::new(new_id(), field.raw);
        }
        let mut record = PresetRecord { record: &field, fields: self.fields.clone() };
        let fields = record.fields.iter_mut().flat_map(|fields| &mut fields.all);
        for field in fields.filter(|field| is_known(&field.key)) {
            replace_unpaired_surrogates(&mut field.raw);
        }
        let only_allowed =
            |text: Option<String>, all: &[&str]| text.filter(|it| all.contains(&it.as_str()));
        let preset = record.preset();
        let preset = Preset {
            instructions: Some(preset.instructions.unwrap_or_default()),
            model: only_allowed(preset.model, &WEB_MODELS),
            effort: only_allowed(preset.effort, &WEB_EFFORTS),
            tools: preset.tools.filter(|tools| !tools.is_empty()),
            ..preset
        };
        let (name, instructions) = (preset.name.clone(), preset.instructions.clone());
        // The texts of the record are kept; only new ones are stripped.
        let preset = Preset { name, instructions, ..preset.normalized(PresetRules::Web) };
        let raw = record.write(&preset, record.times(now));
        Field { raw, ..field }
    }
}

/// Tells whether a key is one of a preset's fields.
fn is_known(key: &str) -> bool {
    KEYS.contains(&key) || [TOOLS, EARLIER_TOOLS].contains(&key)
}

/// A raw value as text; `None` for `null`.
fn as_text(raw: &str) -> Option<String> {
    match raw {
        "null" => None,
        text if text.starts_with('"') => Some(decode_string(text)),
        other => Some(other.to_owned()),
    }
}

fn replace_unpaired_surrogates(raw: &mut String) {
    for at in unpaired_surrogates(raw.as_bytes(), 0).into_iter().rev() {
        raw.replace_range(at..at.saturating_add(r"\ud800".len()), "\u{fffd}");
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
    let texts = raw_elements(raw)?.into_iter().filter(|raw| raw.starts_with('"'));
    Some(texts.map(decode_string).collect())
}

/// Tells whether the web app accepts a raw list of tools.
fn is_tool_list(raw: &str) -> bool {
    let count = raw_elements(raw).map_or(0, |elements| elements.len());
    let mut tools = text_elements(raw).unwrap_or_default();
    tools.sort_unstable();
    tools.dedup();
    count > 0 && tools.len() == count
}

fn tools_json(tools: &[String]) -> String {
    if tools.is_empty() {
        return "[]".to_owned();
    }
    let all: Vec<String> = tools.iter().map(|tool| to_json_string(tool)).collect();
    format!("[\n        {}\n      ]", all.join(",\n        "))
}
