//! A JSON text with one preset more, changed or gone.
//! May not change a byte of anything but what is meant.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::chat::{Preset, Timestamp};

use super::layout::{
    ContainerKind, EFFORT_KEYS, LayoutError, ObjectFields, PresetContainer, PresetEntry,
    find_container, find_preset, or_empty_presets, to_json_string,
};

/// Where a preset goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", content = "id", rename_all = "snake_case")]
pub(super) enum InsertPosition {
    /// Behind all others.
    Last,
    /// Before all others.
    First,
    /// Behind this one; last where it is gone.
    Behind(String),
}

/// The text with a new preset behind the others; as it is where its id is there.
pub(super) fn add_preset(
    text: &str,
    preset: &Preset,
    at: Timestamp,
) -> Result<String, LayoutError> {
    let place = find_container(or_empty_presets(text))?;
    let indent = match place.entries.last() {
        Some(last) => indentation_at(or_empty_presets(text), last.member.start),
        None => format!("{}  ", indentation_at(or_empty_presets(text), place.range.start)),
    };
    insert_raw(
        text,
        &preset.id,
        &preset.id,
        &new_preset_json(preset, at, &indent),
        &InsertPosition::Last,
    )
}

/// The text with a preset's value put in as it is.
pub(super) fn insert_raw(
    text: &str,
    id: &str,
    key: &str,
    value: &str,
    spot: &InsertPosition,
) -> Result<String, LayoutError> {
    let text = or_empty_presets(text);
    let place = find_container(text)?;
    if place.entries.iter().any(|entry| entry.id == id) {
        return Ok(text.to_owned());
    }
    let member = match place.kind {
        ContainerKind::Object => format!("{}: {value}", to_json_string(key)),
        ContainerKind::Array => value.to_owned(),
    };
    let (Some(first), Some(last)) = (place.children.first(), place.children.last()) else {
        let outer = indentation_at(text, place.range.start);
        let (open, close) =
            if place.kind == ContainerKind::Array { ('[', ']') } else { ('{', '}') };
        let only = format!("{open}\n{outer}  {member}\n{outer}{close}");
        return Ok(replace_range(text, place.range, &only));
    };
    let known = |id: &str| place.entries.iter().find(|entry| entry.id == id);
    let behind = match spot {
        InsertPosition::First => {
            let gap = separator_at(text, first.start);
            return Ok(replace_range(text, first.start..first.start, &format!("{member},{gap}")));
        }
        InsertPosition::Last => last.clone(),
        InsertPosition::Behind(id) => {
            known(id).map_or_else(|| last.clone(), |entry| entry.member.clone())
        }
    };
    let gap = separator_at(text, behind.start);
    Ok(replace_range(text, behind.end..behind.end, &format!(",{gap}{member}")))
}

/// The text with the fields of a preset in which two others differ.
pub(super) fn edit_preset(
    text: &str,
    before: &Preset,
    after: &Preset,
    at: Timestamp,
) -> Result<String, LayoutError> {
    let unknown = || LayoutError::NotFound(before.name.clone());
    let known = find_preset(text, &before.id)?.ok_or_else(unknown)?.preset;
    let place = find_container(text)?;
    let number = place.entries.iter().position(|it| it.id == before.id).ok_or_else(unknown)?;
    let mut set = PresetEditor { text: text.to_owned(), position: number };
    let string = |value: &Option<String>| value.as_deref().map(to_json_string);
    let mut touched = false;
    let fields = [
        (
            ["name"].as_slice(),
            Some(to_json_string(&before.name)),
            Some(to_json_string(&after.name)),
        ),
        (&["instructions"], string(&before.instructions), string(&after.instructions)),
        (&["model"], string(&before.model), string(&after.model)),
        (EFFORT_KEYS, string(&before.effort), string(&after.effort)),
    ];
    for (names, _, new) in fields.into_iter().filter(|(_, old, new)| old != new) {
        set.set_field(names, new.as_deref())?;
        touched = true;
    }
    if before.tools != after.tools && known.tools != after.tools {
        let tools = after.tools.as_deref().map(|tools| set.tools_json(tools)).transpose()?;
        set.set_field(&["tools"], tools.as_deref())?;
        touched = true;
    }
    if touched {
        set.set_field(&["updated_at"], Some(&at.seconds().to_string()))?;
    }
    Ok(set.text)
}

/// The text without a preset.
pub(super) fn remove_preset(text: &str, id: &str) -> Result<String, LayoutError> {
    let mut text = or_empty_presets(text).to_owned();
    let mut found = false;
    loop {
        let place = find_container(&text)?;
        let Some(entry) = place.entries.iter().find(|entry| entry.id == id) else {
            break;
        };
        found = true;
        text = remove_entry(&text, &place, entry);
    }
    if found { Ok(text) } else { Err(LayoutError::NotFound(id.to_owned())) }
}

fn remove_entry(text: &str, place: &PresetContainer, entry: &PresetEntry) -> String {
    let empty = if place.kind == ContainerKind::Array { "[]" } else { "{}" };
    remove_from_list(text, &place.children, &entry.member)
        .unwrap_or_else(|| replace_range(text, place.range.clone(), empty))
}

/// A preset in a text whose fields are set one by one.
struct PresetEditor {
    text: String,
    position: usize,
}

impl PresetEditor {
    fn value_range(&self) -> Result<Range<usize>, LayoutError> {
        let place = find_container(&self.text)?;
        let entry = place.entries.get(self.position);
        entry.map(|entry| entry.value.clone()).ok_or(LayoutError::NoPresets)
    }

    /// Sets the field that goes by one of some names, or takes all of them away.
    fn set_field(&mut self, names: &[&str], new: Option<&str>) -> Result<(), LayoutError> {
        let Some(new) = new else {
            return names.iter().try_for_each(|name| self.remove_field(name));
        };
        let object = self.value_range()?;
        let fields = ObjectFields::of(&self.text, object.clone());
        if let Some(known) = names.iter().find_map(|name| fields.get(name)) {
            self.text = replace_range(&self.text, known.value.clone(), new);
            return Ok(());
        }
        let name = to_json_string(names.first().copied().unwrap_or_default());
        self.text = match fields.members.last() {
            None => replace_range(&self.text, object, &format!("{{{name}: {new}}}")),
            Some(last) => {
                let end = last.value.end;
                let gap = separator_at(&self.text, last.key.start);
                replace_range(&self.text, end..end, &format!(",{gap}{name}: {new}"))
            }
        };
        Ok(())
    }

    fn remove_field(&mut self, name: &str) -> Result<(), LayoutError> {
        loop {
            let object = self.value_range()?;
            let fields = ObjectFields::of(&self.text, object.clone());
            let Some(known) = fields.get(name) else {
                return Ok(());
            };
            let known = known.key.start..known.value.end;
            let whole = |it: &super::super::json::Member| it.key.start..it.value.end;
            let all: Vec<Range<usize>> = fields.members.iter().map(whole).collect();
            let cut = remove_from_list(&self.text, &all, &known);
            self.text = cut.unwrap_or_else(|| replace_range(&self.text, object, "{}"));
        }
    }

    /// A list of tools; those that stay are named as they were.
    fn tools_json(&self, wanted: &[String]) -> Result<String, LayoutError> {
        let known = ObjectFields::of(&self.text, self.value_range()?).tools().unwrap_or_default();
        let element = |name: &String| {
            let same = known.iter().find(|(known, _)| known == name);
            same.map_or_else(|| to_json_string(name), |(_, raw)| (*raw).to_owned())
        };
        Ok(format!("[{}]", wanted.iter().map(element).collect::<Vec<_>>().join(", ")))
    }
}

/// The text without one of some parts with commas between; `None` where it is the only one.
fn remove_from_list(text: &str, all: &[Range<usize>], gone: &Range<usize>) -> Option<String> {
    let at = all.iter().position(|it| it == gone)?;
    if let Some(next) = all.get(at.saturating_add(1)) {
        return Some(replace_range(text, gone.start..next.start, ""));
    }
    let before = all.get(at.checked_sub(1)?)?;
    Some(replace_range(text, before.end..gone.end, ""))
}

/// A preset in the web app's order of fields.
fn new_preset_json(preset: &Preset, at: Timestamp, indent: &str) -> String {
    let mut fields = Map::new();
    fields.insert("id".into(), json!(preset.id));
    fields.insert("name".into(), json!(preset.name));
    fields.insert("instructions".into(), json!(preset.instructions));
    if let Some(model) = &preset.model {
        fields.insert("model".into(), json!(model));
    }
    if let Some(effort) = &preset.effort {
        fields.insert("default_reasoning_level".into(), json!(effort));
    }
    if let Some(tools) = &preset.tools {
        fields.insert("tools".into(), json!(tools));
    }
    fields.insert("created_at".into(), json!(at.seconds()));
    fields.insert("updated_at".into(), json!(at.seconds()));
    let pretty = serde_json::to_string_pretty(&Value::Object(fields)).unwrap_or_default();
    pretty.replace('\n', &format!("\n{indent}"))
}

/// What stands before something beside what stands at a place: a line of its own, or a space.
fn separator_at(text: &str, at: usize) -> String {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let own_line = line.trim().is_empty() && text.get(..at).is_some_and(|it| it.contains('\n'));
    if own_line { format!("\n{}", indentation_at(text, at)) } else { " ".to_owned() }
}

/// The white space the line of a place begins with.
fn indentation_at(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.chars().take_while(|it| matches!(it, ' ' | '\t')).collect()
}

fn replace_range(text: &str, range: Range<usize>, new: &str) -> String {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    format!("{}{new}{}", before.unwrap_or_default(), after.unwrap_or_default())
}

#[cfg(test)]
mod tests;
