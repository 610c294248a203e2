//! The reasoning of an answer: what is displayed while it is received, and what the web app would store.

use crate::api::transport::wire::JsonFields;
use crate::chat::Timestamp;

/// The kind of a reasoning text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasoningKind {
    /// A summary of the reasoning, from the server.
    Summary,
    /// The reasoning itself, which local servers send.
    Raw,
}

/// The indices of the output item and of the part in it.
pub type PartIndex = (Option<u64>, Option<u64>);

/// The reasoning of one answer.
#[derive(Debug, Default)]
pub struct ReasoningText {
    /// Texts in `part.added` events, as the web app stores them.
    pub parts: Vec<String>,
    /// All summaries without a separator, as the web app stores them.
    summary: String,
    raw: String,
    /// The reasoning of earlier responses of this answer.
    earlier: String,
    /// When the last summary part ended.
    pub ended_at: Timestamp,
    /// The response whose summary ended last; empty before.
    pub response_id: String,
    /// The kind that is displayed: the one received first.
    shown: Option<ReasoningKind>,
    current: Option<PartIndex>,
    /// Whether the next text belongs to another response, whatever its indices.
    starts_new_part: bool,
    current_text: String,
}

impl ReasoningText {
    /// The complete summary as the web app stores it; raw reasoning where there is no summary.
    #[must_use]
    pub fn complete_text(&self) -> String {
        let now = if self.summary.is_empty() { &self.raw } else { &self.summary };
        format!("{}{now}", self.earlier)
    }

    /// How much text it has.
    #[must_use]
    pub const fn text_bytes(&self) -> usize {
        let now = self.summary.len().saturating_add(self.raw.len());
        self.earlier.len().saturating_add(now)
    }

    /// Keeps the reasoning so far; the next text belongs to another response.
    pub fn start_next_response(&mut self) {
        self.earlier = self.complete_text();
        self.summary.clear();
        self.raw.clear();
        self.starts_new_part = true;
    }

    /// Appends a delta; returns the text to display.
    pub fn append(&mut self, kind: ReasoningKind, part: PartIndex, piece: &str) -> Option<String> {
        if piece.is_empty() {
            return None;
        }
        match kind {
            ReasoningKind::Summary => self.summary.push_str(piece),
            ReasoningKind::Raw => self.raw.push_str(piece),
        }
        self.publish(kind, part, piece)
    }

    /// Sets the final text of a part; returns the rest to display.
    pub fn set_final(
        &mut self,
        kind: ReasoningKind,
        part: PartIndex,
        text: &str,
    ) -> Option<String> {
        let whole = match kind {
            ReasoningKind::Summary => &mut self.summary,
            ReasoningKind::Raw => &mut self.raw,
        };
        // The web app's rule (bdc7763, 2026), so that both programs store the same.
        if whole.is_empty() || text.chars().count() > whole.chars().count() {
            text.clone_into(whole);
        }
        if self.starts_new_part || self.current != Some(part) {
            return self.publish(kind, part, text);
        }
        let more = text.strip_prefix(self.current_text.as_str()).unwrap_or_default().to_owned();
        self.publish(kind, part, &more)
    }

    /// Handles a finished reasoning item of a server that sent no deltas; returns the text to display.
    pub fn handle_item(&mut self, output: Option<u64>, item: JsonFields<'_>) -> Option<String> {
        if self.shown.is_some() && !self.starts_new_part {
            return None;
        }
        let mut shown = String::new();
        for (kind, list) in [(ReasoningKind::Summary, "summary"), (ReasoningKind::Raw, "content")] {
            for (part, index) in item.list(list).iter().zip(0_u64..) {
                let text = JsonFields::of(part).text("text").unwrap_or_default();
                let more = self.append(kind, (output, Some(index)), text);
                shown.push_str(more.as_deref().unwrap_or_default());
            }
        }
        (!shown.is_empty()).then_some(shown)
    }

    fn publish(&mut self, kind: ReasoningKind, part: PartIndex, piece: &str) -> Option<String> {
        if piece.is_empty() || *self.shown.get_or_insert(kind) != kind {
            return None;
        }
        if self.current == Some(part) && !self.starts_new_part {
            self.current_text.push_str(piece);
            return Some(piece.to_owned());
        }
        let first = self.current.is_none();
        self.starts_new_part = false;
        self.current = Some(part);
        piece.clone_into(&mut self.current_text);
        Some(if first { piece.to_owned() } else { format!("\n\n{piece}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: PartIndex = (Some(0), Some(0));
    const SECOND: PartIndex = (Some(0), Some(1));

    #[test]
    fn parts_are_displayed_separately_and_stored_joined_as_in_the_web_app() {
        let mut reasoning = ReasoningText::default();
        assert_eq!(
            reasoning.append(ReasoningKind::Summary, FIRST, "**A**").as_deref(),
            Some("**A**")
        );
        assert_eq!(reasoning.set_final(ReasoningKind::Summary, FIRST, "**A**"), None);
        assert_eq!(
            reasoning.append(ReasoningKind::Summary, SECOND, "**B**").as_deref(),
            Some("\n\n**B**")
        );
        assert_eq!(reasoning.complete_text(), "**A****B**");
    }

    #[test]
    fn a_final_text_without_deltas_is_displayed_once() {
        let mut reasoning = ReasoningText::default();
        assert_eq!(
            reasoning.set_final(ReasoningKind::Summary, FIRST, "all").as_deref(),
            Some("all")
        );
        assert_eq!(reasoning.set_final(ReasoningKind::Summary, FIRST, "all"), None);
        assert_eq!(reasoning.complete_text(), "all");
    }

    #[test]
    fn raw_reasoning_is_stored_only_without_a_summary() {
        let mut reasoning = ReasoningText::default();
        assert!(reasoning.append(ReasoningKind::Raw, FIRST, "hm").is_some());
        assert_eq!(reasoning.complete_text(), "hm");
        assert_eq!(reasoning.append(ReasoningKind::Summary, FIRST, "s"), None);
        assert_eq!(reasoning.complete_text(), "s");
    }
}
