//! A prompt template: what its file says, and the question it becomes.

use crate::settings::table::Settings;

use super::expand::{InsertedText, join, replace_placeholders};
use super::fault::TemplateFault;
use super::front_matter::TemplateHead;
use super::placeholder::{self, Placeholder, Segment};

/// A prompt template, read from its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptTemplate {
    /// The name of its file without `.md`.
    pub name: String,
    /// The line of the front matter that says what it is for, shown in the palette.
    pub description: Option<String>,
    /// The model that its questions are asked with.
    pub model: Option<String>,
    /// The preset that its questions are asked with.
    pub preset: Option<String>,
    segments: Vec<Segment>,
}

impl PromptTemplate {
    /// Parses the text of a template file.
    ///
    /// # Errors
    /// When the front matter or a placeholder cannot be used, or there is no text.
    pub fn parse(name: &str, text: &str) -> Result<Self, TemplateFault> {
        let text = text.replace("\r\n", "\n");
        let TemplateHead { description, model, preset, body, body_line } =
            TemplateHead::parse(&text)?;
        if body.trim().is_empty() {
            let reason = "The template has no text. Write the question below the front matter.";
            return Err(TemplateFault { line: body_line, reason: reason.to_owned() });
        }
        let segments = placeholder::parse(body, body_line)?;
        Ok(Self { name: name.to_owned(), description, model, preset, segments })
    }

    /// What it is for, in one line: its description, else the beginning of its text.
    #[must_use]
    pub fn summary(&self) -> String {
        let text = || {
            let source: String = self.segments.iter().map(Segment::source).collect();
            source.trim().lines().next().unwrap_or_default().to_owned()
        };
        self.description.clone().unwrap_or_else(text)
    }

    /// Its placeholders, in the order of the text.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Placeholder(placeholder) => Some(placeholder),
            Segment::Text(_) => None,
        })
    }

    /// Whether its text says where the argument belongs.
    #[must_use]
    pub fn needs_argument(&self) -> bool {
        self.placeholders().any(|placeholder| *placeholder == Placeholder::Argument)
    }

    /// The text with every placeholder replaced by what `insert` returns for it. An argument that no
    /// placeholder is for goes below the text. What is inserted is not searched for placeholders.
    ///
    /// # Errors
    /// When something is missing, cannot be read, or everything together is too large.
    pub fn expand(
        &self,
        argument: &str,
        insert: &mut dyn FnMut(&Placeholder) -> InsertedText,
    ) -> Result<String, String> {
        if self.needs_argument() && argument.trim().is_empty() {
            return Err(format!(
                "The template {} needs an argument: a text after its name.",
                self.name
            ));
        }
        let text = replace_placeholders(&self.segments, argument, insert)?;
        Ok(if self.needs_argument() { text } else { join(&text, argument) })
    }

    /// The settings that its questions are asked with, as `--model` and `--preset` would make them.
    #[must_use]
    pub fn apply_to(&self, mut settings: Settings) -> Settings {
        if let Some(model) = &self.model {
            settings.model.clone_from(model);
            settings.named.model = true;
        }
        settings.preset = self.preset.clone().or(settings.preset);
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str, argument: &str) -> Result<String, String> {
        let template = PromptTemplate::parse("t", text).map_err(|fault| fault.reason)?;
        template.expand(argument, &mut |placeholder| match placeholder {
            Placeholder::File(path) => Ok(format!("<{path}>")),
            Placeholder::Selection => Ok("{{argument}} \\{{".into()),
            other => Err(format!("no {other}")),
        })
    }

    #[test]
    fn placeholders_are_replaced_once_and_what_is_inserted_stays_as_it_is() {
        let text = "A {{argument}} B {{ file:~/my notes.md }}\n{{selection}} \\{{argument}}";
        let expanded = expand(text, "{{file:/etc/passwd}}").unwrap();
        let expected = "A {{file:/etc/passwd}} B <~/my notes.md>\n{{argument}} \\{{ {{argument}}";
        assert_eq!(expanded, expected);
    }

    #[test]
    fn an_argument_without_a_placeholder_follows_the_text_and_a_missing_one_is_reported() {
        assert_eq!(expand("Review this.\n", "+a\n").unwrap(), "Review this.\n\n+a");
        assert_eq!(expand("Review this.", " ").unwrap(), "Review this.");
        assert!(expand("About {{argument}}", " \n").unwrap_err().contains("needs an argument"));
        assert_eq!(expand("x {{clipboard}}", "").unwrap_err(), "no {{clipboard}}");
    }

    #[test]
    fn the_front_matter_names_description_model_and_preset() {
        let text = "---\r\n# a comment\r\ndescription: \"Say \\\"why\\\": briefly\"\r\nmodel: gpt-x\r\n\
                    preset: 'Code: review'\r\n---\r\n\r\nWhy?\r\n";
        let template = PromptTemplate::parse("why", text).unwrap();
        assert_eq!(template.description.as_deref(), Some("Say \"why\": briefly"));
        assert_eq!(template.model.as_deref(), Some("gpt-x"));
        assert_eq!(template.preset.as_deref(), Some("Code: review"));
        assert_eq!(template.expand("", &mut |_| Ok(String::new())).unwrap(), "Why?");
        let plain = PromptTemplate::parse("p", "\nTell me {{argument}}.\nMore").unwrap();
        assert_eq!(plain.summary(), "Tell me {{argument}}.");
    }

    #[test]
    fn a_fault_names_its_line_and_what_to_do() {
        for (text, line, words) in [
            ("---\nmodell: x\n---\nHi", 2, "Did you mean \"model\"?"),
            ("---\nmodel x\n---\nHi", 2, "KEY: VALUE"),
            ("---\nmodel: a\nmodel: b\n---\nHi", 3, "twice"),
            ("---\nmodel:\n---\nHi", 2, "has no value"),
            ("---\nmodel: \"x\n---\nHi", 2, "closing quote"),
            ("---\nmodel: \"x\" y\n---\nHi", 2, "after the closing quote"),
            ("---\nmodel: x\nHi", 3, "---"),
            ("---\nmodel: x\n", 1, "has no end"),
            ("---\nmodel: x\n---\n \n", 4, "no text"),
            ("---\nmodel: x\n---\nHi\n{{argment}}", 5, "Did you mean \"argument\"?"),
            ("---\nmodel: x\n---\n\nHi {{args}}", 5, "Use argument,"),
            ("Hi\n\n{{argument\n}}", 3, "\\{{"),
            ("Hi {{file: }}", 1, "names no file"),
        ] {
            let fault = PromptTemplate::parse("t", text).unwrap_err();
            assert_eq!(fault.line, line, "{text}: {}", fault.reason);
            assert!(fault.reason.contains(words), "{text}: {}", fault.reason);
        }
    }

    #[test]
    fn the_model_and_the_preset_of_the_template_are_those_of_the_question() {
        use crate::settings::{ConfigFile, Flags, Paths};
        let paths = Paths::below(std::path::Path::new("/home/ann"));
        let file = ConfigFile::default();
        let settings =
            Settings::resolve(&Flags::default(), &|_| None, file, &paths).unwrap().settings;
        let template = PromptTemplate::parse("t", "---\nmodel: m2\n---\nHi").unwrap();
        let chosen = template.apply_to(Settings { preset: Some("Poet".into()), ..settings });
        assert_eq!((chosen.model.as_str(), chosen.named.model), ("m2", true));
        assert_eq!(chosen.preset.as_deref(), Some("Poet"));
    }
}
