//! The models the server offers.

use axum::response::Response;
use serde_json::{Value, json};

use super::errors::error;

/// One a line. The default of every client that asks here is among them.
const MODELS: &str = include_str!("../../assets/demo/models.txt");

/// How the names of models begin that can be asked, listed or not.
const FAMILIES: &[&str] = &["demo-", "gpt-", "chatgpt-", "o1", "o3", "o4-"];

/// The model that writes titles in the web app (hcorion/ai-multitool bdc7763, 2026).
pub(super) const TITLE_MODEL: &str = "gpt-5-nano";

/// The names of the models that are listed.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    MODELS.lines().filter(|line| !line.is_empty())
}

/// Whether a model can be asked: one of the demo, or of a family that the API has.
pub(super) fn is_known(model: &str) -> bool {
    FAMILIES.iter().any(|family| model.starts_with(family))
}

/// A model as the API lists it.
pub(super) fn object(name: &str) -> Value {
    json!({ "id": name, "object": "model", "created": 1_700_000_000, "owned_by": "demo" })
}

/// The refusal of a model that is not offered.
pub(super) fn not_found(status: u16, model: &str) -> Response {
    let message = format!("The requested model '{model}' does not exist.");
    error(status, "invalid_request_error", Some("model_not_found"), Some("model"), &message)
}
