//! Splits the text of a presets file into keys with raw values, and writes it again.

use crate::store::json::{Field, Fields, ParseError, value_at};

/// What is wrong with JSON that has no presets where the web app reads them (hcorion/ai-multitool bdc7763,
/// measured on 2026-11-29: it reads `{"presets": {ID: {…}}}` and nothing else).
const NO_PRESETS: &str = "its presets are not in an object under the key \"presets\"";

/// The text of a presets file, split into its members.
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
    ///
    /// # Errors
    /// When the web app could not read them; why, as half a sentence.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let not_json = |error: ParseError| {
            format!("it is not valid JSON: {}", error.describe(text.as_bytes()))
        };
        let value = value_at(text, 0..text.len()).map_err(not_json)?;
        let text = text.get(value).unwrap_or_default();
        let mut others = Fields::of(text).ok_or(NO_PRESETS)?;
        let records = match others.remove("presets") {
            Some(presets) => Fields::of(&presets.raw).ok_or(NO_PRESETS)?,
            None if others.all.is_empty() => Fields::default(),
            None => return Err(NO_PRESETS.to_owned()),
        };
        let repeated = [others.repeated, records.repeated].concat();
        Ok(Self { records: records.all, others: others.all, repeated })
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
            let read = PresetDocument::parse(text.as_bytes());
            assert_eq!(read, Err(NO_PRESETS.to_owned()), "{text}");
        }
        assert_eq!(PresetDocument::parse(b"\xff"), Err("it is not UTF-8 text".to_owned()));
        for text in ["{", "\u{feff}{}", "{} x"] {
            let read = PresetDocument::parse(text.as_bytes());
            assert!(read.unwrap_err().starts_with("it is not valid JSON: "), "{text}");
        }
    }
}
