//! The kinds of answer details, each with its texts, for searching in them.

use crate::chat::AnswerDetails;

/// A kind of text among the details of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailKind {
    /// The summary of the model's reasoning.
    Reasoning,
    /// The query of a web search.
    WebSearch,
    /// The address of a page a web search found.
    Source,
    /// The input or the output of a tool.
    Tool,
    /// The title or the address of a cited page.
    Citation,
}

impl DetailKind {
    /// The name used in JSON output.
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

    /// Returns the name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Reasoning => "Reasoning",
            Self::WebSearch => "Web search",
            Self::Source => "Source",
            Self::Tool => "Tool call",
            Self::Citation => "Citation",
        }
    }
}

impl AnswerDetails {
    /// Returns every text of the details with its kind, without empty ones.
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
