//! Calls of the calculator: which ones the demo model makes, and their items in requests and responses.
//! Must not calculate: that the client does is what the demo shows.

use std::collections::HashMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::response_store::HistoryMessage;

const TRIGGER_WORD: &str = "calculate";

/// Whether the model may call the calculator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CalculatorAvailability {
    Offered,
    NotOffered,
}

/// What the model does about a question that asks for the calculator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CalculatorAction {
    /// Nothing: the question does not ask for it.
    None,
    /// These expressions are to be calculated first.
    Call(Vec<String>),
    /// Everything is calculated; this is the text of the answer.
    Answer(String),
}

impl CalculatorAction {
    /// The text of the answer; empty where there are calls to make.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Answer(text) => text,
            Self::None | Self::Call(_) => String::new(),
        }
    }
}

/// What a conversation asks the calculator for. "then" separates rounds, "and" calls of one round;
/// "calculate forever" never has enough.
pub(super) fn calculator_action(
    conversation: &[HistoryMessage],
    calculator: CalculatorAvailability,
) -> CalculatorAction {
    let Some(index) = conversation.iter().rposition(|message| message.role == "user") else {
        return CalculatorAction::None;
    };
    let Some(question) = conversation.get(index) else {
        return CalculatorAction::None;
    };
    let lower = question.text.to_lowercase();
    let Some(request) =
        lower.find(TRIGGER_WORD).and_then(|at| lower.get(at.saturating_add(TRIGGER_WORD.len())..))
    else {
        return CalculatorAction::None;
    };
    let request = request.lines().next().unwrap_or_default().trim();
    if calculator == CalculatorAvailability::NotOffered {
        return CalculatorAction::Answer(
            "I need the calculator for that. Turn tools on: F7 in the window, \
             `tools = [\"calculator\"]` in config.toml."
                .into(),
        );
    }
    let results: Vec<&str> = conversation
        .iter()
        .skip(index)
        .filter(|message| message.role == "tool")
        .map(|message| message.text.as_str())
        .collect();
    if request == "forever" {
        return CalculatorAction::Call(vec![format!("{} + 1", results.len())]);
    }
    let mut remaining = results.len();
    for round in request.split(" then ") {
        let calls: Vec<String> = round.split(" and ").map(|it| it.trim().to_owned()).collect();
        if remaining < calls.len() {
            return CalculatorAction::Call(calls);
        }
        remaining = remaining.saturating_sub(calls.len());
    }
    CalculatorAction::Answer(
        results.iter().map(|output| sentence(output)).collect::<Vec<_>>().join("\n"),
    )
}

/// The line of the answer about one result.
fn sentence(output: &str) -> String {
    // As text: the calculator's numbers are longer than `f64`.
    let fields: HashMap<String, &RawValue> = serde_json::from_str(output).unwrap_or_default();
    let text = |name: &str| {
        let raw = fields.get(name)?.get();
        Some(serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned()))
    };
    let expression = text("expression").unwrap_or_else(|| "?".to_owned());
    match (text("result"), text("error")) {
        (Some(result), _) => format!("- `{expression}` is **{result}**"),
        (None, why) => format!("- `{expression}` cannot be had: {}", why.unwrap_or_default()),
    }
}

/// Whether a request offers the calculator.
pub(super) fn calculator_availability(request: &Value) -> CalculatorAvailability {
    let mut tools = request.get("tools").and_then(Value::as_array).into_iter().flatten();
    if tools.any(|tool| tool["name"] == "calculator") {
        CalculatorAvailability::Offered
    } else {
        CalculatorAvailability::NotOffered
    }
}

/// The id of the call at an index of a response.
pub(super) fn call_id(response: &str, index: usize) -> String {
    format!("call_{}_{index}", response.strip_prefix("resp_").unwrap_or(response))
}

/// The first pending call that a request gives no output for.
pub(super) fn unanswered<'a>(pending: &'a [String], input: &[Value]) -> Option<&'a String> {
    let has = |id: &String| {
        input.iter().any(|item| {
            item["type"] == "function_call_output" && item["call_id"] == json!(id.as_str())
        })
    };
    pending.iter().find(|id| !has(id))
}

/// The item of a call; without an expression it is still in progress.
pub(super) fn item(response: &str, index: usize, expression: Option<&str>) -> Value {
    let arguments =
        expression.map_or_else(String::new, |it| json!({ "expression": it }).to_string());
    let status = if expression.is_some() { "completed" } else { "in_progress" };
    json!({ "id": call_id(response, index).replacen("call_", "fc_", 1), "type": "function_call",
        "status": status, "call_id": call_id(response, index), "name": "calculator",
        "arguments": arguments })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(role: &str, text: &str) -> HistoryMessage {
        HistoryMessage { role: role.into(), text: text.into() }
    }

    #[test]
    fn rounds_are_called_one_after_the_other() {
        let mut talk = vec![message("user", "Please calculate 1+1 and 2+2 then 3*3")];
        assert_eq!(
            calculator_action(&talk, CalculatorAvailability::Offered),
            CalculatorAction::Call(vec!["1+1".into(), "2+2".into()])
        );
        talk.push(message("tool", r#"{"success":true,"result":2,"expression":"1+1"}"#));
        talk.push(message("tool", r#"{"success":true,"result":4,"expression":"2+2"}"#));
        assert_eq!(
            calculator_action(&talk, CalculatorAvailability::Offered),
            CalculatorAction::Call(vec!["3*3".into()])
        );
        talk.push(message("tool", r#"{"success":false,"error":"no","expression":"3*3"}"#));
        let CalculatorAction::Answer(text) =
            calculator_action(&talk, CalculatorAvailability::Offered)
        else {
            panic!("there is nothing left to calculate");
        };
        assert!(text.contains("`1+1` is **2**") && text.contains("cannot be had: no"));
        talk.push(message("user", "thanks"));
        assert_eq!(
            calculator_action(&talk, CalculatorAvailability::Offered),
            CalculatorAction::None
        );
    }
}
