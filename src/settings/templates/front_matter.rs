//! The front matter of a template: lines `key: value` between two lines `---` at the start of the file.

use crate::settings::suggest::suggestion;

use super::fault::TemplateFault;

/// The line that opens and closes the front matter.
const FENCE: &str = "---";

/// The keys, in the order of the manual.
const KEYS: [&str; 3] = ["description", "model", "preset"];

/// The front matter, and the text below it.
#[derive(Debug, Default)]
pub(super) struct TemplateHead<'a> {
    pub(super) description: Option<String>,
    pub(super) model: Option<String>,
    pub(super) preset: Option<String>,
    pub(super) body: &'a str,
    /// The line of the file that `body` begins with, counted from 1.
    pub(super) body_line: usize,
}

impl<'a> TemplateHead<'a> {
    /// Parses the beginning of a template. A file without front matter is all text.
    pub(super) fn parse(text: &'a str) -> Result<Self, TemplateFault> {
        let mut found = Self { body: text, body_line: 1, ..Self::default() };
        let mut lines = text.split_inclusive('\n').zip(1_usize..);
        let mut length = match lines.next() {
            Some((first, _)) if first.trim_end() == FENCE => first.len(),
            _ => return Ok(found),
        };
        for (line, number) in lines {
            length = length.saturating_add(line.len());
            let line = line.trim();
            if line == FENCE {
                found.body = text.get(length..).unwrap_or_default();
                found.body_line = number.saturating_add(1);
                return Ok(found);
            }
            if !line.is_empty() && !line.starts_with('#') {
                found.set(line).map_err(|reason| TemplateFault { line: number, reason })?;
            }
        }
        let reason = "The front matter has no end. Write a line --- below its last key.".to_owned();
        Err(TemplateFault { line: 1, reason })
    }

    /// Sets the key of a line.
    fn set(&mut self, line: &str) -> Result<(), String> {
        let Some((key, value)) = line.split_once(':') else {
            return Err(
                "This line of the front matter is not KEY: VALUE. Close the front matter with \
                        a line ---."
                    .to_owned(),
            );
        };
        let key = key.trim();
        let target = match key {
            "description" => &mut self.description,
            "model" => &mut self.model,
            "preset" => &mut self.preset,
            _ => {
                let hint = suggestion(key, KEYS);
                return Err(format!(
                    "There is no key \"{key}\".{hint} The keys are description, model and preset."
                ));
            }
        };
        if target.is_some() {
            return Err(format!("The key {key} occurs twice. Delete one of the lines."));
        }
        let value = unquote(value.trim())?;
        if value.trim().is_empty() {
            return Err(format!("The key {key} has no value. Write one, or delete the line."));
        }
        *target = Some(value);
        Ok(())
    }
}

/// A value without its quotes. In double quotes `\"` and `\\` stand for the character behind the
/// backslash; in single quotes every character stands for itself.
fn unquote(value: &str) -> Result<String, String> {
    let mut chars = value.chars();
    let Some(quote) = chars.next().filter(|first| matches!(first, '"' | '\'')) else {
        return Ok(value.to_owned());
    };
    let mut text = String::new();
    while let Some(next) = chars.next() {
        if next == quote {
            let rest = chars.as_str();
            return if rest.is_empty() {
                Ok(text)
            } else {
                Err(format!(
                    "There is text after the closing quote: {rest}. Quote the whole value."
                ))
            };
        }
        match (quote, next) {
            ('"', '\\') => text.extend(chars.next()),
            _ => text.push(next),
        }
    }
    Err("The value has no closing quote. Add it at the end of the line.".to_owned())
}
