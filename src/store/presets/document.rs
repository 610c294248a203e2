//! Splits the text of a presets file into keys with raw values, and writes it again.

use std::ops::Range;

use thiserror::Error;

use crate::store::json::{
    ParseError, decode_string, has_unpaired_surrogate, keep_last, members, to_json_string, value_at,
};

/// Why the web app could not read the presets of a text (hcorion/ai-multitool bdc7763, measured on
/// 2026-11-29: it reads `{"presets": {ID: {…}}}` and nothing else).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// The bytes are not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// The text is not JSON.
    #[error("it is not valid JSON ({0})")]
    NotJson(String),
    /// The text is JSON without an object of presets under the key `presets`.
    #[error("its presets are not in an object under the key \"presets\"")]
    NoPresets,
}

impl From<ParseError> for LayoutError {
    fn from(error: ParseError) -> Self {
        Self::NotJson(format!("{} at byte {}", error.what, error.at))
    }
}

/// A key with its raw value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// The key, decoded; as it is in the file where it holds half of a surrogate pair.
    pub key: String,
    /// The raw key, with quotes.
    pub raw_key: String,
    /// The raw value.
    pub raw: String,
}

impl Field {
    /// A field with a new key.
    pub(super) fn new(key: String, raw: String) -> Self {
        Self { raw_key: to_json_string(&key), key, raw }
    }
}

/// A presets file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PresetDocument {
    /// The presets in file order.
    pub records: Vec<Field>,
    /// The other keys of the file.
    pub others: Vec<Field>,
    /// The keys whose earlier values do not count, because they are there again.
    pub repeated: Vec<String>,
}

impl PresetDocument {
    /// Reads the bytes of a file. An empty file and an empty object hold no presets.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, LayoutError> {
        let text = std::str::from_utf8(bytes).map_err(|_| LayoutError::NotUtf8)?;
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let text = text.get(value_at(text, 0..text.len())?).unwrap_or_default();
        let mut repeated = Vec::new();
        let mut others = read_fields(text, &mut repeated).ok_or(LayoutError::NoPresets)?;
        let presets = others.iter().position(|field| field.key == "presets");
        let records = match presets.map(|at| others.remove(at)) {
            Some(presets) => {
                read_fields(&presets.raw, &mut repeated).ok_or(LayoutError::NoPresets)?
            }
            None if others.is_empty() => Vec::new(),
            None => return Err(LayoutError::NoPresets),
        };
        Ok(Self { records, others, repeated })
    }

    /// Writes the text in the web app's layout; unchanged values keep their bytes.
    pub(super) fn to_text(&self) -> String {
        let members = |fields: &[Field], indent: &str| {
            let member = |it: &Field| format!("\n{indent}{}: {}", it.raw_key, it.raw);
            fields.iter().map(member).collect::<Vec<_>>().join(",")
        };
        let presets = match members(&self.records, "    ") {
            none if none.is_empty() => "{}".to_owned(),
            all => format!("{{{all}\n  }}"),
        };
        let mut others = members(&self.others, "  ");
        if !others.is_empty() {
            others.insert(0, ',');
        }
        format!("{{\n  \"presets\": {presets}{others}\n}}")
    }

    /// Returns the position of the preset with an id, which is its key.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.records.iter().position(|record| record.key == id)
    }
}

/// Reads the members of a raw object; `None` for any other value.
pub(super) fn object_fields(text: &str) -> Option<Vec<Field>> {
    read_fields(text, &mut Vec::new())
}

fn read_fields(text: &str, repeated: &mut Vec<String>) -> Option<Vec<Field>> {
    if !text.starts_with('{') {
        return None;
    }
    let part = |range: Range<usize>| text.get(range).unwrap_or_default().to_owned();
    let members = members(text, 0..text.len()).ok()?.into_iter().map(|member| {
        let raw_key = part(member.key);
        let is_broken = has_unpaired_surrogate(&raw_key);
        let key = match raw_key.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) if is_broken => inner.to_owned(),
            _ => decode_string(&raw_key),
        };
        ((key, is_broken), (raw_key, part(member.value)))
    });
    let (members, again) = keep_last(members);
    repeated.extend(again.into_iter().map(|(key, _)| key));
    let field = |((key, _), (raw_key, raw))| Field { key, raw_key, raw };
    Some(members.into_iter().map(field).collect())
}

/// An id for a record that has none, as the web app makes them.
pub(super) fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &str = "{\n  \"presets\": {\n    \"a\": {\"odd\":  1.50},\n    \"b\": 5\n  },\n  \"version\": 1.0\n}";

    #[test]
    fn a_text_in_the_web_apps_layout_is_written_as_it_was_read() {
        for text in [WEB, "{\n  \"presets\": {}\n}"] {
            assert_eq!(PresetDocument::parse(text.as_bytes()).unwrap().to_text(), text);
        }
        let empty = PresetDocument::default();
        for none in ["", " \n", "{}", "{\"presets\": {}}"] {
            assert_eq!(PresetDocument::parse(none.as_bytes()).unwrap(), empty);
        }
    }

    #[test]
    fn of_two_records_with_one_key_the_last_counts_in_the_place_of_the_first() {
        let text = r#"{"presets": {"a": 1, "b": 2, "\u0061": 3}}"#;
        let records = PresetDocument::parse(text.as_bytes()).unwrap().records;
        let all: Vec<_> = records.iter().map(|it| (it.key.as_str(), it.raw.as_str())).collect();
        assert_eq!(all, [("a", "3"), ("b", "2")]);
    }

    #[test]
    fn shapes_the_web_app_cannot_read_are_errors() {
        for text in ["5", "null", "[]", "{\"a\": {}}", "{\"presets\": []}", "{\"presets\": null}"] {
            assert_eq!(
                PresetDocument::parse(text.as_bytes()),
                Err(LayoutError::NoPresets),
                "{text}"
            );
        }
        assert_eq!(PresetDocument::parse(b"\xff"), Err(LayoutError::NotUtf8));
        for text in ["{", "\u{feff}{}", "{} x"] {
            let read = PresetDocument::parse(text.as_bytes());
            assert!(matches!(read, Err(LayoutError::NotJson(_))), "{text}");
        }
    }
}
