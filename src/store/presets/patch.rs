//! A JSON text with one preset more, changed or gone.
//! May not change a byte of anything but what is meant.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::chat::{Preset, Timestamp};

use super::layout::{
    EFFORT, Entry, Fields, Form, LayoutError, Place, find, or_empty, preset_of, quoted,
};

/// Where a preset goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", content = "id", rename_all = "snake_case")]
pub(super) enum Spot {
    /// Behind all others.
    Last,
    /// Before all others.
    First,
    /// Behind this one; last where it is gone.
    Behind(String),
}

/// The text with a new preset behind the others; as it is where its id is there.
pub(super) fn created(text: &str, preset: &Preset, at: Timestamp) -> Result<String, LayoutError> {
    let place = find(or_empty(text))?;
    let indent = match place.entries.last() {
        Some(last) => indentation(or_empty(text), last.whole.start),
        None => format!("{}  ", indentation(or_empty(text), place.container.start)),
    };
    put(text, &preset.id, &preset.id, &fresh(preset, at, &indent), &Spot::Last)
}

/// The text with a preset's value put in as it is.
pub(super) fn put(
    text: &str,
    id: &str,
    key: &str,
    value: &str,
    spot: &Spot,
) -> Result<String, LayoutError> {
    let text = or_empty(text);
    let place = find(text)?;
    if place.entries.iter().any(|entry| entry.id == id) {
        return Ok(text.to_owned());
    }
    let member = match place.form {
        Form::ById => format!("{}: {value}", quoted(key)),
        Form::List => value.to_owned(),
    };
    let (Some(first), Some(last)) = (place.siblings.first(), place.siblings.last()) else {
        let outer = indentation(text, place.container.start);
        let (open, close) = if place.form == Form::List { ('[', ']') } else { ('{', '}') };
        let only = format!("{open}\n{outer}  {member}\n{outer}{close}");
        return Ok(spliced(text, place.container, &only));
    };
    let known = |id: &str| place.entries.iter().find(|entry| entry.id == id);
    let behind = match spot {
        Spot::First => {
            let gap = gap(text, first.start);
            return Ok(spliced(text, first.start..first.start, &format!("{member},{gap}")));
        }
        Spot::Last => last.clone(),
        Spot::Behind(id) => known(id).map_or_else(|| last.clone(), |entry| entry.whole.clone()),
    };
    let gap = gap(text, behind.start);
    Ok(spliced(text, behind.end..behind.end, &format!(",{gap}{member}")))
}

/// The text with the fields of a preset in which two others differ.
pub(super) fn edited(
    text: &str,
    before: &Preset,
    after: &Preset,
    at: Timestamp,
) -> Result<String, LayoutError> {
    let unknown = || LayoutError::Unknown(before.name.clone());
    let known = preset_of(text, &before.id)?.ok_or_else(unknown)?.preset;
    let place = find(text)?;
    let number = place.entries.iter().position(|it| it.id == before.id).ok_or_else(unknown)?;
    let mut set = Setting { text: text.to_owned(), number };
    let string = |value: &Option<String>| value.as_deref().map(quoted);
    let mut touched = false;
    let fields = [
        (["name"].as_slice(), Some(quoted(&before.name)), Some(quoted(&after.name))),
        (&["instructions"], string(&before.instructions), string(&after.instructions)),
        (&["model"], string(&before.model), string(&after.model)),
        (EFFORT, string(&before.effort), string(&after.effort)),
    ];
    for (names, _, new) in fields.into_iter().filter(|(_, old, new)| old != new) {
        set.field(names, new.as_deref())?;
        touched = true;
    }
    if before.tools != after.tools && known.tools != after.tools {
        let tools = after.tools.as_deref().map(|tools| set.tools(tools)).transpose()?;
        set.field(&["tools"], tools.as_deref())?;
        touched = true;
    }
    if touched {
        set.field(&["updated_at"], Some(&at.seconds().to_string()))?;
    }
    Ok(set.text)
}

/// The text without a preset.
pub(super) fn removed(text: &str, id: &str) -> Result<String, LayoutError> {
    let mut text = or_empty(text).to_owned();
    let mut found = false;
    loop {
        let place = find(&text)?;
        let Some(entry) = place.entries.iter().find(|entry| entry.id == id) else {
            break;
        };
        found = true;
        text = without(&text, &place, entry);
    }
    if found { Ok(text) } else { Err(LayoutError::Unknown(id.to_owned())) }
}

fn without(text: &str, place: &Place, entry: &Entry) -> String {
    let empty = if place.form == Form::List { "[]" } else { "{}" };
    cut(text, &place.siblings, &entry.whole)
        .unwrap_or_else(|| spliced(text, place.container.clone(), empty))
}

/// A preset in a text whose fields are set one by one.
struct Setting {
    text: String,
    number: usize,
}

impl Setting {
    fn value(&self) -> Result<Range<usize>, LayoutError> {
        let place = find(&self.text)?;
        let entry = place.entries.get(self.number);
        entry.map(|entry| entry.value.clone()).ok_or(LayoutError::Shape)
    }

    /// Sets the field that goes by one of some names, or takes all of them away.
    fn field(&mut self, names: &[&str], new: Option<&str>) -> Result<(), LayoutError> {
        let Some(new) = new else {
            return names.iter().try_for_each(|name| self.clear(name));
        };
        let object = self.value()?;
        let fields = Fields::of(&self.text, object.clone());
        if let Some(known) = names.iter().find_map(|name| fields.get(name)) {
            self.text = spliced(&self.text, known.value.clone(), new);
            return Ok(());
        }
        let name = quoted(names.first().copied().unwrap_or_default());
        self.text = match fields.members.last() {
            None => spliced(&self.text, object, &format!("{{{name}: {new}}}")),
            Some(last) => {
                let end = last.value.end;
                let gap = gap(&self.text, last.key.start);
                spliced(&self.text, end..end, &format!(",{gap}{name}: {new}"))
            }
        };
        Ok(())
    }

    fn clear(&mut self, name: &str) -> Result<(), LayoutError> {
        loop {
            let object = self.value()?;
            let fields = Fields::of(&self.text, object.clone());
            let Some(known) = fields.get(name) else {
                return Ok(());
            };
            let known = known.key.start..known.value.end;
            let whole = |it: &super::super::json::Member| it.key.start..it.value.end;
            let all: Vec<Range<usize>> = fields.members.iter().map(whole).collect();
            let cut = cut(&self.text, &all, &known);
            self.text = cut.unwrap_or_else(|| spliced(&self.text, object, "{}"));
        }
    }

    /// A list of tools; those that stay are named as they were.
    fn tools(&self, wanted: &[String]) -> Result<String, LayoutError> {
        let known = Fields::of(&self.text, self.value()?).tools().unwrap_or_default();
        let element = |name: &String| {
            let same = known.iter().find(|(known, _)| known == name);
            same.map_or_else(|| quoted(name), |(_, raw)| (*raw).to_owned())
        };
        Ok(format!("[{}]", wanted.iter().map(element).collect::<Vec<_>>().join(", ")))
    }
}

/// The text without one of some parts with commas between; `None` where it is the only one.
fn cut(text: &str, all: &[Range<usize>], gone: &Range<usize>) -> Option<String> {
    let at = all.iter().position(|it| it == gone)?;
    if let Some(next) = all.get(at.saturating_add(1)) {
        return Some(spliced(text, gone.start..next.start, ""));
    }
    let before = all.get(at.checked_sub(1)?)?;
    Some(spliced(text, before.end..gone.end, ""))
}

/// A preset in the web app's order of fields.
fn fresh(preset: &Preset, at: Timestamp, indent: &str) -> String {
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
fn gap(text: &str, at: usize) -> String {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let own_line = line.trim().is_empty() && text.get(..at).is_some_and(|it| it.contains('\n'));
    if own_line { format!("\n{}", indentation(text, at)) } else { " ".to_owned() }
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
mod tests;
