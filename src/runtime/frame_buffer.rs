//! What goes to the terminal: collected while a frame is drawn, and sent in one piece.
//! May not keep anything back once the frame is drawn.

use std::cell::Cell;
use std::io::{self, BufWriter, Stdout, Write};
use std::rc::Rc;

/// Bytes that are collected before they are sent: a whole frame, as a rule.
const FRAME_BYTES: usize = 256 * 1024;

/// Whether bytes wait for the rest of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlushMode {
    /// They are sent when somebody asks for it.
    #[default]
    Immediate,
    /// They wait: the library asks for it several times in a frame.
    Deferred,
    /// They are thrown away: the terminal is somebody else's, or gone.
    Discarded,
}

/// Sets how an outbox flows, from outside of what owns it.
pub type SharedFlushMode = Rc<Cell<FlushMode>>;

/// The way to the terminal.
#[derive(Debug)]
pub struct FrameBuffer {
    out: BufWriter<Stdout>,
    flush_mode: SharedFlushMode,
}

impl FrameBuffer {
    /// A way to the terminal that this valve holds back.
    #[must_use]
    pub fn new(valve: SharedFlushMode) -> Self {
        Self { out: BufWriter::with_capacity(FRAME_BYTES, io::stdout()), flush_mode: valve }
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
