//! What people can do about a failure or a loss, as a value. The command line has commands for what
//! the window does with keys, so each puts the advice into its own words.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

/// What to do. It is displayed in the words of the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Advice {
    /// Nothing helps, or the sentence before says it.
    #[default]
    None,
    /// The same words for the command line and the window.
    Words(Cow<'static, str>),
    /// Set an API key, where none is set.
    SetKey,
    /// Store an API key for the server in use.
    StoreKey,
    /// Correct the API key where it is, or store another.
    ReplaceKey,
    /// Keep the API key elsewhere; holds what to try with the keyring first.
    LeaveKeyring(&'static str),
    /// Restore what another program overwrote: "it" or "them".
    RestoreOverwritten(&'static str),
    /// Look up what conversations there are.
    ListConversations,
    /// Look up what presets there are.
    ListPresets,
}

impl Advice {
    /// Returns `true` where the sentence stands alone.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl Display for Advice {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Words(words) => f.write_str(words),
            Self::SetKey => f.write_str(
                "Set OPENAI_API_KEY, or run `duologue setup` to store a key. `duologue --demo` needs no key.",
            ),
            Self::StoreKey => f.write_str("Run `duologue setup`."),
            Self::ReplaceKey => {
                f.write_str("Correct it there, or run `duologue setup` to store another.")
            }
            Self::LeaveKeyring(first) => {
                write!(f, "{first}, or run `duologue setup` to keep the key elsewhere.")
            }
            Self::RestoreOverwritten(what) => {
                write!(f, "Run `duologue undo` to restore {what}.")
            }
            Self::ListConversations => f.write_str("`duologue list` shows all conversations."),
            Self::ListPresets => f.write_str("`duologue presets` lists them."),
        }
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Advice {
    fn from(words: T) -> Self {
        let words = words.into();
        if words.is_empty() { Self::None } else { Self::Words(words) }
    }
}
