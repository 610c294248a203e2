//! Ctrl+C as an event, from the moment that plain mode listens for it.

use crate::chat::io_reason;
use crate::cli::error::CliError;

/// Every Ctrl+C since `listen`, also those before the first wait.
pub(super) struct Interrupts {
    #[cfg(unix)]
    signals: tokio::signal::unix::Signal,
    #[cfg(windows)]
    signals: tokio::signal::windows::CtrlC,
}

impl Interrupts {
    /// Listens from now on, so that Ctrl+C does not end the program. Fails where the system installs
    /// no handler.
    pub(super) fn listen() -> Result<Self, CliError> {
        #[cfg(unix)]
        let signals = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
        #[cfg(windows)]
        let signals = tokio::signal::windows::ctrl_c();
        let signals = signals.map_err(|error| {
            CliError::failed(format!("Could not watch for Ctrl+C: {}.", io_reason(&error)))
        })?;
        Ok(Self { signals })
    }

    /// Waits for the next Ctrl+C.
    pub(super) async fn next(&mut self) {
        let _ = self.signals.recv().await;
    }
}
