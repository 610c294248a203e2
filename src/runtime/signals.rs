//! Handles SIGTERM, SIGHUP, SIGINT and SIGQUIT: the first ends the event loop, a second one the process,
//! after the terminal is given back.

use std::io;
#[cfg(unix)]
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    received: Arc<Mutex<Received>>,
    #[cfg(unix)]
    handle: Handle,
}

/// What has come, and whom to tell.
#[cfg(unix)]
#[derive(Debug, Default)]
struct Received {
    first: Option<i32>,
    event_loop: Option<EventLoopSenders>,
}

/// What the event loop listens to. There is none before the first frame.
#[cfg(unix)]
#[derive(Debug)]
struct EventLoopSenders {
    msg_tx: Sender<Msg>,
    exit_tx: watch::Sender<Exit>,
    keyboard_lent: watch::Receiver<bool>,
}

impl WindowSignals {
    /// From now on none of the signals ends the process by itself, but a second one does: the terminal may
    /// take no output, and then the event loop is never reached. On a thread of its own: a loop or a worker
    /// that hangs must not hide the second signal.
    ///
    /// # Errors
    /// When the system installs no signal handlers, or no thread can be started.
    pub(super) fn watch() -> io::Result<Self> {
        #[cfg(unix)]
        {
            let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT])?;
            let received = Arc::new(Mutex::new(Received::default()));
            let watch = Self { received: Arc::clone(&received), handle: signals.handle() };
            let handle_all = move || {
                for number in signals.forever() {
                    // The lock is not held while the process ends: giving the terminal back takes a while.
                    let next = lock(&received).handle(number);
                    if next == Next::EndProcess {
                        end_now(number);
                    }
                }
            };
            thread::Builder::new().name("signals".into()).spawn(handle_all)?;
            Ok(watch)
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Sends `Terminated` to the loop at the first signal, also where that has come already, and records its
    /// number.
    #[cfg(unix)]
    pub(super) fn forward(
        &self,
        msg_tx: Sender<Msg>,
        exit_tx: watch::Sender<Exit>,
        keyboard_lent: watch::Receiver<bool>,
    ) {
        let mut received = lock(&self.received);
        let event_loop = EventLoopSenders { msg_tx, exit_tx, keyboard_lent };
        if let Some(number) = received.first {
            event_loop.end(number);
        }
        received.event_loop = Some(event_loop);
    }

    /// Sends `Terminated` to the loop at the first Ctrl+C.
    #[cfg(not(unix))]
    pub(super) fn forward(
        &self,
        msg_tx: Sender<Msg>,
        exit_tx: watch::Sender<Exit>,
        keyboard_lent: watch::Receiver<bool>,
    ) {
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
    }
}

#[cfg(unix)]
impl Drop for WindowSignals {
    /// Ends the thread: the next window watches for itself.
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// What a signal asks for.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing more than has been done.
    Wait,
    EndProcess,
}

#[cfg(unix)]
impl Received {
    fn handle(&mut self, number: i32) -> Next {
        let Some(event_loop) = &self.event_loop else {
            return if self.first.replace(number).is_some() {
                Next::EndProcess
            } else {
                Next::Wait
            };
        };
        // Ctrl+C and Ctrl+\ in an external editor are meant for the editor.
        if matches!(number, SIGINT | SIGQUIT) && *event_loop.keyboard_lent.borrow() {
            return Next::Wait;
        }
        if self.first.is_none() {
            self.first = Some(number);
            event_loop.end(number);
            return Next::Wait;
        }
        // A window that is closed sends SIGHUP twice: the terminal does, and the system once the
        // terminal is gone (xterm, urxvt, foot). Nobody is impatient then.
        if number == SIGHUP { Next::Wait } else { Next::EndProcess }
    }
}

#[cfg(unix)]
impl EventLoopSenders {
    fn end(&self, number: i32) {
        let _ = self.exit_tx.send(Exit::Signal(number));
        send_terminated(&self.msg_tx);
    }
}

/// What it guards is whole after each statement, so a panic elsewhere does not matter.
#[cfg(unix)]
fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
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
