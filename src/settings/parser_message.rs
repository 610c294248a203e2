//! Puts the errors of the parser of `config.toml` into plain words: it speaks of Rust's types and lists
//! every known name.

use super::config_position::{keys_at, line_at};
use super::error::describe;
use super::setting::{Setting, join_words};
use super::suggest::suggestion;
use crate::chat::shorten::shorten;

/// What the types are called in the message of the parser, and in an advice.
const TYPES: &[(&str, &str)] = &[
    ("a string", "text in quotes"),
    ("a boolean", "true or false"),
    ("a sequence", "a list in square brackets"),
    ("a map", "a table"),
    ("struct", "a table"),
    ("f64", "a number"),
    ("u16", "a whole number"),
    ("u64", "a whole number"),
];

/// How messages about the syntax begin (toml 0.9, 2025-11), and the same in plain words.
const SYNTAX: &[(&str, &str)] = &[
    ("string values must be quoted", "Put text in quotes; true, false and numbers need none."),
    ("unclosed array", "A bracket is missing at the end: ]."),
    ("unclosed table", "A bracket is missing at the end: ]."),
    ("unclosed inline table", "A brace is missing at the end: }."),
    ("unexpected key or value", "Put each setting on a line of its own."),
    ("unquoted keys cannot be empty", "The name of the setting is missing before \"=\"."),
    ("duplicate key", "The file has this setting twice. Delete one of them."),
];

/// Fewer names than these are listed.
const MAX_LISTED: usize = 12;

/// What is wrong, where, and with which key. Never the line itself: it may hold a secret. `settings`
/// are those that the text can have.
pub(super) fn describe_parse_error(
    text: &str,
    error: &toml::de::Error,
    settings: &[Setting],
) -> String {
    let Some(offset) = error.span().map(|span| span.start) else {
        return error.message().to_owned();
    };
    let keys = keys_at(text, offset);
    let setting = match keys.as_slice() {
        [name] => settings.iter().find(|setting| setting.name == name),
        _ => None,
    };
    let mut message = plain_message(error.message(), setting);
    if message.starts_with("Use a table") && !keys.is_empty() {
        let what = if keys.first().is_some_and(|key| key == "prices") {
            ", with input and output in dollars for a million tokens"
        } else {
            ""
        };
        message = format!("Use a table: {}{what}.", table_header(&keys));
    }
    let is_program =
        matches!(keys.as_slice(), [mcp, _, command] if mcp == "mcp" && command == "command");
    if is_program && message == "Use text in quotes, not a list." {
        "Use the name of the program in quotes. What follows it goes into args."
            .clone_into(&mut message);
    }
    describe(line_at(text, offset), &keys, &message)
}

/// The line that begins the table of these keys.
fn table_header(keys: &[String]) -> String {
    let is_bare =
        |key: &str| key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let quoted =
        keys.iter().map(|key| if is_bare(key) { key.clone() } else { format!("\"{key}\"") });
    format!("[{}]", quoted.collect::<Vec<_>>().join("."))
}

/// The same in plain words; `setting` is the one that is wrong, where it is a whole setting.
pub(super) fn plain_message(message: &str, setting: Option<&Setting>) -> String {
    if message.starts_with("unknown field") {
        return unknown_name(message, "setting");
    }
    if message.starts_with("unknown variant") {
        return unknown_name(message, "value");
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return format!("The setting {} is missing.", name.replace('`', "\""));
    }
    let is_text = ["invalid basic string", "invalid literal string"]
        .iter()
        .any(|start| message.starts_with(start));
    if is_text && (message.contains("expected `\"`") || message.contains("expected `'`")) {
        return "A quotation mark is missing at the end.".to_owned();
    }
    if let Some((_, plain)) = SYNTAX.iter().find(|(start, _)| message.starts_with(start)) {
        return (*plain).to_owned();
    }
    let is_list = message.starts_with("invalid type: sequence");
    let expected = if message.starts_with("invalid ") {
        message.rsplit_once("expected ").map(|(_, expected)| expected)
    } else {
        // Where one of several words is wanted.
        message.strip_prefix("wanted ")
    };
    let Some(expected) = expected else { return sentence(message) };
    let values = setting.and_then(Setting::values_in_file);
    let kind = TYPES.iter().find(|(start, _)| expected.starts_with(start)).map(|(_, plain)| *plain);
    match (values, kind) {
        (Some(values), _) => format!("Use {values}."),
        (None, Some(kind)) if is_list => format!("Use {kind}, not a list."),
        (None, Some(kind)) => format!("Use {kind}."),
        (None, None) => sentence(message),
    }
}

/// A message of the parser as a sentence, without the characters it expected: it names the grammar.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let Some(first) = letters.next().filter(|c| c.is_lowercase()) else {
        return message.to_owned();
    };
    let rest = letters.as_str();
    let rest = rest.split_once(", expected ").map_or(rest, |(rest, _)| rest);
    format!("{}{}.", first.to_uppercase(), rest.trim_end_matches('.'))
}

fn unknown_name(message: &str, kind: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let Some((typed, known)) = names.split_first() else { return message.to_owned() };
    // Refused with an explanation, so that it is no advice.
    let known: Vec<&str> = known.iter().copied().filter(|name| *name != "api_key").collect();
    let hint = suggestion(typed, known.iter().copied());
    // The nearest word may mean the opposite of the value that was meant.
    let is_listed = known.len() < MAX_LISTED && (kind == "value" || hint.is_empty());
    let hint = if is_listed { format!(" Use {}.", join_words(&known)) } else { hint };
    format!("There is no {kind} \"{}\".{hint}", shorten(typed))
}

#[cfg(test)]
mod tests {
    use super::super::table::SETTINGS;
    use super::*;

    #[test]
    fn the_parsers_words_become_plain_ones() {
        for (message, plain) in [
            (
                "unknown field `modle`, expected one of `user`, `model`",
                "There is no setting \"modle\". Did you mean \"model\"?",
            ),
            ("unknown variant `x`, expected `a` or `b`", "There is no value \"x\". Use a or b."),
            (
                "unknown variant `on`, expected one of `auto`, `concise`, `off`",
                "There is no value \"on\". Use auto, concise or off.",
            ),
            (
                "unknown field `key`, expected one of `model`, `api_key`",
                "There is no setting \"key\". Use model.",
            ),
            ("missing field `base_url`", "The setting \"base_url\" is missing."),
            ("invalid type: string \"sk-1\", expected a boolean", "Use true or false."),
            ("invalid value: integer `-1`, expected u64", "Use a whole number."),
            ("unclosed array, expected `]`", "A bracket is missing at the end: ]."),
            (
                "string values must be quoted, expected literal string",
                "Put text in quotes; true, false and numbers need none.",
            ),
            ("unexpected key or value, expected newline", "Put each setting on a line of its own."),
            ("invalid type: sequence, expected a string", "Use text in quotes, not a list."),
            ("invalid basic string, expected `\"`", "A quotation mark is missing at the end."),
            ("duplicate key", "The file has this setting twice. Delete one of them."),
            ("\"x\" is not a colour", "\"x\" is not a colour"),
        ] {
            assert_eq!(plain_message(message, None), plain);
        }
        let color = SETTINGS.iter().find(|setting| setting.name == "color");
        let plain = plain_message("wanted string or table", color);
        assert_eq!(plain, "Use \"auto\", \"always\" or \"never\".");
    }
}
