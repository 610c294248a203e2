//! Orders numbered text deltas, for output that cannot be corrected after printing. Must not wait: the
//! caller decides how long a gap is tolerated.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::transport::wire::{JsonFields, WireEvent, answer_texts};

/// How an event is ordered relative to the events before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceOrdering {
    /// A text delta; waits for its predecessors.
    Ordered,
    /// The start of a response, where numbering starts.
    First,
    /// Any event that need not wait, including the final text of a part.
    Unordered,
    /// The end with the whole text, which includes the deltas still held.
    EndWithText,
    /// The end without a text; held deltas are released first.
    End,
}

impl PieceOrdering {
    /// Decides how an event is ordered relative to text deltas.
    #[must_use]
    pub fn of(event: &WireEvent) -> Self {
        match event.kind() {
            "response.created" => Self::First,
            "response.output_text.delta" | "response.refusal.delta" | "response.text.delta" => {
                Self::Ordered
            }
            "response.completed" | "response.incomplete" | "response.done" => {
                let output = event.fields().object("response").list("output");
                let has_text = output
                    .iter()
                    .any(|item| answer_texts(JsonFields::of(item)).any(|it| !it.1.is_empty()));
                if has_text { Self::EndWithText } else { Self::End }
            }
            "response.failed" | "response.cancelled" | "error" | "response.error" => Self::End,
            _ => Self::Unordered,
        }
    }
}

/// How many numbers after a gap are remembered. Our choice: the gap is given up long before.
const MAX_DELIVERED: usize = 4096;

/// Events waiting for their predecessors.
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
    /// Adds an event and returns those that are ready. An event without a number is always ready.
    pub fn push(&mut self, number: Option<u64>, ordering: PieceOrdering, event: T) -> Vec<T> {
        let mut out = Vec::new();
        match ordering {
            PieceOrdering::Ordered => match number {
                Some(number) if number > self.next => {
                    // A number received twice is a repeat; the first one is kept.
                    self.held.entry(number).or_insert(event);
                    return out;
                }
                Some(_) | None => {
                    out.push(event);
                    self.mark_delivered(number);
                }
            },
            PieceOrdering::First => {
                out.push(event);
                if let Some(number) = number {
                    self.next = self.next.max(number.saturating_add(1));
                }
            }
            PieceOrdering::Unordered => {
                out.push(event);
                self.mark_delivered(number);
            }
            PieceOrdering::EndWithText => {
                self.held.clear();
                out.push(event);
            }
            PieceOrdering::End => {
                out.extend(std::mem::take(&mut self.held).into_values());
                out.push(event);
            }
        }
        self.release_ready(&mut out);
        out
    }

    /// Tells whether an event is waiting for its predecessors.
    #[must_use]
    pub fn has_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Releases all held events in order, without waiting for missing ones. Numbering continues after
    /// them.
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
                if self.delivered.len() > MAX_DELIVERED {
                    self.delivered.pop_first();
                }
            }
            Some(_) | None => {}
        }
    }

    fn release_ready(&mut self, out: &mut Vec<T>) {
        self.held.retain(|number, _| *number >= self.next || *number == u64::MAX);
        loop {
            if let Some(event) = self.held.remove(&self.next) {
                out.push(event);
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
    fn deltas_after_a_gap_are_held_until_it_is_filled() {
        let mut buffer = ReorderBuffer::default();
        buffer.push(Some(0), PieceOrdering::First, 0);
        assert_eq!(partial(&mut buffer, 1), [1]);
        assert!(partial(&mut buffer, 3).is_empty());
        assert_eq!(buffer.push(Some(4), PieceOrdering::Unordered, 4), [4]);
        assert!(partial(&mut buffer, 5).is_empty());
        assert_eq!(partial(&mut buffer, 2), [2, 3, 5]);
    }

    #[test]
    fn the_end_releases_held_deltas_unless_it_has_the_whole_text() {
        let mut buffer = ReorderBuffer::default();
        partial(&mut buffer, 7);
        partial(&mut buffer, 5);
        assert_eq!(buffer.push(Some(9), PieceOrdering::End, 9), [5, 7, 9]);
        let mut buffer = ReorderBuffer::default();
        partial(&mut buffer, 7);
        assert_eq!(buffer.push(Some(9), PieceOrdering::EndWithText, 9), [9]);
        let mut buffer = ReorderBuffer::default();
        partial(&mut buffer, 7);
        assert_eq!(buffer.release_all(), [7]);
    }

    #[test]
    fn an_abandoned_gap_holds_no_later_delta() {
        let mut buffer = ReorderBuffer::default();
        assert!(partial(&mut buffer, 10).is_empty() && buffer.has_held());
        assert_eq!(buffer.push(Some(11), PieceOrdering::Unordered, 11), [11]);
        assert_eq!(buffer.release_all(), [10]);
        assert!(!buffer.has_held());
        assert_eq!(partial(&mut buffer, 12), [12]);
        assert_eq!(partial(&mut buffer, 3), [3], "better late than never");
    }

    #[test]
    fn a_gap_that_nothing_waits_for_needs_no_more_memory() {
        let mut buffer = ReorderBuffer::default();
        for number in 10..1_000_000 {
            assert_eq!(buffer.push(Some(number), PieceOrdering::Unordered, number), [number]);
        }
        assert_eq!(buffer.delivered.len(), MAX_DELIVERED);
        assert!(partial(&mut buffer, 1_000_000).is_empty() && buffer.has_held());
        assert_eq!(buffer.release_all(), [1_000_000]);
    }

    #[test]
    fn numbering_may_start_anywhere_or_be_missing() {
        let mut buffer = ReorderBuffer::default();
        assert_eq!(buffer.push(Some(41), PieceOrdering::First, 41), [41]);
        assert_eq!(partial(&mut buffer, 42), [42]);
        assert_eq!(buffer.push(None, PieceOrdering::Ordered, 1), [1]);
    }
}
