//! Puts numbered pieces of text in order, for output that cannot be taken back.
//! May not wait: what is held comes out when its gap is filled or given up, or with the final text.

use std::collections::{BTreeMap, BTreeSet};

/// What a piece means for those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceOrdering {
    /// More text: waits for its predecessors.
    Ordered,
    /// The response begins: numbering starts here.
    First,
    /// Anything that may pass, the final text of a part included.
    Unordered,
    /// The end, with the whole text: what is still held is in it.
    EndWithText,
    /// The end without a text: what is held comes first.
    End,
}

/// Numbered things on their way.
#[derive(Debug)]
pub struct ReorderBuffer<T> {
    next: u64,
    delivered: BTreeSet<u64>,
    held: BTreeMap<u64, T>,
}

impl<T> Default for ReorderBuffer<T> {
    fn default() -> Self {
        Self { next: 0, delivered: BTreeSet::new(), held: BTreeMap::new() }
    }
}

impl<T> ReorderBuffer<T> {
    /// Takes a thing; gives those whose turn it is. Without a number it is always its turn.
    pub fn push(&mut self, number: Option<u64>, weight: PieceOrdering, thing: T) -> Vec<T> {
        let mut out = Vec::new();
        match weight {
            PieceOrdering::Ordered => match number {
                Some(number) if number > self.next => {
                    // The same number twice is a repeat; the first is kept.
                    self.held.entry(number).or_insert(thing);
                    return out;
                }
                Some(_) | None => {
                    out.push(thing);
                    self.mark_delivered(number);
                }
            },
            PieceOrdering::First => {
                out.push(thing);
                if let Some(number) = number {
                    self.next = self.next.max(number.saturating_add(1));
                }
            }
            PieceOrdering::Unordered => {
                out.push(thing);
                self.mark_delivered(number);
            }
            PieceOrdering::EndWithText => {
                self.held.clear();
                out.push(thing);
            }
            PieceOrdering::End => {
                out.extend(std::mem::take(&mut self.held).into_values());
                out.push(thing);
            }
        }
        self.release_ready(&mut out);
        out
    }

    /// Whether something waits for its predecessors.
    #[must_use]
    pub fn has_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// What is still held, in order: its predecessors are not waited for any longer. What comes
    /// later is numbered on.
    pub fn release_all(&mut self) -> Vec<T> {
        if let Some((last, _)) = self.held.last_key_value() {
            self.next = last.saturating_add(1);
        }
        let mut out: Vec<T> = std::mem::take(&mut self.held).into_values().collect();
        self.delivered.retain(|number| *number >= self.next);
        self.release_ready(&mut out);
        out
    }

    fn mark_delivered(&mut self, number: Option<u64>) {
        match number {
            Some(number) if number == self.next => self.next = number.saturating_add(1),
            Some(number) if number > self.next => {
                self.delivered.insert(number);
            }
            Some(_) | None => {}
        }
    }

    fn release_ready(&mut self, out: &mut Vec<T>) {
        self.held.retain(|number, _| *number >= self.next || *number == u64::MAX);
        loop {
            if let Some(thing) = self.held.remove(&self.next) {
                out.push(thing);
            } else if !self.delivered.remove(&self.next) {
                return;
            }
            self.next = self.next.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partial(order: &mut ReorderBuffer<u64>, number: u64) -> Vec<u64> {
        order.push(Some(number), PieceOrdering::Ordered, number)
    }

    #[test]
    fn what_lies_behind_a_gap_is_held_until_the_gap_is_filled() {
        let mut it = ReorderBuffer::default();
        it.push(Some(0), PieceOrdering::First, 0);
        assert_eq!(partial(&mut it, 1), [1]);
        assert!(partial(&mut it, 3).is_empty());
        assert_eq!(it.push(Some(4), PieceOrdering::Unordered, 4), [4]);
        assert!(partial(&mut it, 5).is_empty());
        assert_eq!(partial(&mut it, 2), [2, 3, 5]);
    }

    #[test]
    fn the_end_brings_what_is_held_unless_it_brings_the_whole_text() {
        let mut it = ReorderBuffer::default();
        partial(&mut it, 7);
        partial(&mut it, 5);
        assert_eq!(it.push(Some(9), PieceOrdering::End, 9), [5, 7, 9]);
        let mut it = ReorderBuffer::default();
        partial(&mut it, 7);
        assert_eq!(it.push(Some(9), PieceOrdering::EndWithText, 9), [9]);
        let mut it = ReorderBuffer::default();
        partial(&mut it, 7);
        assert_eq!(it.release_all(), [7]);
    }

    #[test]
    fn a_gap_that_is_given_up_holds_nothing_that_comes_later() {
        let mut it = ReorderBuffer::default();
        assert!(partial(&mut it, 10).is_empty() && it.has_held());
        assert_eq!(it.push(Some(11), PieceOrdering::Unordered, 11), [11]);
        assert_eq!(it.release_all(), [10]);
        assert!(!it.has_held());
        assert_eq!(partial(&mut it, 12), [12]);
        assert_eq!(partial(&mut it, 3), [3], "better late than never");
    }

    #[test]
    fn numbering_may_start_anywhere_and_may_be_missing() {
        let mut it = ReorderBuffer::default();
        assert_eq!(it.push(Some(41), PieceOrdering::First, 41), [41]);
        assert_eq!(partial(&mut it, 42), [42]);
        assert_eq!(it.push(None, PieceOrdering::Ordered, 1), [1]);
    }
}
