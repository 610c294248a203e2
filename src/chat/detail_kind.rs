//! The parts of what stands behind an answer, each with its texts: for finding words in them.
//! May not look for anything.

use crate::chat::AnswerDetails;

/// A part of what stands behind an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailKind {
    /// The summary of its reasoning.
    Reasoning,
    /// What was looked for on the web.
    WebSearch,
    /// What a web search found.
    Source,
    /// What went into a tool, and what came out of it.
    Tool,
    /// What it cites.
    Citation,
}

impl DetailKind {
    /// Its name where a machine reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reasoning => "reasoning",
            Self::WebSearch => "web_search",
            Self::Source => "source",
            Self::Tool => "tool",
            Self::Citation => "citation",
        }
    }

    /// Where something was found, for people.
    #[must_use]
    pub const fn location(self) -> &'static str {
        match self {
            Self::Reasoning => "in the reasoning",
            Self::WebSearch => "in a web search",
            Self::Source => "in a source",
            Self::Tool => "in a tool call",
            Self::Citation => "in a citation",
        }
    }
}

impl AnswerDetails {
    /// Everything in it that can be read, part by part.
    #[must_use]
    pub fn texts(&self) -> Vec<(DetailKind, &str)> {
        let mut texts = vec![(DetailKind::Reasoning, self.reasoning.as_str())];
        for search in &self.searches {
            texts.push((DetailKind::WebSearch, &search.query));
            texts.extend(search.sources.iter().map(|source| (DetailKind::Source, source.as_str())));
        }
        for tool in &self.tools {
            texts.push((DetailKind::Tool, &tool.input));
            texts.push((DetailKind::Tool, &tool.output));
        }
        for citation in &self.citations {
            texts.push((DetailKind::Citation, &citation.title));
            texts.push((DetailKind::Citation, &citation.address));
        }
        texts.retain(|(_, text)| !text.is_empty());
        texts
    }
}
