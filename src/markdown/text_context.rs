//! What a reader knows about a text that the text itself does not tell.

use crate::markdown::definitions::LinkDefinitions;

/// How a text ends: what is open at a cut end is closed there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextEnd {
    /// Complete, or still being written.
    #[default]
    Open,
    /// Truncated: its author was stopped.
    Cut,
}

/// What a reader knows about a text, or a part of one, besides the text itself.
#[derive(Debug, Clone, Copy)]
pub struct TextContext<'a> {
    /// Link definitions from other parts of the message.
    pub definitions: &'a LinkDefinitions,
    /// How the text ends, behind its last part.
    pub end: TextEnd,
}

static NO_DEFINITIONS: LinkDefinitions = LinkDefinitions::new();

impl Default for TextContext<'_> {
    fn default() -> Self {
        Self { definitions: &NO_DEFINITIONS, end: TextEnd::default() }
    }
}
