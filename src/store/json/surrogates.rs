//! Unpaired surrogates in JSON strings: Python reads them, but cannot write them as UTF-8.

/// Looks for unpaired surrogates in the raw bytes of strings, given piece by piece.
#[derive(Debug, Default)]
pub(crate) struct SurrogateScanner {
    state: EscapeState,
    /// The position of a high half that a low one may still follow.
    pending_high: Option<usize>,
    /// The positions of their escapes, which are six bytes long each.
    pub unpaired: Vec<usize>,
}

#[derive(Debug, Default, Clone, Copy)]
enum EscapeState {
    #[default]
    Plain,
    /// A backslash has been read, at this position.
    Escape(usize),
    /// The position of a `\u` escape, how many of its digits have been read, and their value.
    Digits(usize, u8, u32),
}

/// The positions of the unpaired surrogates in the raw bytes of one string.
pub(crate) fn unpaired_surrogates(raw: &[u8], position: usize) -> Vec<usize> {
    let mut scanner = SurrogateScanner::default();
    scanner.feed(raw, position);
    scanner.finish();
    scanner.unpaired
}

/// Whether a raw JSON text holds unpaired surrogates.
pub(crate) fn has_unpaired_surrogate(raw: &str) -> bool {
    !unpaired_surrogates(raw.as_bytes(), 0).is_empty()
}

impl SurrogateScanner {
    /// Looks at the next piece of the string; `position` is where the piece begins.
    pub(crate) fn feed(&mut self, piece: &[u8], position: usize) {
        let mut at = 0_usize;
        while let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) {
            if matches!(self.state, EscapeState::Plain) && self.pending_high.is_none() {
                let Some(found) = memchr::memchr(b'\\', rest) else { return };
                at = at.saturating_add(found);
                // Most escapes are of one letter, and are passed over with it.
                if rest.get(found.saturating_add(1)).is_some_and(|letter| *letter != b'u') {
                    at = at.saturating_add(2);
                    continue;
                }
            }
            if let Some(byte) = piece.get(at) {
                self.feed_byte(*byte, position.saturating_add(at));
            }
            at = at.saturating_add(1);
        }
    }

    pub(crate) fn finish(&mut self) {
        self.unpaired.extend(self.pending_high.take());
        self.state = EscapeState::Plain;
    }

    fn feed_byte(&mut self, byte: u8, at: usize) {
        self.state = match (self.state, byte) {
            (EscapeState::Plain, b'\\') => EscapeState::Escape(at),
            (EscapeState::Escape(start), b'u') => EscapeState::Digits(start, 0, 0),
            (EscapeState::Plain | EscapeState::Escape(_), _) => {
                self.unpaired.extend(self.pending_high.take());
                EscapeState::Plain
            }
            (EscapeState::Digits(start, count, sum), digit) => {
                let sum = sum << 4 | char::from(digit).to_digit(16).unwrap_or(0);
                if count == 3 {
                    self.feed_unit(sum, start);
                    EscapeState::Plain
                } else {
                    EscapeState::Digits(start, count.saturating_add(1), sum)
                }
            }
        };
    }

    fn feed_unit(&mut self, unit: u32, start: usize) {
        match unit {
            0xdc00..0xe000 if self.pending_high.take().is_some() => {}
            0xdc00..0xe000 => self.unpaired.push(start),
            0xd800..0xdc00 => {
                self.unpaired.extend(self.pending_high.replace(start));
            }
            _ => self.unpaired.extend(self.pending_high.take()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<usize> {
        // Byte by byte, as the worst buffer would cut it.
        let mut scanner = SurrogateScanner::default();
        for (at, byte) in text.bytes().enumerate() {
            scanner.feed(&[byte], at);
        }
        scanner.finish();
        assert_eq!(scanner.unpaired, unpaired_surrogates(text.as_bytes(), 0));
        scanner.unpaired
    }

    #[test]
    fn unpaired_surrogates_are_found_and_pairs_are_not() {
        assert!(found(r"\ud83d\ude00").is_empty());
        assert_eq!(found(r"a\ud83d"), [1]);
        assert_eq!(found(r"\ude00\ud83d"), [0, 6]);
        assert_eq!(found(r"\ud83dx\ude00"), [0, 7]);
        assert_eq!(found(r"\ud83d\n\ude00"), [0, 8]);
        assert_eq!(found(r"\ud83d\ud83d\ude00"), [0]);
        assert_eq!(found(r"\\ud83d \u0041 \\\ud83d"), [17]);
    }
}
