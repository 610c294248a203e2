//! What the palette offers: the commands, and the templates in a group of their own.

use super::slash_commands::{self, SlashCommand};
use crate::app::{TemplateCall, TemplateEntry, Templates};
use crate::settings::ActionGroup;

/// A row of the palette.
#[derive(Debug, Clone)]
pub enum PaletteEntry {
    /// An action of the key table, or one with an argument.
    Command(SlashCommand),
    /// A prompt template.
    Template(TemplateEntry),
}

impl PaletteEntry {
    /// The name to call it by, without the slash.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Command(command) => command.name,
            Self::Template(template) => &template.name,
        }
    }

    /// Returns the words beside the name; those of a template are the user's or a server's, and
    /// hostile.
    #[must_use]
    pub fn description(&self) -> &str {
        match self {
            Self::Command(command) => command.description,
            Self::Template(template) => &template.description,
        }
    }

    /// The name of its argument in the help.
    #[must_use]
    pub fn argument_name(&self) -> Option<&str> {
        match self {
            Self::Command(command) => command.argument.map(|(words, _)| words),
            Self::Template(template) => Some(template.usage.as_str()).filter(|it| !it.is_empty()),
        }
    }

    /// Returns `true` where what follows the name belongs to the command, and not to the filter.
    #[must_use]
    pub(crate) const fn takes_argument(&self) -> bool {
        match self {
            Self::Command(command) => command.argument.is_some(),
            Self::Template(_) => true,
        }
    }

    /// The task it is for.
    #[must_use]
    pub(crate) const fn group(&self) -> ActionGroup {
        match self {
            Self::Command(command) => command.group(),
            Self::Template(_) => ActionGroup::Templates,
        }
    }

    /// Whether it only moves through rows or text.
    #[must_use]
    pub(crate) fn only_moves(&self) -> bool {
        self.group() == ActionGroup::Movement
    }

    /// Whether one of its names fits.
    pub(crate) fn has_name(&self, fits: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Command(command) => slash_commands::all_names(command).any(fits),
            // A prompt is found without the name of its server.
            Self::Template(template) => {
                let prompt = template.name.split_once(':').map(|(_, prompt)| prompt);
                fits(&template.name) || prompt.is_some_and(fits)
            }
        }
    }
}

/// Everything that can be called by name.
pub(crate) fn all_entries(templates: &[TemplateEntry]) -> impl Iterator<Item = PaletteEntry> {
    let templates = templates.iter().cloned().map(PaletteEntry::Template);
    slash_commands::commands().map(PaletteEntry::Command).chain(templates)
}

/// What to offer before anything is typed, by task. What only moves is of no use by name, unless the user
/// types one.
pub(crate) fn offered_entries(templates: &[TemplateEntry]) -> Vec<PaletteEntry> {
    let mut offered: Vec<PaletteEntry> =
        all_entries(templates).filter(|entry| !entry.only_moves()).collect();
    offered.sort_by_key(PaletteEntry::group);
    offered
}

/// What a name calls exactly: a command, else a template.
pub(crate) fn find_by_name(name: &str, templates: &[TemplateEntry]) -> Option<PaletteEntry> {
    let template = || templates.iter().find(|it| it.name == name).cloned();
    let command = slash_commands::find_by_name(name).map(PaletteEntry::Command);
    command.or_else(|| template().map(PaletteEntry::Template))
}

/// The template that a text calls; `None` where it is an ordinary text, or calls a command. A prompt of one
/// of the MCP servers is called whether its server was listed or not.
#[must_use]
pub(crate) fn parse_template_call(
    text: &str,
    templates: &Templates,
    servers: &[String],
) -> Option<TemplateCall> {
    let called = text.trim_end().strip_prefix('/')?;
    let (name, argument) = called.split_once(char::is_whitespace).unwrap_or((called, ""));
    let server = name.split_once(':').map(|(server, _)| server);
    let is_template =
        templates.entries.iter().any(|it| it.name == name) && !slash_commands::is_command(name);
    let is_known =
        is_template || server.is_some_and(|server| servers.iter().any(|it| it == server));
    let call = TemplateCall { name: name.to_owned(), argument: argument.trim().to_owned() };
    is_known.then_some(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_calls_a_template_by_its_exact_name_with_all_that_follows() {
        let entry = TemplateEntry {
            name: "explain".into(),
            description: String::new(),
            needs_argument: true,
            ..TemplateEntry::default()
        };
        let templates = Templates { entries: vec![entry].into(), ..Templates::default() };
        let servers = ["time".to_owned()];
        let call = |text: &str| parse_template_call(text, &templates, &servers);
        let argument = |text: &str| call(text).map(|it| it.argument);
        assert_eq!(argument("/explain"), Some(String::new()));
        assert_eq!(argument("/explain a\nb\n").as_deref(), Some("a\nb"));
        assert_eq!(argument("/explain\na").as_deref(), Some("a"));
        assert_eq!(argument("/explained a"), None);
        assert_eq!(argument("explain a"), None);
        assert_eq!(argument("/time:convert 12:00 to UTC").as_deref(), Some("12:00 to UTC"));
        assert_eq!(argument("/other:convert 12:00"), None);
        assert!(find_by_name("model", &templates.entries).is_some());
        assert!(find_by_name("expl", &templates.entries).is_none());
    }
}
