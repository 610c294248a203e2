//! Named values that may be secret: HTTP headers, and the environment of a program.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::table_value::read_texts;
use super::value::SettingValue;

/// Values by name. They may be secret and are never shown.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct SecretValues(#[serde(deserialize_with = "read_texts")] BTreeMap<String, String>);

impl SecretValues {
    /// Returns names with their values, for what uses them; must not be logged.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns `true` where there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for SecretValues {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(values: I) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for SecretValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Serialize for SecretValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for name in self.0.keys() {
            map.serialize_entry(name, "set (never shown)")?;
        }
        map.end()
    }
}

impl SettingValue for SecretValues {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_never_shown() {
        let values = SecretValues::from_iter([("X-Key", "hidden")]);
        let shown = format!("{values:?} {}", serde_json::to_string(&values).unwrap());
        assert!(shown.contains("X-Key") && !shown.contains("hidden"), "{shown}");
    }
}
