//! Digests that identify messages. Must not cover more than the four fields every version of the web
//! app keeps, because a stale version would change the identity.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Message;

/// How many messages identify what was sent with a question. Nobody inserts one before so many others
/// while an answer is on its way.
const CONTEXT_MESSAGES: usize = 300;

/// The digest of a message's role, text, time and response id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Computes the fingerprint of a message; equal exactly where [`Message::is_same`] is true.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let seconds = message.timestamp.seconds().to_le_bytes();
        let (has_id, id) = match &message.response_id {
            None => (&[0_u8], ""),
            Some(id) => (&[1_u8], id.as_str()),
        };
        let role = message.role.as_str();
        let lengths = [role.len(), message.text.len(), id.len()].map(usize::to_le_bytes).concat();
        let parts: [&[u8]; 6] =
            [&lengths, role.as_bytes(), message.text.as_bytes(), &seconds, has_id, id.as_bytes()];
        Self(format!("{:032x}", fnv1a(&parts)))
    }

    /// Computes one fingerprint for messages in their order.
    #[must_use]
    pub fn of_all(messages: &[Message]) -> Self {
        let digests: Vec<Self> = messages.iter().map(Self::of).collect();
        let parts: Vec<&[u8]> = digests.iter().map(|it| it.0.as_bytes()).collect();
        Self(format!("{:032x}", fnv1a(&parts)))
    }

    /// Computes one fingerprint for what was sent with a question: the messages, after `earlier` ones that
    /// were not read. Of many messages only the last are looked at, and how many there are.
    #[must_use]
    pub fn of_context(earlier: usize, messages: &[Message]) -> Self {
        let count = earlier.saturating_add(messages.len());
        if count <= CONTEXT_MESSAGES {
            return Self::of_all(messages);
        }
        let last = messages.get(messages.len().saturating_sub(CONTEXT_MESSAGES)..);
        let digest = Self::of_all(last.unwrap_or(messages));
        Self(format!("{:032x}", fnv1a(&[&count.to_le_bytes(), digest.0.as_bytes()])))
    }

    /// The digest as 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Counts how often each message occurs.
#[must_use]
pub fn count_by_fingerprint<'a>(
    messages: impl IntoIterator<Item = &'a Message>,
) -> HashMap<Fingerprint, usize> {
    let mut counted = HashMap::new();
    for message in messages {
        let times: &mut usize = counted.entry(Fingerprint::of(message)).or_default();
        *times = times.saturating_add(1);
    }
    counted
}

/// FNV-1a with 128 bits (offset basis and prime of RFC 9923): stable over versions of this program,
/// because digests are stored.
fn fnv1a(parts: &[&[u8]]) -> u128 {
    let bytes = parts.iter().flat_map(|part| part.iter());
    bytes.fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ResponseId, Timestamp};

    #[test]
    fn fingerprints_differ_by_exactly_the_fields_every_version_keeps() {
        let at = Timestamp::from_seconds;
        let base = Message::answer("text", at(5), None);
        let mut same = base.clone();
        same.reasoning_data = Some("{}".into());
        assert_eq!(Fingerprint::of(&base), Fingerprint::of(&same));
        for other in [
            Message::question("text", at(5)),
            Message::answer("text", at(6), None),
            Message::answer("texts", at(5), None),
            Message::answer("text", at(5), Some(ResponseId::new(""))),
        ] {
            assert_ne!(Fingerprint::of(&base), Fingerprint::of(&other), "{other:?}");
        }
    }
}
