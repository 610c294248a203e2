//! The connection of one command to the server: the client, the threads it works on, and the
//! cancellations that go on after their turn has ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Handle, Runtime};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::api::Client;
use crate::chat::{Failure, io_reason};
use crate::mcp::McpHost;
use crate::runtime::reply_worker::ApiServer;
use crate::runtime::worker_threads::build_worker_runtime;
use crate::settings::{KeyPrompt, Settings};

use super::bootstrap;
use super::error::CliError;
use super::output;
use super::session_permissions::SessionPermissions;

/// How long the end of a command waits for the server to confirm cancellations.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct ServerSession {
    /// The server; it remembers which parameters it refuses.
    pub(super) server: Arc<ApiServer>,
    /// Requests that cancel answers of turns that have ended, which do not wait for them.
    pub(super) cancellations: JoinSet<()>,
    /// The MCP servers, started when a question needs their tools.
    pub(super) tools: Arc<McpHost>,
    /// The tool calls that may run.
    pub(super) permissions: SessionPermissions,
    runtime: Runtime,
}

/// Creates the server in use, after the user has allowed sending the key to it.
fn connect(settings: &Settings) -> Result<Arc<ApiServer>, CliError> {
    let mut settings = settings.clone();
    bootstrap::confirm_plain_http(&mut settings)?;
    Ok(Arc::new(ApiServer::new(settings, KeyPrompt::OnTerminal)))
}

impl ServerSession {
    /// Starts the threads that wait for a server; fails where the system provides none.
    pub(super) fn start(settings: &Settings) -> Result<Self, CliError> {
        let runtime = build_worker_runtime().map_err(|error| {
            CliError::failed(format!(
                "The system has no threads or open files left: {}. Nothing was sent.",
                io_reason(&error)
            ))
        })?;
        let server = connect(settings)?;
        let (tools, permissions) =
            (Arc::new(McpHost::new(settings)), SessionPermissions::read(settings));
        Ok(Self { server, cancellations: JoinSet::new(), tools, permissions, runtime })
    }

    /// Asks the server in use of other settings from now on.
    pub(super) fn switch(&mut self, settings: &Settings) -> Result<(), CliError> {
        self.server = connect(settings)?;
        Ok(())
    }

    /// Runs futures of this session, also while a turn borrows it.
    pub(super) fn handle(&self) -> Handle {
        self.runtime.handle().clone()
    }

    /// Makes one request that belongs to no turn.
    pub(super) fn request<T>(
        self,
        request: impl AsyncFnOnce(&Client) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let server = Arc::clone(&self.server);
        let result = self.runtime.block_on(async move { request(server.client().await?).await });
        self.close();
        result
    }

    /// Ends the session once the server has confirmed the cancellations, or after five seconds.
    pub(super) fn close(mut self) {
        while self.cancellations.try_join_next().is_some() {}
        if !self.cancellations.is_empty() {
            output::print_message("Waiting for the server to cancel the answer.");
        }
        self.runtime.block_on(async {
            self.tools.close().await;
            let confirmed = async { while self.cancellations.join_next().await.is_some() {} };
            if timeout(CANCEL_TIMEOUT, confirmed).await.is_err() {
                tracing::warn!("the server has not confirmed that an answer is cancelled");
            }
        });
        // Looking up a host name cannot be interrupted, and its result is not needed.
        self.runtime.shutdown_background();
    }
}
