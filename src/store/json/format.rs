//! Lays a JSON value out as the web app does: Python's `json.dump` with two spaces.

use super::fields::Fields;
use super::ranges::raw_elements;

/// Why a value cannot be laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormatError {
    /// It is not JSON, or holds what Python could not read.
    Malformed,
    /// It is nested too deeply.
    TooDeep,
}

/// How the parts of a value are written.
pub(crate) struct ValueFormat<S> {
    /// The most indentations of a value, plus one.
    pub max_level: usize,
    /// Makes the text of a raw string, number or word.
    pub scalar: S,
}

impl<S: Fn(&str) -> Result<String, FormatError>> ValueFormat<S> {
    /// The text of a raw value that is `level` steps deep. Of a repeated key, the last value counts.
    pub(crate) fn format(&self, raw: &str, level: usize) -> Result<String, FormatError> {
        let mut out = String::new();
        self.push_value(raw, level, &mut out)?;
        Ok(out)
    }

    fn push_value(&self, raw: &str, level: usize, out: &mut String) -> Result<(), FormatError> {
        let inside = level.saturating_add(1);
        if inside > self.max_level {
            return Err(FormatError::TooDeep);
        }
        let (items, [open, close]) = match raw.as_bytes() {
            [b'{', ..] => (self.members(raw)?, ["{", "}"]),
            [b'[', ..] => (array_items(raw)?, ["[", "]"]),
            _ => {
                out.push_str(&(self.scalar)(raw)?);
                return Ok(());
            }
        };
        out.push_str(open);
        for (position, (key, value)) in items.iter().enumerate() {
            out.push_str(if position == 0 { "\n" } else { ",\n" });
            out.push_str(&"  ".repeat(inside));
            out.push_str(key);
            self.push_value(value, inside, out)?;
        }
        if !items.is_empty() {
            out.push('\n');
            out.push_str(&"  ".repeat(level));
        }
        out.push_str(close);
        Ok(())
    }

    /// The members of an object: the key with its colon, and the raw value.
    fn members(&self, raw: &str) -> Result<Vec<(String, String)>, FormatError> {
        let fields = Fields::of(raw).ok_or(FormatError::Malformed)?.all.into_iter();
        let member =
            |field: super::Field| Ok((format!("{}: ", (self.scalar)(&field.raw_key)?), field.raw));
        fields.map(member).collect()
    }
}

/// The raw elements of an array, which have no keys.
fn array_items(raw: &str) -> Result<Vec<(String, String)>, FormatError> {
    let items = raw_elements(raw).ok_or(FormatError::Malformed)?.into_iter();
    Ok(items.map(|item| (String::new(), item.to_owned())).collect())
}
