//! The details of a message as the window shows them: those stored with an answer, who answered, and the
//! calculations that no answer has.

use super::calculation::calculations_markdown;
use super::{AnswerDetails, Answerer, Calculation, Message, Role};

/// Formats the details of a message as Markdown, shortened; empty where there is nothing to show.
#[must_use]
pub fn details_markdown(
    message: &Message,
    answerer: &Answerer,
    calculations: &[Calculation],
) -> String {
    if message.role != Role::Assistant && calculations.is_empty() {
        return String::new();
    }
    let mut text = AnswerDetails::of(message).shortened().markdown(answerer);
    if !(text.is_empty() || calculations.is_empty()) {
        text.push('\n');
    }
    let shown: Vec<Calculation> = calculations.iter().map(Calculation::shortened).collect();
    text.push_str(&calculations_markdown(&shown));
    text
}
