//! What is known of a text besides itself.
//! Must not hold anything that could be read in the text.

use crate::markdown::definitions::LinkDefinitions;

/// How a text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextEnd {
    /// As its author meant it to, or with more to come.
    #[default]
    Open,
    /// In the middle: its author was stopped.
    Cut,
}

/// What is known of a text, or of a part of it, besides itself.
#[derive(Debug, Clone, Copy)]
pub struct TextContext<'a> {
    /// The definitions of links that stand elsewhere.
    pub definitions: &'a LinkDefinitions,
    /// How it ends.
    pub end: TextEnd,
}

static NO_DEFINITIONS: LinkDefinitions = LinkDefinitions::new();

impl Default for TextContext<'_> {
    fn default() -> Self {
        Self { definitions: &NO_DEFINITIONS, end: TextEnd::default() }
    }
}
