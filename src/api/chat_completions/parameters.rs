//! The names of parameters in Chat Completions, for errors that name one. They are those of `openai`
//! 3.54.0 (`types/chat/completion_create_params.py`, read 2026-11-29).

/// The parameters with another name in the Responses API, and that name.
const NAMES: &[(&str, &str)] = &[
    ("reasoning_effort", "reasoning.effort"),
    ("verbosity", "text.verbosity"),
    ("max_completion_tokens", "max_output_tokens"),
    ("max_tokens", "max_output_tokens"),
    ("messages", "input"),
];

/// The name a parameter of either protocol has in the Responses API.
#[must_use]
pub fn responses_name(name: &str) -> &str {
    // FastAPI names the place: `body.stream_options.include_usage`.
    let name = name.strip_prefix("body.").unwrap_or(name);
    let is_it = |known: &str| {
        name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    NAMES.iter().find(|(known, _)| is_it(known)).map_or(name, |(_, other)| other)
}

/// The name in the Responses API of a parameter that an error message names unmistakably.
#[must_use]
pub fn find_named(message: &str) -> Option<&'static str> {
    let is_unmistakable = |name: &str| name.contains('_') && message.contains(name);
    NAMES.iter().find(|(name, _)| is_unmistakable(name)).map(|(_, other)| *other)
}
