//! Reads what servers send. Must not require any field but the type: servers leave fields out and send
//! other types.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use crate::chat::{Usage, lossy_json};

/// A JSON object whose fields are read by name and expected type.
#[derive(Debug, Clone, Copy)]
pub struct JsonFields<'a>(Option<&'a Map<String, Value>>);

impl<'a> JsonFields<'a> {
    /// Wraps a value; has no fields where it is not an object.
    #[must_use]
    pub fn of(value: &'a Value) -> Self {
        Self(value.as_object())
    }

    /// Returns a field, unless it is missing or null.
    #[must_use]
    pub fn value(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    /// Returns a field with a string; `None` where it has another type.
    #[must_use]
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.value(name)?.as_str()
    }

    /// Returns a field with text or a number (`code` is either) as text; empty counts as missing.
    #[must_use]
    pub fn text_or_number(self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => Some(text.clone()).filter(|it| !it.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Returns a field with a non-negative whole number.
    #[must_use]
    pub fn count(self, name: &str) -> Option<u64> {
        self.value(name)?.as_u64()
    }

    /// Returns an object field; without fields where it is not an object.
    #[must_use]
    pub fn object(self, name: &str) -> Self {
        Self(self.value(name).and_then(Value::as_object))
    }

    /// Returns the elements of an array field.
    #[must_use]
    pub fn list(self, name: &str) -> &'a [Value] {
        self.value(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Tells whether the value is an object.
    #[must_use]
    pub const fn is_object(self) -> bool {
        self.0.is_some()
    }
}

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct WireEvent {
    kind: String,
    body: Value,
    fingerprint: u64,
}

impl WireEvent {
    /// Parses the data of an event; `None` where it is not JSON or has no type.
    ///
    /// The JSON `type` decides; the `event:` name is used where there is none.
    #[must_use]
    pub fn parse(name: &str, data: &str) -> Option<Self> {
        let body = parse_json(data)?;
        let kind = event_kind(name, JsonFields::of(&body))?;
        Some(Self { kind, body, fingerprint: hash_text(data) })
    }

    /// Wraps a whole response into the event that would have ended its stream.
    #[must_use]
    pub fn from_response(response: Value) -> Self {
        let status = JsonFields::of(&response).text("status").unwrap_or("completed").to_owned();
        let mut body = Map::new();
        body.insert("response".into(), response);
        Self { kind: format!("response.{status}"), body: Value::Object(body), fingerprint: 0 }
    }

    /// Creates an event that was not received in this form.
    #[must_use]
    pub fn new(kind: &str, body: Value) -> Self {
        Self { kind: kind.to_owned(), body, fingerprint: 0 }
    }

    /// The type of the event.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The top-level fields of the event.
    #[must_use]
    pub fn fields(&self) -> JsonFields<'_> {
        JsonFields::of(&self.body)
    }

    /// The whole JSON of the event.
    #[must_use]
    pub const fn body(&self) -> &Value {
        &self.body
    }

    /// The `sequence_number`, where the server sends one.
    #[must_use]
    pub fn sequence(&self) -> Option<u64> {
        self.fields().count("sequence_number")
    }

    /// A hash of the data, which distinguishes repeats from different events with the same number.
    #[must_use]
    pub const fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

fn hash_text(data: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    hasher.finish()
}

fn event_kind(name: &str, fields: JsonFields<'_>) -> Option<String> {
    let kind = fields.text("type").filter(|it| !it.is_empty());
    let object = fields.text("object");
    if let Some(kind) = kind {
        Some(kind.to_owned())
    } else if !matches!(name, "" | "message") {
        Some(name.to_owned())
    } else if fields.value("error").is_some() && object != Some("response") {
        Some("error".to_owned())
    } else {
        object.map(str::to_owned)
    }
}

/// Parses JSON; lone surrogates, which Python servers write, become U+FFFD.
#[must_use]
pub fn parse_json(text: &str) -> Option<Value> {
    serde_json::from_str(text)
        .ok()
        .or_else(|| serde_json::from_str(&lossy_json::replace_lone_surrogates(text)).ok())
}

/// Reads the usage of a response; `None` before its end and where the server does not count.
#[must_use]
pub fn parse_usage(response: JsonFields<'_>) -> Option<Usage> {
    let usage = response.object("usage");
    let input = usage.count("input_tokens").or_else(|| usage.count("prompt_tokens"));
    let output = usage.count("output_tokens").or_else(|| usage.count("completion_tokens"));
    if input.is_none() && output.is_none() {
        return None;
    }
    Some(Usage {
        input_tokens: input.unwrap_or(0),
        cached_tokens: usage.object("input_tokens_details").count("cached_tokens").unwrap_or(0),
        output_tokens: output.unwrap_or(0),
        reasoning_tokens: usage
            .object("output_tokens_details")
            .count("reasoning_tokens")
            .unwrap_or(0),
    })
}

/// Returns the texts of an output item with their part indices: output text and refusals.
pub fn answer_texts(item: JsonFields<'_>) -> impl Iterator<Item = (u64, &str)> {
    let is_message = matches!(item.text("type"), None | Some("message"));
    let parts = if is_message { item.list("content") } else { &[] };
    parts.iter().zip(0_u64..).filter_map(|(part, index)| {
        let part = JsonFields::of(part);
        let text = match part.text("type") {
            Some("refusal") => part.text("refusal"),
            None | Some("output_text" | "text") => part.text("text"),
            Some(_) => None,
        };
        text.map(|text| (index, text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_type_decides_and_the_event_name_is_the_fallback() {
        let kind = |name, data| WireEvent::parse(name, data).map(|event| event.kind);
        assert_eq!(kind("other", r#"{"type":"a"}"#).as_deref(), Some("a"));
        assert_eq!(kind("named", "{}").as_deref(), Some("named"));
        assert_eq!(kind("message", r#"{"error":{"message":"m"}}"#).as_deref(), Some("error"));
        assert_eq!(kind("", "{}"), None);
        assert_eq!(kind("a", "overloaded"), None);
    }

    #[test]
    fn a_lone_surrogate_is_replaced_and_the_event_kept() {
        let text = |data| {
            let event = WireEvent::parse("", data).unwrap();
            event.fields().text("delta").unwrap().to_owned()
        };
        assert_eq!(text(r#"{"type":"x","delta":"a\ud83dz"}"#), "a\u{fffd}z");
        assert_eq!(
            text(r#"{"type":"x","delta":"\ude00\ud83d\ude00\\ud83d"}"#),
            "\u{fffd}😀\\ud83d"
        );
    }

    #[test]
    fn a_field_of_another_type_counts_as_missing() {
        let event = WireEvent::parse("", r#"{"type":"x","delta":5,"output_index":"0"}"#).unwrap();
        assert_eq!(event.fields().text("delta"), None);
        assert_eq!(event.fields().count("output_index"), None);
        assert!(!event.fields().object("response").is_object());
    }

    #[test]
    fn usage_is_none_where_it_is_not_counted() {
        let read = |json: &str| parse_usage(JsonFields::of(&serde_json::from_str(json).unwrap()));
        assert_eq!(read(r#"{"usage":null}"#), None);
        let got = read(r#"{"usage":{"input_tokens":7,"output_tokens":3}}"#).unwrap();
        assert_eq!((got.input_tokens, got.output_tokens, got.reasoning_tokens), (7, 3, 0));
    }
}
