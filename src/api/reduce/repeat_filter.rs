//! Which events of a stream are sent twice.
//! May not drop anything on its number alone: reordered text would be lost.

use std::collections::HashMap;

use crate::api::wire::WireEvent;

/// What has been seen, by number.
#[derive(Debug, Default)]
pub struct RepeatFilter {
    seen: HashMap<u64, u64>,
    numbering: Numbering,
}

/// Whether the numbers of a server mean anything.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Numbering {
    #[default]
    Trusted,
    /// Two pieces of text had one number: equal pieces may be two.
    Meaningless,
}

impl RepeatFilter {
    /// Whether the very same event, number and content, came before.
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
    fn only_the_same_content_under_the_same_number_is_a_repeat() {
        let mut it = RepeatFilter::default();
        assert!(!it.is_repeat(&delta(1, "ha")));
        assert!(!it.is_repeat(&delta(2, "ha")));
        assert!(it.is_repeat(&delta(2, "ha")));
        assert!(it.is_repeat(&delta(1, "ha")));
    }

    #[test]
    fn a_server_that_numbers_everything_zero_loses_nothing_after_it_is_found_out() {
        let mut it = RepeatFilter::default();
        assert!(!it.is_repeat(&delta(0, "a")));
        assert!(!it.is_repeat(&delta(0, "ha")));
        assert!(!it.is_repeat(&delta(0, "ha")));
    }
}
