//! Recognises events that a stream repeats. Must not drop an event for its sequence number alone: some
//! servers number every event 0.

use std::collections::BTreeMap;

use crate::api::transport::wire::WireEvent;

/// How many events are remembered: a repeat comes soon after a connection was resumed (our choice).
const MAX_EVENTS: usize = 4096;

/// The latest events seen, by sequence number.
#[derive(Debug, Default)]
pub struct RepeatFilter {
    seen: BTreeMap<u64, u64>,
    numbering: Numbering,
}

/// Whether sequence numbers identify events.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Numbering {
    #[default]
    Trusted,
    /// Two different deltas had the same number, so equal ones may be two.
    Meaningless,
}

impl RepeatFilter {
    /// Tells whether the same event, number and content, was received before.
    pub fn is_repeat(&mut self, event: &WireEvent) -> bool {
        let Some(sequence) = event.sequence() else {
            return false;
        };
        let before = self.seen.insert(sequence, event.fingerprint());
        if self.seen.len() > MAX_EVENTS {
            self.seen.pop_first();
        }
        match before {
            Some(before) if before == event.fingerprint() => self.numbering == Numbering::Trusted,
            Some(_) => {
                if event.fields().value("delta").is_some() {
                    self.numbering = Numbering::Meaningless;
                }
                false
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(sequence: u64, text: &str) -> WireEvent {
        let data = format!(
            r#"{{"type":"response.output_text.delta","sequence_number":{sequence},"delta":"{text}"}}"#
        );
        WireEvent::parse("", &data).unwrap()
    }

    #[test]
    fn only_equal_content_with_an_equal_number_is_a_repeat() {
        let mut filter = RepeatFilter::default();
        assert!(!filter.is_repeat(&delta(1, "ha")));
        assert!(!filter.is_repeat(&delta(2, "ha")));
        assert!(filter.is_repeat(&delta(2, "ha")));
        assert!(filter.is_repeat(&delta(1, "ha")));
    }

    #[test]
    fn a_long_answer_needs_no_more_memory_and_its_latest_events_are_known() {
        let mut filter = RepeatFilter::default();
        let events = 10 * u64::try_from(MAX_EVENTS).unwrap();
        for number in 0..events {
            assert!(!filter.is_repeat(&delta(number, "ha")));
        }
        assert_eq!(filter.seen.len(), MAX_EVENTS);
        assert!(filter.is_repeat(&delta(events - 100, "ha")));
    }

    #[test]
    fn nothing_is_lost_where_every_event_has_the_number_zero() {
        let mut filter = RepeatFilter::default();
        assert!(!filter.is_repeat(&delta(0, "a")));
        assert!(!filter.is_repeat(&delta(0, "ha")));
        assert!(!filter.is_repeat(&delta(0, "ha")));
    }
}
