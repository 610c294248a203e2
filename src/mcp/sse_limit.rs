//! A limit on the size of one server-sent event: the parser behind it has none.

use std::error::Error;
use std::io;

use futures_util::{Stream, StreamExt};

use crate::chat::count;

/// Passes bytes on until one event is larger than `limit`.
pub(super) fn limit_events<B: AsRef<[u8]>, E: Into<Box<dyn Error + Send + Sync>>>(
    bytes: impl Stream<Item = Result<B, E>>,
    limit: usize,
) -> impl Stream<Item = io::Result<B>> {
    let mut size = EventSize::default();
    bytes.map(move |piece| {
        let piece = piece.map_err(io::Error::other)?;
        if size.add(piece.as_ref()) > limit {
            let limit = count::phrase(limit, "byte");
            return Err(io::Error::other(format!("an event is larger than {limit}")));
        }
        Ok(piece)
    })
}

/// The bytes of the event so far; an empty line ends it.
#[derive(Default)]
struct EventSize {
    bytes: usize,
    is_line_empty: bool,
}

impl EventSize {
    /// Adds bytes; returns the size of the largest event in them.
    fn add(&mut self, piece: &[u8]) -> usize {
        let mut largest = 0;
        for byte in piece {
            self.bytes = self.bytes.saturating_add(1);
            largest = largest.max(self.bytes);
            match byte {
                b'\n' if self.is_line_empty => self.bytes = 0,
                b'\n' => self.is_line_empty = true,
                b'\r' => {}
                _ => self.is_line_empty = false,
            }
        }
        largest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_line_ends_an_event_wherever_reads_cut_it() {
        let mut size = EventSize::default();
        assert_eq!(size.add(b"data: 1\r\n\r\ndata: "), 11);
        assert_eq!(size.add(b"22\n"), 9);
        assert_eq!(size.add(b"\ndata"), 10);
        assert_eq!(size.bytes, 4);
    }
}
