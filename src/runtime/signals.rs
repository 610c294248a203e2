//! Handles SIGTERM, SIGHUP, SIGINT and SIGQUIT: the first ends the event loop, a second one other than SIGHUP
//! the process, after the terminal is given back.

use std::io;
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::thread;

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
#[cfg(unix)]
use signal_hook::iterator::{Handle, Signals};
use tokio::sync::mpsc::Sender;
#[cfg(unix)]
use tokio::sync::mpsc::error::TrySendError;
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

/// The signals of one window, from the moment before the terminal is taken over: it has to be given back.
/// Those that came before concern another window, or the setup between two.
#[derive(Debug)]
pub(super) struct WindowSignals {
    #[cfg(unix)]
    received: Option<Signals>,
    #[cfg(unix)]
    handle: Handle,
}

impl WindowSignals {
    /// From now on none of the signals ends the process.
    ///
    /// # Errors
    /// When the system installs no signal handlers.
    pub(super) fn watch() -> io::Result<Self> {
        #[cfg(unix)]
        {
            let received = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT])?;
            Ok(Self { handle: received.handle(), received: Some(received) })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Sends `Terminated` to the loop at the first signal, and records its number. On a thread of its own: a
    /// loop or a worker that hangs must not hide the second signal.
    ///
    /// # Errors
    /// When no thread can be started.
    #[cfg(unix)]
    pub(super) fn forward(
        &mut self,
        msg_tx: Sender<Msg>,
        exit_tx: watch::Sender<Exit>,
        keyboard_lent: watch::Receiver<bool>,
    ) -> io::Result<()> {
        let Some(mut received) = self.received.take() else { return Ok(()) };
        let thread = thread::Builder::new().name("signals".into());
        let forward = move || {
            let mut is_second = false;
            for number in received.forever() {
                // Ctrl+C in an external editor is meant for the editor.
                if number == SIGINT && *keyboard_lent.borrow() {
                    continue;
                }
                if is_second {
                    // A window that is closed sends SIGHUP twice: the terminal does, and the system once the
                    // terminal is gone (xterm, urxvt, foot). Nobody is impatient then.
                    if number == SIGHUP {
                        continue;
                    }
                    end_now(number);
                }
                is_second = true;
                let _ = exit_tx.send(Exit::Signal(number));
                send_terminated(&msg_tx);
            }
        };
        thread.spawn(forward).map(drop)
    }

    /// Sends `Terminated` to the loop at the first Ctrl+C.
    ///
    /// # Errors
    /// Never; the signature is that of Unix.
    #[cfg(not(unix))]
    pub(super) fn forward(
        &mut self,
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
}

#[cfg(unix)]
impl Drop for WindowSignals {
    /// Ends the thread: the next window watches for itself.
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Sends the message; where the loop takes none now, once it does.
#[cfg(unix)]
fn send_terminated(msg_tx: &Sender<Msg>) {
    if let Err(TrySendError::Full(message)) = msg_tx.try_send(Msg::Terminated) {
        let msg_tx = msg_tx.clone();
        // Without a thread the second signal ends the process.
        let _ = thread::Builder::new().spawn(move || drop(msg_tx.blocking_send(message)));
    }
}

/// Ends the process as the signal would have. Nothing stored is lost: what is not in the chats file
/// is in the journal.
#[cfg(unix)]
fn end_now(number: i32) {
    terminal_modes::restore_with_timeout();
    let _ = signal_hook::low_level::emulate_default_handler(number);
}
