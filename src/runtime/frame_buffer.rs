//! Collects the bytes of a frame and writes them to the terminal in one piece.

use std::cell::Cell;
use std::io::{self, BufWriter, Stdout, Write};
use std::rc::Rc;

/// Large enough for a whole frame of most terminals.
const FRAME_BYTES: usize = 256 * 1024;

/// What happens to collected bytes when the backend flushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum FlushMode {
    /// It writes what was collected.
    #[default]
    Immediate,
    /// It does nothing: ratatui flushes several times in a frame.
    Deferred,
    /// They are thrown away: another program has the terminal, or it is gone.
    Discarded,
}

/// Sets the mode of a buffer that a backend owns.
pub(super) type SharedFlushMode = Rc<Cell<FlushMode>>;

/// A buffer in front of standard output.
#[derive(Debug)]
pub(super) struct FrameBuffer {
    out: BufWriter<Stdout>,
    flush_mode: SharedFlushMode,
}

impl FrameBuffer {
    pub(super) fn new(flush_mode: SharedFlushMode) -> Self {
        Self { out: BufWriter::with_capacity(FRAME_BYTES, io::stdout()), flush_mode }
    }
}

impl Write for FrameBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.flush_mode.get() {
            FlushMode::Immediate | FlushMode::Deferred => self.out.write(bytes),
            FlushMode::Discarded => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.flush_mode.get() {
            FlushMode::Immediate => self.out.flush(),
            FlushMode::Deferred | FlushMode::Discarded => Ok(()),
        }
    }
}
