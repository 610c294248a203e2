//! Presets in a JSON text: found wherever the web app's versions put them.
//! May not change the text.

use std::ops::Range;

use thiserror::Error;

use crate::chat::Preset;

use super::super::json::{
    Member, ParseError, decode_string, elements, encode_string, members, value_at,
};

/// Why a text is no list of presets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// It is not JSON.
    #[error("it is not valid JSON ({0})")]
    Json(String),
    /// It is JSON of another kind.
    #[error("it contains no presets")]
    NoPresets,
    /// It has no such preset.
    #[error("there is no preset \"{0}\"")]
    NotFound(String),
}

impl From<ParseError> for LayoutError {
    fn from(error: ParseError) -> Self {
        Self::Json(format!("{} at byte {}", error.what, error.at))
    }
}

/// A text without any.
const EMPTY_PRESETS: &str = "{\n  \"presets\": {}\n}";

/// The names the effort goes by; the first is the web app's of today.
pub(super) const EFFORT_KEYS: &[&str] = &["default_reasoning_level", "reasoning_level"];

/// Where presets stand.
pub(super) struct PresetContainer {
    /// The object or list that holds them.
    pub range: Range<usize>,
    /// Everything in it, presets or not.
    pub children: Vec<Range<usize>>,
    /// What may be a preset; of two with one id only the last, as JSON is read.
    pub entries: Vec<PresetEntry>,
    pub kind: ContainerKind,
}

/// What may be a preset.
pub(super) struct PresetEntry {
    /// Key and value, or the element.
    pub member: Range<usize>,
    pub value: Range<usize>,
    /// The key, where it has one.
    pub key: Option<String>,
    pub id: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ContainerKind {
    Object,
    Array,
}

/// One preset as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredPreset {
    pub preset: Preset,
    /// Its key, where it has one.
    pub key: Option<String>,
    /// Its value, to the byte.
    pub value: String,
    /// The id of the preset before it.
    pub previous_id: Option<String>,
    /// When it was last changed, as far as that is told in seconds.
    pub updated_at: Option<i64>,
}

/// The text, or one without presets where there is none.
pub(super) fn or_empty_presets(text: &str) -> &str {
    if text.trim().is_empty() { EMPTY_PRESETS } else { text }
}

/// Every preset that can be read.
pub(super) fn parse_presets(text: &str) -> Result<Vec<Preset>, LayoutError> {
    let text = or_empty_presets(text);
    let place = find_container(text)?;
    Ok(place.entries.iter().filter_map(|entry| parse_preset(text, entry)).collect())
}

/// One preset; `None` where there is none of that id that can be read.
pub(super) fn find_preset(text: &str, id: &str) -> Result<Option<StoredPreset>, LayoutError> {
    let text = or_empty_presets(text);
    let place = find_container(text)?;
    let at = place.entries.iter().position(|entry| entry.id == id);
    let Some((at, entry)) = at.and_then(|at| Some((at, place.entries.get(at)?))) else {
        return Ok(None);
    };
    let Some(preset) = parse_preset(text, entry) else {
        return Ok(None);
    };
    let behind = at.checked_sub(1).and_then(|at| place.entries.get(at));
    let fields = ObjectFields::of(text, entry.value.clone());
    // Seconds; a larger number counts something else.
    let updated_at = fields.raw("updated_at").and_then(|raw| raw.parse::<f64>().ok());
    let updated_at = updated_at.filter(|it| (0.0..1e11).contains(it));
    #[allow(clippy::cast_possible_truncation)]
    let updated_at = updated_at.map(|it| it as i64);
    Ok(Some(StoredPreset {
        preset,
        key: entry.key.clone(),
        value: text.get(entry.value.clone()).unwrap_or_default().to_owned(),
        previous_id: behind.map(|entry| entry.id.clone()),
        updated_at,
    }))
}

/// Where presets stand in a text.
pub(super) fn find_container(text: &str) -> Result<PresetContainer, LayoutError> {
    let whole = value_at(text, 0..text.len())?;
    if is_starting_with(text, &whole, '[') {
        return container_of_array(text, whole);
    }
    if !is_starting_with(text, &whole, '{') {
        return Err(LayoutError::NoPresets);
    }
    let all = members(text, whole.clone())?;
    let inner = all.iter().rfind(|member| decode_at(text, &member.key) == "presets");
    match inner.map(|member| member.value.clone()) {
        Some(list) if is_starting_with(text, &list, '[') => container_of_array(text, list),
        Some(object) if is_starting_with(text, &object, '{') => container_of_object(text, object),
        Some(_) => Err(LayoutError::NoPresets),
        None => container_of_object(text, whole),
    }
}

fn container_of_object(
    text: &str,
    container: Range<usize>,
) -> Result<PresetContainer, LayoutError> {
    let all = members(text, container.clone())?;
    let siblings = all.iter().map(|member| member.key.start..member.value.end).collect();
    let objects = all.into_iter().filter(|member| is_starting_with(text, &member.value, '{'));
    let entries = objects.map(|member| {
        let key = decode_at(text, &member.key);
        let id = ObjectFields::of(text, member.value.clone()).first_text(&["id"]);
        PresetEntry {
            id: id.unwrap_or_else(|| key.clone()),
            member: member.key.start..member.value.end,
            key: Some(key),
            value: member.value,
        }
    });
    Ok(PresetContainer {
        range: container,
        children: siblings,
        entries: keep_last_duplicates(entries.collect()),
        kind: ContainerKind::Object,
    })
}

fn container_of_array(text: &str, container: Range<usize>) -> Result<PresetContainer, LayoutError> {
    let siblings = elements(text, container.clone())?;
    let objects = siblings.iter().filter(|value| is_starting_with(text, value, '{'));
    let entries = objects.map(|value| {
        let fields = ObjectFields::of(text, value.clone());
        // Without an id, its name has to do.
        let id =
            fields.first_text(&["id"]).or_else(|| fields.first_text(&["name"])).unwrap_or_default();
        PresetEntry { member: value.clone(), value: value.clone(), key: None, id }
    });
    let entries = keep_last_duplicates(entries.collect());
    Ok(PresetContainer {
        range: container,
        children: siblings,
        entries,
        kind: ContainerKind::Array,
    })
}

fn keep_last_duplicates(entries: Vec<PresetEntry>) -> Vec<PresetEntry> {
    let mut kept: Vec<PresetEntry> = Vec::with_capacity(entries.len());
    for entry in entries.into_iter().rev() {
        if kept.iter().all(|later| later.id != entry.id) {
            kept.push(entry);
        }
    }
    kept.reverse();
    kept
}

/// A preset as far as it can be read; one without a name is none.
fn parse_preset(text: &str, entry: &PresetEntry) -> Option<Preset> {
    let fields = ObjectFields::of(text, entry.value.clone());
    Some(Preset {
        id: entry.id.clone(),
        name: fields.first_text(&["name"])?,
        instructions: fields.first_text(&["instructions"]),
        model: fields.first_text(&["model"]),
        effort: fields.first_text(EFFORT_KEYS),
        tools: fields.tools().map(|all| all.into_iter().map(|(name, _)| name).collect()),
    })
}

/// The fields of an object in a text.
pub(super) struct ObjectFields<'a> {
    text: &'a str,
    pub members: Vec<Member>,
}

impl<'a> ObjectFields<'a> {
    pub(super) fn of(text: &'a str, object: Range<usize>) -> Self {
        Self { text, members: members(text, object).unwrap_or_default() }
    }

    /// The field with a name; of two the last, as JSON is read.
    pub(super) fn get(&self, name: &str) -> Option<&Member> {
        self.members.iter().rfind(|member| decode_at(self.text, &member.key) == name)
    }

    /// Its value as it stands there.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        self.text.get(self.get(name)?.value.clone())
    }

    /// The first of some fields that says something.
    pub(super) fn first_text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let raw = self.raw(name).filter(|raw| raw.starts_with('"'))?;
            Some(decode_string(raw)).filter(|text| !text.trim().is_empty())
        })
    }

    /// The names of the tools, each with the element that names it.
    pub(super) fn tools(&self) -> Option<Vec<(String, &'a str)>> {
        let list = self.get("tools")?.value.clone();
        let named = |element: Range<usize>| {
            let raw = self.text.get(element.clone())?;
            let name = if raw.starts_with('"') {
                decode_string(raw)
            } else {
                ObjectFields::of(self.text, element).first_text(&["name", "type"])?
            };
            Some((name, raw))
        };
        Some(elements(self.text, list).ok()?.into_iter().filter_map(named).collect())
    }
}

pub(super) fn is_starting_with(text: &str, range: &Range<usize>, with: char) -> bool {
    text.get(range.clone()).is_some_and(|it| it.starts_with(with))
}

fn decode_at(text: &str, range: &Range<usize>) -> String {
    decode_string(text.get(range.clone()).unwrap_or_default())
}

/// A text as JSON.
pub(super) fn to_json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    encode_string(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        parse_presets(text).unwrap().into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn presets_are_found_in_every_layout_and_what_is_none_is_passed_over() {
        let web = r#"{"presets": {"a1": {"id": "a1", "name": "Coder", "model": "gpt-5",
            "default_reasoning_level": "high"}, "c3": 5, "b2": {"name": "Cook", "id": null}}}"#;
        assert_eq!(names(web), ["Coder", "Cook"]);
        let first = parse_presets(web).unwrap().remove(0);
        let told = (first.model.as_deref(), first.effort.as_deref());
        assert_eq!(told, (Some("gpt-5"), Some("high")));
        assert_eq!(names(r#"{"x": {"name": "A"}, "y": {"nom": "B"}}"#), ["A"]);
        let list =
            r#"[{"id": "x", "name": "A", "tools": ["calculator", {"type": "web_search"}]}, 7]"#;
        assert_eq!(
            parse_presets(list).unwrap()[0].tools.as_ref().unwrap(),
            &["calculator", "web_search"]
        );
        assert_eq!(names(""), Vec::<String>::new());
        assert!(matches!(parse_presets("{"), Err(LayoutError::Json(_))));
        assert_eq!(parse_presets("5"), Err(LayoutError::NoPresets));
    }

    #[test]
    fn of_two_with_one_id_the_last_counts_and_half_a_character_hides_none() {
        assert_eq!(names(r#"{"x": {"name": "A"}, "x": {"name": "B"}}"#), ["B"]);
        assert_eq!(names(r#"{"x": {"name": "A \ud83d"}}"#), ["A \u{fffd}"]);
        let found =
            find_preset(r#"{"x": {"name": "A"}, "y": {"name": "B", "updated_at": 7}}"#, "y");
        let found = found.unwrap().unwrap();
        assert_eq!((found.previous_id.as_deref(), found.updated_at), (Some("x"), Some(7)));
    }
}
