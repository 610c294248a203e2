//! What goes to the terminal: collected while a frame is drawn, and sent in one piece.
//! May not keep anything back once the frame is drawn.

use std::cell::Cell;
use std::io::{self, BufWriter, Stdout, Write};
use std::rc::Rc;

/// Bytes that are collected before they are sent: a whole frame, as a rule.
const FRAME_BYTES: usize = 256 * 1024;

/// Whether bytes wait for the rest of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flow {
    /// They are sent when somebody asks for it.
    #[default]
    Free,
    /// They wait: the library asks for it several times in a frame.
    Held,
}

/// Sets how an outbox flows, from outside of what owns it.
pub type Valve = Rc<Cell<Flow>>;

/// The way to the terminal.
#[derive(Debug)]
pub struct Outbox {
    out: BufWriter<Stdout>,
    valve: Valve,
}

impl Outbox {
    /// A way to the terminal that this valve holds back.
    #[must_use]
    pub fn new(valve: Valve) -> Self {
        Self { out: BufWriter::with_capacity(FRAME_BYTES, io::stdout()), valve }
    }
}

impl Write for Outbox {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.valve.get() {
            Flow::Free => self.out.flush(),
            Flow::Held => Ok(()),
        }
    }
}
