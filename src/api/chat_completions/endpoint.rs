//! The path a question is posted to, and whether an error says that a server does not have it.

use crate::api::errors::error_body::ErrorBody;
use crate::api::errors::error_table;
use crate::chat::FailureKind;

/// The path a question is posted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Endpoint {
    /// `/responses`, the path of the Responses API.
    #[default]
    Responses,
    /// `/chat/completions`, the path of Chat Completions.
    ChatCompletions,
}

impl Endpoint {
    /// The path below the base URL.
    #[must_use]
    pub const fn path(self) -> &'static [&'static str] {
        match self {
            Self::Responses => &["responses"],
            Self::ChatCompletions => &["chat", "completions"],
        }
    }
}

/// Tells whether an error says that the path does not exist, rather than a model or an earlier response.
#[must_use]
pub fn is_missing(error: &ErrorBody) -> bool {
    match error.status {
        Some(405 | 501) => true,
        Some(404) => error_table::failure_kind(error) == FailureKind::InvalidRequest,
        Some(_) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_path_is_not_a_missing_model_or_response() {
        let error = |status, body| ErrorBody { status: Some(status), ..ErrorBody::from_body(body) };
        // FastAPI (vLLM, Mistral), NVIDIA, Kong (Mistral), and servers that only know GET or nothing.
        for body in [
            r#"{"detail":"Not Found"}"#,
            "404 page not found",
            r#"{"message":"no Route matched with those values"}"#,
            "",
        ] {
            assert!(is_missing(&error(404, body)), "{body}");
        }
        assert!(is_missing(&error(405, "")) && is_missing(&error(501, "Not Implemented")));
        let model =
            r#"{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}"#;
        let response = r#"{"error":{"message":"Response with id 'resp_1' not found."}}"#;
        for (status, body) in [(404, model), (404, response), (400, ""), (500, ""), (403, "")] {
            assert!(!is_missing(&error(status, body)), "{status} {body}");
        }
    }
}
