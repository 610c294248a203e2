//! The details of an answer as a folded HTML element: reasoning, searches, tools, citations.

use crate::chat::{AnswerDetails, Answerer, Message, Role};
use crate::markdown::TextEnd;

use crate::exchange::html::body::{SoftBreaks, render_body};
use crate::exchange::html::escape::escape;

/// Adds the details of an answer that has any.
pub(super) fn push_details(message: &Message, out: &mut String) {
    let details = AnswerDetails::of(message);
    if message.role != Role::Assistant || details.is_empty() {
        return;
    }
    out.push_str(&format!(
        "<details>\n<summary>{}</summary>\n{}</details>\n",
        escape(&details.summary().join(", ")),
        render_body(&details.markdown(&Answerer::default()), SoftBreaks::Collapse, TextEnd::Open)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    fn pushed(raw: &str) -> String {
        let mut message = Message::answer("a", Timestamp::from_seconds(1), None);
        message.reasoning_data = Some(raw.to_owned());
        let mut out = String::new();
        push_details(&message, &mut out);
        out
    }

    #[test]
    fn the_details_of_an_answer_are_folded_below_it_and_escaped() {
        let out = pushed(
            r#"{"complete_summary": "**A**\n\none.**B**\n\ntwo",
                "web_searches": [{"query": "rust", "sources": ["https://s.example/?a=1&b=<x>"]}],
                "tool_outputs": [{"tool_name": "calculator", "input_display": "1<2", "output_display": "1"}],
                "message_data": {"annotations": [{"title": "C <i>", "url": "https://c.example"}]}}"#,
        );
        let summary =
            "<summary>reasoning, 1 web search, 1 source, calculator, 1 citation</summary>";
        for expected in [summary, "<strong>B</strong>", "rust", "s.example", "1&lt;2", "c.example"]
        {
            assert!(out.contains(expected), "{expected}: {out}");
        }
        assert!(!out.contains("<i>") && !out.contains("<x>"), "{out}");
        for odd in ["[]", "{}", r#"{"complete_summary": [], "tool_outputs": {}}"#] {
            assert_eq!(pushed(odd), "");
        }
    }
}
