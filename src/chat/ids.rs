//! Identifiers and times, each its own type so that one never stands where another belongs.
//! May not create any: ids and times arrive as arguments from the program's edge.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text as it is; any text is a valid id.
            pub fn new(text: impl Into<String>) -> Self {
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
    };
}

text_id! {
    /// The key of a conversation in the shared file (a lower-case UUID in what the web app writes).
    ConversationId
}
text_id! {
    /// The id a Responses API server gave to one response (`resp_…` at `OpenAI`, any text elsewhere).
    ResponseId
}
text_id! {
    /// One question and its answer, from the moment the question is sent.
    TurnId
}
text_id! {
    /// One verb in the journal.
    ChangeId
}

/// Seconds by which the clocks of two machines may differ.
const CLOCK_DIFFERENCE: i64 = 3600;

/// A point in time in whole Unix seconds, as the shared file keeps it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A time from whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Whether the time lies further ahead than clocks of two machines differ: no clock showed it yet.
    #[must_use]
    pub const fn is_in_future(self, now: Self) -> bool {
        self.0 > now.0.saturating_add(CLOCK_DIFFERENCE)
    }

    /// Seconds from `earlier` to this time; 0 where the clock went backwards.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        let passed = self.0.saturating_sub(earlier.0);
        if passed < 0 { 0 } else { passed }
    }
}
