//! Being told to end: SIGTERM, SIGHUP and SIGINT from outside.
//! May not end anything itself.

use std::io;

use tokio::sync::mpsc::Sender;

use crate::app::Msg;

use super::Exit;

/// Watches for the signals that end a program; each is told to the loop once.
///
/// # Errors
/// When the system refuses to tell about signals.
#[cfg(unix)]
pub fn watch(
    tell: Sender<Msg>,
    how: tokio::sync::watch::Sender<Exit>,
    away: tokio::sync::watch::Receiver<bool>,
) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let number = loop {
            tokio::select! {
                _ = terminate.recv() => break SignalKind::terminate(),
                _ = hang_up.recv() => break SignalKind::hangup(),
                // Ctrl+C in another program that has the terminal is meant for that program.
                _ = interrupt.recv() => if !*away.borrow() {
                    break SignalKind::interrupt();
                },
            }
        };
        let _ = how.send(Exit::Signal(number.as_raw_value()));
        let _ = tell.send(Msg::Terminated).await;
    });
    Ok(())
}

/// Watches for Ctrl+C from outside.
///
/// # Errors
/// Never; the form is that of the other systems.
#[cfg(not(unix))]
pub fn watch(
    tell: Sender<Msg>,
    how: tokio::sync::watch::Sender<Exit>,
    away: tokio::sync::watch::Receiver<bool>,
) -> io::Result<()> {
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if *away.borrow() {
                continue;
            }
            let _ = how.send(Exit::Signal(2));
            let _ = tell.send(Msg::Terminated).await;
            return;
        }
    });
    Ok(())
}
