//! Reads a request for an answer, and refuses what the API refuses.

use axum::extract::Request;
use axum::http::header;
use axum::response::Response;
use serde_json::{Value, json};

use super::errors::error;
use super::models;
use super::server_state::{RecordedRequest, ServerState};

/// The most bytes of a request.
const MAX_REQUEST_BYTES: usize = 64 * 1024 * 1024;

/// One of the two ways to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DemoProtocol {
    Responses,
    ChatCompletions,
}

impl DemoProtocol {
    const fn request_line(self) -> &'static str {
        match self {
            Self::Responses => "POST /v1/responses",
            Self::ChatCompletions => "POST /v1/chat/completions",
        }
    }

    /// The member of the body that holds the conversation.
    const fn question(self) -> &'static str {
        match self {
            Self::Responses => "input",
            Self::ChatCompletions => "messages",
        }
    }

    /// The status of the refusal of an unknown model, which differs.
    const fn unknown_model_status(self) -> u16 {
        match self {
            Self::Responses => 400,
            Self::ChatCompletions => 404,
        }
    }

    /// What the conversation has to be, where the value is something else.
    fn expected_type(self, question: &Value) -> Option<&'static str> {
        match self {
            Self::Responses if question.is_string() || question.is_array() => None,
            Self::Responses => Some("a string or an array of input items"),
            Self::ChatCompletions if question.is_array() => None,
            Self::ChatCompletions => Some("an array of messages"),
        }
    }
}

/// Reads the body of a request and the model it names.
pub(super) async fn read(
    shared: &ServerState,
    request: Request,
    protocol: DemoProtocol,
) -> Result<(Value, String), Box<Response>> {
    let authorization = request.headers().get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|it| it.to_str().ok()).map(str::to_owned);
    let Ok(bytes) = axum::body::to_bytes(request.into_body(), MAX_REQUEST_BYTES).await else {
        return Err(refusal(413, None, None, "The request is too large.").into());
    };
    let body = serde_json::from_slice::<Value>(&bytes).unwrap_or(Value::Null);
    let line = protocol.request_line().to_owned();
    shared.record(RecordedRequest { request_line: line, body: body.clone(), authorization });
    if !body.is_object() {
        return Err(refusal(400, None, None, "The body is not a JSON object.").into());
    }
    let model = read_model(&body, protocol)?;
    check_question(&body, protocol)?;
    for name in ["stream", "store", "background"] {
        let value = body.get(name).filter(|value| !value.is_null() && !value.is_boolean());
        if let Some(value) = value {
            return Err(wrong_type(name, "a boolean", value).into());
        }
    }
    Ok((body, model))
}

fn read_model(body: &Value, protocol: DemoProtocol) -> Result<String, Box<Response>> {
    match body.get("model") {
        None | Some(Value::Null) => Err(missing("model").into()),
        Some(Value::String(model)) if models::is_known(model) => Ok(model.clone()),
        Some(Value::String(model)) => {
            Err(models::not_found(protocol.unknown_model_status(), model).into())
        }
        Some(other) => Err(wrong_type("model", "a string", other).into()),
    }
}

fn check_question(body: &Value, protocol: DemoProtocol) -> Result<(), Box<Response>> {
    let name = protocol.question();
    let Some(question) = body.get(name).filter(|value| !value.is_null()) else {
        return Err(missing(name).into());
    };
    if let Some(expected) = protocol.expected_type(question) {
        return Err(wrong_type(name, expected, question).into());
    }
    if protocol == DemoProtocol::ChatCompletions && *question == json!([]) {
        let message = format!("Invalid '{name}': empty array. Expected at least one message.");
        return Err(refusal(400, Some("empty_array"), Some(name), &message).into());
    }
    Ok(())
}

fn missing(name: &str) -> Response {
    let message = format!("Missing required parameter: '{name}'.");
    refusal(400, Some("missing_required_parameter"), Some(name), &message)
}

fn wrong_type(name: &str, expected: &str, found: &Value) -> Response {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    let message = format!("Invalid type for '{name}': expected {expected}, but got {found}.");
    refusal(400, Some("invalid_type"), Some(name), &message)
}

/// A refusal of a request that is not as the API wants it.
pub(super) fn refusal(
    status: u16,
    code: Option<&str>,
    param: Option<&str>,
    message: &str,
) -> Response {
    error(status, "invalid_request_error", code, param, message)
}
