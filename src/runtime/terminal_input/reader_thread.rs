//! Reads the terminal's bytes in a thread of its own, keeps the time for the decoder, and notices when
//! the terminal is gone.
//! Must not read while another program has the terminal: it would take that program's keys.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::sync::mpsc::error::SendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::access::Access;
use super::decoder::{Decoder, TerminalEvent};

/// How many bytes one read takes at most: more than the queue of a terminal holds.
const READ_BYTES: usize = 64 * 1024;
/// How many events may wait for the event loop; beyond that the terminal has to wait.
const EVENT_CAPACITY: usize = 1024;

/// The thread and the events it sends. The last event of a terminal that is gone is
/// `TerminalEvent::Lost`.
#[derive(Debug)]
pub(super) struct ReaderThread {
    events: Receiver<TerminalEvent>,
    /// The thread ends when this is dropped.
    stop: PipeWriter,
}

impl ReaderThread {
    /// Reads standard input, which must be the terminal, when the program starts. What was typed after its
    /// command is for it.
    ///
    /// # Errors
    /// When the system has no thread or no file descriptor left.
    pub(super) fn first() -> io::Result<Self> {
        let terminal = io::stdin().as_fd().try_clone_to_owned()?;
        Self::start_on(terminal, Access::Read, LineFeed::Enter)
    }

    /// Reads standard input again, or only watches it. Enter that was meant for another program must not send
    /// the question in the composer.
    ///
    /// # Errors
    /// When the system has no thread or no file descriptor left.
    pub(super) fn start(access: Access) -> io::Result<Self> {
        Self::start_on(io::stdin().as_fd().try_clone_to_owned()?, access, LineFeed::Itself)
    }

    fn start_on(terminal: OwnedFd, access: Access, typed_ahead: LineFeed) -> io::Result<Self> {
        let (stopped, stop) = io::pipe()?;
        let (tx, events) = channel(EVENT_CAPACITY);
        thread::Builder::new().name("terminal".into()).spawn(move || {
            // A closed channel means that the reader was dropped and the rest is not wanted.
            let _ = match access {
                Access::Read => read_until_stopped(&terminal, &stopped, &tx, typed_ahead),
                Access::Watch => watch_until_stopped(&terminal, &stopped, &tx),
            };
        })?;
        Ok(Self { events, stop })
    }

    /// The next event; `None` after `TerminalEvent::Lost`.
    pub(super) async fn next(&mut self) -> Option<TerminalEvent> {
        self.events.recv().await
    }

    /// Stops reading, waits until it has stopped and returns the events that were read before.
    pub(super) async fn stop(self) -> Vec<TerminalEvent> {
        let Self { mut events, stop } = self;
        drop(stop);
        let mut rest = Vec::new();
        while let Some(event) = events.recv().await {
            rest.push(event);
        }
        rest
    }
}

/// What a line feed at the end of the bytes is that are there when reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineFeed {
    Enter,
    Itself,
}

/// What a wait for the terminal ended with.
#[derive(Debug, PartialEq, Eq)]
enum Ready {
    Bytes,
    /// Nothing came before the timeout.
    Quiet,
    Stopped,
    Lost,
}

fn read_until_stopped(
    terminal: &OwnedFd,
    stopped: &PipeReader,
    events: &Sender<TerminalEvent>,
    typed_ahead: LineFeed,
) -> Result<(), SendError<TerminalEvent>> {
    let mut decoder = Decoder::for_environment(&|name| std::env::var(name).ok());
    let mut bytes = vec![0; READ_BYTES];
    let mut last = Instant::now();
    let no_time = Some(Duration::ZERO);
    let mut is_typed_ahead = typed_ahead == LineFeed::Enter
        && wait(terminal, PollFlags::IN, stopped, no_time) == Ready::Bytes;
    loop {
        let timeout = decoder.patience().map(|patience| patience.saturating_sub(last.elapsed()));
        // Bytes that are already there count, however late this thread gets to run.
        let new_events = match wait(terminal, PollFlags::IN, stopped, timeout) {
            Ready::Stopped => return Ok(()),
            Ready::Quiet => decoder.flush(),
            Ready::Lost => return events.blocking_send(TerminalEvent::Lost),
            Ready::Bytes => match rustix::io::read(terminal, bytes.as_mut_slice()) {
                Ok(0) => return events.blocking_send(TerminalEvent::Lost),
                Ok(count) => {
                    last = Instant::now();
                    let read = bytes.get_mut(..count).unwrap_or_default();
                    if std::mem::take(&mut is_typed_ahead) {
                        restore_enter(read);
                    }
                    decoder.read(read)
                }
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Err(_) => return events.blocking_send(TerminalEvent::Lost),
            },
        };
        for event in new_events {
            events.blocking_send(event)?;
        }
    }
}

/// Before the window has the terminal, that turns Enter into a line feed. Only the last one is Enter for
/// sure: one between lines may come from text that was pasted.
fn restore_enter(typed_ahead: &mut [u8]) {
    if memchr::memchr(b'\n', typed_ahead) == typed_ahead.len().checked_sub(1)
        && let Some(last) = typed_ahead.last_mut()
    {
        *last = b'\r';
    }
}

fn watch_until_stopped(
    terminal: &OwnedFd,
    stopped: &PipeReader,
    events: &Sender<TerminalEvent>,
) -> Result<(), SendError<TerminalEvent>> {
    match wait(terminal, PollFlags::empty(), stopped, None) {
        Ready::Lost => events.blocking_send(TerminalEvent::Lost),
        Ready::Bytes | Ready::Quiet | Ready::Stopped => Ok(()),
    }
}

fn wait(
    terminal: &OwnedFd,
    interest: PollFlags,
    stopped: &PipeReader,
    timeout: Option<Duration>,
) -> Ready {
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    let mut files = [
        PollFd::new(terminal, interest),
        // Nothing is ever written to this pipe: its end is reported without asking for any event.
        PollFd::new(stopped, PollFlags::empty()),
    ];
    loop {
        match poll(&mut files, timeout.as_ref()) {
            Ok(0) => return Ready::Quiet,
            Ok(_) => break,
            Err(Errno::INTR) => {}
            Err(_) => return Ready::Lost,
        }
    }
    let [terminal, stopped] = files;
    if !stopped.revents().is_empty() {
        return Ready::Stopped;
    }
    if terminal.revents().contains(PollFlags::IN) { Ready::Bytes } else { Ready::Lost }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;

    fn started() -> (ReaderThread, PipeWriter) {
        let (terminal, keyboard) = io::pipe().unwrap();
        (ReaderThread::start_on(terminal.into(), Access::Read, LineFeed::Enter).unwrap(), keyboard)
    }

    fn next(reader: &mut ReaderThread) -> TerminalEvent {
        reader.events.blocking_recv().unwrap()
    }

    fn key(code: KeyCode) -> TerminalEvent {
        TerminalEvent::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn a_key_in_pieces_is_one_and_a_lone_esc_is_told_without_more() {
        let (mut reader, mut keyboard) = started();
        for piece in [&b"\x1b"[..], b"[", b"5", b"~"] {
            keyboard.write_all(piece).unwrap();
        }
        assert_eq!(next(&mut reader), key(KeyCode::PageUp));
        keyboard.write_all(b"\x1b").unwrap();
        assert_eq!(next(&mut reader), key(KeyCode::Esc));
    }

    #[test]
    fn enter_typed_before_the_reader_started_is_enter() {
        for (typed, last) in [
            (&b"hi\n"[..], key(KeyCode::Enter)),
            (
                b"a\nb\n",
                TerminalEvent::Key(KeyEvent::new(KeyCode::Char('j'), KeyModifiers::CONTROL)),
            ),
        ] {
            let (terminal, mut keyboard) = io::pipe().unwrap();
            keyboard.write_all(typed).unwrap();
            let mut reader =
                ReaderThread::start_on(terminal.into(), Access::Read, LineFeed::Enter).unwrap();
            let events: Vec<TerminalEvent> = typed.iter().map(|_| next(&mut reader)).collect();
            assert_eq!(events.last(), Some(&last), "{events:?}");
        }
        // After an editor or the setup it may have been meant for that.
        let (terminal, mut keyboard) = io::pipe().unwrap();
        keyboard.write_all(b"\n").unwrap();
        let reader = ReaderThread::start_on(terminal.into(), Access::Read, LineFeed::Itself);
        assert_ne!(next(&mut reader.unwrap()), key(KeyCode::Enter));
        let (mut reader, mut keyboard) = started();
        keyboard.write_all(b"a").unwrap();
        assert_eq!(next(&mut reader), key(KeyCode::Char('a')));
        keyboard.write_all(b"\n").unwrap();
        assert_ne!(next(&mut reader), key(KeyCode::Enter), "Ctrl+J stays a key of its own");
    }

    #[test]
    fn the_end_of_the_terminal_is_told_once_behind_everything_before_it() {
        let (mut reader, mut keyboard) = started();
        keyboard.write_all(b"ab").unwrap();
        drop(keyboard);
        assert_eq!(next(&mut reader), key(KeyCode::Char('a')));
        assert_eq!(next(&mut reader), key(KeyCode::Char('b')));
        assert_eq!(next(&mut reader), TerminalEvent::Lost);
        assert_eq!(reader.events.blocking_recv(), None);
    }

    #[test]
    fn who_stops_it_leaves_what_comes_later_to_others() {
        let (terminal, mut keyboard) = io::pipe().unwrap();
        let other = terminal.try_clone().unwrap();
        let mut reader =
            ReaderThread::start_on(terminal.into(), Access::Read, LineFeed::Enter).unwrap();
        keyboard.write_all(b"a").unwrap();
        assert_eq!(next(&mut reader), key(KeyCode::Char('a')));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(runtime.block_on(reader.stop()), []);
        keyboard.write_all(b"b").unwrap();
        let mut byte = [0];
        assert_eq!(rustix::io::read(&other, &mut byte), Ok(1));
        assert_eq!(byte, *b"b");
    }

    #[test]
    fn who_only_watches_takes_nothing_and_tells_the_end() {
        let (terminal, mut keyboard) = io::pipe().unwrap();
        let other = terminal.try_clone().unwrap();
        let mut reader =
            ReaderThread::start_on(terminal.into(), Access::Watch, LineFeed::Itself).unwrap();
        keyboard.write_all(b"b").unwrap();
        let mut byte = [0];
        assert_eq!(rustix::io::read(&other, &mut byte), Ok(1));
        drop(keyboard);
        assert_eq!(next(&mut reader), TerminalEvent::Lost);
    }
}
