//! An error as a server sent it, in any of the known shapes. Must not be displayed or logged unredacted,
//! because messages echo keys and prompts; `error_table` classifies it.

use std::time::Duration;

use serde_json::Value;

use crate::api::errors::retry_after;
use crate::api::transport::sse;
use crate::api::transport::wire::{JsonFields, parse_json};

/// An error object of a server, with facts from the HTTP response.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// The HTTP status; `None` in the middle of a stream.
    pub status: Option<u16>,
    /// `error.code`; a number becomes text.
    pub code: Option<String>,
    /// `error.type`, such as `invalid_request_error`.
    pub kind: Option<String>,
    /// `error.message`, which may echo a key or a question.
    pub message: Option<String>,
    /// `error.param`, the path of a parameter.
    pub param: Option<String>,
    /// The server's request id, from a header.
    pub request_id: Option<String>,
    /// How long the server asked to wait.
    pub retry_after: Option<Duration>,
    /// What the header `x-should-retry` says; `None` where it is missing.
    pub should_retry: Option<bool>,
}

/// Leaves out the message, which may echo a key or a prompt.
impl std::fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ErrorBody")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("kind", &self.kind)
            .field("param", &self.param)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl ErrorBody {
    /// Reads an error body: JSON, JSON in an event stream, HTML or plain text.
    #[must_use]
    pub fn from_body(body: &str) -> Self {
        let text = body.trim_start_matches('\u{feff}').trim();
        if let Some(value) = parse_json(text) {
            return Self::from_json(&value);
        }
        let framed = sse::parse_frames(text).into_iter().find_map(|frame| parse_json(&frame.data));
        if let Some(value) = framed {
            return Self::from_json(&value);
        }
        let message =
            html_title(text).or_else(|| (!text.starts_with('<')).then(|| text.to_owned()));
        Self { message: message.filter(|it| !it.is_empty()), ..Self::default() }
    }

    /// Reads an error object, or the first one nested in a value.
    #[must_use]
    pub fn from_json(value: &Value) -> Self {
        match value {
            Value::String(text) => Self { message: Some(text.clone()), ..Self::default() },
            Value::Array(list) => list.first().map(Self::from_json).unwrap_or_default(),
            Value::Object(_) => Self::from_fields(JsonFields::of(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::default(),
        }
    }

    fn from_fields(fields: JsonFields<'_>) -> Self {
        for holder in ["error", "detail", "response"] {
            if let Some(inner) = fields.value(holder) {
                let inner = Self::from_json(inner);
                if inner.has_details() {
                    return inner;
                }
            }
        }
        // Mistral puts the details into the message.
        if let Some(inner) = fields.value("message").filter(|it| it.is_object() || it.is_array()) {
            let inner = Self::from_json(inner);
            if inner.has_details() {
                return inner;
            }
        }
        let message = fields.text_or_number("message").or_else(|| fields.text_or_number("msg"));
        // LiteLLM writes Python's word for nothing.
        let word = |name: &str| fields.text_or_number(name).filter(|word| word != "None");
        let code = word("code");
        let status = code.as_deref().and_then(|code| code.parse().ok());
        Self {
            // In the middle of a stream there is no other status.
            status: status.filter(|status| (400..600).contains(status)),
            // In the middle of a stream there is no header.
            retry_after: message.as_deref().and_then(retry_after::retry_after_in_message),
            code,
            // In a stream `type` is the type of the event.
            kind: word("type").filter(|kind| kind != "error").or_else(|| word("status")),
            message,
            param: word("param").or_else(|| location_in_body(fields.list("loc"))),
            ..Self::default()
        }
    }

    /// Tells whether any field identifies the error.
    #[must_use]
    pub const fn has_details(&self) -> bool {
        self.code.is_some() || self.kind.is_some() || self.message.is_some()
    }

    /// Merges two errors of one failure: the more specific one, with gaps filled from the other.
    #[must_use]
    pub fn merge_more_specific(self, other: Self) -> Self {
        let (mut best, rest) =
            if other.specificity() > self.specificity() { (other, self) } else { (self, other) };
        best.code = best.code.or(rest.code);
        best.kind = best.kind.or(rest.kind);
        best.message = best.message.or(rest.message);
        best.param = best.param.or(rest.param);
        best.retry_after = best.retry_after.or(rest.retry_after);
        best
    }

    /// Ranks how specific an error is: a specific code, a generic code, a message, nothing.
    fn specificity(&self) -> u8 {
        let vague = |word: &str| matches!(word, "server_error" | "error" | "internal_error");
        match (self.code.as_deref().or(self.kind.as_deref()), &self.message) {
            (Some(code), _) if !vague(code) => 3,
            (Some(_), _) => 2,
            (None, Some(_)) => 1,
            (None, None) => 0,
        }
    }

    /// Code, type and message in lower case, for matching phrases.
    #[must_use]
    pub fn searchable_text(&self) -> String {
        let parts = [&self.code, &self.kind, &self.message];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ").to_lowercase()
    }
}

/// The parameter at a place in the request (`["body", "stream_options", "include_usage"]`), as servers
/// made with `FastAPI` report it.
fn location_in_body(location: &[Value]) -> Option<String> {
    let names = location.iter().filter_map(Value::as_str).skip_while(|name| *name == "body");
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| names.join("."))
}

/// The title of an HTML page, which names the error of a proxy.
fn html_title(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title>")?.checked_add("<title>".len())?;
    let length = lower.get(start..)?.find("</title>")?;
    Some(text.get(start..)?.get(..length)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Option<String>, Option<String>) {
        let error = ErrorBody::from_body(body);
        (error.code, error.message)
    }

    fn pair(code: Option<&str>, message: &str) -> (Option<String>, Option<String>) {
        (code.map(str::to_owned), Some(message.to_owned()))
    }

    #[test]
    fn every_shape_of_error_body_is_read() {
        assert_eq!(read(r#"{"error":{"message":"m","code":"c"}}"#), pair(Some("c"), "m"));
        assert_eq!(read(r#"{"error":{"message":"m","code":400}}"#), pair(Some("400"), "m"));
        assert_eq!(read(r#"{"error":"m"}"#), pair(None, "m"));
        assert_eq!(read(r#"{"detail":"m"}"#), pair(None, "m"));
        assert_eq!(read(r#"{"detail":[{"loc":["body"],"msg":"m"}]}"#), pair(None, "m"));
        assert_eq!(read(r#"{"message":"m"}"#), pair(None, "m"));
        assert_eq!(
            read(r#"{"object":"error","message":{"detail":[{"msg":"m"}]}}"#),
            pair(None, "m")
        );
        assert_eq!(
            read(r#"{"error":{"message":"m","type":"None","code":"None"}}"#),
            pair(None, "m")
        );
        assert_eq!(read(r#"[{"error":{"message":"m","code":"c"}}]"#), pair(Some("c"), "m"));
        assert_eq!(
            read("data: {\"error\":{\"message\":\"m\"}}\n\ndata: [DONE]\n\n"),
            pair(None, "m")
        );
        assert_eq!(read("<html><TITLE>502 Bad Gateway</TITLE>"), pair(None, "502 Bad Gateway"));
        assert_eq!(read("overloaded"), pair(None, "overloaded"));
        assert_eq!(read("<html>secret</html>"), (None, None));
        assert_eq!(read(""), (None, None));
    }

    #[test]
    fn a_location_in_the_request_is_the_parameter_and_a_code_in_a_stream_the_status() {
        let location = ErrorBody::from_body(
            r#"{"detail":[{"loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted"}]}"#,
        );
        assert_eq!(location.param.as_deref(), Some("stream_options.include_usage"));
        let gemini = ErrorBody::from_body(
            r#"[{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}]"#,
        );
        assert_eq!(
            (gemini.status, gemini.kind.as_deref()),
            (Some(429), Some("RESOURCE_EXHAUSTED"))
        );
    }

    #[test]
    fn the_more_specific_error_wins_in_either_order() {
        let vague = ErrorBody::from_body(r#"{"code":"server_error","message":"v"}"#);
        let exact = ErrorBody::from_body(r#"{"code":"content_filter","message":"e"}"#);
        for merged in
            [vague.clone().merge_more_specific(exact.clone()), exact.merge_more_specific(vague)]
        {
            assert_eq!(merged.code.as_deref(), Some("content_filter"));
            assert_eq!(merged.message.as_deref(), Some("e"));
        }
    }

    #[test]
    fn debug_output_does_not_contain_the_message() {
        let error = ErrorBody::from_body(r#"{"error":{"message":"key sk-abc"}}"#);
        assert!(!format!("{error:?}").contains("sk-abc"));
    }
}
