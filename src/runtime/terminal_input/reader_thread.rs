//! Reads the terminal's bytes in a thread of its own, keeps the time for the decoder, and notices when
//! the terminal is gone.
//! Must not read while another program has the terminal: it would take that program's keys.

use std::convert::Infallible;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::SendError;
use tokio::sync::oneshot;

use crate::runtime::environment::variable;

use super::access::{Access, LineFeed};
use super::decoder::{Decoder, TerminalEvent};

/// How many bytes one read takes at most: more than the queue of a terminal holds.
const READ_BYTES: usize = 64 * 1024;

/// The thread that reads the terminal.
#[derive(Debug)]
pub(super) struct ReaderThread {
    /// Nothing is ever sent; the other end is dropped when the thread ends, panics included.
    alive: oneshot::Receiver<Infallible>,
    /// The thread ends when this is dropped.
    stop: PipeWriter,
}

impl ReaderThread {
    /// Reads standard input, which must be the terminal, or only watches it, and sends what comes. Nobody reads
    /// any more when the receiver is dropped.
    ///
    /// # Errors
    /// When the system has no thread or no file descriptor left.
    pub(super) fn start(
        access: Access,
        typed_ahead: LineFeed,
        events: Sender<TerminalEvent>,
    ) -> io::Result<Self> {
        let terminal = io::stdin().as_fd().try_clone_to_owned()?;
        Self::start_on(terminal, access, typed_ahead, events)
    }

    fn start_on(
        terminal: OwnedFd,
        access: Access,
        typed_ahead: LineFeed,
        events: Sender<TerminalEvent>,
    ) -> io::Result<Self> {
        let (stopped, stop) = io::pipe()?;
        let (alive_tx, alive) = oneshot::channel();
        thread::Builder::new().name("terminal".into()).spawn(move || {
            let _alive_tx = alive_tx;
            match access {
                Access::Read => {
                    // A closed channel means that the rest is not wanted.
                    let _ = read_until_stopped(&terminal, &stopped, &events, typed_ahead);
                }
                Access::Watch => {
                    wait(&terminal, PollFlags::empty(), &stopped, None);
                }
            }
        })?;
        Ok(Self { alive, stop })
    }

    /// Waits until the terminal is gone, or nobody receives the events any more.
    pub(super) async fn wait_for_end(&mut self) {
        let _ = (&mut self.alive).await;
    }

    /// Stops reading and waits until it has stopped. Every event that was read has been sent then.
    pub(super) async fn stop(self) {
        let Self { alive, stop } = self;
        drop(stop);
        let _ = alive.await;
    }
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
    let mut decoder = Decoder::for_environment(&variable);
    let mut bytes = vec![0; READ_BYTES];
    let mut last = Instant::now();
    let no_time = Some(Duration::ZERO);
    let mut is_typed_ahead = typed_ahead == LineFeed::Enter
        && wait(terminal, PollFlags::IN, stopped, no_time) == Ready::Bytes;
    loop {
        let timeout = decoder.patience().map(|patience| patience.saturating_sub(last.elapsed()));
        // Bytes that are already there count, however late this thread gets to run.
        let ready = wait(terminal, PollFlags::IN, stopped, timeout);
        let new_events = match ready {
            Ready::Lost => return Ok(()),
            // Nothing more comes after what is held back.
            Ready::Quiet | Ready::Stopped => decoder.flush(),
            Ready::Bytes => match rustix::io::read(terminal, bytes.as_mut_slice()) {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    last = Instant::now();
                    let read = bytes.get_mut(..count).unwrap_or_default();
                    if std::mem::take(&mut is_typed_ahead) {
                        restore_enter(read);
                    }
                    decoder.read(read)
                }
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Err(_) => return Ok(()),
            },
        };
        for event in new_events {
            events.blocking_send(event)?;
        }
        if ready == Ready::Stopped {
            return Ok(());
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
    use tokio::sync::mpsc::{Receiver, channel};

    use super::*;

    /// A reader of a terminal, and what it sends.
    struct Started {
        reader: ReaderThread,
        events: Receiver<TerminalEvent>,
    }

    impl Started {
        fn on(terminal: PipeReader, access: Access, typed_ahead: LineFeed) -> Self {
            let (tx, events) = channel(64);
            let reader = ReaderThread::start_on(terminal.into(), access, typed_ahead, tx);
            Self { reader: reader.unwrap(), events }
        }

        fn next(&mut self) -> TerminalEvent {
            self.events.blocking_recv().unwrap()
        }
    }

    fn started() -> (Started, PipeWriter) {
        let (terminal, keyboard) = io::pipe().unwrap();
        (Started::on(terminal, Access::Read, LineFeed::Enter), keyboard)
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
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
        assert_eq!(reader.next(), key(KeyCode::PageUp));
        keyboard.write_all(b"\x1b").unwrap();
        assert_eq!(reader.next(), key(KeyCode::Esc));
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
            let mut reader = Started::on(terminal, Access::Read, LineFeed::Enter);
            let events: Vec<TerminalEvent> = typed.iter().map(|_| reader.next()).collect();
            assert_eq!(events.last(), Some(&last), "{events:?}");
        }
        // Where another program had the terminal, it may have been meant for that one.
        let (terminal, mut keyboard) = io::pipe().unwrap();
        keyboard.write_all(b"\n").unwrap();
        let mut reader = Started::on(terminal, Access::Read, LineFeed::Itself);
        assert_ne!(reader.next(), key(KeyCode::Enter));
        let (mut reader, mut keyboard) = started();
        keyboard.write_all(b"a").unwrap();
        assert_eq!(reader.next(), key(KeyCode::Char('a')));
        keyboard.write_all(b"\n").unwrap();
        assert_ne!(reader.next(), key(KeyCode::Enter), "Ctrl+J stays a key of its own");
    }

    #[test]
    fn the_end_of_the_terminal_is_told_once_behind_everything_before_it() {
        let (mut reader, mut keyboard) = started();
        keyboard.write_all(b"ab").unwrap();
        drop(keyboard);
        assert_eq!(reader.next(), key(KeyCode::Char('a')));
        assert_eq!(reader.next(), key(KeyCode::Char('b')));
        block_on(reader.reader.wait_for_end());
        assert_eq!(reader.events.blocking_recv(), None);
    }

    #[test]
    fn who_stops_it_leaves_what_comes_later_to_others() {
        let (terminal, mut keyboard) = io::pipe().unwrap();
        let other = terminal.try_clone().unwrap();
        let mut reader = Started::on(terminal, Access::Read, LineFeed::Enter);
        keyboard.write_all(b"a").unwrap();
        assert_eq!(reader.next(), key(KeyCode::Char('a')));
        block_on(reader.reader.stop());
        assert_eq!(reader.events.blocking_recv(), None);
        keyboard.write_all(b"b").unwrap();
        let mut byte = [0];
        assert_eq!(rustix::io::read(&other, &mut byte), Ok(1));
        assert_eq!(byte, *b"b");
    }

    #[test]
    fn who_only_watches_takes_nothing_and_tells_the_end() {
        let (terminal, mut keyboard) = io::pipe().unwrap();
        let other = terminal.try_clone().unwrap();
        let mut reader = Started::on(terminal, Access::Watch, LineFeed::Itself);
        keyboard.write_all(b"b").unwrap();
        let mut byte = [0];
        assert_eq!(rustix::io::read(&other, &mut byte), Ok(1));
        drop(keyboard);
        block_on(reader.reader.wait_for_end());
        assert_eq!(reader.events.blocking_recv(), None);
    }
}
