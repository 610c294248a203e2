//! Limits the work of one calculation.
//! Must not measure time, because results must be the same on every machine.

use super::error::EvalError;

/// The budget in operations on machine words, about two seconds of a slow machine.
const MOST: u64 = 2_000_000_000;
/// The longest intermediate integer, in bits: far above the longest possible result.
pub(super) const MAX_BITS: u64 = 1 << 26;
/// The longest text or list, in items.
pub(super) const MAX_ITEMS: usize = 1 << 20;
/// The longest text of a list, in characters.
pub(super) const MAX_WRITTEN: usize = 4 * MAX_ITEMS;
/// The cost of visiting one value, in operations on machine words.
const EACH_ITEM: u64 = 200;

/// The operations on machine words that a calculation may still spend.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(MOST)
    }
}

impl Budget {
    /// Spends a cost in operations on machine words.
    pub(super) fn spend(&mut self, cost: u64) -> Result<(), EvalError> {
        let left = self.0.checked_sub(cost.saturating_add(1));
        let too_long = || EvalError::Calculation("the calculation takes too long".to_owned());
        self.0 = left.ok_or_else(too_long)?;
        Ok(())
    }

    /// Spends the cost of visiting items.
    pub(super) fn spend_items(&mut self, count: usize) -> Result<(), EvalError> {
        self.spend(u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(EACH_ITEM))
    }

    /// Spends the cost of adding integers of these lengths.
    pub(super) fn spend_adding(&mut self, bits: u64, other_bits: u64) -> Result<(), EvalError> {
        self.spend(words(bits.max(other_bits)))
    }

    /// Spends the cost of multiplying integers of these lengths.
    pub(super) fn spend_multiplying(
        &mut self,
        bits: u64,
        other_bits: u64,
    ) -> Result<(), EvalError> {
        let (short, long) = (words(bits.min(other_bits)), words(bits.max(other_bits)));
        // Karatsuba multiplication of long integers costs a power of 1.6 instead of a square.
        let mut each = short.saturating_mul(short);
        let mut length = short;
        while length > 64 {
            length /= 2;
            each = each / 4 * 3;
        }
        self.spend(each.saturating_mul(long.div_ceil(short.max(1))))
    }

    /// Spends the cost of dividing integers of these lengths.
    pub(super) fn spend_dividing(&mut self, bits: u64, other_bits: u64) -> Result<(), EvalError> {
        let (above, below) = (words(bits), words(other_bits));
        let steps = above.saturating_sub(below).saturating_add(1);
        self.spend(steps.saturating_mul(below).saturating_mul(2))
    }
}

fn words(bits: u64) -> u64 {
    bits.div_ceil(64).max(1)
}
