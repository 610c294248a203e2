//! The paths of the API, and what each answers.
//! May not keep anything itself.

use std::convert::Infallible;
use std::io;
use std::sync::PoisonError;

use super::answer::{self, Answer, Course, Speed};
use super::calls;
use super::events::{self, Frame, Step};
use super::items::{items, said};
use super::jobs::{self, Until};
use super::memory::{Given, Said};
use super::server::{Pace, Recorded, Shared};
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};

/// The models that are offered.
const MODELS: &str = include_str!("../../assets/demo/models.txt");
/// The largest request taken, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// Every path.
pub fn routes(shared: Shared) -> Router {
    Router::new()
        .route("/v1/responses", post(respond))
        .route("/v1/responses/{id}", get(retrieve).delete(forget))
        .route("/v1/responses/{id}/input_items", get(input_items))
        .route("/v1/responses/{id}/cancel", post(cancel))
        .route("/v1/models", get(models))
        .fallback(nowhere)
        .with_state(shared)
}

async fn respond(State(shared): State<Shared>, request: Request) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|it| it.to_str().ok()).map(str::to_owned);
    let Ok(bytes) = axum::body::to_bytes(request.into_body(), LARGEST).await else {
        return error(413, "invalid_request_error", None, None, "The request is too large.");
    };
    let parsed = serde_json::from_slice::<Value>(&bytes);
    let body = parsed.as_ref().ok().cloned().unwrap_or(Value::Null);
    let line = "POST /v1/responses".to_owned();
    let recorded = Recorded { line, body: body.clone(), authorization };
    shared.recorded.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
    if !body.is_object() {
        return error(400, "invalid_request_error", None, None, "The body is not a JSON object.");
    }
    let Some(model) = body.get("model").and_then(Value::as_str).map(str::to_owned) else {
        let code = Some("missing_required_parameter");
        return error(400, "invalid_request_error", code, Some("model"), "A model is missing.");
    };
    let input = items(body.get("input").unwrap_or(&Value::Null));
    let mut history = match earlier(&shared, &body, &input) {
        Ok(history) => history,
        Err(refusal) => return *refusal,
    };
    history.extend(input.iter().filter_map(said));
    if body.get("stream") != Some(&json!(true)) && model == "gpt-5-nano" {
        return title(&body, model, &history);
    }
    let answer = answer::answer(&history, calls::offered(&body));
    if let Some(refusal) = refuse(&shared, &answer, &history, &model) {
        return refusal;
    }
    let frame = Frame {
        id: format!("resp_{}", uuid::Uuid::new_v4().simple()),
        created_at: jiff::Timestamp::now().as_second(),
        model,
        input_tokens: history.iter().map(|said| events::tokens(&said.text)).sum(),
        request: body.clone(),
    };
    if body.get("background") == Some(&json!(true)) {
        return in_background(&shared, &frame, &answer, input, history);
    }
    remember(&shared, &frame, &answer, input, history);
    if body.get("stream") == Some(&json!(true)) {
        streamed(shared, events::steps(&frame, &answer), answer.speed)
    } else {
        Json(events::whole(&frame, &answer)).into_response()
    }
}

/// The conversation the request is chained from.
fn earlier(shared: &Shared, body: &Value, input: &[Value]) -> Result<Vec<Said>, Box<Response>> {
    let Some(previous) = body.get("previous_response_id").and_then(Value::as_str) else {
        return Ok(Vec::new());
    };
    let memory = shared.memory.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(given) = memory.find(previous) else {
        let message = format!("Previous response with id '{previous}' not found.");
        let code = Some("previous_response_not_found");
        let param = Some("previous_response_id");
        return Err(Box::new(error(400, "invalid_request_error", code, param, &message)));
    };
    if let Some(call) = calls::unanswered(&given.pending, input) {
        let message = format!("No tool output found for function call {call}.");
        return Err(Box::new(error(400, "invalid_request_error", None, Some("input"), &message)));
    }
    Ok(given.history.clone())
}

/// Only what the server finished can be chained from.
fn remember(
    shared: &Shared,
    frame: &Frame,
    answer: &Answer,
    input: Vec<Value>,
    mut history: Vec<Said>,
) {
    let kept = matches!(
        answer.course,
        Course::Whole
            | Course::Incomplete
            | Course::RateLimited
            | Course::Refused
            | Course::ModelGone
    );
    if !kept || frame.request.get("store") == Some(&json!(false)) {
        return;
    }
    let response = events::whole(frame, answer);
    let text = response.pointer("/output").and_then(Value::as_array).and_then(|output| {
        let message = output.iter().rev().find(|item| item["type"] == "message")?;
        message.pointer("/content/0/text").and_then(Value::as_str).map(str::to_owned)
    });
    if answer.calls.is_empty() {
        history.push(Said { role: "assistant".into(), text: text.unwrap_or_default() });
    }
    let pending = (0..answer.calls.len()).map(|place| calls::call_id(&frame.id, place)).collect();
    let given = Given { response, input, history, pending };
    shared.memory.lock().unwrap_or_else(PoisonError::into_inner).keep(frame.id.clone(), given);
}

/// The answer of HTTP itself, where the question asks for a failure.
fn refuse(shared: &Shared, answer: &Answer, history: &[Said], model: &str) -> Option<Response> {
    let question = history.iter().rfind(|said| said.role != "tool");
    let question = question.map_or("", |said| said.text.as_str());
    match answer.course {
        Course::RateLimited => {
            let mut memory = shared.memory.lock().unwrap_or_else(PoisonError::into_inner);
            if memory.turn_away(question) > 0 {
                return None;
            }
            let message = "Rate limit reached for requests. Please try again in 1s.";
            let mut refusal = error(429, "requests", Some("rate_limit_exceeded"), None, message);
            let wait = if shared.pace == Pace::Instant { "0.01" } else { "3" };
            if let Ok(wait) = wait.parse() {
                refusal.headers_mut().insert(header::RETRY_AFTER, wait);
            }
            Some(refusal)
        }
        Course::ServerError => {
            let message = "The server had an error processing your request.";
            Some(error(500, "server_error", Some("server_error"), None, message))
        }
        Course::ModelGone if !model.starts_with("demo-") => {
            let message = format!("The model `{model}` has been deprecated.");
            Some(error(404, "invalid_request_error", Some("model_not_found"), None, &message))
        }
        Course::Unauthorized => {
            let message = "Incorrect API key provided: sk-de**mo.";
            Some(error(401, "invalid_request_error", Some("invalid_api_key"), None, message))
        }
        Course::ModelGone
        | Course::Whole
        | Course::Cut
        | Course::Failed
        | Course::Incomplete
        | Course::Refused => None,
    }
}

fn title(body: &Value, model: String, history: &[Said]) -> Response {
    let prompt = history.last().map_or("", |said| said.text.as_str());
    let frame = Frame {
        id: format!("resp_{}", uuid::Uuid::new_v4().simple()),
        created_at: jiff::Timestamp::now().as_second(),
        model,
        request: body.clone(),
        input_tokens: events::tokens(prompt),
    };
    let answer = Answer {
        course: Course::Whole,
        text: answer::title(prompt),
        speed: Speed::Usual,
        reasoning: None,
        search: None,
        calls: Vec::new(),
    };
    Json(events::whole(&frame, &answer)).into_response()
}

/// Sends the steps as server-sent events, at the server's pace.
fn streamed(shared: Shared, steps: Vec<Step>, speed: Speed) -> Response {
    let start = (shared, steps.into_iter());
    let frames = stream::unfold(start, move |(shared, mut steps)| async move {
        let step = steps.next()?;
        jobs::pause(&shared, &step, speed).await;
        let sent = match step {
            Step::Event(event) | Step::Word(event) => Ok(frame(&event)),
            Step::Break => Err(io::Error::other("cut, as asked")),
        };
        Some((sent, (shared, steps)))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    (headers, Body::from_stream(frames)).into_response()
}

/// An event as it goes over the wire.
pub fn frame(event: &Value) -> Bytes {
    let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
    Bytes::from(format!("event: {name}\ndata: {event}\n\n"))
}

/// An answer that goes on without its connection.
fn in_background(
    shared: &Shared,
    frame: &Frame,
    answer: &Answer,
    input: Vec<Value>,
    history: Vec<Said>,
) -> Response {
    let kept = (shared.clone(), frame.clone(), answer.clone());
    let job = shared.jobs.start(shared, frame, answer, move || {
        let (shared, frame, answer) = kept;
        let course = if answer.course == Course::Cut { Course::Whole } else { answer.course };
        remember(&shared, &frame, &Answer { course, ..answer }, input, history);
    });
    if frame.request.get("stream") != Some(&json!(true)) {
        return Json(job.response()).into_response();
    }
    let cut = answer.course == Course::Cut;
    let words = answer.text.split_whitespace().count();
    job.stream(
        None,
        if cut { Until::Broken(words.div_ceil(2).saturating_add(4)) } else { Until::End },
    )
}

/// How a response is asked for again.
#[derive(Debug, Deserialize)]
struct Again {
    stream: Option<bool>,
    starting_after: Option<usize>,
}

async fn cancel(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    note(&shared, format!("POST /v1/responses/{id}/cancel"));
    match shared.jobs.find(&id) {
        Some(job) => Json(job.cancel()).into_response(),
        None => unknown(&id),
    }
}

/// Keeps that a request without a body came.
fn note(shared: &Shared, line: String) {
    let recorded = Recorded { line, body: Value::Null, authorization: None };
    shared.recorded.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
}

async fn retrieve(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Query(again): Query<Again>,
) -> Response {
    note(&shared, format!("GET /v1/responses/{id}"));
    if let Some(job) = shared.jobs.find(&id) {
        return match again.stream {
            Some(true) if job.resumable => job.stream(again.starting_after, Until::End),
            Some(true) => {
                let message = "This response can no longer be streamed because it is more than 5 \
                               minutes old.";
                error(400, "invalid_request_error", None, None, message)
            }
            Some(false) | None => Json(job.response()).into_response(),
        };
    }
    let memory = shared.memory.lock().unwrap_or_else(PoisonError::into_inner);
    match memory.find(&id) {
        Some(given) => Json(given.response.clone()).into_response(),
        None => unknown(&id),
    }
}

async fn forget(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let mut memory = shared.memory.lock().unwrap_or_else(PoisonError::into_inner);
    if memory.forget(&id) {
        return Json(json!({ "id": id, "object": "response", "deleted": true })).into_response();
    }
    unknown(&id)
}

/// How a listing is cut.
#[derive(Debug, Deserialize)]
struct Paging {
    #[serde(default = "twenty")]
    limit: usize,
    order: Option<String>,
    after: Option<String>,
}

const fn twenty() -> usize {
    20
}

async fn input_items(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Response {
    let memory = shared.memory.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(given) = memory.find(&id) else {
        return unknown(&id);
    };
    let mut all = given.input.clone();
    if paging.order.as_deref() != Some("asc") {
        all.reverse();
    }
    let item_id = |item: &Value| item.get("id").and_then(Value::as_str).map(str::to_owned);
    let start = paging.after.and_then(|after| {
        let place = all.iter().position(|item| item_id(item).as_ref() == Some(&after))?;
        place.checked_add(1)
    });
    let rest = all.split_off(start.unwrap_or(0).min(all.len()));
    let limit = paging.limit.clamp(1, 100);
    let page: Vec<Value> = rest.iter().take(limit).cloned().collect();
    let ends = (page.first().and_then(item_id), page.last().and_then(item_id));
    let listed = json!({ "object": "list", "data": page, "first_id": ends.0, "last_id": ends.1,
        "has_more": rest.len() > limit });
    Json(listed).into_response()
}

async fn models() -> Response {
    let model = |name: &str| json!({ "id": name, "object": "model", "owned_by": "demo" });
    let all: Vec<Value> = MODELS.lines().filter(|line| !line.is_empty()).map(model).collect();
    Json(json!({ "object": "list", "data": all })).into_response()
}

async fn nowhere() -> Result<Response, Infallible> {
    Ok(error(404, "invalid_request_error", None, None, "There is nothing at this path."))
}

fn unknown(id: &str) -> Response {
    let message = format!("Response with id '{id}' not found.");
    error(404, "invalid_request_error", None, None, &message)
}

fn error(
    status: u16,
    kind: &str,
    code: Option<&str>,
    param: Option<&str>,
    message: &str,
) -> Response {
    let body = json!({ "error":
        { "message": message, "type": kind, "param": param, "code": code } });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let id = format!("req_{}", uuid::Uuid::new_v4().simple());
    (status, [("x-request-id", id)], Json(body)).into_response()
}
