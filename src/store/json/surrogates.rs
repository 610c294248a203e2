//! Halves of surrogate pairs that stand alone in a JSON string, which Python reads and cannot write.
//! May not decode anything else.

/// Looks for them in the raw bytes of one string, given piece by piece.
#[derive(Debug, Default)]
pub(in crate::store) struct SurrogateScanner {
    state: EscapeState,
    /// The place of a high half that a low one may still follow.
    pending_high: Option<usize>,
    /// Those found, by the place of their backslash; each is six bytes long.
    pub unpaired: Vec<usize>,
}

#[derive(Debug, Default, Clone, Copy)]
enum EscapeState {
    #[default]
    Plain,
    /// A backslash has been read; its place.
    Escape(usize),
    /// So many digits of an escape by number, and what they come to.
    Digits(usize, u8, u32),
}

impl SurrogateScanner {
    /// Looks at more of the string; `place` is where it stands in the file.
    pub(in crate::store) fn feed(&mut self, piece: &[u8], place: usize) {
        let is_calm = matches!(self.state, EscapeState::Plain) && self.pending_high.is_none();
        if is_calm && memchr::memchr(b'\\', piece).is_none() {
            return;
        }
        for (byte, at) in piece.iter().zip(place..) {
            self.feed_byte(*byte, at);
        }
    }

    /// The string has ended.
    pub(in crate::store) fn finish(&mut self) {
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
        let mut lone = SurrogateScanner::default();
        for (at, byte) in text.bytes().enumerate() {
            lone.feed(&[byte], at);
        }
        lone.finish();
        let mut whole = SurrogateScanner::default();
        whole.feed(text.as_bytes(), 0);
        whole.finish();
        assert_eq!(lone.unpaired, whole.unpaired);
        whole.unpaired
    }

    #[test]
    fn halves_are_found_and_pairs_are_not() {
        assert!(found(r"\ud83d\ude00").is_empty());
        assert_eq!(found(r"a\ud83d"), [1]);
        assert_eq!(found(r"\ude00\ud83d"), [0, 6]);
        assert_eq!(found(r"\ud83dx\ude00"), [0, 7]);
        assert_eq!(found(r"\ud83d\n\ude00"), [0, 8]);
        assert_eq!(found(r"\ud83d\ud83d\ude00"), [0]);
        assert_eq!(found(r"\\ud83d \u0041 \\\ud83d"), [17]);
    }
}
