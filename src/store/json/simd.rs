//! Scans strings 64 bytes at a time for their end.
//! Must not report errors: it only finds the position from which to read byte by byte.

use wide::u8x16;

/// The bytes compared at once, one bit of a mask each.
const BLOCK: usize = 64;

/// Why a scan stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StringStop {
    /// The quote that closes the string.
    Quote,
    /// Bytes to be read one by one: a `\u` escape, one that is wrong or cut by the window, or a
    /// control character.
    Special,
    WindowEnd,
}

/// The length of a string that ends within one block and has no escapes, as keys and ids do; `None`
/// for all others.
#[inline]
pub(super) fn short_string_len(window: &[u8]) -> Option<usize> {
    let lanes = Lanes::of(window.first_chunk::<BLOCK>()?);
    let quotes = lanes.eq_mask(b'"');
    let first = quotes & quotes.wrapping_neg();
    let inside = first.wrapping_sub(1);
    let odd = lanes.eq_mask(b'\\') & inside;
    (first != 0 && odd == 0 && lanes.control_mask() & inside == 0)
        .then_some(first.trailing_zeros() as usize)
}

/// How many bytes of the string come before the stop, in a window whose first byte is not escaped.
pub(super) fn plain_prefix(window: &[u8]) -> (usize, StringStop) {
    let mut at = 0_usize;
    let mut carry = Carry::default();
    let (blocks, rest) = window.as_chunks::<BLOCK>();
    for block in blocks {
        if is_plain_block(block, &mut carry) {
            at = at.saturating_add(BLOCK);
            continue;
        }
        match find_stop(block, &mut carry, BLOCK) {
            Some((offset, ending)) => return stop_position(at, offset, ending),
            None => at = at.saturating_add(BLOCK),
        }
    }
    let mut last = [b' '; BLOCK];
    if let Some(beginning) = last.get_mut(..rest.len()) {
        beginning.copy_from_slice(rest);
    }
    // Nothing remains if the window ends with a block.
    let found = if rest.is_empty() { None } else { find_stop(&last, &mut carry, rest.len()) };
    match found {
        Some((offset, ending)) => stop_position(at, offset, ending),
        None if carry.escaped != 0 => (window.len().saturating_sub(1), StringStop::Special),
        None => (window.len(), StringStop::WindowEnd),
    }
}

const fn stop_position(
    at: usize,
    offset: Option<usize>,
    ending: StringStop,
) -> (usize, StringStop) {
    match offset {
        Some(offset) => (at.saturating_add(offset), ending),
        // The backslash is the last byte of the block before.
        None => (at.saturating_sub(1), ending),
    }
}

/// Whether the first byte of the next block is escaped.
#[derive(Default)]
struct Carry {
    escaped: u64,
}

/// Whether a whole block belongs to the string and has only the most common escapes; if not, `carry`
/// is unchanged. Without a branch, which a processor could not predict for text.
#[inline(always)]
#[allow(clippy::inline_always, reason = "a call for each block takes as long as the block")]
fn is_plain_block(block: &[u8; BLOCK], carry: &mut Carry) -> bool {
    let lanes = Lanes::of(block);
    let (quotes, backslashes) = (lanes.eq_mask(b'"'), lanes.eq_mask(b'\\'));
    let before = carry.escaped;
    let (escaped, after) = escaped_bytes(backslashes, before);
    let fine = quotes | backslashes | lanes.either_mask(b'n', b't');
    let wrong = (quotes & !escaped) | (escaped & !fine) | lanes.any_control();
    let is_common = wrong == 0;
    carry.escaped = if is_common { after } else { before };
    is_common
}

/// Where the string stops in the first `size` bytes of a block; the position `None` is the byte
/// before the block.
#[inline]
fn find_stop(
    block: &[u8; BLOCK],
    carry: &mut Carry,
    size: usize,
) -> Option<(Option<usize>, StringStop)> {
    let lanes = Lanes::of(block);
    let (quotes, backslashes) = (lanes.eq_mask(b'"'), lanes.eq_mask(b'\\'));
    let escaped = carry.mark_escaped(backslashes, size);
    let closing = quotes & !escaped;
    let end = (closing.trailing_zeros() as usize).min(size);
    let inside = if end == BLOCK { u64::MAX } else { (1_u64 << end) - 1 };
    let mut odd = lanes.control_mask() & inside;
    if escaped & inside != 0 {
        let common = quotes | backslashes | lanes.either_mask(b'n', b't');
        let mut wrong = escaped & inside & !common;
        if wrong != 0 {
            for letter in *b"rbf/" {
                wrong &= !lanes.eq_mask(letter);
            }
        }
        // From the backslash on.
        if wrong & 1 != 0 {
            return Some((None, StringStop::Special));
        }
        odd |= wrong >> 1;
    }
    if odd != 0 {
        return Some((Some(odd.trailing_zeros() as usize), StringStop::Special));
    }
    (end < size).then_some((Some(end), StringStop::Quote))
}

impl Carry {
    /// Which bytes are escaped by the backslash before them: in a row of backslashes, every other one
    /// escapes the next. The addition carries through each row at once.
    #[inline]
    fn mark_escaped(&mut self, backslashes: u64, size: usize) -> u64 {
        let (escaped, after) = escaped_bytes(backslashes, self.escaped);
        self.escaped = if size == BLOCK { after } else { escaped >> size & 1 };
        escaped
    }
}

/// Which bytes of a block are escaped, given whether the first one is, and whether the first of the
/// next block is.
#[inline(always)]
#[allow(clippy::inline_always, reason = "a call for each block takes as long as the block")]
const fn escaped_bytes(backslashes: u64, before: u64) -> (u64, u64) {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let backslashes = backslashes & !before;
    let behind = backslashes << 1 | before;
    let odd_starts = backslashes & !EVEN & !behind;
    let (even_rows, over) = odd_starts.overflowing_add(backslashes);
    ((EVEN ^ (even_rows << 1)) & behind, over as u64)
}

/// A block in vector registers.
struct Lanes([u8x16; 4]);

impl Lanes {
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Self {
        let (quarters, _) = block.as_chunks::<16>();
        let lane = |at: usize| u8x16::new(quarters.get(at).copied().unwrap_or_default());
        Self([lane(0), lane(1), lane(2), lane(3)])
    }

    /// A bit for each byte that is this one.
    #[inline]
    fn eq_mask(&self, byte: u8) -> u64 {
        let wanted = u8x16::splat(byte);
        self.mask(|lane| lane.simd_eq(wanted))
    }

    /// A bit for each byte that is one of two.
    #[inline]
    fn either_mask(&self, one: u8, other: u8) -> u64 {
        let (one, other) = (u8x16::splat(one), u8x16::splat(other));
        self.mask(|lane| lane.simd_eq(one) | lane.simd_eq(other))
    }

    /// Not 0 where any byte is a control character.
    #[inline]
    fn any_control(&self) -> u64 {
        let [a, b, c, d] = self.0;
        let least = a.min(b).min(c.min(d));
        u64::from(least.min(u8x16::splat(0x1f)).simd_eq(least).to_bitmask())
    }

    /// A bit for each control character. There hardly ever is one, so all lanes are tested at once.
    #[inline]
    fn control_mask(&self) -> u64 {
        if self.any_control() == 0 {
            return 0;
        }
        let highest = u8x16::splat(0x1f);
        self.mask(|lane| lane.min(highest).simd_eq(lane))
    }

    #[inline]
    fn mask(&self, compare: impl Fn(u8x16) -> u8x16) -> u64 {
        let [a, b, c, d] = self.0.map(|lane| u64::from(compare(lane).to_bitmask()));
        a | b << 16 | c << 32 | d << 48
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, a byte at a time.
    fn slowly(window: &[u8]) -> (usize, StringStop) {
        let mut at = 0;
        loop {
            match window.get(at..).unwrap_or_default() {
                [] => return (window.len(), StringStop::WindowEnd),
                [b'"', ..] => return (at, StringStop::Quote),
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => at += 2,
                [b'\\' | 0..=0x1f, ..] => return (at, StringStop::Special),
                _ => at += 1,
            }
        }
    }

    proptest! {
        #[test]
        fn many_bytes_at_a_time_see_what_one_at_a_time_sees(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "\\\\", "\\n", "\\\"", "\\", "\"", "\\u0041", "x", "名", "plain text of some length, ",
                    "\u{1}", "\\/\\b\\f\\r\\t", "\\x", "\u{7f}",
                ]),
                0..60,
            ),
            before in 0_usize..70,
        ) {
            let window = format!("{}{}", "-".repeat(before), pieces.concat());
            prop_assert_eq!(plain_prefix(window.as_bytes()), slowly(window.as_bytes()), "{}", window);
        }

        #[test]
        fn rows_of_backslashes_are_counted_across_blocks(
            before in 0_usize..130, many in 0_usize..140, quote in any::<bool>(), after in 0_usize..70,
        ) {
            let quote = if quote { "\"" } else { "n" };
            let window =
                format!("{}{}{quote}{}\"", "-".repeat(before), "\\".repeat(many), "-".repeat(after));
            prop_assert_eq!(plain_prefix(window.as_bytes()), slowly(window.as_bytes()), "{}", window);
        }
    }
}
