//! `--demo` and `duologue demo-server`: the built-in offline server, for this program or other clients.

use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use crate::chat::io_reason;
use crate::demo::{DemoServer, ServerOptions, seed};
use crate::settings::{HttpUrl, Settings, UserName};

use super::error::CliError;
use super::output;

/// A running demo; dropping it stops the server and removes its folder.
#[derive(Debug)]
pub(super) struct Demo {
    _server: DemoServer,
    _folder: TempDir,
    /// The user's settings, with the server and the folder of the demo.
    pub(super) settings: Settings,
}

/// Starts the server on a free port, and creates example conversations in a temporary folder.
pub(super) fn start(settings: Settings) -> Result<Demo, CliError> {
    let failed = |error: std::io::Error| {
        CliError::failed(format!("The demo could not be set up: {}.", io_reason(&error)))
    };
    let server = DemoServer::start(ServerOptions::default()).map_err(failed)?;
    let folder = tempfile::Builder::new().prefix("duologue-demo-").tempdir().map_err(failed)?;
    let user = UserName::new("demo").map_err(CliError::failed)?;
    let base_url = HttpUrl::try_from(server.base_url()).map_err(CliError::failed)?;
    let settings = settings.for_demo(base_url, folder.path(), user);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    seed(&settings.chats, settings.user.as_str(), now).map_err(failed)?;
    Ok(Demo { _server: server, _folder: folder, settings })
}

/// Serves other clients on a port, 0 for a free one, until the process is ended.
pub(super) fn serve(port: u16) -> Result<(), CliError> {
    let server =
        DemoServer::start(ServerOptions { port, ..ServerOptions::default() }).map_err(|error| {
            CliError::failed(format!(
                "Port {port} cannot be used: {}. Choose another: --port N.",
                io_reason(&error)
            ))
        })?;
    output::write(&format!("{}\n", server.base_url()))?;
    output::print_message(
        "The demo server is running. Point a client at the address above. Press Ctrl+C to stop it.",
    );
    server.serve_forever();
    Ok(())
}
