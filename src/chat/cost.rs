//! An amount of money. The prices are in `settings`.

use std::ops::Add;

use serde::{Deserialize, Serialize};

/// An amount of money in billionths of a dollar, so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cost(u64);

impl Cost {
    /// Computes the cost of `tokens` at `dollars` for a million tokens, rounded to a billionth of a dollar.
    #[must_use]
    pub fn of(tokens: u64, dollars: f64) -> Self {
        // Prices are rounded to a millionth of a dollar for a million tokens.
        let micros = (dollars.clamp(0.0, 1e6) * 1e6).round();
        // Clamped above: this is a whole number of at most 10¹².
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let micros = micros as u64;
        Self(tokens.saturating_mul(micros).saturating_add(500) / 1000)
    }

    /// Returns the amount in billionths of a dollar.
    #[must_use]
    pub const fn nanodollars(self) -> u64 {
        self.0
    }

    /// Creates a cost from billionths of a dollar.
    #[must_use]
    pub const fn from_nanodollars(nanodollars: u64) -> Self {
        Self(nanodollars)
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Dollars: two decimals from ten cents on, four below. What is left of less than these is named.
impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if (1..50_000).contains(&self.0) {
            return f.write_str("<$0.0001");
        }
        let (unit, digits) = if self.0 >= 100_000_000 { (10_000_000, 2) } else { (100_000, 4) };
        let rounded = self.0.saturating_add(unit / 2) / unit;
        let whole = 1_000_000_000 / unit;
        write!(f, "${}.{:0digits$}", rounded / whole, rounded % whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_below_ten_cents_show_four_decimals() {
        let shown = |nanodollars| Cost(nanodollars).to_string();
        assert_eq!(shown(1_234_567_890), "$1.23");
        assert_eq!(shown(1_234_567), "$0.0012");
        assert_eq!(shown(0), "$0.0000");
        assert_eq!(shown(1), "<$0.0001");
        assert_eq!(shown(49_999), "<$0.0001");
        assert_eq!(shown(50_000), "$0.0001");
        assert_eq!(shown(99_999_999), "$0.1000");
    }
}
