//! Reads the key of a server.

use secrecy::SecretString;

use crate::settings::{KeyPrompt, McpServer};

/// Reads the key of a server; `None` where it has none.
///
/// # Errors
/// Why it cannot be read, in words.
pub(super) async fn read_key(server: &McpServer) -> Result<Option<SecretString>, String> {
    let source = server.find_key(&|variable| std::env::var(variable).ok());
    // A key command may block.
    let read = tokio::task::spawn_blocking(move || source.read(KeyPrompt::Never)).await;
    let aborted = |_| "its key could not be read".to_owned();
    read.map_err(aborted)?.map_err(|error| error.to_string())
}
