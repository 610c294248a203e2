//! The rest of a sequence that comes after the wait for it has ended, as on a slow connection. It must
//! not be taken for typed text, and what is typed must not be taken for it: a rest comes in one read,
//! with its end.

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;

/// A sequence the wait has ended for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LateSequence {
    /// After `ESC [`: the parameters that have come.
    Csi(Vec<u8>),
    /// Within a control string, of which nothing is kept.
    String,
}

impl LateSequence {
    /// Finds how many bytes at the beginning of a read are the rest of the sequence.
    pub(super) fn rest_length(&self, read: &[u8]) -> usize {
        let found = match self {
            Self::Csi(parameters) => csi_end(read)
                // A letter alone is more likely a key than an end.
                .filter(|length| *length > 1 || (!parameters.is_empty() && read.starts_with(b"~"))),
            Self::String => string_end(read),
        };
        found.unwrap_or(0)
    }
}

fn csi_end(read: &[u8]) -> Option<usize> {
    let last = read.iter().position(|byte| !(0x20..=0x3f).contains(byte))?;
    read.get(last).filter(|byte| (0x40..=0x7e).contains(*byte)).map(|_| last.saturating_add(1))
}

/// The terminator alone may be a key: BEL is Ctrl+G.
fn string_end(read: &[u8]) -> Option<usize> {
    let last = read.iter().position(|byte| *byte < 0x20).filter(|last| *last > 0)?;
    match read.get(last..)? {
        [BEL, ..] => Some(last.saturating_add(1)),
        [ESC, b'\\', ..] => Some(last.saturating_add(2)),
        _ => None,
    }
}
