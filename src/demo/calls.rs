//! Function calls of the demo model: what it wants calculated, and the items that say so.
//! May not calculate: the client does.

use std::collections::HashMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::memory::Said;

/// The word that makes the demo model use the calculator.
const WORD: &str = "calculate";

/// Whether the model may call the calculator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calculator {
    /// The request declares it.
    Offered,
    /// It does not.
    NotOffered,
}

/// What the model does about a question that asks for the calculator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing: the question does not ask for it.
    None,
    /// These expressions are to be calculated first.
    Call(Vec<String>),
    /// Everything is calculated: this is the answer.
    Say(String),
}

impl Wish {
    /// What is said, if anything.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Say(text) => text,
            Self::None | Self::Call(_) => String::new(),
        }
    }
}

/// What a conversation asks the calculator for. "then" separates rounds, "and" calls of one round;
/// "calculate forever" never has enough.
#[must_use]
pub fn wish(conversation: &[Said], calculator: Calculator) -> Wish {
    let Some(place) = conversation.iter().rposition(|said| said.role == "user") else {
        return Wish::None;
    };
    let Some(question) = conversation.get(place) else {
        return Wish::None;
    };
    let lower = question.text.to_lowercase();
    let Some(asked) = lower.find(WORD).and_then(|at| lower.get(at.saturating_add(WORD.len())..))
    else {
        return Wish::None;
    };
    let asked = asked.lines().next().unwrap_or_default().trim();
    if calculator == Calculator::NotOffered {
        return Wish::Say("I would need the calculator for that. **F7** lets me use it.".into());
    }
    let given: Vec<&str> = conversation
        .iter()
        .skip(place)
        .filter(|said| said.role == "tool")
        .map(|said| said.text.as_str())
        .collect();
    if asked == "forever" {
        return Wish::Call(vec![format!("{} + 1", given.len())]);
    }
    let mut left = given.len();
    for round in asked.split(" then ") {
        let calls: Vec<String> = round.split(" and ").map(|it| it.trim().to_owned()).collect();
        if left < calls.len() {
            return Wish::Call(calls);
        }
        left = left.saturating_sub(calls.len());
    }
    Wish::Say(given.iter().map(|output| sentence(output)).collect::<Vec<_>>().join("\n"))
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
pub fn offered(request: &Value) -> Calculator {
    let mut tools = request.get("tools").and_then(Value::as_array).into_iter().flatten();
    if tools.any(|tool| tool["name"] == "calculator") {
        Calculator::Offered
    } else {
        Calculator::NotOffered
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

    fn said(role: &str, text: &str) -> Said {
        Said { role: role.into(), text: text.into() }
    }

    #[test]
    fn rounds_and_calls_are_asked_for_one_after_the_other() {
        let mut talk = vec![said("user", "Please calculate 1+1 and 2+2 then 3*3")];
        assert_eq!(wish(&talk, Calculator::Offered), Wish::Call(vec!["1+1".into(), "2+2".into()]));
        talk.push(said("tool", r#"{"success":true,"result":2,"expression":"1+1"}"#));
        talk.push(said("tool", r#"{"success":true,"result":4,"expression":"2+2"}"#));
        assert_eq!(wish(&talk, Calculator::Offered), Wish::Call(vec!["3*3".into()]));
        talk.push(said("tool", r#"{"success":false,"error":"no","expression":"3*3"}"#));
        let Wish::Say(text) = wish(&talk, Calculator::Offered) else {
            panic!("there is nothing left to calculate");
        };
        assert!(text.contains("`1+1` is **2**") && text.contains("cannot be had: no"));
        talk.push(said("user", "thanks"));
        assert_eq!(wish(&talk, Calculator::Offered), Wish::None);
    }
}
