//! Failures of a server in sentences for people and the model.

use rmcp::ServiceError;
use rmcp::service::ClientInitializeError;

use crate::chat::{Failure, count};

use super::fault::{Faults, quote};

/// Why a server could not be started, in one sentence or more.
pub(super) fn start_failure(name: &str, error: &ClientInitializeError, faults: &Faults) -> String {
    let why = faults.reason().unwrap_or_else(|| match error {
        ClientInitializeError::JsonRpcError(error) => {
            format!("it refused to start: {}", quote(&error.message))
        }
        ClientInitializeError::ConflictInitResponseId(..)
        | ClientInitializeError::UncorrelatedErrorResponse { .. } => {
            "its first answer was for another question".to_owned()
        }
        ClientInitializeError::ConnectionClosed(_) => "it ended".to_owned(),
        _ => "its first answer was not what the protocol asks for".to_owned(),
    });
    cannot_start(name, &why, faults)
}

/// Says that a server could not be started, for a reason that is known.
pub(super) fn cannot_start(name: &str, why: &str, faults: &Faults) -> String {
    if let Some(why) = faults.not_started() {
        return format!(
            "The MCP server \"{name}\" could not be started: {why}. Correct command in [mcp.{name}]."
        );
    }
    format!("The MCP server \"{name}\" could not be started: {why}.{}", faults.hints())
}

/// Says that a server could not be reached, because of something on this side.
pub(super) fn cannot_connect(name: &str, failure: &Failure) -> String {
    format!("The MCP server \"{name}\" could not be started: {failure}")
}

/// Why a request to a server failed; waits a moment for what it says last.
pub(super) async fn request_failure(name: &str, error: &ServiceError, faults: &Faults) -> String {
    faults.await_last_output().await;
    if let ServiceError::McpError(error) = error {
        return format!("The MCP server \"{name}\" reported: {}", quote(&error.message));
    }
    let why = faults.reason().unwrap_or_else(|| match error {
        ServiceError::TransportClosed | ServiceError::Cancelled { .. } => "it ended".to_owned(),
        ServiceError::UnexpectedResponse => {
            "its answer was not what the protocol asks for".to_owned()
        }
        ServiceError::TransportSend(_) => "nothing could be sent to it".to_owned(),
        _ => "the connection to it failed".to_owned(),
    });
    format!("The MCP server \"{name}\" failed: {why}.{}", faults.hints())
}

/// Says that a server asks back, which nothing here can answer.
pub(super) fn wants_input(name: &str) -> String {
    format!("The MCP server \"{name}\" asks for more input, which duologue cannot give.")
}

/// Says that a request took too long.
pub(super) fn timed_out(name: &str, seconds: u64, faults: &Faults) -> String {
    format!(
        "The MCP server \"{name}\" did not answer within {}.{}",
        count::phrase(seconds, "second"),
        faults.hints()
    )
}
