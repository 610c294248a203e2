//! How much a calculation may take in all, so that no expression keeps the program.
//! Must not measure time: what is counted is the same on every machine.

use super::error::EvalError;

/// About two seconds of a slow machine, in operations on machine words.
const MOST: u64 = 2_000_000_000;
/// The longest whole number on the way, in bits: far above the longest that can be a result.
pub(super) const MOST_BITS: u64 = 1 << 26;
/// The longest text or list.
pub(super) const MOST_ITEMS: usize = 1 << 20;
/// The longest text that is written of a list.
pub(super) const MOST_WRITTEN: usize = 4 * MOST_ITEMS;
/// What a value costs to look at, in operations on machine words.
const EACH_ITEM: u64 = 200;

/// What is left.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(MOST)
    }
}

impl Budget {
    /// Takes the cost of one operation.
    pub(super) fn spend(&mut self, cost: u64) -> Result<(), EvalError> {
        let left = self.0.checked_sub(cost.saturating_add(1));
        let too_long = || EvalError::Calculation("the calculation takes too long".to_owned());
        self.0 = left.ok_or_else(too_long)?;
        Ok(())
    }

    /// Takes the cost of something with so many items.
    pub(super) fn spend_items(&mut self, count: usize) -> Result<(), EvalError> {
        self.spend(u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(EACH_ITEM))
    }

    /// Takes the cost of adding whole numbers of so many bits.
    pub(super) fn spend_adding(&mut self, bits: u64, other_bits: u64) -> Result<(), EvalError> {
        self.spend(words(bits.max(other_bits)))
    }

    /// Takes the cost of multiplying whole numbers of so many bits.
    pub(super) fn spend_multiplying(
        &mut self,
        bits: u64,
        other_bits: u64,
    ) -> Result<(), EvalError> {
        let (short, long) = (words(bits.min(other_bits)), words(bits.max(other_bits)));
        // Long numbers are cut in halves, which takes a power of 1.6 instead of a square.
        let mut each = short.saturating_mul(short);
        let mut length = short;
        while length > 64 {
            length /= 2;
            each = each / 4 * 3;
        }
        self.spend(each.saturating_mul(long.div_ceil(short.max(1))))
    }

    /// Takes the cost of dividing whole numbers of so many bits.
    pub(super) fn spend_dividing(&mut self, bits: u64, other_bits: u64) -> Result<(), EvalError> {
        let (above, below) = (words(bits), words(other_bits));
        let steps = above.saturating_sub(below).saturating_add(1);
        self.spend(steps.saturating_mul(below).saturating_mul(2))
    }
}

fn words(bits: u64) -> u64 {
    bits.div_ceil(64).max(1)
}
