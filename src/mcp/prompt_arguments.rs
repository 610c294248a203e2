//! What a user writes after the name of a prompt: values by name, then values in order.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::chat::PromptArgument;

use super::fault::quote;

/// The values of arguments, and the text that none of them is for.
#[derive(Debug, PartialEq)]
pub(super) struct PromptInput {
    pub(super) values: Map<String, Value>,
    pub(super) rest: String,
}

/// Reads values as `NAME=VALUE` first, then in the order of the needed arguments, or of all where none is
/// needed. A value with blanks is in double quotes; the last takes the whole rest of the text.
///
/// # Errors
/// Which needed arguments have no value, in a sentence.
pub(super) fn read_input(
    prompt: &str,
    arguments: &[PromptArgument],
    text: &str,
) -> Result<PromptInput, String> {
    let mut values = BTreeMap::new();
    let rest = read_named(&mut values, arguments, text.trim());
    let is_any_required = arguments.iter().any(|it| it.is_required);
    let in_order = |it: &&PromptArgument| it.is_required || !is_any_required;
    let open = arguments.iter().filter(in_order).filter(|it| !values.contains_key(&it.name));
    let open: Vec<String> = open.map(|it| it.name.clone()).collect();
    let rest = read_in_order(&mut values, open, rest);
    let is_missing = |it: &&PromptArgument| {
        it.is_required && values.get(&it.name).is_none_or(|value| value.trim().is_empty())
    };
    let missing: Vec<String> =
        arguments.iter().filter(is_missing).map(|it| quote(&it.name)).collect();
    if !missing.is_empty() {
        return Err(missing_sentence(prompt, &missing));
    }
    let value = |it: &PromptArgument| Some((it.name.clone(), values.remove(&it.name)?.into()));
    Ok(PromptInput { values: arguments.iter().filter_map(value).collect(), rest: rest.to_owned() })
}

/// Takes each `NAME=VALUE` from the start of a text; returns the rest.
fn read_named<'a>(
    values: &mut BTreeMap<String, String>,
    arguments: &[PromptArgument],
    text: &'a str,
) -> &'a str {
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=')
        && arguments.iter().any(|it| it.name == name && !values.contains_key(name))
    {
        let (value, behind) = take_value(after);
        values.insert(name.to_owned(), value);
        rest = behind;
    }
    rest
}

/// Takes a value for each of these arguments, as long as there is text; returns the rest.
fn read_in_order<'a>(
    values: &mut BTreeMap<String, String>,
    arguments: Vec<String>,
    text: &'a str,
) -> &'a str {
    let mut rest = text;
    let last = arguments.len().saturating_sub(1);
    for (index, argument) in arguments.into_iter().enumerate() {
        if rest.is_empty() {
            break;
        }
        let (value, behind) = match take_value(rest) {
            (_, behind) if index == last && !behind.is_empty() => (rest.to_owned(), ""),
            taken => taken,
        };
        values.insert(argument, value);
        rest = behind;
    }
    rest
}

fn missing_sentence(prompt: &str, missing: &[String]) -> String {
    let by_name: Vec<String> = missing.iter().map(|name| format!("{name}=VALUE")).collect();
    let order = if missing.len() == 1 { "it" } else { "them in this order" };
    format!(
        "The prompt {prompt} needs {}. Write {order} after its name, or write {}.",
        missing.join(", "),
        by_name.join(" ")
    )
}

/// The first word, or the first text in double quotes, and what is behind it.
fn take_value(text: &str) -> (String, &str) {
    if let Some(quoted) = text.strip_prefix('"').and_then(take_quoted) {
        return quoted;
    }
    let (word, behind) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word.to_owned(), behind.trim_start())
}

/// The text up to the closing quote, which has to end a word. `\"` is a quote, `\\` a backslash.
fn take_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((_, c)) = chars.next() {
        match c {
            '"' => {
                let behind = chars.as_str();
                let is_end = behind.is_empty() || behind.starts_with(char::is_whitespace);
                return is_end.then_some((value, behind.trim_start()));
            }
            '\\' => match chars.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => return None,
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(names: &[&str]) -> Vec<PromptArgument> {
        let argument = |name: &&str| PromptArgument {
            name: name.trim_matches(['[', ']']).to_owned(),
            description: String::new(),
            is_required: !name.starts_with('['),
        };
        names.iter().map(argument).collect()
    }

    fn read(names: &[&str], text: &str) -> Result<(String, String), String> {
        let input = read_input("s:p", &arguments(names), text)?;
        Ok((Value::Object(input.values).to_string(), input.rest))
    }

    #[test]
    fn values_are_read_by_name_and_in_order() {
        for (names, text, values) in [
            (&["city", "country"][..], "Rome Italy", r#"{"city":"Rome","country":"Italy"}"#),
            (
                &["city", "country"],
                "\"New York\" the USA",
                r#"{"city":"New York","country":"the USA"}"#,
            ),
            (&["city", "country"], "country=Italy Rome", r#"{"city":"Rome","country":"Italy"}"#),
            (&["city", "[style]"], "The Hague", r#"{"city":"The Hague"}"#),
            (
                &["city", "[style]"],
                "style=\"a \\\"b\\\"\" The Hague",
                r#"{"city":"The Hague","style":"a \"b\""}"#,
            ),
            (&["[style]"], "brief and kind", r#"{"style":"brief and kind"}"#),
            (&["text"], "a = b\n  \"c\" ", r#"{"text":"a = b\n  \"c\""}"#),
            (&["text"], "\"in quotes\"", r#"{"text":"in quotes"}"#),
            (&["text"], "\"a\"b c", r#"{"text":"\"a\"b c"}"#),
            (&["[a]", "[b]"], "", "{}"),
        ] {
            let read = read(names, text).unwrap();
            assert_eq!(read, (values.to_owned(), String::new()), "{text}");
        }
    }

    #[test]
    fn text_without_an_argument_is_left_over() {
        let left = |names: &[&str], text: &str| read(names, text).unwrap().1;
        assert_eq!(left(&[], "and more\nlines"), "and more\nlines");
        assert_eq!(left(&["city"], "city=Rome in spring"), "in spring");
        // The second is no value by name: the argument has one.
        assert_eq!(left(&["city"], "city=Rome city=Paris"), "city=Paris");
    }

    #[test]
    fn missing_values_are_named() {
        let one = read(&["city", "[style]"], "style=brief").unwrap_err();
        assert_eq!(one, "The prompt s:p needs city. Write it after its name, or write city=VALUE.");
        let two = read(&["a", "b\u{1b}[2J", "c"], "x").unwrap_err();
        assert!(two.contains("needs b [2J, c. Write them in this order"), "{two}");
        assert!(read(&["city"], "city=\"\"").is_err());
    }
}
