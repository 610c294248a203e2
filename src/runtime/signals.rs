//! Being told to end: SIGTERM, SIGHUP and SIGINT from outside. The first is told to the loop, the
//! second ends the program at once, the terminal given back.
//! May not touch what is on the disk.

use std::io;

use tokio::sync::mpsc::Sender;

use crate::app::Msg;

use super::{Exit, terminal_modes};

/// Watches for the signals that end a program.
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
        let mut told = false;
        loop {
            let number = tokio::select! {
                _ = terminate.recv() => SignalKind::terminate(),
                _ = hang_up.recv() => SignalKind::hangup(),
                _ = interrupt.recv() => SignalKind::interrupt(),
            };
            // Ctrl+C in another program that has the terminal is meant for that program.
            if number == SignalKind::interrupt() && *away.borrow() {
                continue;
            }
            if told {
                end_now(number.as_raw_value());
            }
            told = true;
            let _ = how.send(Exit::Signal(number.as_raw_value()));
            // In a task of its own: a loop that does not listen must not hide the second signal.
            let tell = tell.clone();
            tokio::spawn(async move { tell.send(Msg::Terminated).await });
        }
    });
    Ok(())
}

/// Ends as the signal would have: whatever is waited for, somebody meant it. The disk loses
/// nothing by it: what is not in the file is in the journal.
#[cfg(unix)]
fn end_now(number: i32) {
    terminal_modes::restore_with_timeout();
    let _ = signal_hook::low_level::emulate_default_handler(number);
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
        let mut told = false;
        while tokio::signal::ctrl_c().await.is_ok() {
            if *away.borrow() {
                continue;
            }
            if told {
                terminal_modes::restore_with_timeout();
                std::process::abort();
            }
            told = true;
            let _ = how.send(Exit::Signal(2));
            let tell = tell.clone();
            tokio::spawn(async move { tell.send(Msg::Terminated).await });
        }
    });
    Ok(())
}
