//! What the palette offers: the commands, and the templates in a group of their own.

use super::command_groups::CommandGroup;
use super::slash_commands::{self, SlashCommand};
use super::{TemplateCall, TemplateEntry, Templates};

/// A row of the palette.
#[derive(Debug, Clone)]
pub enum PaletteEntry {
    /// A command.
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

    /// What it does.
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
            Self::Template(template) => template.needs_argument.then_some("ARGUMENT"),
        }
    }

    /// Whether text may follow its name.
    #[must_use]
    pub(crate) const fn takes_argument(&self) -> bool {
        match self {
            Self::Command(command) => command.argument.is_some(),
            Self::Template(_) => true,
        }
    }

    /// The task it is for.
    #[must_use]
    pub(crate) const fn group(&self) -> CommandGroup {
        match self {
            Self::Command(command) => command.group(),
            Self::Template(_) => CommandGroup::Templates,
        }
    }

    /// Whether it only moves through rows or text.
    #[must_use]
    pub(crate) fn only_moves(&self) -> bool {
        self.group() == CommandGroup::Movement
    }

    /// Whether one of its names fits.
    pub(crate) fn has_name(&self, fits: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Command(command) => slash_commands::all_names(command).any(fits),
            Self::Template(template) => fits(&template.name),
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

/// The template that a text calls; `None` where it is an ordinary text, or calls a command.
#[must_use]
pub(crate) fn parse_template_call(text: &str, templates: &Templates) -> Option<TemplateCall> {
    let called = text.trim_end().strip_prefix('/')?;
    let (name, argument) = called.split_once(char::is_whitespace).unwrap_or((called, ""));
    let is_known =
        templates.entries.iter().any(|it| it.name == name) && !slash_commands::is_command(name);
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
        };
        let templates = Templates { entries: vec![entry].into(), folder: String::new() };
        let argument = |text: &str| parse_template_call(text, &templates).map(|it| it.argument);
        assert_eq!(argument("/explain"), Some(String::new()));
        assert_eq!(argument("/explain a\nb\n").as_deref(), Some("a\nb"));
        assert_eq!(argument("/explain\na").as_deref(), Some("a"));
        assert_eq!(argument("/explained a"), None);
        assert_eq!(argument("explain a"), None);
        assert!(find_by_name("model", &templates.entries).is_some());
        assert!(find_by_name("expl", &templates.entries).is_none());
    }
}
