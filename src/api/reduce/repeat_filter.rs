//! Recognises events that a stream repeats. Must not drop an event for its sequence number alone: some
//! servers number every event 0.

use std::collections::HashMap;

use crate::api::wire::WireEvent;

/// The events seen, by sequence number.
#[derive(Debug, Default)]
pub struct RepeatFilter {
    seen: HashMap<u64, u64>,
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
        match self.seen.insert(sequence, event.fingerprint()) {
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
    fn nothing_is_lost_where_every_event_has_the_number_zero() {
        let mut filter = RepeatFilter::default();
        assert!(!filter.is_repeat(&delta(0, "a")));
        assert!(!filter.is_repeat(&delta(0, "ha")));
        assert!(!filter.is_repeat(&delta(0, "ha")));
    }
}
