//! Handles `POST /v1/chat/completions`: the same answers as the Responses API, in the older protocol.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Map, Value, json};

use super::answer::{self, DemoAnswer, Scenario};
use super::calls::{self, CalculatorAvailability};
use super::events::{StreamStep, tokens};
use super::failures::failure_response;
use super::items::to_message;
use super::read_request::{DemoProtocol, read, refusal};
use super::response_store::HistoryMessage;
use super::server_state::ServerState;
use super::sse::{connection_error, data_frame, done_frame, event_stream};

/// The kind of the objects of a stream.
const CHUNK: &str = "chat.completion.chunk";

/// What the objects of a completion repeat.
struct Completion {
    id: String,
    model: String,
    /// When the answer began, in Unix seconds.
    created: i64,
    usage: Value,
}

/// Handles `POST /v1/chat/completions`.
pub(super) async fn complete(State(shared): State<ServerState>, request: Request) -> Response {
    let (body, model) = match read(&shared, request, DemoProtocol::ChatCompletions).await {
        Ok(read) => read,
        Err(refusal) => return *refusal,
    };
    let messages = body.get("messages").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if let Some(call) = unanswered_call(messages) {
        let message = format!(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to \
             each 'tool_call_id'. There is none for {call}."
        );
        return refusal(400, None, Some("messages"), &message);
    }
    let is_instruction =
        |message: &&Value| message["role"] == "system" || message["role"] == "developer";
    let history: Vec<HistoryMessage> = messages
        .iter()
        .filter(|message| !is_instruction(message) && !message["content"].is_null())
        .filter_map(to_message)
        .collect();
    let answer = answer::build_answer(&history, calculator_availability(&body));
    if let Some(refusal) = failure_response(&shared, &answer, &history, &model) {
        return refusal;
    }
    let input: u64 = history.iter().map(|message| tokens(&message.text)).sum();
    let output = tokens(&answer.text);
    let completion = Completion {
        id: format!("chatcmpl-{}", uuid::Uuid::new_v4().simple()),
        model,
        created: jiff::Timestamp::now().as_second(),
        usage: json!({ "prompt_tokens": input, "completion_tokens": output,
            "total_tokens": input.saturating_add(output) }),
    };
    if body.get("stream") != Some(&json!(true)) {
        return Json(completion.whole(&answer)).into_response();
    }
    let asks_for_usage = body.pointer("/stream_options/include_usage") == Some(&json!(true));
    let steps = completion.steps(&answer, asks_for_usage);
    let start = (shared.pacing, steps.into_iter(), answer.speed);
    let frames = stream::unfold(Some(start), |state| async {
        let (pacing, mut steps, speed) = state?;
        let Some(step) = steps.next() else {
            return Some((Ok(done_frame()), None));
        };
        pacing.wait(&step, speed).await;
        Some(match step {
            StreamStep::Event(chunk) | StreamStep::PacedEvent(chunk) => {
                (Ok(data_frame(&chunk)), Some((pacing, steps, speed)))
            }
            StreamStep::Disconnect => (Err(connection_error()), None),
        })
    });
    event_stream(frames)
}

fn calculator_availability(body: &Value) -> CalculatorAvailability {
    let mut tools = body.get("tools").and_then(Value::as_array).into_iter().flatten();
    let is_calculator =
        |tool: &Value| tool.pointer("/function/name").and_then(Value::as_str) == Some("calculator");
    if tools.any(is_calculator) {
        CalculatorAvailability::Offered
    } else {
        CalculatorAvailability::NotOffered
    }
}

/// The id of the first call whose result does not follow it.
fn unanswered_call(messages: &[Value]) -> Option<&str> {
    messages.iter().enumerate().find_map(|(index, message)| {
        let following = messages.get(index.saturating_add(1)..).unwrap_or_default();
        let results = following.iter().take_while(|message| message["role"] == "tool");
        let answered: Vec<&Value> = results.map(|result| &result["tool_call_id"]).collect();
        let calls = message.get("tool_calls").and_then(Value::as_array).into_iter().flatten();
        let open = calls.map(|call| &call["id"]).find(|id| !answered.contains(id));
        open.and_then(Value::as_str)
    })
}

fn finish_reason(answer: &DemoAnswer) -> &'static str {
    match answer.scenario {
        Scenario::Incomplete => "length",
        _ if !answer.calls.is_empty() => "tool_calls",
        _ => "stop",
    }
}

impl Completion {
    fn object(&self, kind: &str, choices: &Value, usage: Option<&Value>) -> Value {
        json!({ "id": self.id, "object": kind, "created": self.created, "model": self.model,
            "choices": choices, "usage": usage })
    }

    /// The completion as one object.
    fn whole(&self, answer: &DemoAnswer) -> Value {
        let is_refused = answer.scenario == Scenario::Refused;
        let has_calls = !answer.calls.is_empty();
        let content = (!is_refused && !has_calls).then_some(&answer.text);
        let mut message = Map::new();
        message.insert("role".into(), json!("assistant"));
        message.insert("content".into(), json!(content));
        if is_refused {
            message.insert("refusal".into(), json!(answer.text));
        }
        if has_calls {
            message.insert("tool_calls".into(), self.calls(answer));
        }
        if let Some(reasoning) = &answer.reasoning {
            message.insert("reasoning_content".into(), json!(reasoning));
        }
        let choice =
            json!({ "index": 0, "message": message, "finish_reason": finish_reason(answer) });
        self.object("chat.completion", &json!([choice]), Some(&self.usage))
    }

    fn calls(&self, answer: &DemoAnswer) -> Value {
        let call = |(index, expression): (usize, &String)| {
            json!({ "index": index, "id": calls::call_id(&self.id, index), "type": "function",
                "function": { "name": "calculator",
                    "arguments": json!({ "expression": expression }).to_string() } })
        };
        answer.calls.iter().enumerate().map(call).collect()
    }

    /// The steps of the streamed completion, without the marker at its end.
    fn steps(&self, answer: &DemoAnswer, asks_for_usage: bool) -> Vec<StreamStep> {
        let chunk = |delta: Value, reason: Option<&str>| {
            let choice = json!({ "index": 0, "delta": delta, "finish_reason": reason });
            self.object(CHUNK, &json!([choice]), None)
        };
        let first = chunk(json!({ "role": "assistant", "content": "" }), None);
        let mut steps = vec![StreamStep::Event(first)];
        for piece in answer.reasoning.iter().flat_map(|text| text.split_inclusive(' ')) {
            let delta = json!({ "reasoning_content": piece });
            steps.push(StreamStep::PacedEvent(chunk(delta, None)));
        }
        let field = if answer.scenario == Scenario::Refused { "refusal" } else { "content" };
        let pieces: Vec<&str> = answer.text.split_inclusive(' ').collect();
        let sent = match answer.scenario {
            Scenario::ConnectionLost | Scenario::Incomplete => pieces.len().div_ceil(2),
            Scenario::Failed => 3,
            _ => pieces.len(),
        };
        for piece in pieces.into_iter().take(sent) {
            steps.push(StreamStep::PacedEvent(chunk(json!({ field: piece }), None)));
        }
        match answer.scenario {
            Scenario::ConnectionLost => steps.push(StreamStep::Disconnect),
            Scenario::Failed => {
                let message = "The server had an error while processing your request.";
                let error = json!({ "error": { "message": message, "type": "server_error" } });
                steps.push(StreamStep::Event(error));
            }
            _ => {
                if !answer.calls.is_empty() {
                    let delta = json!({ "tool_calls": self.calls(answer) });
                    steps.push(StreamStep::Event(chunk(delta, None)));
                }
                steps.push(StreamStep::Event(chunk(json!({}), Some(finish_reason(answer)))));
                if asks_for_usage {
                    let usage = self.object(CHUNK, &json!([]), Some(&self.usage));
                    steps.push(StreamStep::Event(usage));
                }
            }
        }
        steps
    }
}
