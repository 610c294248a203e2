//! Names a place in a text as editors do.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Read};

/// A line and a column of a text, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineColumn {
    line: usize,
    /// Counted in characters.
    column: usize,
}

impl LineColumn {
    /// The place of a byte.
    ///
    /// # Errors
    /// When the text cannot be read.
    pub(crate) fn find(text: impl Read, at: usize) -> io::Result<Self> {
        let mut left = text.take(at as u64);
        let mut buffer = [0; 8 * 1024];
        let mut place = Self { line: 1, column: 1 };
        loop {
            let bytes = match left.read(&mut buffer)? {
                0 => return Ok(place),
                got => buffer.get(..got).unwrap_or_default(),
            };
            for byte in bytes {
                match byte {
                    b'\n' => place = Self { line: place.line.saturating_add(1), column: 1 },
                    // The other bytes of a character begin with the bits 10.
                    0x80..=0xbf => {}
                    _ => place.column = place.column.saturating_add(1),
                }
            }
        }
    }
}

impl Display for LineColumn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_named_by_line_and_character() {
        let text = "{\n  \"ü\": x\n}";
        for (at, wanted) in
            [(0, "line 1, column 1"), (9, "line 2, column 7"), (99, "line 3, column 2")]
        {
            assert_eq!(LineColumn::find(text.as_bytes(), at).unwrap().to_string(), wanted);
        }
    }
}
