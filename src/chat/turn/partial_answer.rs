//! The text of an answer as it comes in, also where a server sends it again from its beginning.
//! Must not show less than had come before, unless the server says something else.

/// A change of a partial answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextDelta {
    /// This came behind what was there.
    Append(String),
    /// This is the whole answer so far.
    Replace(String),
}

/// The answer so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PartialAnswer {
    text: String,
    /// What was sent again of an answer that was resumed; `text` holds what had come before until
    /// this is more.
    replayed: Option<String>,
    rewrites: u32,
}

impl PartialAnswer {
    pub(super) const fn new() -> Self {
        Self { text: String::new(), replayed: None, rewrites: 0 }
    }

    /// An answer of which something had come before; the server begins again.
    pub(super) fn resume(text: String) -> Self {
        let sent_again = (!text.is_empty()).then(String::new);
        Self { text, replayed: sent_again, rewrites: 0 }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) const fn rewrites(&self) -> u32 {
        self.rewrites
    }

    /// Takes a piece; `None` where that much had come before.
    pub(super) fn append(&mut self, piece: String) -> Option<TextDelta> {
        let Some(again) = &mut self.replayed else {
            self.text.push_str(&piece);
            return Some(TextDelta::Append(piece));
        };
        again.push_str(&piece);
        if self.text.starts_with(again.as_str()) {
            return None;
        }
        let whole = self.replayed.take().unwrap_or_default();
        if !whole.starts_with(&self.text) {
            self.rewrites = self.rewrites.wrapping_add(1);
        }
        self.text.clone_from(&whole);
        Some(TextDelta::Replace(whole))
    }

    /// Takes another text in place of the answer so far; `None` where that much had come before.
    pub(super) fn replace(&mut self, text: String) -> Option<TextDelta> {
        if let Some(again) = self.replayed.as_mut().filter(|_| self.text.starts_with(&text)) {
            *again = text;
            return None;
        }
        self.replayed = None;
        self.rewrites = self.rewrites.wrapping_add(1);
        self.text.clone_from(&text);
        Some(TextDelta::Replace(text))
    }

    /// Takes the text the answer ended with.
    pub(super) fn finish(&mut self, text: &str) {
        self.replayed = None;
        if self.text != text {
            self.rewrites = self.rewrites.wrapping_add(1);
            text.clone_into(&mut self.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However an answer comes again, in whatever pieces and however different: no moment shows
        /// less than what had come, unless the server says something else; the end is what it says.
        #[test]
        fn a_resumed_answer_never_shrinks(
            before in "[ab]{0,6}",
            pieces in prop::collection::vec("[ab]{0,3}", 0..8),
        ) {
            let mut answer = PartialAnswer::resume(before.clone());
            let (mut said, mut journal) = (String::new(), before.clone());
            for piece in &pieces {
                said.push_str(piece);
                match answer.append(piece.clone()) {
                    None => {}
                    Some(TextDelta::Append(piece)) => journal.push_str(&piece),
                    Some(TextDelta::Replace(whole)) => journal = whole,
                }
                let wanted = if before.starts_with(&said) { &before } else { &said };
                prop_assert_eq!(answer.text(), wanted);
                prop_assert_eq!(&journal, wanted);
            }
        }
    }

    #[test]
    fn a_replacement_counts_as_a_rewrite_unless_that_much_had_come_before() {
        let mut answer = PartialAnswer::resume("half of it".to_owned());
        assert_eq!(answer.replace("half".to_owned()), None);
        assert_eq!((answer.text(), answer.rewrites()), ("half of it", 0));
        // What was sent again so far is known; only what follows it can be new.
        assert_eq!(answer.append(" of it, and more".to_owned()), {
            Some(TextDelta::Replace("half of it, and more".to_owned()))
        });
        assert_eq!(answer.rewrites(), 0);
        let other = "something else".to_owned();
        assert_eq!(answer.replace(other.clone()), Some(TextDelta::Replace(other)));
        assert_eq!((answer.text(), answer.rewrites()), ("something else", 1));
        answer.finish("something else");
        assert_eq!(answer.rewrites(), 1);
        answer.finish("the end");
        assert_eq!((answer.text(), answer.rewrites()), ("the end", 2));
    }
}
