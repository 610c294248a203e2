//! Fresh ids from a random seed, reproducible for the same seed.

use uuid::Builder;

use crate::chat::{ConversationId, TurnId};

/// A generator of ids.
#[derive(Debug, Clone)]
pub struct IdGenerator {
    high: u64,
    low: u64,
}

impl IdGenerator {
    /// A generator seeded with 128 random bits.
    #[must_use]
    pub const fn new(seed: u128) -> Self {
        // The two halves of the seed; the casts keep exactly these bits.
        #[allow(clippy::cast_possible_truncation)]
        Self { high: (seed >> 64) as u64, low: seed as u64 }
    }

    /// A conversation id in the web app's form: a lower-case version 4 UUID.
    pub fn next_conversation_id(&mut self) -> ConversationId {
        ConversationId::new(self.next_uuid())
    }

    /// Makes the id that all records and events of one turn carry.
    pub fn next_turn_id(&mut self) -> TurnId {
        TurnId::new(self.next_uuid())
    }

    /// A preset id in the same form as a conversation id.
    pub fn next_preset_id(&mut self) -> String {
        self.next_uuid()
    }

    fn next_uuid(&mut self) -> String {
        let high = split_mix(&mut self.high);
        let low = split_mix(&mut self.low);
        let bits = (u128::from(high) << 64) | u128::from(low);
        Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().hyphenated().to_string()
    }
}

/// One step of `SplitMix64` (Steele, Lea and Flood, 2014): no state repeats.
const fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_4_uuids_and_never_repeat() {
        let mut ids = IdGenerator::new(7);
        let some: std::collections::BTreeSet<String> =
            (0..1000).map(|_| ids.next_conversation_id().to_string()).collect();
        assert_eq!(some.len(), 1000);
        for id in some {
            assert_eq!(id.len(), 36);
            assert_eq!(&id[14..15], "4");
            assert_eq!(id, id.to_lowercase());
        }
    }
}
