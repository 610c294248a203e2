//! A request for an answer: read, answered, remembered, and sent the way it asks for.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

use super::answer::{self, DemoAnswer, Scenario, Speed};
use super::background_responses::StreamLimit;
use super::calls;
use super::events::{self, ResponseInfo, StreamStep};
use super::failures::failure_response;
use super::items::{input_with_ids, to_message};
use super::models;
use super::pacing::Pacing;
use super::read_request::{DemoProtocol, read, refusal};
use super::response_store::{HistoryMessage, ResponseRecord};
use super::server_state::ServerState;
use super::sse::{connection_error, event_frame, event_stream};

/// Handles `POST /v1/responses`.
pub(super) async fn respond(State(shared): State<ServerState>, request: Request) -> Response {
    let (body, model) = match read(&shared, request, DemoProtocol::Responses).await {
        Ok(read) => read,
        Err(refusal) => return *refusal,
    };
    let input = input_with_ids(body.get("input").unwrap_or(&Value::Null));
    let mut history = match previous_history(&shared, &body, &input) {
        Ok(history) => history,
        Err(refusal) => return *refusal,
    };
    history.extend(input.iter().filter_map(to_message));
    let is_streamed = body.get("stream") == Some(&json!(true));
    if !is_streamed && model == models::TITLE_MODEL {
        return respond_with_title(&body, model, &history);
    }
    let answer = answer::build_answer(&history, calls::calculator_availability(&body));
    if let Some(refusal) = failure_response(&shared, &answer, &history, &model) {
        return refusal;
    }
    let info = new_response_info(
        model,
        &body,
        history.iter().map(|message| events::tokens(&message.text)).sum(),
    );
    if body.get("background") == Some(&json!(true)) {
        if body.get("store") == Some(&json!(false)) {
            let message = "A background response has to be stored: background needs store.";
            return refusal(400, None, Some("background"), message);
        }
        return in_background(&shared, &info, &answer, input, history);
    }
    store_response(&shared, &info, &answer, input, history);
    if is_streamed {
        streamed(shared.pacing, events::build_steps(&info, &answer), answer.speed)
    } else {
        Json(events::final_response(&info, &answer)).into_response()
    }
}

/// A new response that begins now.
fn new_response_info(model: String, request: &Value, input_tokens: u64) -> ResponseInfo {
    ResponseInfo {
        id: format!("resp_{}", uuid::Uuid::new_v4().simple()),
        created_at: jiff::Timestamp::now().as_second(),
        model,
        request: request.clone(),
        input_tokens,
    }
}

/// The conversation up to the response that the request continues.
fn previous_history(
    shared: &ServerState,
    body: &Value,
    input: &[Value],
) -> Result<Vec<HistoryMessage>, Box<Response>> {
    let Some(previous) = body.get("previous_response_id").and_then(Value::as_str) else {
        return Ok(Vec::new());
    };
    let responses = shared.responses();
    let Some(stored) = responses.find(previous) else {
        let message = format!("Previous response with id '{previous}' not found.");
        let code = Some("previous_response_not_found");
        return Err(refusal(400, code, Some("previous_response_id"), &message).into());
    };
    if let Some(call) = calls::unanswered(&stored.pending_calls, input) {
        let message = format!("No tool output found for function call {call}.");
        return Err(refusal(400, None, Some("input"), &message).into());
    }
    Ok(stored.history.clone())
}

/// Remembers a response, so that later requests can continue it, unless it failed or was not to be stored.
fn store_response(
    shared: &ServerState,
    info: &ResponseInfo,
    answer: &DemoAnswer,
    input: Vec<Value>,
    mut history: Vec<HistoryMessage>,
) {
    let is_finished = matches!(
        answer.scenario,
        Scenario::Complete
            | Scenario::Incomplete
            | Scenario::RateLimited
            | Scenario::Refused
            | Scenario::ModelNotFound
    );
    if !is_finished || info.request.get("store") == Some(&json!(false)) {
        return;
    }
    let response = events::final_response(info, answer);
    let text = response.pointer("/output").and_then(Value::as_array).and_then(|output| {
        let message = output.iter().rev().find(|item| item["type"] == "message")?;
        message.pointer("/content/0/text").and_then(Value::as_str).map(str::to_owned)
    });
    if answer.calls.is_empty() {
        history.push(HistoryMessage { role: "assistant".into(), text: text.unwrap_or_default() });
    }
    let pending = (0..answer.calls.len()).map(|index| calls::call_id(&info.id, index)).collect();
    let stored = ResponseRecord { response, input, history, pending_calls: pending };
    shared.responses().keep(info.id.clone(), stored);
}

fn respond_with_title(body: &Value, model: String, history: &[HistoryMessage]) -> Response {
    let prompt = history.last().map_or("", |message| message.text.as_str());
    let info = new_response_info(model, body, events::tokens(prompt));
    let answer = DemoAnswer {
        scenario: Scenario::Complete,
        text: answer::title(prompt),
        speed: Speed::Normal,
        reasoning: None,
        search: None,
        calls: Vec::new(),
    };
    Json(events::final_response(&info, &answer)).into_response()
}

/// Streams the steps as server-sent events, at the server's pace.
fn streamed(pacing: Pacing, steps: Vec<StreamStep>, speed: Speed) -> Response {
    let start = (pacing, steps.into_iter());
    let frames = stream::unfold(start, move |(pacing, mut steps)| async move {
        let step = steps.next()?;
        pacing.wait(&step, speed).await;
        let sent = match step {
            StreamStep::Event(event) | StreamStep::PacedEvent(event) => Ok(event_frame(&event)),
            StreamStep::Disconnect => Err(connection_error()),
        };
        Some((sent, (pacing, steps)))
    });
    event_stream(frames)
}

/// Starts a background response; where its connection breaks, the response goes on.
fn in_background(
    shared: &ServerState,
    info: &ResponseInfo,
    answer: &DemoAnswer,
    input: Vec<Value>,
    history: Vec<HistoryMessage>,
) -> Response {
    let connection_lost = answer.scenario == Scenario::ConnectionLost;
    let scenario = if connection_lost { Scenario::Complete } else { answer.scenario };
    let answer = DemoAnswer { scenario, ..answer.clone() };
    let stored = (shared.clone(), info.clone(), answer.clone());
    let job = shared.background_responses.start(&shared.pacing, info, &answer, move || {
        let (shared, info, answer) = stored;
        store_response(&shared, &info, &answer, input, history);
    });
    if info.request.get("stream") != Some(&json!(true)) {
        return Json(job.response()).into_response();
    }
    let limit = if connection_lost {
        let words = answer.text.split_whitespace().count();
        StreamLimit::Events(words.div_ceil(2).saturating_add(4))
    } else {
        StreamLimit::Unlimited
    };
    job.stream(None, limit)
}
