//! Identifiers and times, each a type of its own. Ids are made and clocks are read by the callers, so
//! that this folder stays deterministic.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Copies share one text.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the text as it is; any text is a valid id.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.as_str().serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::new)
            }
        }
    };
}

text_id! {
    /// The key of a conversation in the shared file (a lower-case UUID in what the web app writes).
    ConversationId
}
text_id! {
    /// The id a Responses API server gave to a response (`resp_…` at `OpenAI`, any text elsewhere).
    ResponseId
}
text_id! {
    /// The id of a turn: a question and its answer.
    TurnId
}
text_id! {
    /// The id of a change in the journal.
    ChangeId
}

/// Seconds by which the clocks of two machines may differ. Our choice: an hour, as where summer time was set
/// by hand.
const CLOCK_DIFFERENCE: i64 = 3600;

/// A point in time in whole Unix seconds, as the shared file keeps it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates a time from whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Whether the time lies further ahead than clocks of two machines differ: no clock showed it yet.
    #[must_use]
    pub const fn is_in_future(self, now: Self) -> bool {
        self.0 > now.0.saturating_add(CLOCK_DIFFERENCE)
    }

    /// Whether it is no time: before 1970, or its first second, which a repair puts where none is stored.
    #[must_use]
    pub const fn is_unknown(self) -> bool {
        self.0 <= 0
    }

    /// Returns the seconds from `earlier` to this time; 0 where the clock went backwards.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        let passed = self.0.saturating_sub(earlier.0);
        if passed < 0 { 0 } else { passed }
    }
}
