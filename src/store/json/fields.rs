//! The members of a small object in memory, with their raw values.

use std::collections::HashMap;

use super::ranges::members;
use super::surrogates::has_unpaired_surrogate;
use super::text::{decode_string, to_json_string};

/// A key with its raw value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// The key, decoded; as it is in the file where it holds half of a surrogate pair.
    pub key: String,
    /// The raw key, with quotes.
    pub raw_key: String,
    /// The raw value.
    pub raw: String,
}

impl Field {
    /// A field with a new key.
    pub(crate) fn new(key: String, raw: String) -> Self {
        Self { raw_key: to_json_string(&key), key, raw }
    }
}

/// The members of an object, as Python reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The fields; no key twice.
    pub all: Vec<Field>,
    /// The keys whose earlier values do not count, because they are there again.
    pub repeated: Vec<String>,
}

impl Fields {
    /// Reads a raw object; `None` for any other value.
    pub(crate) fn of(raw: &str) -> Option<Self> {
        if !raw.starts_with('{') {
            return None;
        }
        let mut fields = Self::default();
        let mut positions: HashMap<(String, bool), usize> = HashMap::new();
        for member in members(raw, 0..raw.len()).ok()? {
            let raw_key = raw.get(member.key).unwrap_or_default().to_owned();
            let is_broken = has_unpaired_surrogate(&raw_key);
            let key = match raw_key.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(inner) if is_broken => inner.to_owned(),
                _ => decode_string(&raw_key),
            };
            let end = fields.all.len();
            let position = *positions.entry((key.clone(), is_broken)).or_insert(end);
            let raw = raw.get(member.value).unwrap_or_default().to_owned();
            let field = Field { key, raw_key, raw };
            match fields.all.get_mut(position) {
                // Of two with one key the last value counts, in the place of the first.
                Some(before) => {
                    fields.repeated.push(field.key.clone());
                    *before = field;
                }
                None => fields.all.push(field),
            }
        }
        Some(fields)
    }

    /// The raw value of a key.
    pub(crate) fn raw(&self, key: &str) -> Option<&str> {
        self.all.iter().find(|field| field.key == key).map(|field| field.raw.as_str())
    }

    /// The value of a key, if it is text.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.raw(key).filter(|raw| raw.starts_with('"')).map(decode_string)
    }

    /// Removes the first field with a key and returns it.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Field> {
        let at = self.all.iter().position(|field| field.key == key)?;
        Some(self.all.remove(at))
    }
}
