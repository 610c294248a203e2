//! The official event sequence of one response, and the objects in it.
//! May not send anything or wait.

use serde_json::{Value, json};

use super::answer::{DemoAnswer, Scenario};
use super::calls;

/// What identifies a response under way.
#[derive(Debug, Clone)]
pub struct ResponseInfo {
    /// The response's id.
    pub id: String,
    /// Unix seconds.
    pub created_at: i64,
    /// The model as asked for.
    pub model: String,
    /// The request it answers.
    pub request: Value,
    /// Tokens of the conversation, roughly.
    pub input_tokens: u64,
}

/// One thing to send.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamStep {
    /// An event.
    Event(Value),
    /// An event a person should see arrive.
    PacedEvent(Value),
    /// Break the connection.
    Disconnect,
}

/// Every step of a streamed answer.
#[must_use]
pub fn build_steps(frame: &ResponseInfo, answer: &DemoAnswer) -> Vec<StreamStep> {
    let mut out = StepBuilder { steps: Vec::new(), number: 0 };
    let start = object(frame, "in_progress", &json!([]), None);
    out.push_event(json!({ "type": "response.created", "response": start }));
    out.push_event(json!({ "type": "response.in_progress", "response": start }));
    let mut output = Vec::new();
    if let Some(summary) = &answer.reasoning {
        output.push(push_reasoning(&mut out, frame, output.len(), summary));
    }
    if let Some(query) = &answer.search {
        output.push(push_search(&mut out, frame, output.len(), query));
    }
    if answer.calls.is_empty() {
        match push_message(&mut out, frame, output.len(), answer) {
            Some(item) => output.push(item),
            None => return out.steps,
        }
    }
    for (place, expression) in answer.calls.iter().enumerate() {
        output.push(push_call(&mut out, frame, output.len(), place, expression));
    }
    let output = Value::Array(output);
    let (kind, status) = match answer.scenario {
        Scenario::Failed => ("response.failed", "failed"),
        Scenario::Incomplete => ("response.incomplete", "incomplete"),
        _ => ("response.completed", "completed"),
    };
    let response = object(frame, status, &output, Some(answer));
    out.push_event(json!({ "type": kind, "response": response }));
    out.steps
}

/// The response object of an answer that is being made.
#[must_use]
pub fn in_progress_response(frame: &ResponseInfo) -> Value {
    object(frame, "in_progress", &json!([]), None)
}

/// The response object of an answer given in one piece.
#[must_use]
pub fn final_response(frame: &ResponseInfo, answer: &DemoAnswer) -> Value {
    let last = build_steps(frame, answer).into_iter().rev().find_map(|step| match step {
        StreamStep::Event(event) => event.get("response").cloned(),
        StreamStep::PacedEvent(_) | StreamStep::Disconnect => None,
    });
    last.unwrap_or_else(|| object(frame, "failed", &json!([]), None))
}

struct StepBuilder {
    steps: Vec<StreamStep>,
    number: u64,
}

impl StepBuilder {
    fn push_event(&mut self, event: Value) {
        let event = self.add_number(event);
        self.steps.push(StreamStep::Event(event));
    }

    fn push_paced_event(&mut self, event: Value) {
        let event = self.add_number(event);
        self.steps.push(StreamStep::PacedEvent(event));
    }

    fn add_number(&mut self, mut event: Value) -> Value {
        if let Some(fields) = event.as_object_mut() {
            fields.insert("sequence_number".into(), json!(self.number));
        }
        self.number = self.number.saturating_add(1);
        event
    }
}

/// A reasoning item with its summary; returns the finished item.
fn push_reasoning(
    out: &mut StepBuilder,
    frame: &ResponseInfo,
    index: usize,
    summary: &str,
) -> Value {
    let id = format!("rs_{}", id_suffix(frame));
    let empty = json!({ "id": id, "type": "reasoning", "summary": [] });
    out.push_event(
        json!({ "type": "response.output_item.added", "output_index": index, "item": empty }),
    );
    let at = json!({ "item_id": id, "output_index": index, "summary_index": 0 });
    let part = |text: &str| json!({ "type": "summary_text", "text": text });
    let with = |kind: &str, more: Value| merged(json!({ "type": kind }), &[&at, &more]);
    out.push_event(with("response.reasoning_summary_part.added", json!({ "part": part("") })));
    for piece in pieces(summary) {
        out.push_paced_event(with(
            "response.reasoning_summary_text.delta",
            json!({ "delta": piece }),
        ));
    }
    out.push_event(with("response.reasoning_summary_text.done", json!({ "text": summary })));
    out.push_event(with("response.reasoning_summary_part.done", json!({ "part": part(summary) })));
    let item = json!({ "id": id, "type": "reasoning", "summary": [part(summary)] });
    out.push_event(
        json!({ "type": "response.output_item.done", "output_index": index, "item": item }),
    );
    item
}

/// A web search item; returns the finished item.
fn push_search(out: &mut StepBuilder, frame: &ResponseInfo, index: usize, query: &str) -> Value {
    let id = format!("ws_{}", id_suffix(frame));
    let sources = json!([
        { "type": "url", "url": "https://example.org/rivers" },
        { "type": "url", "url": "https://example.com/maps" }
    ]);
    let item = |status: &str| {
        json!({ "id": id, "type": "web_search_call", "status": status,
            "action": { "type": "search", "query": query, "sources": sources } })
    };
    out.push_event(json!({ "type": "response.output_item.added", "output_index": index,
        "item": item("in_progress") }));
    for step in ["in_progress", "searching", "completed"] {
        let kind = format!("response.web_search_call.{step}");
        out.push_paced_event(json!({ "type": kind, "item_id": id, "output_index": index }));
    }
    let item = item("completed");
    out.push_event(
        json!({ "type": "response.output_item.done", "output_index": index, "item": item }),
    );
    item
}

/// A call of the calculator; returns the finished item.
fn push_call(
    out: &mut StepBuilder,
    frame: &ResponseInfo,
    index: usize,
    place: usize,
    expression: &str,
) -> Value {
    let begun = calls::item(&frame.id, place, None);
    let item = calls::item(&frame.id, place, Some(expression));
    let at = json!({ "item_id": item.get("id"), "output_index": index });
    let with = |kind: &str, more: Value| merged(json!({ "type": kind }), &[&at, &more]);
    out.push_event(json!({ "type": "response.output_item.added", "output_index": index,
        "item": begun }));
    let arguments = item.get("arguments").and_then(Value::as_str).unwrap_or_default();
    for piece in pieces(arguments) {
        out.push_paced_event(with(
            "response.function_call_arguments.delta",
            json!({ "delta": piece }),
        ));
    }
    out.push_event(with(
        "response.function_call_arguments.done",
        json!({ "arguments": arguments }),
    ));
    out.push_event(
        json!({ "type": "response.output_item.done", "output_index": index, "item": item }),
    );
    item
}

/// The message item; returns it finished, or `None` where the connection breaks before that.
fn push_message(
    out: &mut StepBuilder,
    frame: &ResponseInfo,
    index: usize,
    answer: &DemoAnswer,
) -> Option<Value> {
    let id = format!("msg_{}", id_suffix(frame));
    let refusal = answer.scenario == Scenario::Refused;
    let item = |status: &str, content: Value| {
        json!({ "id": id, "type": "message", "status": status, "role": "assistant",
            "content": content })
    };
    let part = |text: &str, annotations: &Value| {
        if refusal {
            json!({ "type": "refusal", "refusal": text })
        } else {
            json!({ "type": "output_text", "text": text, "annotations": annotations,
                "logprobs": [] })
        }
    };
    let at = json!({ "item_id": id, "output_index": index, "content_index": 0 });
    let with = |kind: &str, more: Value| merged(json!({ "type": kind }), &[&at, &more]);
    out.push_event(json!({ "type": "response.output_item.added", "output_index": index,
        "item": item("in_progress", json!([])) }));
    let nothing = json!([]);
    out.push_event(with("response.content_part.added", json!({ "part": part("", &nothing) })));
    let all = pieces(&answer.text);
    let sent = match answer.scenario {
        Scenario::ConnectionLost | Scenario::Incomplete => all.len().div_ceil(2),
        Scenario::Failed => all.len().min(4),
        _ => all.len(),
    };
    let kind = if refusal { "response.refusal.delta" } else { "response.output_text.delta" };
    for piece in all.iter().take(sent) {
        out.push_paced_event(with(kind, json!({ "delta": piece, "logprobs": [] })));
    }
    let text: String = all.iter().take(sent).copied().collect();
    if answer.scenario == Scenario::ConnectionLost {
        out.steps.push(StreamStep::Disconnect);
        return None;
    }
    if answer.scenario == Scenario::Failed {
        return Some(item("incomplete", json!([part(&text, &nothing)])));
    }
    let annotations = annotations(answer, &text);
    for (place, annotation) in annotations.as_array().into_iter().flatten().enumerate() {
        out.push_event(with(
            "response.output_text.annotation.added",
            json!({ "annotation_index": place, "annotation": annotation }),
        ));
    }
    if refusal {
        out.push_event(with("response.refusal.done", json!({ "refusal": text })));
    } else {
        out.push_event(with("response.output_text.done", json!({ "text": text, "logprobs": [] })));
    }
    let part = part(&text, &annotations);
    out.push_event(with("response.content_part.done", json!({ "part": part })));
    let status = if answer.scenario == Scenario::Incomplete { "incomplete" } else { "completed" };
    let item = item(status, json!([part]));
    out.push_event(
        json!({ "type": "response.output_item.done", "output_index": index, "item": item }),
    );
    Some(item)
}

fn annotations(answer: &DemoAnswer, text: &str) -> Value {
    if answer.search.is_none() {
        return json!([]);
    }
    json!([{ "type": "url_citation", "start_index": 0, "end_index": text.chars().count().min(20),
        "url": "https://example.org/rivers", "title": "Rivers of the world" }])
}

/// A response object with every field the official one has.
fn object(
    frame: &ResponseInfo,
    status: &str,
    output: &Value,
    answer: Option<&DemoAnswer>,
) -> Value {
    let asked = |name: &str| frame.request.get(name).cloned().unwrap_or(Value::Null);
    let error = if status == "failed" {
        json!({ "code": "server_error", "message": "The demo server failed, as it was asked to." })
    } else {
        Value::Null
    };
    let incomplete =
        if status == "incomplete" { json!({ "reason": "max_output_tokens" }) } else { Value::Null };
    let usage = answer.filter(|_| status != "failed").map(|answer| {
        let words = tokens(&answer.text);
        let reasoning = answer.reasoning.as_deref().map_or(0, tokens);
        json!({ "input_tokens": frame.input_tokens,
            "input_tokens_details": { "cached_tokens": 0 },
            "output_tokens": words.saturating_add(reasoning),
            "output_tokens_details": { "reasoning_tokens": reasoning },
            "total_tokens": frame.input_tokens.saturating_add(words).saturating_add(reasoning) })
    });
    json!({
        "id": frame.id, "object": "response", "created_at": frame.created_at, "status": status,
        "background": frame.request.get("background") == Some(&json!(true)),
        "error": error, "incomplete_details": incomplete,
        "instructions": asked("instructions"), "max_output_tokens": null, "model": frame.model,
        "output": output, "parallel_tool_calls": true,
        "previous_response_id": asked("previous_response_id"),
        "reasoning": frame.request.get("reasoning").cloned()
            .unwrap_or_else(|| json!({ "effort": "medium", "summary": null })),
        "store": true, "temperature": 1.0, "text": { "format": { "type": "text" } },
        "tool_choice": "auto", "tools": frame.request.get("tools").cloned().unwrap_or(json!([])),
        "top_p": 1.0, "truncation": "disabled", "usage": usage, "user": asked("user"),
        "metadata": {}
    })
}

/// About a token a word.
#[must_use]
pub fn tokens(text: &str) -> u64 {
    u64::try_from(text.split_whitespace().count()).unwrap_or(u64::MAX)
}

/// A text in pieces of about a word, white space in front as real servers send it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && in_word {
            pieces.extend(text.get(start..at));
            start = at;
            in_word = false;
        } else if !c.is_whitespace() {
            in_word = true;
        }
    }
    pieces.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    pieces
}

fn merged(mut base: Value, more: &[&Value]) -> Value {
    if let Some(fields) = base.as_object_mut() {
        for object in more.iter().filter_map(|value| value.as_object()) {
            fields.extend(object.clone());
        }
    }
    base
}

fn id_suffix(frame: &ResponseInfo) -> &str {
    frame.id.strip_prefix("resp_").unwrap_or(&frame.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::answer::build_answer;
    use crate::demo::calls::CalculatorAvailability;
    use crate::demo::response_store::HistoryMessage;

    fn run(question: &str) -> Vec<StreamStep> {
        let frame = ResponseInfo {
            id: "resp_1".into(),
            created_at: 1,
            model: "m".into(),
            request: json!({}),
            input_tokens: 1,
        };
        let said = HistoryMessage { role: "user".into(), text: question.into() };
        build_steps(&frame, &build_answer(&[said], CalculatorAvailability::Offered))
    }

    fn events(question: &str) -> Vec<Value> {
        let event = |step| match step {
            StreamStep::Event(event) | StreamStep::PacedEvent(event) => Some(event),
            StreamStep::Disconnect => None,
        };
        run(question).into_iter().filter_map(event).collect()
    }

    #[test]
    fn numbers_count_up_from_zero_and_the_end_comes_last() {
        for question in [
            "hello",
            "reasoning and web search",
            "incomplete",
            "failed",
            "refuse",
            "calculate 1 and 2",
        ] {
            let events = events(question);
            for (place, event) in events.iter().enumerate() {
                assert_eq!(event["sequence_number"], json!(place));
            }
            let last = events.last().unwrap()["type"].as_str().unwrap();
            assert!(
                ["response.completed", "response.incomplete", "response.failed"].contains(&last)
            );
        }
        assert_eq!(run("cut").last(), Some(&StreamStep::Disconnect));
    }

    #[test]
    fn deltas_done_and_output_agree() {
        let events = events("show");
        let deltas: String = events.iter().filter_map(|it| it["delta"].as_str()).collect();
        let done = events.iter().find(|it| it["type"] == "response.output_text.done").unwrap();
        let output = &events.last().unwrap()["response"]["output"][0]["content"][0]["text"];
        assert_eq!(json!(deltas), done["text"]);
        assert_eq!(output, &done["text"]);
    }
}
