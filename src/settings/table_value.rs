//! Values that the configuration file has as tables. A list is none, although the fields of a type could be
//! read from one, nor is a date, which the parser passes on as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

/// The only key of a date (`toml_datetime` 1.1).
const DATE_KEY: &str = "$__toml_private_datetime";

/// Reads a value from a table.
///
/// # Errors
/// For anything else, and where the value cannot be read.
pub(super) fn read_table<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(TableVisitor(PhantomData))
}

/// Reads a table of tables.
///
/// # Errors
/// For anything else, and where a value cannot be read.
pub(super) fn read_tables<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, T>, D::Error> {
    let tables: BTreeMap<String, TableValue<T>> = read_table(deserializer)?;
    Ok(tables.into_iter().map(|(name, TableValue(value))| (name, value)).collect())
}

struct TableValue<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TableValue<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_table(deserializer).map(Self)
    }
}

struct TableVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TableVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// Reads a table of texts.
///
/// # Errors
/// For anything else.
pub(super) fn read_texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let texts: BTreeMap<String, String> = read_table(deserializer)?;
    if texts.contains_key(DATE_KEY) {
        return Err(D::Error::invalid_type(Unexpected::Other("a date"), &"a map"));
    }
    Ok(texts)
}
