//! The event sequence of one response, and the objects in it, as the official API sends them.

use serde_json::{Value, json};

use super::answer::{DemoAnswer, Scenario};
use super::calls;

/// What the objects of a response repeat from its request.
#[derive(Debug, Clone)]
pub(super) struct ResponseInfo {
    pub(super) id: String,
    /// When the response began, in Unix seconds.
    pub(super) created_at: i64,
    /// The model the request names.
    pub(super) model: String,
    pub(super) request: Value,
    /// The tokens of the conversation, about one a word.
    pub(super) input_tokens: u64,
}

/// What the demo server does next with a connection.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum StreamStep {
    /// Send an event at once.
    Event(Value),
    /// Send an event at the pace of a model.
    PacedEvent(Value),
    /// Break the connection in the middle of the stream.
    Disconnect,
}

/// The steps of a streamed answer.
pub(super) fn build_steps(info: &ResponseInfo, answer: &DemoAnswer) -> Vec<StreamStep> {
    let mut out = StepBuilder { steps: Vec::new(), number: 0 };
    let start = object(info, "in_progress", &json!([]), None);
    out.push_event(json!({ "type": "response.created", "response": start }));
    out.push_event(json!({ "type": "response.in_progress", "response": start }));
    let mut output = Vec::new();
    if let Some(summary) = &answer.reasoning {
        output.push(push_reasoning(&mut out, info, output.len(), summary));
    }
    if let Some(query) = &answer.search {
        output.push(push_search(&mut out, info, output.len(), query));
    }
    if answer.calls.is_empty() {
        match push_message(&mut out, info, output.len(), answer) {
            Some(item) => output.push(item),
            None => return out.steps,
        }
    }
    for (call_index, expression) in answer.calls.iter().enumerate() {
        output.push(push_call(&mut out, info, output.len(), call_index, expression));
    }
    let output = Value::Array(output);
    let (kind, status) = match answer.scenario {
        Scenario::Failed => ("response.failed", "failed"),
        Scenario::Incomplete => ("response.incomplete", "incomplete"),
        _ => ("response.completed", "completed"),
    };
    let response = object(info, status, &output, Some(answer));
    out.push_event(json!({ "type": kind, "response": response }));
    out.steps
}

/// The response object at the start of an answer.
pub(super) fn in_progress_response(info: &ResponseInfo) -> Value {
    object(info, "in_progress", &json!([]), None)
}

/// The response object at the end of an answer.
pub(super) fn final_response(info: &ResponseInfo, answer: &DemoAnswer) -> Value {
    let last = build_steps(info, answer).into_iter().rev().find_map(|step| match step {
        StreamStep::Event(event) => event.get("response").cloned(),
        StreamStep::PacedEvent(_) | StreamStep::Disconnect => None,
    });
    last.unwrap_or_else(|| object(info, "failed", &json!([]), None))
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

    fn begin_item(&mut self, index: usize, item: &Value) {
        self.push_event(
            json!({ "type": "response.output_item.added", "output_index": index, "item": item }),
        );
    }

    /// Adds the event that ends an item; returns the item.
    fn end_item(&mut self, index: usize, item: Value) -> Value {
        self.push_event(
            json!({ "type": "response.output_item.done", "output_index": index, "item": item }),
        );
        item
    }

    /// Adds a paced event for each piece of a text.
    fn push_deltas(&mut self, pieces: &[&str], event: impl Fn(&str) -> Value) {
        for piece in pieces {
            self.push_paced_event(event(piece));
        }
    }

    fn add_number(&mut self, mut event: Value) -> Value {
        if let Some(fields) = event.as_object_mut() {
            fields.insert("sequence_number".into(), json!(self.number));
        }
        self.number = self.number.saturating_add(1);
        event
    }
}

/// Adds the events of a reasoning item; returns the finished item.
fn push_reasoning(
    out: &mut StepBuilder,
    info: &ResponseInfo,
    index: usize,
    summary: &str,
) -> Value {
    let id = format!("rs_{}", id_suffix(info));
    let item = |summary: Value| json!({ "id": id, "type": "reasoning", "summary": summary });
    let part = |text: &str| json!({ "type": "summary_text", "text": text });
    let position = json!({ "item_id": id, "output_index": index, "summary_index": 0 });
    let with = |kind: &str, more: Value| event_at(&position, kind, &more);
    out.begin_item(index, &item(json!([])));
    out.push_event(with("response.reasoning_summary_part.added", json!({ "part": part("") })));
    out.push_deltas(&pieces(summary), |piece| {
        with("response.reasoning_summary_text.delta", json!({ "delta": piece }))
    });
    out.push_event(with("response.reasoning_summary_text.done", json!({ "text": summary })));
    out.push_event(with("response.reasoning_summary_part.done", json!({ "part": part(summary) })));
    out.end_item(index, item(json!([part(summary)])))
}

/// Adds the events of a web search; returns the finished item.
fn push_search(out: &mut StepBuilder, info: &ResponseInfo, index: usize, query: &str) -> Value {
    let id = format!("ws_{}", id_suffix(info));
    let sources = json!([
        { "type": "url", "url": "https://example.org/rivers" },
        { "type": "url", "url": "https://example.com/maps" }
    ]);
    let item = |status: &str| {
        json!({ "id": id, "type": "web_search_call", "status": status,
            "action": { "type": "search", "query": query, "sources": sources } })
    };
    out.begin_item(index, &item("in_progress"));
    for step in ["in_progress", "searching", "completed"] {
        let kind = format!("response.web_search_call.{step}");
        out.push_paced_event(json!({ "type": kind, "item_id": id, "output_index": index }));
    }
    out.end_item(index, item("completed"))
}

/// Adds the events of a call of the calculator; returns the finished item.
fn push_call(
    out: &mut StepBuilder,
    info: &ResponseInfo,
    index: usize,
    call_index: usize,
    expression: &str,
) -> Value {
    let item = calls::item(&info.id, call_index, Some(expression));
    let arguments = item.get("arguments").and_then(Value::as_str).unwrap_or_default();
    let position = json!({ "item_id": item.get("id"), "output_index": index });
    let with = |kind: &str, more: Value| event_at(&position, kind, &more);
    out.begin_item(index, &calls::item(&info.id, call_index, None));
    out.push_deltas(&pieces(arguments), |piece| {
        with("response.function_call_arguments.delta", json!({ "delta": piece }))
    });
    out.push_event(with(
        "response.function_call_arguments.done",
        json!({ "arguments": arguments }),
    ));
    out.end_item(index, item)
}

/// Adds the events of the message; returns the finished item, or `None` where the connection breaks first.
fn push_message(
    out: &mut StepBuilder,
    info: &ResponseInfo,
    index: usize,
    answer: &DemoAnswer,
) -> Option<Value> {
    let id = format!("msg_{}", id_suffix(info));
    let item = |status: &str, content: Value| {
        json!({ "id": id, "type": "message", "status": status, "role": "assistant",
            "content": content })
    };
    let no_annotations = json!([]);
    let position = json!({ "item_id": id, "output_index": index, "content_index": 0 });
    let part = message_part(answer, "", &no_annotations);
    out.begin_item(index, &item("in_progress", json!([])));
    out.push_event(event_at(&position, "response.content_part.added", &json!({ "part": part })));
    let text = push_text(out, &position, answer);
    let (status, annotations) = match answer.scenario {
        Scenario::ConnectionLost => {
            out.steps.push(StreamStep::Disconnect);
            return None;
        }
        // A response that fails never ends its items.
        Scenario::Failed => {
            let part = message_part(answer, &text, &no_annotations);
            return Some(item("incomplete", json!([part])));
        }
        Scenario::Incomplete => ("incomplete", annotations(answer, &text)),
        _ => ("completed", annotations(answer, &text)),
    };
    let part = message_part(answer, &text, &annotations);
    push_text_end(out, &position, answer, &part);
    Some(out.end_item(index, item(status, json!([part]))))
}

/// The content of a message: a text or a refusal.
fn message_part(answer: &DemoAnswer, text: &str, annotations: &Value) -> Value {
    if answer.scenario == Scenario::Refused {
        json!({ "type": "refusal", "refusal": text })
    } else {
        json!({ "type": "output_text", "text": text, "annotations": annotations, "logprobs": [] })
    }
}

/// Adds the deltas of a message as far as they are sent; returns their text.
fn push_text(out: &mut StepBuilder, position: &Value, answer: &DemoAnswer) -> String {
    let all = pieces(&answer.text);
    let count = match answer.scenario {
        Scenario::ConnectionLost | Scenario::Incomplete => all.len().div_ceil(2),
        Scenario::Failed => all.len().min(4),
        _ => all.len(),
    };
    let kind = match answer.scenario {
        Scenario::Refused => "response.refusal.delta",
        _ => "response.output_text.delta",
    };
    let sent = all.get(..count).unwrap_or_default();
    out.push_deltas(sent, |piece| {
        event_at(position, kind, &json!({ "delta": piece, "logprobs": [] }))
    });
    sent.concat()
}

/// Adds the events that end the text of a message, whose content is `part`.
fn push_text_end(out: &mut StepBuilder, position: &Value, answer: &DemoAnswer, part: &Value) {
    let with = |kind: &str, more: Value| event_at(position, kind, &more);
    let annotations = part.get("annotations").and_then(Value::as_array);
    for (index, annotation) in annotations.into_iter().flatten().enumerate() {
        out.push_event(with(
            "response.output_text.annotation.added",
            json!({ "annotation_index": index, "annotation": annotation }),
        ));
    }
    out.push_event(if answer.scenario == Scenario::Refused {
        with("response.refusal.done", json!({ "refusal": part.get("refusal") }))
    } else {
        with("response.output_text.done", json!({ "text": part.get("text"), "logprobs": [] }))
    });
    out.push_event(with("response.content_part.done", json!({ "part": part })));
}

fn annotations(answer: &DemoAnswer, text: &str) -> Value {
    if answer.search.is_none() {
        return json!([]);
    }
    json!([{ "type": "url_citation", "start_index": 0, "end_index": text.chars().count().min(20),
        "url": "https://example.org/rivers", "title": "Rivers of the world" }])
}

/// A response object with every field of the official one.
fn object(info: &ResponseInfo, status: &str, output: &Value, answer: Option<&DemoAnswer>) -> Value {
    let requested = |name: &str| info.request.get(name).cloned().unwrap_or(Value::Null);
    let error = if status == "failed" {
        json!({ "code": "server_error", "message": "The demo server failed, as it was asked to." })
    } else {
        Value::Null
    };
    let incomplete =
        if status == "incomplete" { json!({ "reason": "max_output_tokens" }) } else { Value::Null };
    let usage = answer.filter(|_| status != "failed").map(|answer| usage(info, answer));
    let or = |name: &str, default: Value| match requested(name) {
        Value::Null => default,
        given => given,
    };
    json!({
        "id": info.id, "object": "response", "created_at": info.created_at, "status": status,
        "background": info.request.get("background") == Some(&json!(true)),
        "error": error, "incomplete_details": incomplete,
        "instructions": requested("instructions"),
        "max_output_tokens": requested("max_output_tokens"), "model": info.model,
        "output": output, "parallel_tool_calls": or("parallel_tool_calls", json!(true)),
        "previous_response_id": requested("previous_response_id"),
        "reasoning": or("reasoning", json!({ "effort": "medium", "summary": null })),
        "store": or("store", json!(true)), "temperature": or("temperature", json!(1.0)),
        "text": or("text", json!({ "format": { "type": "text" } })),
        "tool_choice": or("tool_choice", json!("auto")), "tools": or("tools", json!([])),
        "top_p": or("top_p", json!(1.0)), "truncation": or("truncation", json!("disabled")),
        "usage": usage, "user": requested("user"), "metadata": or("metadata", json!({}))
    })
}

fn usage(info: &ResponseInfo, answer: &DemoAnswer) -> Value {
    let words = tokens(&answer.text);
    let reasoning = answer.reasoning.as_deref().map_or(0, tokens);
    let output = words.saturating_add(reasoning);
    let input_details = json!({ "cached_tokens": 0, "cache_write_tokens": 0 });
    json!({ "input_tokens": info.input_tokens, "input_tokens_details": input_details,
        "output_tokens": output, "output_tokens_details": { "reasoning_tokens": reasoning },
        "total_tokens": info.input_tokens.saturating_add(output) })
}

/// An estimate of the tokens of a text: one a word.
pub(super) fn tokens(text: &str) -> u64 {
    u64::try_from(text.split_whitespace().count()).unwrap_or(u64::MAX)
}

/// Splits a text into words with the white space before them, as the official server sends deltas.
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

/// An event about a part of the output: its type, its position, then its own fields.
fn event_at(position: &Value, kind: &str, fields: &Value) -> Value {
    let mut event = json!({ "type": kind });
    if let Some(all) = event.as_object_mut() {
        for object in [position, fields].into_iter().filter_map(Value::as_object) {
            all.extend(object.clone());
        }
    }
    event
}

fn id_suffix(info: &ResponseInfo) -> &str {
    info.id.strip_prefix("resp_").unwrap_or(&info.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::answer::build_answer;
    use crate::demo::calls::CalculatorAvailability;
    use crate::demo::response_store::HistoryMessage;

    fn run(question: &str) -> Vec<StreamStep> {
        let info = ResponseInfo {
            id: "resp_1".into(),
            created_at: 1,
            model: "m".into(),
            request: json!({}),
            input_tokens: 1,
        };
        let message = HistoryMessage { role: "user".into(), text: question.into() };
        build_steps(&info, &build_answer(&[message], CalculatorAvailability::Offered))
    }

    fn events(question: &str) -> Vec<Value> {
        let event = |step| match step {
            StreamStep::Event(event) | StreamStep::PacedEvent(event) => Some(event),
            StreamStep::Disconnect => None,
        };
        run(question).into_iter().filter_map(event).collect()
    }

    #[test]
    fn sequence_numbers_start_at_zero_and_the_last_event_ends_the_response() {
        for question in [
            "hello",
            "reasoning and web search",
            "incomplete",
            "failed",
            "refuse",
            "calculate 1 and 2",
        ] {
            let events = events(question);
            for (index, event) in events.iter().enumerate() {
                assert_eq!(event["sequence_number"], json!(index));
            }
            let last = events.last().unwrap()["type"].as_str().unwrap();
            assert!(
                ["response.completed", "response.incomplete", "response.failed"].contains(&last)
            );
        }
        assert_eq!(run("cut").last(), Some(&StreamStep::Disconnect));
    }

    #[test]
    fn deltas_done_event_and_output_have_the_same_text() {
        let events = events("show");
        let deltas: String = events.iter().filter_map(|it| it["delta"].as_str()).collect();
        let done = events.iter().find(|it| it["type"] == "response.output_text.done").unwrap();
        let output = &events.last().unwrap()["response"]["output"][0]["content"][0]["text"];
        assert_eq!(json!(deltas), done["text"]);
        assert_eq!(output, &done["text"]);
    }
}
