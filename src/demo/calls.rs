//! Function calls of the demo model: what it wants calculated, and the items that say so.
//! May not calculate: the client does.

use std::collections::HashMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::demo::response_store::HistoryMessage;

/// The word that makes the demo model use the calculator.
const TRIGGER_WORD: &str = "calculate";

/// Whether the model may call the calculator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalculatorAvailability {
    /// The request declares it.
    Offered,
    /// It does not.
    NotOffered,
}

/// What the model does about a question that asks for the calculator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalculatorAction {
    /// Nothing: the question does not ask for it.
    None,
    /// These expressions are to be calculated first.
    Call(Vec<String>),
    /// Everything is calculated: this is the answer.
    Answer(String),
}

impl CalculatorAction {
    /// What is said, if anything.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Answer(text) => text,
            Self::None | Self::Call(_) => String::new(),
        }
    }
}

/// What a conversation asks the calculator for. "then" separates rounds, "and" calls of one round;
/// "calculate forever" never has enough.
#[must_use]
pub fn calculator_action(
    conversation: &[HistoryMessage],
    calculator: CalculatorAvailability,
) -> CalculatorAction {
    let Some(place) = conversation.iter().rposition(|said| said.role == "user") else {
        return CalculatorAction::None;
    };
    let Some(question) = conversation.get(place) else {
        return CalculatorAction::None;
    };
    let lower = question.text.to_lowercase();
    let Some(asked) =
        lower.find(TRIGGER_WORD).and_then(|at| lower.get(at.saturating_add(TRIGGER_WORD.len())..))
    else {
        return CalculatorAction::None;
    };
    let asked = asked.lines().next().unwrap_or_default().trim();
    if calculator == CalculatorAvailability::NotOffered {
        return CalculatorAction::Answer(
            "I would need the calculator for that. **F7** lets me use it.".into(),
        );
    }
    let given: Vec<&str> = conversation
        .iter()
        .skip(place)
        .filter(|said| said.role == "tool")
        .map(|said| said.text.as_str())
        .collect();
    if asked == "forever" {
        return CalculatorAction::Call(vec![format!("{} + 1", given.len())]);
    }
    let mut left = given.len();
    for round in asked.split(" then ") {
        let calls: Vec<String> = round.split(" and ").map(|it| it.trim().to_owned()).collect();
        if left < calls.len() {
            return CalculatorAction::Call(calls);
        }
        left = left.saturating_sub(calls.len());
    }
    CalculatorAction::Answer(
        given.iter().map(|output| sentence(output)).collect::<Vec<_>>().join("\n"),
    )
}

/// What the model makes of one result.
fn sentence(output: &str) -> String {
    // As text: a number may be longer than a machine's.
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
#[must_use]
pub fn calculator_availability(request: &Value) -> CalculatorAvailability {
    let mut tools = request.get("tools").and_then(Value::as_array).into_iter().flatten();
    if tools.any(|tool| tool["name"] == "calculator") {
        CalculatorAvailability::Offered
    } else {
        CalculatorAvailability::NotOffered
    }
}

/// The id a call of a response has.
#[must_use]
pub fn call_id(response: &str, place: usize) -> String {
    format!("call_{}_{place}", response.strip_prefix("resp_").unwrap_or(response))
}

/// The calls a request leaves without a result.
#[must_use]
pub fn unanswered<'a>(pending: &'a [String], input: &[Value]) -> Option<&'a String> {
    let has = |id: &String| {
        input.iter().any(|item| {
            item["type"] == "function_call_output" && item["call_id"] == json!(id.as_str())
        })
    };
    pending.iter().find(|id| !has(id))
}

/// The item of a call, finished or not.
#[must_use]
pub fn item(response: &str, place: usize, expression: Option<&str>) -> Value {
    let arguments =
        expression.map_or_else(String::new, |it| json!({ "expression": it }).to_string());
    let status = if expression.is_some() { "completed" } else { "in_progress" };
    json!({ "id": call_id(response, place).replacen("call_", "fc_", 1), "type": "function_call",
        "status": status, "call_id": call_id(response, place), "name": "calculator",
        "arguments": arguments })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(role: &str, text: &str) -> HistoryMessage {
        HistoryMessage { role: role.into(), text: text.into() }
    }

    #[test]
    fn rounds_and_calls_are_asked_for_one_after_the_other() {
        let mut talk = vec![said("user", "Please calculate 1+1 and 2+2 then 3*3")];
        assert_eq!(
            calculator_action(&talk, CalculatorAvailability::Offered),
            CalculatorAction::Call(vec!["1+1".into(), "2+2".into()])
        );
        talk.push(said("tool", r#"{"success":true,"result":2,"expression":"1+1"}"#));
        talk.push(said("tool", r#"{"success":true,"result":4,"expression":"2+2"}"#));
        assert_eq!(
            calculator_action(&talk, CalculatorAvailability::Offered),
            CalculatorAction::Call(vec!["3*3".into()])
        );
        talk.push(said("tool", r#"{"success":false,"error":"no","expression":"3*3"}"#));
        let CalculatorAction::Answer(text) =
            calculator_action(&talk, CalculatorAvailability::Offered)
        else {
            panic!("there is nothing left to calculate");
        };
        assert!(text.contains("`1+1` is **2**") && text.contains("cannot be had: no"));
        talk.push(said("user", "thanks"));
        assert_eq!(
            calculator_action(&talk, CalculatorAvailability::Offered),
            CalculatorAction::None
        );
    }
}
