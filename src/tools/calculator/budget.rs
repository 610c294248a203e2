//! How much a calculation may take in all, so that no expression keeps the program.
//! May not measure time: what is counted is the same on every machine.

use super::error::EvalError;

/// About a second of a slow machine, in operations on machine words.
const MAX_OPERATIONS: u64 = 100_000_000;
/// The longest whole number on the way, in bits: far above the longest that can be a result.
pub(super) const MAX_BITS: u64 = 1 << 16;
/// The longest text or list on the way.
pub(super) const MAX_ITEMS: usize = 10_000;

/// What is left.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_OPERATIONS)
    }
}

impl Budget {
    /// Takes the cost of one operation.
    pub(super) fn spend(&mut self, cost: u64) -> Result<(), EvalError> {
        let left = self.0.checked_sub(cost.saturating_add(1));
        self.0 = left.ok_or_else(|| EvalError::Calculation("it takes too long".to_owned()))?;
        Ok(())
    }

    /// Takes the cost of working on two whole numbers of so many bits.
    pub(super) fn spend_on(&mut self, bits: u64, other_bits: u64) -> Result<(), EvalError> {
        let words = |bits: u64| bits.div_ceil(64);
        self.spend(words(bits).saturating_mul(words(other_bits)))
    }
}

/// A number on the way that would be too long.
pub(super) fn too_large_error() -> EvalError {
    EvalError::Calculation("a number is too large".to_owned())
}
