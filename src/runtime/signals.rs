//! Handles SIGTERM, SIGHUP, SIGINT and SIGQUIT: the first ends the event loop, the second the process, after
//! the terminal is given back.

use std::io;

use tokio::sync::mpsc::Sender;
use tokio::sync::watch;

use crate::app::Msg;

use super::exit::Exit;
use super::terminal_modes;

/// Makes writing beyond `ulimit -f` an error, which is reported, instead of the end of the process.
pub(crate) fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        let received = std::sync::Arc::default();
        // Where no handler can be installed, the limit ends the process as it does by default.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, received);
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
) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut quit = signal(SignalKind::quit())?;
    tokio::spawn(async move {
        let mut is_second = false;
        loop {
            let number = tokio::select! {
                _ = terminate.recv() => SignalKind::terminate(),
                _ = hang_up.recv() => SignalKind::hangup(),
                _ = interrupt.recv() => SignalKind::interrupt(),
                _ = quit.recv() => SignalKind::quit(),
            };
            // Ctrl+C in an external editor is meant for the editor.
            if number == SignalKind::interrupt() && *keyboard_lent.borrow() {
                continue;
            }
            if is_second {
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
