//! Presets in a JSON text: found wherever the web app's versions put them, changed one by one.
//! May not change a byte of anything but the preset that is meant.

use std::ops::Range;

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::chat::{Preset, Timestamp};

use super::super::json::{ScanError, decode_string, elements, encode_string, members, value_at};

/// Why a text is no list of presets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// It is not JSON.
    #[error("it is not valid JSON ({0})")]
    Json(String),
    /// It is JSON of another kind.
    #[error("it holds no presets")]
    Shape,
    /// It has no such preset.
    #[error("there is no preset \"{0}\"")]
    Unknown(String),
}

impl From<ScanError> for LayoutError {
    fn from(error: ScanError) -> Self {
        Self::Json(format!("{} at byte {}", error.what, error.at))
    }
}

/// A text without any.
const EMPTY: &str = "{\n  \"presets\": {}\n}";

/// Where presets stand.
struct Place {
    /// The object or list that holds them.
    container: Range<usize>,
    /// Each with its key, where it has one.
    entries: Vec<Entry>,
    form: Form,
}

struct Entry {
    /// Key and value, or the element.
    whole: Range<usize>,
    value: Range<usize>,
    id: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    ById,
    List,
}

/// Every preset that can be read.
pub(super) fn presets(text: &str) -> Result<Vec<Preset>, LayoutError> {
    let text = if text.trim().is_empty() { EMPTY } else { text };
    let place = find(text)?;
    let read = |entry: &Entry| {
        let value = serde_json::from_str(text.get(entry.value.clone())?).ok()?;
        preset(&entry.id, &value)
    };
    Ok(place.entries.iter().filter_map(read).collect())
}

/// The text with a preset in it, new or in place of what it was.
pub(super) fn with(text: &str, preset: &Preset, now: Timestamp) -> Result<String, LayoutError> {
    let text = if text.trim().is_empty() { EMPTY } else { text };
    let place = find(text)?;
    let Some(known) = place.entries.iter().find(|entry| entry.id == preset.id) else {
        return Ok(added(text, &place, preset, now));
    };
    let old = text.get(known.value.clone()).unwrap_or_default();
    let fields: Map<String, Value> = serde_json::from_str(old).map_err(|_| LayoutError::Shape)?;
    let new = written(text, known.value.start, fields, preset, now);
    Ok(spliced(text, known.value.clone(), &new))
}

/// The text without a preset.
pub(super) fn without(text: &str, id: &str) -> Result<String, LayoutError> {
    let place = find(if text.trim().is_empty() { EMPTY } else { text })?;
    let unknown = || LayoutError::Unknown(id.to_owned());
    let at = place.entries.iter().position(|entry| entry.id == id).ok_or_else(unknown)?;
    let range = |at: usize| place.entries.get(at).map(|entry| entry.whole.clone());
    let gone = range(at).ok_or_else(unknown)?;
    let next = range(at.saturating_add(1));
    let before = at.checked_sub(1).and_then(range);
    Ok(match (before, next) {
        (_, Some(next)) => spliced(text, gone.start..next.start, ""),
        (Some(before), None) => spliced(text, before.end..gone.end, ""),
        (None, None) => {
            let brackets = if place.form == Form::List { "[]" } else { "{}" };
            spliced(text, place.container, brackets)
        }
    })
}

fn find(text: &str) -> Result<Place, LayoutError> {
    let whole = value_at(text, 0..text.len())?;
    if begins(text, &whole, '[') {
        return listed(text, whole);
    }
    if !begins(text, &whole, '{') {
        return Err(LayoutError::Shape);
    }
    let all = members(text, whole.clone())?;
    let inner = all.iter().find(|member| key(text, &member.key) == "presets");
    match inner.map(|member| member.value.clone()) {
        Some(list) if begins(text, &list, '[') => listed(text, list),
        Some(object) if begins(text, &object, '{') => by_id(text, object),
        Some(_) => Err(LayoutError::Shape),
        None => by_id(text, whole),
    }
}

fn by_id(text: &str, container: Range<usize>) -> Result<Place, LayoutError> {
    let all = members(text, container.clone())?.into_iter();
    let objects = all.filter(|member| begins(text, &member.value, '{'));
    let entries = objects
        .map(|member| Entry {
            id: key(text, &member.key),
            whole: member.key.start..member.value.end,
            value: member.value,
        })
        .collect();
    Ok(Place { container, entries, form: Form::ById })
}

fn listed(text: &str, container: Range<usize>) -> Result<Place, LayoutError> {
    let mut entries = Vec::new();
    for value in elements(text, container.clone())? {
        let fields = members(text, value.clone()).unwrap_or_default();
        let id = fields.iter().find(|member| key(text, &member.key) == "id");
        let id = id.map(|member| key(text, &member.value)).unwrap_or_default();
        entries.push(Entry { whole: value.clone(), value, id });
    }
    Ok(Place { container, entries, form: Form::List })
}

/// A preset as far as it can be read; one without a name is none.
fn preset(id: &str, value: &Value) -> Option<Preset> {
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| value.get(name)?.as_str());
        found.filter(|it| !it.trim().is_empty()).map(str::to_owned)
    };
    let tools = value.get("tools").and_then(Value::as_array);
    let name = |tool: &Value| {
        let name = tool.as_str().or_else(|| tool.get("name")?.as_str());
        name.or_else(|| tool.get("type")?.as_str()).map(str::to_owned)
    };
    Some(Preset {
        id: text(&["id"]).unwrap_or_else(|| id.to_owned()),
        name: text(&["name"])?,
        instructions: text(&["instructions"]),
        model: text(&["model"]),
        effort: text(&["default_reasoning_level", "reasoning_level"]),
        tools: tools.map(|tools| tools.iter().filter_map(name).collect()),
    })
}

/// A new preset behind the last.
fn added(text: &str, place: &Place, preset: &Preset, now: Timestamp) -> String {
    let mut fields = Map::new();
    fields.insert("id".into(), json!(preset.id));
    let created = json!(now.seconds());
    let indent = match place.entries.last() {
        Some(last) => indentation(text, last.whole.start),
        None => format!("{}  ", indentation(text, place.container.start)),
    };
    fields.insert("created_at".into(), created);
    let mut new = String::new();
    if place.form == Form::ById {
        encode_string(&preset.id, &mut new);
        new.push_str(": ");
    }
    push(&mut new, &Value::Object(ordered(fields, preset, now)), &indent);
    if let Some(last) = place.entries.last() {
        return spliced(text, last.whole.end..last.whole.end, &format!(",\n{indent}{new}"));
    }
    let outer = indentation(text, place.container.start);
    let (open, close) = if place.form == Form::List { ('[', ']') } else { ('{', '}') };
    spliced(text, place.container.clone(), &format!("{open}\n{indent}{new}\n{outer}{close}"))
}

/// A known preset with its fields as they are now, and all others kept.
fn written(
    text: &str,
    at: usize,
    fields: Map<String, Value>,
    preset: &Preset,
    now: Timestamp,
) -> String {
    let mut new = String::new();
    push(&mut new, &Value::Object(ordered(fields, preset, now)), &indentation(text, at));
    new
}

/// The web app's order of fields for new ones; known ones stay where they stand.
fn ordered(mut fields: Map<String, Value>, preset: &Preset, now: Timestamp) -> Map<String, Value> {
    let created = if fields.len() == 2 { fields.shift_remove("created_at") } else { None };
    fields.insert("name".into(), json!(preset.name));
    fields.insert("instructions".into(), json!(preset.instructions));
    for (name, value) in [("model", &preset.model), ("default_reasoning_level", &preset.effort)] {
        if let Some(value) = value {
            fields.insert(name.into(), json!(value));
        }
    }
    if let Some(tools) = &preset.tools {
        fields.insert("tools".into(), json!(tools));
    }
    if let Some(created) = created {
        fields.insert("created_at".into(), created);
    }
    fields.insert("updated_at".into(), json!(now.seconds()));
    fields
}

/// Two columns a step, as both programs lay out their files.
fn push(out: &mut String, value: &Value, indent: &str) {
    let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
    out.push_str(&pretty.replace('\n', &format!("\n{indent}")));
}

fn begins(text: &str, range: &Range<usize>, with: char) -> bool {
    text.get(range.clone()).is_some_and(|it| it.starts_with(with))
}

fn key(text: &str, range: &Range<usize>) -> String {
    decode_string(text.get(range.clone()).unwrap_or_default())
}

/// The white space the line of a place begins with.
fn indentation(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.chars().take_while(|it| matches!(it, ' ' | '\t')).collect()
}

fn spliced(text: &str, range: Range<usize>, new: &str) -> String {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    format!("{}{new}{}", before.unwrap_or_default(), after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(9);

    const WEB: &str = r#"{
  "presets": {
    "a1": {
      "id": "a1",
      "name": "Coder",
      "instructions": "Write code.",
      "model": "gpt-5",
      "default_reasoning_level": "high",
      "created_at": 1,
      "updated_at": 2,
      "colour": [1.50, 1e5]
    },
    "b2": {"id":"b2",  "name":"Cook", "instructions":"Cook.", "odd": null},
    "c3": 5
  },
  "version": 1.0
}"#;

    fn preset(id: &str, name: &str) -> Preset {
        let instructions = Some("Do.".to_owned());
        Preset { id: id.into(), name: name.into(), instructions, ..Preset::default() }
    }

    fn names(text: &str) -> Vec<String> {
        presets(text).unwrap().into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn presets_are_found_in_every_layout_and_what_is_none_is_passed_over() {
        assert_eq!(names(WEB), ["Coder", "Cook"]);
        let first = presets(WEB).unwrap().remove(0);
        assert_eq!(
            (first.model.as_deref(), first.effort.as_deref()),
            (Some("gpt-5"), Some("high"))
        );
        assert_eq!(names(r#"{"x": {"name": "A"}, "y": {"nom": "B"}}"#), ["A"]);
        assert_eq!(names(r#"[{"id": "x", "name": "A", "tools": ["calculator"]}, 7]"#), ["A"]);
        assert_eq!(names(""), Vec::<String>::new());
        assert!(matches!(presets("{"), Err(LayoutError::Json(_))));
        assert_eq!(presets("5"), Err(LayoutError::Shape));
    }

    #[test]
    fn a_change_leaves_every_other_byte_and_every_other_field() {
        let mut cook = presets(WEB).unwrap().remove(1);
        cook.name = "Chef".into();
        let new = with(WEB, &cook, NOW).unwrap();
        let (before, after) =
            (WEB.find("{\"id\":\"b2\"").unwrap(), WEB.find(",\n    \"c3\"").unwrap());
        assert!(new.starts_with(&WEB[..before]) && new.ends_with(&WEB[after..]));
        let value: Value = serde_json::from_str(&new).unwrap();
        assert_eq!(value["presets"]["b2"]["name"], "Chef");
        assert_eq!(value["presets"]["b2"]["odd"], Value::Null);
        assert_eq!(value["presets"]["b2"]["updated_at"], 9);
        assert!(value["presets"]["b2"].get("model").is_none());
    }

    #[test]
    fn a_new_one_goes_last_and_a_removed_one_leaves_the_rest_as_it_was() {
        let two = with("", &preset("x", "X"), NOW).unwrap();
        assert_eq!(
            two,
            "{\n  \"presets\": {\n    \"x\": {\n      \"id\": \"x\",\n      \"name\": \"X\",\n      \
             \"instructions\": \"Do.\",\n      \"created_at\": 9,\n      \"updated_at\": 9\n    }\n  \
             }\n}"
        );
        let three = with(&two, &preset("y", "Y"), NOW).unwrap();
        assert_eq!(names(&three), ["X", "Y"]);
        assert_eq!(without(&three, "y").unwrap(), two);
        assert_eq!(names(&without(&three, "x").unwrap()), ["Y"]);
        assert_eq!(without(&two, "x").unwrap(), "{\n  \"presets\": {}\n}");
        assert_eq!(without(&two, "z"), Err(LayoutError::Unknown("z".into())));
        let list = with("[]", &preset("y", "Y"), NOW).unwrap();
        assert_eq!(names(&list), ["Y"]);
        let web = with(WEB, &preset("n", "N"), NOW).unwrap();
        assert_eq!(names(&web), ["Coder", "Cook", "N"]);
    }
}
