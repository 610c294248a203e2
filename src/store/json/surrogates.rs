//! Halves of surrogate pairs that stand alone in a JSON string, which Python reads and cannot write.
//! May not decode anything else.

/// Looks for them in the raw bytes of one string, given piece by piece.
#[derive(Debug, Default)]
pub(in crate::store) struct Lone {
    state: State,
    /// The place of a high half that a low one may still follow.
    high: Option<usize>,
    /// Those found, by the place of their backslash; each is six bytes long.
    pub found: Vec<usize>,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Plain,
    /// A backslash has been read; its place.
    Escape(usize),
    /// So many digits of an escape by number, and what they come to.
    Digits(usize, u8, u32),
}

impl Lone {
    /// Looks at more of the string; `place` is where it stands in the file.
    pub(in crate::store) fn look(&mut self, piece: &[u8], place: usize) {
        let is_calm = matches!(self.state, State::Plain) && self.high.is_none();
        if is_calm && memchr::memchr(b'\\', piece).is_none() {
            return;
        }
        for (byte, at) in piece.iter().zip(place..) {
            self.byte(*byte, at);
        }
    }

    /// The string has ended.
    pub(in crate::store) fn end(&mut self) {
        self.found.extend(self.high.take());
        self.state = State::Plain;
    }

    fn byte(&mut self, byte: u8, at: usize) {
        self.state = match (self.state, byte) {
            (State::Plain, b'\\') => State::Escape(at),
            (State::Escape(start), b'u') => State::Digits(start, 0, 0),
            (State::Plain | State::Escape(_), _) => {
                self.found.extend(self.high.take());
                State::Plain
            }
            (State::Digits(start, count, sum), digit) => {
                let sum = sum << 4 | char::from(digit).to_digit(16).unwrap_or(0);
                if count == 3 {
                    self.unit(sum, start);
                    State::Plain
                } else {
                    State::Digits(start, count.saturating_add(1), sum)
                }
            }
        };
    }

    fn unit(&mut self, unit: u32, start: usize) {
        match unit {
            0xdc00..0xe000 if self.high.take().is_some() => {}
            0xdc00..0xe000 => self.found.push(start),
            0xd800..0xdc00 => {
                self.found.extend(self.high.replace(start));
            }
            _ => self.found.extend(self.high.take()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<usize> {
        // Byte by byte, as the worst buffer would cut it.
        let mut lone = Lone::default();
        for (at, byte) in text.bytes().enumerate() {
            lone.look(&[byte], at);
        }
        lone.end();
        let mut whole = Lone::default();
        whole.look(text.as_bytes(), 0);
        whole.end();
        assert_eq!(lone.found, whole.found);
        whole.found
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
