//! Finds the optional part of a request that a server rejects. Must not offer the model, the question or
//! the storage options: without them the request would mean something else.

use std::collections::BTreeSet;

use crate::api::chat_completions::parameters;
use crate::api::errors::error_body::ErrorBody;
use crate::api::request::body::Body;

/// How many parts may be omitted for one question before the error is shown. Our choice:
/// each costs a request.
pub const MAX_OMITTED_PARTS: usize = 3;

/// An optional part of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestPart {
    /// `reasoning.summary`, which `OpenAI` rejects for unverified organisations.
    Summary,
    /// `reasoning.effort`, of which a server may accept only some values.
    Effort,
    /// The whole object `reasoning`, for servers that know none of its fields.
    Reasoning,
    /// `text.verbosity`, the length of the answer.
    Verbosity,
    /// `stream_options` as a whole.
    StreamOptions,
    /// The web search tool.
    WebSearch,
    /// Streaming; without it the answer is one JSON response.
    Streaming,
    /// Another optional parameter, by name.
    Parameter(String),
}

/// How long a rejected part is omitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OmissionScope {
    /// For every question, until the rejection expires.
    Remembered,
    /// For this question only: a value was rejected, or a tool, and the next question may have another.
    ThisQuestion,
}

/// The parts a server rejects for one model.
pub type RequestParts = BTreeSet<RequestPart>;

/// Parameters that are never omitted.
const REQUIRED_PARAMETERS: &[&str] = &["model", "input", "stream", "store", "previous_response_id"];

/// The parameter with all tools.
const TOOLS: &str = "tools";

/// How servers say that they do not know a parameter: a code of `OpenAI`, and words of other servers
/// (collected 2026-11-23).
const UNKNOWN: &[&str] = &[
    "unsupported_parameter",
    "unknown_parameter",
    "unknown parameter",
    "unrecognized",
    "not permitted",
    "unexpected keyword",
    "extra fields",
    "extra inputs",
];

/// Finds the part an error is about, if the request contains it and it is optional.
#[must_use]
pub fn find_rejected_part(error: &ErrorBody, body: &Body) -> Option<RequestPart> {
    let message = error.searchable_text();
    let client_error = error.status.is_none_or(|status| matches!(status, 400 | 422));
    if !client_error {
        return None;
    }
    if message.contains("must be verified") {
        let streaming = error.param.as_deref() == Some("stream") || message.contains("to stream");
        let part = if streaming { RequestPart::Streaming } else { RequestPart::Summary };
        return Some(part).filter(|part| part.is_in(body));
    }
    if !is_about_support(error, &message) {
        return None;
    }
    if message.contains("web_search") && RequestPart::WebSearch.is_in(body) {
        return Some(RequestPart::WebSearch);
    }
    let name = error.param.clone().or_else(|| find_named_parameter(&message, body))?;
    let part = match parameters::responses_name(&name) {
        "reasoning.effort" if is_about_value(error, &message) => RequestPart::Effort,
        name => RequestPart::from_parameter(name)?,
    };
    Some(part).filter(|part| part.is_in(body))
}

/// Whether an error says that the server knows nothing of `tools`; else it may be about one of them.
fn is_about_all_tools(error: &ErrorBody) -> bool {
    let message = error.searchable_text();
    let is_named = error.param.as_deref().is_none_or(|name| name == TOOLS);
    message.contains("'tools'") || is_named && says_any(&message, UNKNOWN)
}

fn is_about_value(error: &ErrorBody, message: &str) -> bool {
    let code = error.code.as_deref();
    matches!(code, Some("unsupported_value" | "invalid_value"))
        || ["unsupported value", "invalid value"].iter().any(|words| message.contains(words))
}

fn is_about_support(error: &ErrorBody, message: &str) -> bool {
    error.code.as_deref() == Some("invalid_value")
        || says_any(message, UNKNOWN)
        || says_any(message, &["unsupported", "not supported", "does not support"])
}

fn says_any(message: &str, words: &[&str]) -> bool {
    words.iter().any(|words| message.contains(words))
}

/// Finds a parameter of the request that the message names.
fn find_named_parameter(message: &str, body: &Body) -> Option<String> {
    const NESTED: &[&str] =
        &["reasoning.summary", "reasoning.effort", "text.verbosity", "stream_options"];
    let mut names = NESTED.iter().copied().chain(body.keys().map(String::as_str));
    let is_quoted = |name: &str| {
        ['\'', '"', '`'].iter().any(|quote| message.contains(&format!("{quote}{name}{quote}")))
    };
    let is_unmistakable = |name: &str| name.contains(['.', '_']) && message.contains(name);
    names
        .find(|name| is_quoted(name) || is_unmistakable(name))
        .or_else(|| parameters::find_named(message))
        .map(str::to_owned)
}

impl RequestPart {
    /// The part that contains a parameter; `None` for required ones.
    #[must_use]
    pub fn from_parameter(name: &str) -> Option<Self> {
        Some(match name {
            "stream" => Self::Streaming,
            "reasoning.summary" | "reasoning.generate_summary" => Self::Summary,
            "verbosity" | "text" => Self::Verbosity,
            name if name == "reasoning" || name.starts_with("reasoning.") => Self::Reasoning,
            name if name.starts_with("text.") => Self::Verbosity,
            "tools.web_search" => Self::WebSearch,
            // `tools[0].type`, `include[0]`
            name if name.starts_with(TOOLS) => Self::Parameter(TOOLS.to_owned()),
            name if name.starts_with("include") => Self::Parameter("include".to_owned()),
            name if name.starts_with("stream_options") => Self::StreamOptions,
            name if REQUIRED_PARAMETERS.contains(&name) => return None,
            name => Self::Parameter(name.to_owned()),
        })
    }

    /// The path of the part in a request.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Summary => "reasoning.summary",
            Self::Effort => "reasoning.effort",
            Self::Reasoning => "reasoning",
            Self::Verbosity => "text.verbosity",
            Self::StreamOptions => "stream_options",
            Self::WebSearch => "tools.web_search",
            Self::Streaming => "stream",
            Self::Parameter(name) => name,
        }
    }

    /// How long the part is omitted once it is rejected with an error.
    #[must_use]
    pub fn omission_scope(&self, error: &ErrorBody) -> OmissionScope {
        match self {
            Self::Effort => OmissionScope::ThisQuestion,
            // The next question may have other tools.
            Self::Parameter(name) if name == TOOLS && !is_about_all_tools(error) => {
                OmissionScope::ThisQuestion
            }
            Self::Summary
            | Self::Reasoning
            | Self::Verbosity
            | Self::StreamOptions
            | Self::WebSearch
            | Self::Streaming
            | Self::Parameter(_) => OmissionScope::Remembered,
        }
    }

    fn is_in(&self, body: &Body) -> bool {
        match self {
            Self::Summary => has_reasoning_field(body, "summary"),
            Self::Effort => has_reasoning_field(body, "effort"),
            Self::Reasoning => body.contains_key("reasoning"),
            Self::Verbosity => body.contains_key("text"),
            Self::StreamOptions => body.contains_key("stream_options"),
            Self::WebSearch => {
                let tools = body.get("tools").and_then(|it| it.as_array());
                tools.is_some_and(|tools| tools.iter().any(is_search))
            }
            Self::Streaming => body.contains_key("stream"),
            Self::Parameter(name) => body.contains_key(name),
        }
    }

    /// Removes the part from a request, and objects that would become empty.
    pub fn omit_from(&self, body: &mut Body) {
        match self {
            Self::Summary => omit_reasoning_field(body, "summary"),
            Self::Effort => omit_reasoning_field(body, "effort"),
            Self::Reasoning => {
                body.shift_remove("reasoning");
            }
            Self::Verbosity => {
                body.shift_remove("text");
            }
            Self::StreamOptions => {
                body.shift_remove("stream_options");
            }
            Self::WebSearch => {
                let tools = body.get_mut("tools").and_then(|it| it.as_array_mut());
                if tools.is_some_and(|tools| {
                    tools.retain(|tool| !is_search(tool));
                    tools.is_empty()
                }) {
                    body.shift_remove("tools");
                }
                body.shift_remove("include");
            }
            Self::Streaming => {
                body.shift_remove("stream");
                body.shift_remove("stream_options");
            }
            Self::Parameter(name) => {
                body.shift_remove(name);
            }
        }
    }
}

/// Returns `true` where a request sets `reasoning.name`.
#[must_use]
pub fn has_reasoning_field(body: &Body, name: &str) -> bool {
    body.get("reasoning").is_some_and(|it| it.get(name).is_some())
}

fn omit_reasoning_field(body: &mut Body, name: &str) {
    let Some(reasoning) = body.get_mut("reasoning").and_then(|it| it.as_object_mut()) else {
        return;
    };
    reasoning.shift_remove(name);
    if reasoning.is_empty() {
        body.shift_remove("reasoning");
    }
}

fn is_search(tool: &serde_json::Value) -> bool {
    tool.get("type").and_then(|it| it.as_str()) == Some("web_search")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn full() -> Body {
        let body = json!({
            "model": "m", "input": "q", "previous_response_id": "r", "store": true, "stream": true,
            "reasoning": { "effort": "high", "summary": "auto" }, "text": { "verbosity": "low" },
            "stream_options": { "include_obfuscation": false }, "user": "me",
            "max_output_tokens": 9, "include": ["web_search_call.action.sources"],
            "tools": [{ "type": "web_search" }, { "type": "function", "name": "f" }],
        });
        body.as_object().unwrap().clone()
    }

    fn rejected(code: &str, param: &str, message: &str) -> Option<RequestPart> {
        let error = ErrorBody {
            status: Some(400),
            code: Some(code.to_owned()).filter(|it| !it.is_empty()),
            param: Some(param.to_owned()).filter(|it| !it.is_empty()),
            message: Some(message.to_owned()),
            ..ErrorBody::default()
        };
        find_rejected_part(&error, &full())
    }

    #[test]
    fn a_rejection_omits_the_part_it_is_about() {
        let verify = "Your organization must be verified to generate reasoning summaries.";
        assert_eq!(
            rejected("unsupported_value", "reasoning.summary", verify),
            Some(RequestPart::Summary)
        );
        assert_eq!(rejected("unsupported_value", "", verify), Some(RequestPart::Summary));
        let stream = "Your organization must be verified to stream this model.";
        assert_eq!(rejected("unsupported_value", "stream", stream), Some(RequestPart::Streaming));
        let effort = "Unsupported value: 'none' is not supported with the 'o4-mini' model.";
        assert_eq!(
            rejected("unsupported_value", "reasoning.effort", effort),
            Some(RequestPart::Effort)
        );
        let effort = "Unsupported parameter: 'reasoning.effort' is not supported with this model.";
        assert_eq!(rejected("", "reasoning.effort", effort), Some(RequestPart::Reasoning));
        let verbosity = "Unsupported value: 'low' is not supported";
        assert_eq!(rejected("", "text.verbosity", verbosity), Some(RequestPart::Verbosity));
        let unnamed = "Unsupported parameter: 'user' is not supported with this model.";
        assert_eq!(rejected("", "", unnamed), Some(RequestPart::Parameter("user".into())));
        let options = "Unknown parameter: 'stream_options.include_obfuscation'.";
        assert_eq!(
            rejected("unknown_parameter", "stream_options.include_obfuscation", options),
            Some(RequestPart::StreamOptions)
        );
    }

    #[test]
    fn required_parameters_are_never_omitted() {
        for name in ["model", "input", "store", "previous_response_id"] {
            assert_eq!(rejected("unsupported_parameter", name, "Unsupported parameter"), None);
        }
        assert_eq!(rejected("unsupported_parameter", "temperature", "not in the request"), None);
        assert_eq!(rejected("invalid_prompt", "", "Something else is wrong with 'user'"), None);
    }

    #[test]
    fn omitting_web_search_keeps_the_other_tools() {
        let hosted = "Hosted tool 'web_search' is not supported with m.";
        assert_eq!(rejected("", "tools", hosted), Some(RequestPart::WebSearch));
        let mut body = full();
        RequestPart::WebSearch.omit_from(&mut body);
        assert_eq!(body["tools"].as_array().unwrap().len(), 1);
        assert!(!body.contains_key("include"));
        assert_eq!(
            RequestPart::from_parameter(RequestPart::WebSearch.name()),
            Some(RequestPart::WebSearch)
        );
        let none = "Unsupported parameter: 'tools' is not supported with this model.";
        assert_eq!(rejected("", "tools[1]", none), Some(RequestPart::Parameter("tools".into())));
    }

    #[test]
    fn omitting_a_part_leaves_no_empty_object() {
        let mut body = full();
        RequestPart::Summary.omit_from(&mut body);
        assert_eq!(body["reasoning"], json!({ "effort": "high" }));
        let mut body = json!({ "reasoning": { "summary": "auto" } }).as_object().unwrap().clone();
        RequestPart::Summary.omit_from(&mut body);
        assert!(body.is_empty());
        let mut body = full();
        RequestPart::Streaming.omit_from(&mut body);
        assert!(!body.contains_key("stream") && !body.contains_key("stream_options"));
    }
}
