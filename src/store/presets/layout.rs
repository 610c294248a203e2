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
    #[error("it holds no presets")]
    Shape,
    /// It has no such preset.
    #[error("there is no preset \"{0}\"")]
    Unknown(String),
}

impl From<ParseError> for LayoutError {
    fn from(error: ParseError) -> Self {
        Self::Json(format!("{} at byte {}", error.what, error.at))
    }
}

/// A text without any.
const EMPTY: &str = "{\n  \"presets\": {}\n}";

/// The names the effort goes by; the first is the web app's of today.
pub(super) const EFFORT: &[&str] = &["default_reasoning_level", "reasoning_level"];

/// Where presets stand.
pub(super) struct Place {
    /// The object or list that holds them.
    pub container: Range<usize>,
    /// Everything in it, presets or not.
    pub siblings: Vec<Range<usize>>,
    /// What may be a preset; of two with one id only the last, as JSON is read.
    pub entries: Vec<Entry>,
    pub form: Form,
}

/// What may be a preset.
pub(super) struct Entry {
    /// Key and value, or the element.
    pub whole: Range<usize>,
    pub value: Range<usize>,
    /// The key, where it has one.
    pub key: Option<String>,
    pub id: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    ById,
    List,
}

/// One preset as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub preset: Preset,
    /// Its key, where it has one.
    pub key: Option<String>,
    /// Its value, to the byte.
    pub value: String,
    /// The id of the preset before it.
    pub behind: Option<String>,
    /// When it was last changed, as far as that is told in seconds.
    pub updated_at: Option<i64>,
}

/// The text, or one without presets where there is none.
pub(super) fn or_empty(text: &str) -> &str {
    if text.trim().is_empty() { EMPTY } else { text }
}

/// Every preset that can be read.
pub(super) fn presets(text: &str) -> Result<Vec<Preset>, LayoutError> {
    let text = or_empty(text);
    let place = find(text)?;
    Ok(place.entries.iter().filter_map(|entry| preset(text, entry)).collect())
}

/// One preset; `None` where there is none of that id that can be read.
pub(super) fn preset_of(text: &str, id: &str) -> Result<Option<Found>, LayoutError> {
    let text = or_empty(text);
    let place = find(text)?;
    let at = place.entries.iter().position(|entry| entry.id == id);
    let Some((at, entry)) = at.and_then(|at| Some((at, place.entries.get(at)?))) else {
        return Ok(None);
    };
    let Some(preset) = preset(text, entry) else {
        return Ok(None);
    };
    let behind = at.checked_sub(1).and_then(|at| place.entries.get(at));
    let fields = Fields::of(text, entry.value.clone());
    // Seconds; a larger number counts something else.
    let updated_at = fields.raw("updated_at").and_then(|raw| raw.parse::<f64>().ok());
    let updated_at = updated_at.filter(|it| (0.0..1e11).contains(it));
    #[allow(clippy::cast_possible_truncation)]
    let updated_at = updated_at.map(|it| it as i64);
    Ok(Some(Found {
        preset,
        key: entry.key.clone(),
        value: text.get(entry.value.clone()).unwrap_or_default().to_owned(),
        behind: behind.map(|entry| entry.id.clone()),
        updated_at,
    }))
}

/// Where presets stand in a text.
pub(super) fn find(text: &str) -> Result<Place, LayoutError> {
    let whole = value_at(text, 0..text.len())?;
    if begins(text, &whole, '[') {
        return listed(text, whole);
    }
    if !begins(text, &whole, '{') {
        return Err(LayoutError::Shape);
    }
    let all = members(text, whole.clone())?;
    let inner = all.iter().rfind(|member| decoded(text, &member.key) == "presets");
    match inner.map(|member| member.value.clone()) {
        Some(list) if begins(text, &list, '[') => listed(text, list),
        Some(object) if begins(text, &object, '{') => by_id(text, object),
        Some(_) => Err(LayoutError::Shape),
        None => by_id(text, whole),
    }
}

fn by_id(text: &str, container: Range<usize>) -> Result<Place, LayoutError> {
    let all = members(text, container.clone())?;
    let siblings = all.iter().map(|member| member.key.start..member.value.end).collect();
    let objects = all.into_iter().filter(|member| begins(text, &member.value, '{'));
    let entries = objects.map(|member| {
        let key = decoded(text, &member.key);
        let id = Fields::of(text, member.value.clone()).text(&["id"]);
        Entry {
            id: id.unwrap_or_else(|| key.clone()),
            whole: member.key.start..member.value.end,
            key: Some(key),
            value: member.value,
        }
    });
    Ok(Place { container, siblings, entries: last_of_each(entries.collect()), form: Form::ById })
}

fn listed(text: &str, container: Range<usize>) -> Result<Place, LayoutError> {
    let siblings = elements(text, container.clone())?;
    let objects = siblings.iter().filter(|value| begins(text, value, '{'));
    let entries = objects.map(|value| {
        let fields = Fields::of(text, value.clone());
        // Without an id, its name has to do.
        let id = fields.text(&["id"]).or_else(|| fields.text(&["name"])).unwrap_or_default();
        Entry { whole: value.clone(), value: value.clone(), key: None, id }
    });
    let entries = last_of_each(entries.collect());
    Ok(Place { container, siblings, entries, form: Form::List })
}

fn last_of_each(entries: Vec<Entry>) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries.into_iter().rev() {
        if kept.iter().all(|later| later.id != entry.id) {
            kept.push(entry);
        }
    }
    kept.reverse();
    kept
}

/// A preset as far as it can be read; one without a name is none.
fn preset(text: &str, entry: &Entry) -> Option<Preset> {
    let fields = Fields::of(text, entry.value.clone());
    Some(Preset {
        id: entry.id.clone(),
        name: fields.text(&["name"])?,
        instructions: fields.text(&["instructions"]),
        model: fields.text(&["model"]),
        effort: fields.text(EFFORT),
        tools: fields.tools().map(|all| all.into_iter().map(|(name, _)| name).collect()),
    })
}

/// The fields of an object in a text.
pub(super) struct Fields<'a> {
    text: &'a str,
    pub members: Vec<Member>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(text: &'a str, object: Range<usize>) -> Self {
        Self { text, members: members(text, object).unwrap_or_default() }
    }

    /// The field with a name; of two the last, as JSON is read.
    pub(super) fn get(&self, name: &str) -> Option<&Member> {
        self.members.iter().rfind(|member| decoded(self.text, &member.key) == name)
    }

    /// Its value as it stands there.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        self.text.get(self.get(name)?.value.clone())
    }

    /// The first of some fields that says something.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
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
                Fields::of(self.text, element).text(&["name", "type"])?
            };
            Some((name, raw))
        };
        Some(elements(self.text, list).ok()?.into_iter().filter_map(named).collect())
    }
}

pub(super) fn begins(text: &str, range: &Range<usize>, with: char) -> bool {
    text.get(range.clone()).is_some_and(|it| it.starts_with(with))
}

fn decoded(text: &str, range: &Range<usize>) -> String {
    decode_string(text.get(range.clone()).unwrap_or_default())
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    encode_string(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        presets(text).unwrap().into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn presets_are_found_in_every_layout_and_what_is_none_is_passed_over() {
        let web = r#"{"presets": {"a1": {"id": "a1", "name": "Coder", "model": "gpt-5",
            "default_reasoning_level": "high"}, "c3": 5, "b2": {"name": "Cook", "id": null}}}"#;
        assert_eq!(names(web), ["Coder", "Cook"]);
        let first = presets(web).unwrap().remove(0);
        let told = (first.model.as_deref(), first.effort.as_deref());
        assert_eq!(told, (Some("gpt-5"), Some("high")));
        assert_eq!(names(r#"{"x": {"name": "A"}, "y": {"nom": "B"}}"#), ["A"]);
        let list =
            r#"[{"id": "x", "name": "A", "tools": ["calculator", {"type": "web_search"}]}, 7]"#;
        assert_eq!(
            presets(list).unwrap()[0].tools.as_ref().unwrap(),
            &["calculator", "web_search"]
        );
        assert_eq!(names(""), Vec::<String>::new());
        assert!(matches!(presets("{"), Err(LayoutError::Json(_))));
        assert_eq!(presets("5"), Err(LayoutError::Shape));
    }

    #[test]
    fn of_two_with_one_id_the_last_counts_and_half_a_character_hides_none() {
        assert_eq!(names(r#"{"x": {"name": "A"}, "x": {"name": "B"}}"#), ["B"]);
        assert_eq!(names(r#"{"x": {"name": "A \ud83d"}}"#), ["A \u{fffd}"]);
        let found = preset_of(r#"{"x": {"name": "A"}, "y": {"name": "B", "updated_at": 7}}"#, "y");
        let found = found.unwrap().unwrap();
        assert_eq!((found.behind.as_deref(), found.updated_at), (Some("x"), Some(7)));
    }
}
