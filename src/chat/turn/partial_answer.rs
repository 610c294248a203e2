//! The text of an answer during streaming, also where a resumed stream repeats it from its start. Must
//! not become shorter while the repetition catches up, because the user has read that text.

/// A change of the text of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextDelta {
    /// This text follows the text so far.
    Append(String),
    /// The text so far was wrong; this is all of it.
    Replace(String),
}

/// The text received so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PartialAnswer {
    text: String,
    /// What a resumed stream has repeated; `text` stays what was received before until this is longer.
    replayed: Option<String>,
    rewrites: u32,
}

impl PartialAnswer {
    pub(super) const fn new() -> Self {
        Self { text: String::new(), replayed: None, rewrites: 0 }
    }

    /// Creates an answer from text received before; the stream repeats it from its start.
    pub(super) fn resume(text: String) -> Self {
        let replayed = (!text.is_empty()).then(String::new);
        Self { text, replayed, rewrites: 0 }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) const fn rewrites(&self) -> u32 {
        self.rewrites
    }

    /// Appends text; `None` where it only repeats what was received before.
    pub(super) fn append(&mut self, piece: String) -> Option<TextDelta> {
        let Some(replayed) = &mut self.replayed else {
            self.text.push_str(&piece);
            return Some(TextDelta::Append(piece));
        };
        replayed.push_str(&piece);
        if self.text.starts_with(replayed.as_str()) {
            return None;
        }
        let whole = self.replayed.take().unwrap_or_default();
        if !whole.starts_with(&self.text) {
            self.rewrites = self.rewrites.wrapping_add(1);
        }
        self.text.clone_from(&whole);
        Some(TextDelta::Replace(whole))
    }

    /// Replaces the text; `None` where it only repeats what was received before.
    pub(super) fn replace(&mut self, text: String) -> Option<TextDelta> {
        if let Some(replayed) = self.replayed.as_mut().filter(|_| self.text.starts_with(&text)) {
            *replayed = text;
            return None;
        }
        self.replayed = None;
        self.rewrites = self.rewrites.wrapping_add(1);
        self.text.clone_from(&text);
        Some(TextDelta::Replace(text))
    }

    /// Sets the final text of the answer.
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
        /// However a resumed stream repeats the text, it never becomes shorter unless it differs.
        #[test]
        fn a_resumed_answer_never_shrinks(
            before in "[ab]{0,6}",
            pieces in prop::collection::vec("[ab]{0,3}", 0..8),
        ) {
            let mut answer = PartialAnswer::resume(before.clone());
            let (mut sent, mut journal) = (String::new(), before.clone());
            for piece in &pieces {
                sent.push_str(piece);
                match answer.append(piece.clone()) {
                    None => {}
                    Some(TextDelta::Append(piece)) => journal.push_str(&piece),
                    Some(TextDelta::Replace(whole)) => journal = whole,
                }
                let wanted = if before.starts_with(&sent) { &before } else { &sent };
                prop_assert_eq!(answer.text(), wanted);
                prop_assert_eq!(&journal, wanted);
            }
        }
    }

    #[test]
    fn a_replacement_is_a_rewrite_unless_it_repeats_the_text_so_far() {
        let mut answer = PartialAnswer::resume("half of it".to_owned());
        assert_eq!(answer.replace("half".to_owned()), None);
        assert_eq!((answer.text(), answer.rewrites()), ("half of it", 0));
        // The repetition so far is known; only what follows it can be new.
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
