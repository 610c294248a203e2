//! Finds the line of a key in `config.toml`, and the keys around a position in it.

use toml::de::{DeTable, DeValue};

/// The line of a key, counted from 1: that of the innermost key of the path that is in the text.
pub(super) fn line_of(text: &str, path: &[&str]) -> usize {
    let Ok(document) = DeTable::parse(text) else { return 1 };
    let (mut table, mut start) = (Some(document.get_ref()), 0);
    for wanted in path {
        let found = table.and_then(|keys| keys.iter().find(|(key, _)| key.get_ref() == wanted));
        let Some((key, value)) = found else { break };
        start = key.span().start;
        table = match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
    }
    line_at(text, start)
}

/// The line of a byte offset in a text, counted from 1.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    text.get(..offset).map_or(1, |before| before.matches('\n').count().saturating_add(1))
}

/// The keys around a byte offset in the text, outermost first; empty where the text cannot be read.
pub(super) fn keys_at(text: &str, offset: usize) -> Vec<String> {
    DeTable::parse(text).map_or_else(|_| Vec::new(), |table| keys_in(table.get_ref(), offset))
}

fn keys_in(table: &DeTable<'_>, offset: usize) -> Vec<String> {
    for (key, value) in table {
        let inner = match value.get_ref() {
            DeValue::Table(inner) => keys_in(inner, offset),
            _ => Vec::new(),
        };
        let is_inside = key.span().contains(&offset) || value.span().contains(&offset);
        if is_inside || !inner.is_empty() {
            let mut path = inner;
            path.insert(0, key.get_ref().to_string());
            return path;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "a = 1\n\n[keys.list]\nopen = []\n[servers.\"x.y\"]\nheaders = { B = \"\" }\n";

    #[test]
    fn a_key_is_found_in_tables_and_a_missing_one_by_the_table_around_it() {
        assert_eq!(line_of(TEXT, &["a"]), 1);
        assert_eq!(line_of(TEXT, &["keys", "list", "open"]), 4);
        assert_eq!(line_of(TEXT, &["keys", "list", "missing"]), 3);
        assert_eq!(line_of(TEXT, &["servers", "x.y", "headers", "B"]), 6);
    }

    #[test]
    fn a_place_is_named_by_its_keys() {
        let at = |word: &str| keys_at(TEXT, TEXT.find(word).unwrap()).join("/");
        assert_eq!(at("1"), "a");
        assert_eq!(at("open"), "keys/list/open");
        assert_eq!(at("B"), "servers/x.y/headers/B");
    }
}
