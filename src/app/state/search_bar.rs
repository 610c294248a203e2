//! State of the search bar.

use super::focus::Focus;
use crate::app::editor::Editor;
use crate::chat::Timestamp;
use crate::chat::casefold;
use crate::markdown::Words;

use super::counted_messages::CountedMessages;

/// The text that is searched in the open conversation, and its matches.
#[derive(Debug, Clone, Default)]
pub struct SearchBar {
    /// The text to find.
    pub editor: Editor,
    /// Whether keys go to the field; Enter ends that and leaves the matches in place.
    pub typing: bool,
    /// All matches: the position of the message, and the number of the match in it.
    pub matches: Vec<(usize, usize)>,
    /// Position in `matches` of the current one.
    pub current: usize,
    /// How often the stored messages have it.
    pub(crate) counted: CountedMessages,
    /// Where the focus was before; `None` where it stays in the conversation.
    pub focus_before: Option<Focus>,
    /// When matches of the live answer were found last.
    pub counted_at: Option<Timestamp>,
}

impl SearchBar {
    /// The folded text to find.
    #[must_use]
    pub fn needle(&self) -> String {
        casefold::casefold(self.editor.text())
    }

    /// The same with what texts are tested for.
    pub(crate) fn words(&self) -> Words {
        Words::of(&self.needle())
    }

    /// The message and the number of the current match; `None` without any.
    #[must_use]
    pub fn current_match(&self) -> Option<(usize, usize)> {
        self.matches.get(self.current).copied()
    }
}
