//! The calculations that the web app keeps for a conversation, beyond those stored with its answers.

use super::details::inline_code;
use super::shorten::shorten;
use super::{AnswerDetails, Message, count};

/// One calculation of a conversation. Hostile text, like everything from a model or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calculation {
    /// The expression as the model sent it.
    pub expression: String,
    /// The result on one line.
    pub result: String,
}

/// The name of the tool, as the web app stores it (hcorion/ai-multitool bdc7763, 2026).
const CALCULATOR: &str = "calculator";

/// The calculations that no answer shows: its turn failed, or it was edited away.
#[must_use]
pub fn other_calculations(
    mut calculations: Vec<Calculation>,
    messages: &[Message],
) -> Vec<Calculation> {
    for message in messages {
        remove_shown(&mut calculations, message);
    }
    calculations
}

/// Removes the calculations that an answer shows.
pub fn remove_shown(calculations: &mut Vec<Calculation>, answer: &Message) {
    if calculations.is_empty() {
        return;
    }
    // Only these are in the history.
    let tools = AnswerDetails::of(answer).tools.into_iter();
    for tool in tools.filter(|tool| tool.name == CALCULATOR && !tool.failed) {
        let is_it = |calculation: &Calculation| calculation.expression == tool.input;
        if let Some(index) = calculations.iter().rposition(is_it) {
            calculations.remove(index);
        }
    }
}

impl Calculation {
    /// The same for the screen, where it is long.
    #[must_use]
    pub fn shortened(&self) -> Self {
        Self { expression: shorten(&self.expression), result: shorten(&self.result) }
    }
}

/// The number of calculations in a few words; `None` without any.
#[must_use]
pub fn calculations_summary(calculations: &[Calculation]) -> Option<String> {
    count::some(calculations.len(), "other calculation")
}

/// Formats calculations as Markdown; empty without any.
#[must_use]
pub fn calculations_markdown(calculations: &[Calculation]) -> String {
    if calculations.is_empty() {
        return String::new();
    }
    let line = |it: &Calculation| {
        format!("- {} → {}\n", inline_code(&it.expression), inline_code(&it.result))
    };
    let lines: String = calculations.iter().map(line).collect();
    format!("**Other calculations in this conversation**\n\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    fn calculation(expression: &str) -> Calculation {
        Calculation { expression: expression.to_owned(), result: "`1`".to_owned() }
    }

    #[test]
    fn what_an_answer_shows_is_left_out_as_often_as_it_shows_it() {
        let mut answer = Message::answer("a", Timestamp::from_seconds(1), None);
        answer.reasoning_data = Some(
            r#"{"tool_outputs": [{"tool_name": "calculator", "input_display": "1+1"},
                {"tool_name": "calculator", "input_display": "x"},
                {"tool_name": "other", "input_display": "2"},
                {"tool_name": "calculator", "input_display": "3", "success": false}]}"#
                .into(),
        );
        let all = ["1+1", "2", "3", "1+1"].map(calculation).to_vec();
        let left = other_calculations(all, &[answer]);
        assert_eq!(left, ["1+1", "2", "3"].map(calculation));
        assert_eq!(calculations_summary(&left).unwrap(), "3 other calculations");
        assert!(calculations_markdown(&left).contains("- `1+1` → `` `1` ``\n"));
        assert_eq!(calculations_markdown(&[]), "");
    }
}
