//! What a reader knows about a text that the text itself does not tell.

use crate::markdown::definitions::LinkDefinitions;

/// Whether a text is complete.
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
    /// Whether the text is complete.
    pub end: TextEnd,
}

static NO_DEFINITIONS: LinkDefinitions = LinkDefinitions::new();

impl Default for TextContext<'_> {
    fn default() -> Self {
        Self { definitions: &NO_DEFINITIONS, end: TextEnd::default() }
    }
}
