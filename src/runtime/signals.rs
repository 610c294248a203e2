//! Handles SIGTERM, SIGHUP, SIGINT and SIGQUIT: the first ends the event loop, a second one other than SIGHUP
//! the process, after the terminal is given back.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::Sender;
use tokio::sync::watch;

use crate::app::Msg;

use super::exit::Exit;
use super::terminal_modes;

/// Makes writing beyond `ulimit -f` an error, which is reported, instead of the end of the process.
pub(crate) fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        let received = Arc::default();
        // Where no handler can be installed, the limit ends the process as it does by default.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, received);
    }
}

/// Notes signals that come before the task that watches for them is started: the terminal is taken over
/// by then, and has to be given back.
#[derive(Debug, Default)]
pub(super) struct EarlySignals {
    /// The numbers, each with whether it came.
    #[cfg_attr(not(unix), allow(dead_code))] // never one there
    received: Vec<(i32, Arc<AtomicBool>)>,
}

impl EarlySignals {
    /// From now on none of the signals ends the process.
    pub(super) fn watch() -> Self {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
            let watched = [SIGTERM, SIGHUP, SIGINT, SIGQUIT].into_iter().filter_map(|number| {
                let received = Arc::default();
                let action = signal_hook::flag::register(number, Arc::clone(&received));
                action.is_ok().then_some((number, received))
            });
            Self { received: watched.collect() }
        }
        #[cfg(not(unix))]
        Self::default()
    }

    /// The first in the list that came.
    #[cfg_attr(not(unix), allow(dead_code))] // nobody asks there
    fn first(&self) -> Option<i32> {
        let came = self.received.iter().find(|(_, received)| received.load(Ordering::Relaxed));
        came.map(|(number, _)| *number)
    }
}

/// Sends `Terminated` to the loop at the first signal, and records its number.
///
/// # Errors
/// When the system installs no signal handlers.
#[cfg(unix)]
pub(super) fn watch(
    msg_tx: Sender<Msg>,
    exit_tx: watch::Sender<Exit>,
    keyboard_lent: watch::Receiver<bool>,
    early: &EarlySignals,
) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut quit = signal(SignalKind::quit())?;
    // Only now, so that none is missed. One that comes twice at this moment ends the process at once.
    let mut early = early.first();
    tokio::spawn(async move {
        let mut is_second = false;
        loop {
            let number = if let Some(number) = early.take() {
                SignalKind::from_raw(number)
            } else {
                tokio::select! {
                    _ = terminate.recv() => SignalKind::terminate(),
                    _ = hang_up.recv() => SignalKind::hangup(),
                    _ = interrupt.recv() => SignalKind::interrupt(),
                    _ = quit.recv() => SignalKind::quit(),
                }
            };
            // Ctrl+C in an external editor is meant for the editor.
            if number == SignalKind::interrupt() && *keyboard_lent.borrow() {
                continue;
            }
            if is_second {
                // A window that is closed sends SIGHUP twice: the terminal does, and the system once the
                // terminal is gone (xterm, urxvt, foot). Nobody is impatient then.
                if number == SignalKind::hangup() {
                    continue;
                }
                end_now(number.as_raw_value());
            }
            is_second = true;
            let _ = exit_tx.send(Exit::Signal(number.as_raw_value()));
            // In a task of its own: a loop that hangs must not hide the second signal.
            let msg_tx = msg_tx.clone();
            tokio::spawn(async move { msg_tx.send(Msg::Terminated).await });
        }
    });
    Ok(())
}

/// Ends the process as the signal would have. Nothing stored is lost: what is not in the chats file
/// is in the journal.
#[cfg(unix)]
fn end_now(number: i32) {
    terminal_modes::restore_with_timeout();
    let _ = signal_hook::low_level::emulate_default_handler(number);
}

/// Sends `Terminated` to the loop at the first Ctrl+C.
///
/// # Errors
/// Never; the signature is that of Unix.
#[cfg(not(unix))]
pub(super) fn watch(
    msg_tx: Sender<Msg>,
    exit_tx: watch::Sender<Exit>,
    keyboard_lent: watch::Receiver<bool>,
    _early: &EarlySignals,
) -> io::Result<()> {
    tokio::spawn(async move {
        let mut is_second = false;
        while tokio::signal::ctrl_c().await.is_ok() {
            if *keyboard_lent.borrow() {
                continue;
            }
            if is_second {
                terminal_modes::restore_with_timeout();
                std::process::abort();
            }
            is_second = true;
            let _ = exit_tx.send(Exit::Signal(2));
            let msg_tx = msg_tx.clone();
            tokio::spawn(async move { msg_tx.send(Msg::Terminated).await });
        }
    });
    Ok(())
}
