//! The reasoning of an answer: what is shown as it comes, and what the web app would store of it.
//! May not touch the answer's text.

use crate::api::wire::JsonFields;
use crate::chat::Timestamp;

/// Which kind of reasoning a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasoningKind {
    /// A summary the server wrote of its reasoning.
    Summary,
    /// The reasoning itself, as local servers send it.
    Raw,
}

/// The part a piece belongs to: the output item and the part in it.
pub type PartIndex = (Option<u64>, Option<u64>);

/// All reasoning of one answer.
#[derive(Debug, Default)]
pub struct ReasoningText {
    /// Texts that came with the beginning of a part, as the web app keeps them.
    pub parts: Vec<String>,
    /// Every summary, nothing between them, as the web app keeps it.
    summary: String,
    raw: String,
    /// All of it from before the model used tools.
    earlier: String,
    /// When the last summary part ended, and in which response.
    pub ended_at: Timestamp,
    /// The response whose summary ended; empty before.
    pub response_id: String,
    /// What is being shown: the kind that came first.
    shown: Option<ReasoningKind>,
    current: Option<PartIndex>,
    /// Whether what comes next is of another response, whatever its place there.
    starts_new_part: bool,
    current_text: String,
}

impl ReasoningText {
    /// What the web app stores as the complete summary; raw reasoning where there is no summary.
    #[must_use]
    pub fn complete_text(&self) -> String {
        let now = if self.summary.is_empty() { &self.raw } else { &self.summary };
        format!("{}{now}", self.earlier)
    }

    /// What was thought so far stands; what comes now is of another response.
    pub fn start_next_response(&mut self) {
        self.earlier = self.complete_text();
        self.summary.clear();
        self.raw.clear();
        self.starts_new_part = true;
    }

    /// Adds a piece; gives what is to be shown.
    pub fn append(
        &mut self,
        thought: ReasoningKind,
        part: PartIndex,
        piece: &str,
    ) -> Option<String> {
        if piece.is_empty() {
            return None;
        }
        match thought {
            ReasoningKind::Summary => self.summary.push_str(piece),
            ReasoningKind::Raw => self.raw.push_str(piece),
        }
        self.publish(thought, part, piece)
    }

    /// The final text of a part; gives what is still to be shown.
    pub fn set_final(
        &mut self,
        thought: ReasoningKind,
        part: PartIndex,
        text: &str,
    ) -> Option<String> {
        let whole = match thought {
            ReasoningKind::Summary => &mut self.summary,
            ReasoningKind::Raw => &mut self.raw,
        };
        // The web app's rule, kept so that both programs store the same.
        if whole.is_empty() || text.chars().count() > whole.chars().count() {
            text.clone_into(whole);
        }
        if self.starts_new_part || self.current != Some(part) {
            return self.publish(thought, part, text);
        }
        let more = text.strip_prefix(self.current_text.as_str()).unwrap_or_default().to_owned();
        self.publish(thought, part, &more)
    }

    /// Takes a finished reasoning item, for servers that sent nothing of it before.
    pub fn handle_item(&mut self, output: Option<u64>, item: JsonFields<'_>) -> Option<String> {
        if self.shown.is_some() && !self.starts_new_part {
            return None;
        }
        let mut shown = String::new();
        for (thought, list) in
            [(ReasoningKind::Summary, "summary"), (ReasoningKind::Raw, "content")]
        {
            for (part, index) in item.list(list).iter().zip(0_u64..) {
                let text = JsonFields::of(part).text("text").unwrap_or_default();
                let more = self.append(thought, (output, Some(index)), text);
                shown.push_str(more.as_deref().unwrap_or_default());
            }
        }
        (!shown.is_empty()).then_some(shown)
    }

    fn publish(&mut self, thought: ReasoningKind, part: PartIndex, piece: &str) -> Option<String> {
        if piece.is_empty() || *self.shown.get_or_insert(thought) != thought {
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
    fn parts_are_shown_apart_and_stored_together_as_the_web_app_does() {
        let mut it = ReasoningText::default();
        assert_eq!(it.append(ReasoningKind::Summary, FIRST, "**A**").as_deref(), Some("**A**"));
        assert_eq!(it.set_final(ReasoningKind::Summary, FIRST, "**A**"), None);
        assert_eq!(
            it.append(ReasoningKind::Summary, SECOND, "**B**").as_deref(),
            Some("\n\n**B**")
        );
        assert_eq!(it.complete_text(), "**A****B**");
    }

    #[test]
    fn a_final_text_without_pieces_is_shown_once() {
        let mut it = ReasoningText::default();
        assert_eq!(it.set_final(ReasoningKind::Summary, FIRST, "all").as_deref(), Some("all"));
        assert_eq!(it.set_final(ReasoningKind::Summary, FIRST, "all"), None);
        assert_eq!(it.complete_text(), "all");
    }

    #[test]
    fn raw_reasoning_is_kept_only_where_there_is_no_summary() {
        let mut it = ReasoningText::default();
        assert!(it.append(ReasoningKind::Raw, FIRST, "hm").is_some());
        assert_eq!(it.complete_text(), "hm");
        assert_eq!(it.append(ReasoningKind::Summary, FIRST, "s"), None);
        assert_eq!(it.complete_text(), "s");
    }
}
