//! A control sequence (`CSI … final byte`) taken apart: prefix, numbers, intermediate bytes.
//! Must not know what any sequence means.

/// A control sequence: a key, a mouse report or a reply of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Csi {
    /// Whether another ESC came in front of it.
    pub(super) alt: bool,
    /// `?`, `>`, `<` or `=` in front of the numbers.
    pub(super) prefix: Option<u8>,
    parameters: Vec<Vec<Option<u32>>>,
    /// Bytes between the numbers and the final byte.
    pub(super) intermediates: Vec<u8>,
    /// The byte that ends it and says what it is.
    pub(super) last: u8,
}

impl Csi {
    /// Takes the bytes between `CSI` and the final byte apart.
    #[must_use]
    pub(super) fn parse(alt: bool, body: &[u8], last: u8) -> Self {
        let (prefix, body) = match body.split_first() {
            Some((first @ b'<'..=b'?', rest)) => (Some(*first), rest),
            _ => (None, body),
        };
        // urxvt writes numbers below zero, which are none. No sequence of keys has a lone hyphen.
        let is_intermediate = |byte: &u8| *byte < b'0' && *byte != b'-';
        let end = body.iter().position(is_intermediate).unwrap_or(body.len());
        let (numbers, intermediates) = body.split_at_checked(end).unwrap_or((body, &[]));
        let parameters = if numbers.is_empty() {
            Vec::new()
        } else {
            numbers.split(|byte| *byte == b';').map(sub_parameters).collect()
        };
        Self { alt, prefix, parameters, intermediates: intermediates.to_vec(), last }
    }

    /// How many parameters there are, empty ones included.
    #[must_use]
    pub(super) fn count(&self) -> usize {
        self.parameters.len()
    }

    /// The parameter at an index, where there is one and it is a number.
    #[must_use]
    pub(super) fn number(&self, index: usize) -> Option<u32> {
        self.sub_number(index, 0)
    }

    /// The number after so many colons of a parameter.
    #[must_use]
    pub(super) fn sub_number(&self, index: usize, sub_index: usize) -> Option<u32> {
        self.parameters.get(index)?.get(sub_index).copied().flatten()
    }

    /// The first numbers of all parameters; an empty one counts as zero.
    #[must_use]
    pub(super) fn numbers(&self) -> Vec<u32> {
        (0..self.count()).map(|index| self.number(index).unwrap_or(0)).collect()
    }

    /// Whether it has neither a prefix nor intermediate bytes, as those of keys.
    #[must_use]
    pub(super) fn is_plain(&self) -> bool {
        self.prefix.is_none() && self.intermediates.is_empty()
    }
}

fn sub_parameters(parameter: &[u8]) -> Vec<Option<u32>> {
    parameter.split(|byte| *byte == b':').map(number).collect()
}

/// A decimal number; one too large for the type is as meaningless as none.
fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_sequence_are_told_apart() {
        let csi = Csi::parse(false, b"?2026;2$", b'y');
        assert_eq!(
            (csi.prefix, csi.numbers(), csi.intermediates.as_slice()),
            (Some(b'?'), vec![2026, 2], b"$".as_slice())
        );
        let csi = Csi::parse(false, b"1089::99;5:3", b'u');
        assert_eq!(
            (csi.number(0), csi.sub_number(0, 1), csi.sub_number(0, 2)),
            (Some(1089), None, Some(99))
        );
        assert_eq!((csi.number(1), csi.sub_number(1, 1), csi.number(2)), (Some(5), Some(3), None));
        assert_eq!(Csi::parse(false, b"<32;-1;4", b'M').numbers(), [32, 0, 4]);
        assert_eq!(Csi::parse(false, b"", b'A').count(), 0);
        assert_eq!(Csi::parse(false, b"99999999999;1", b'A').numbers(), [0, 1]);
    }
}
