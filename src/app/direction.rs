//! A direction among items in order.

/// A direction among items in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards the next item.
    Forward,
    /// Towards the item before.
    Back,
}
