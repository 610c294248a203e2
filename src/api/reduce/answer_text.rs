//! Assembles the text of an answer from deltas, final texts and whole items.

/// The position of a delta in the output, as far as the server gives it.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputPosition<'a> {
    /// `output_index`, the index of the item.
    pub output: Option<u64>,
    /// `content_index`, the index of the part in the item.
    pub part: Option<u64>,
    /// `item_id`; some servers change it with every event.
    pub item: Option<&'a str>,
    /// `sequence_number` of the event.
    pub sequence: Option<u64>,
}

/// How the text that the receiver has been sent has to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextChange {
    /// This text follows what was sent before.
    Appended(String),
    /// What was sent before is wrong; this is the text so far.
    Replaced(String),
}

/// After this many deltas in a row that each start with the previous one, the server is assumed to send
/// the whole text each time. Our choice: fewer may be a text that repeats itself.
const CUMULATIVE_PIECES: u8 = 3;

#[derive(Debug, Default)]
struct TextSlot {
    output: Option<u64>,
    part: u64,
    item: Option<String>,
    text: String,
    /// The sequence number of the event with the final text.
    finalized_at: Option<u64>,
    last_piece: String,
    repeats: u8,
}

/// How a delta changed a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PieceEffect {
    Appended,
    Replaced,
}

/// The text by output item and part, and what the receiver has been sent of it.
#[derive(Debug, Default)]
pub struct AnswerText {
    /// The text of earlier responses of this answer, before tool calls, with the end of its paragraph.
    earlier_text: String,
    /// The parts in reading order.
    slots: Vec<TextSlot>,
    shown: String,
    /// Whether `shown` is not the start of what follows: its response was discarded, or another one begins.
    is_stale: bool,
    /// Whether the next delta without a position starts a new slot.
    starts_new_slot: bool,
}

impl AnswerText {
    /// The text of all responses of this answer, as the receiver has it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.shown
    }

    /// The text of the current response.
    #[must_use]
    pub fn current_text(&self) -> &str {
        self.shown.strip_prefix(self.earlier_text.as_str()).unwrap_or_default()
    }

    /// Starts a new message item, to which deltas without a position belong.
    pub const fn begin_item(&mut self) {
        self.starts_new_slot = true;
    }

    /// Keeps the text so far; the text of the next response, if it has any, is a paragraph below it.
    pub fn start_next_response(&mut self) {
        self.earlier_text.clone_from(&self.shown);
        end_paragraph(&mut self.earlier_text);
        self.slots.clear();
        self.starts_new_slot = false;
        self.is_stale = true;
    }

    /// Discards the current response; the next text replaces it.
    pub fn restart(&mut self) {
        self.slots.clear();
        self.starts_new_slot = false;
        self.is_stale = true;
    }

    /// Appends a delta to its part; returns the change of the whole text, if it changes.
    pub fn append(&mut self, position: OutputPosition<'_>, piece: &str) -> Option<TextChange> {
        if piece.is_empty() {
            return None;
        }
        let index = self.find_or_insert_slot(position);
        let is_last = index.saturating_add(1) == self.slots.len();
        let slot = self.slots.get_mut(index)?;
        // A delta numbered before the final text is already part of it.
        if matches!((slot.finalized_at, position.sequence), (Some(end), Some(now)) if now < end) {
            return None;
        }
        match slot.append(piece) {
            PieceEffect::Appended if is_last && !self.is_stale => {
                self.shown.push_str(piece);
                Some(TextChange::Appended(piece.to_owned()))
            }
            PieceEffect::Appended | PieceEffect::Replaced => self.publish(),
        }
    }

    /// Sets the final text of one part; an empty one is ignored.
    pub fn set_final(&mut self, position: OutputPosition<'_>, text: &str) -> Option<TextChange> {
        if text.is_empty() {
            return None;
        }
        let index = self.find_or_insert_slot(position);
        let slot = self.slots.get_mut(index)?;
        text.clone_into(&mut slot.text);
        slot.finalized_at = position.sequence;
        self.publish()
    }

    /// Sets the final text of the response; an empty one is ignored.
    pub fn set_whole(&mut self, text: String) -> Option<TextChange> {
        if text.is_empty() {
            return None;
        }
        self.slots.clear();
        self.slots.push(TextSlot { text, ..TextSlot::default() });
        self.publish()
    }

    /// Computes the change since the last one.
    fn publish(&mut self) -> Option<TextChange> {
        self.is_stale = false;
        let mut whole = self.earlier_text.clone();
        whole.extend(self.slots.iter().map(|slot| slot.text.as_str()));
        if whole == self.shown {
            return None;
        }
        let change = match whole.strip_prefix(self.shown.as_str()) {
            Some(more) => TextChange::Appended(more.to_owned()),
            None => TextChange::Replaced(whole.clone()),
        };
        self.shown = whole;
        Some(change)
    }

    /// Finds the slot of a position: by index, by item id, the current one, else a new one.
    fn find_or_insert_slot(&mut self, position: OutputPosition<'_>) -> usize {
        let part = position.part.unwrap_or(0);
        let by_position = || {
            let output = position.output?;
            self.slots.iter().position(|slot| slot.output == Some(output) && slot.part == part)
        };
        let by_item = || {
            let item = position.item?;
            self.slots
                .iter()
                .position(|slot| slot.item.as_deref() == Some(item) && slot.part == part)
        };
        let has_no_position = position.output.is_none() && position.item.is_none();
        let current =
            || self.slots.len().checked_sub(1).filter(|_| has_no_position && !self.starts_new_slot);
        if let Some(index) = by_position().or_else(by_item).or_else(current) {
            return index;
        }
        self.starts_new_slot = false;
        let slot = TextSlot {
            output: position.output,
            part,
            item: position.item.map(str::to_owned),
            ..TextSlot::default()
        };
        let index = self.position_for(&slot);
        self.slots.insert(index, slot);
        index
    }

    /// The index before the first slot that is known to come later, else the end.
    fn position_for(&self, new: &TextSlot) -> usize {
        let later = |slot: &TextSlot| match (slot.output, new.output) {
            (Some(theirs), Some(ours)) => (theirs, slot.part) > (ours, new.part),
            _ => false,
        };
        self.slots.iter().position(later).unwrap_or(self.slots.len())
    }
}

impl TextSlot {
    /// Appends a delta, or replaces the text where the server sends the whole text each time.
    fn append(&mut self, piece: &str) -> PieceEffect {
        let continues = piece.len() > self.last_piece.len()
            && !self.last_piece.is_empty()
            && piece.starts_with(&self.last_piece);
        self.repeats = if continues { self.repeats.saturating_add(1) } else { 0 };
        piece.clone_into(&mut self.last_piece);
        if self.repeats >= CUMULATIVE_PIECES && !is_single_char_run(piece) {
            piece.clone_into(&mut self.text);
            PieceEffect::Replaced
        } else {
            self.text.push_str(piece);
            PieceEffect::Appended
        }
    }
}

/// Adds what is missing of a blank line; nothing to an empty text.
fn end_paragraph(text: &mut String) {
    while !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
}

/// Tells whether a delta repeats one character: growing lines of dashes are not cumulative deltas.
fn is_single_char_run(piece: &str) -> bool {
    let mut characters = piece.chars();
    let first = characters.next();
    characters.all(|character| Some(character) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(output: u64, sequence: u64) -> OutputPosition<'static> {
        OutputPosition { output: Some(output), part: Some(0), item: None, sequence: Some(sequence) }
    }

    fn appended(text: &str) -> TextChange {
        TextChange::Appended(text.into())
    }

    #[test]
    fn a_final_text_adds_only_what_is_missing() {
        let mut answer = AnswerText::default();
        assert_eq!(answer.append(at(0, 1), "Hel"), Some(appended("Hel")));
        assert_eq!(answer.set_final(at(0, 2), "Hello"), Some(appended("lo")));
        assert_eq!(answer.set_final(at(0, 3), "Hello"), None);
        assert_eq!(answer.set_whole("Hello".into()), None);
        assert_eq!(answer.set_final(at(0, 4), ""), None);
    }

    #[test]
    fn a_delta_after_the_final_text_counts_and_an_earlier_one_does_not() {
        let mut answer = AnswerText::default();
        answer.append(at(0, 1), "a");
        answer.set_final(at(0, 2), "a");
        assert_eq!(answer.append(at(0, 3), "b"), Some(appended("b")));
        answer.set_final(at(0, 9), "abc");
        assert_eq!(answer.append(at(0, 5), "c"), None);
        assert_eq!(answer.text(), "abc");
    }

    #[test]
    fn interleaved_items_are_joined_in_output_order() {
        let mut answer = AnswerText::default();
        answer.append(at(2, 1), "two");
        assert_eq!(answer.append(at(1, 2), "one "), Some(TextChange::Replaced("one two".into())));
        assert_eq!(answer.append(at(2, 3), "!"), Some(appended("!")));
        assert_eq!(answer.text(), "one two!");
    }

    #[test]
    fn deltas_find_their_slot_by_item_id_and_else_use_the_current_one() {
        let mut answer = AnswerText::default();
        let item = |id| OutputPosition { item: Some(id), ..OutputPosition::default() };
        answer.append(item("a"), "x");
        answer.append(item("b"), "z");
        answer.append(item("a"), "y");
        assert_eq!(answer.text(), "xyz");
        answer.append(OutputPosition::default(), "!");
        assert_eq!(answer.text(), "xyz!");
        answer.begin_item();
        answer.append(OutputPosition::default(), "n");
        answer.set_final(OutputPosition::default(), "new");
        assert_eq!(answer.text(), "xyz!new");
    }

    #[test]
    fn an_item_whose_id_changes_with_every_event_is_one_item() {
        let mut answer = AnswerText::default();
        for (id, piece) in [("p", "a"), ("q", "b"), ("r", "c")] {
            answer.append(OutputPosition { item: Some(id), ..at(0, 1) }, piece);
        }
        answer.set_final(OutputPosition { item: Some("s"), ..at(0, 9) }, "abc");
        assert_eq!(answer.text(), "abc");
    }

    #[test]
    fn text_before_a_tool_call_precedes_the_text_after_it() {
        let mut answer = AnswerText::default();
        answer.append(at(0, 1), "Let me see.");
        answer.start_next_response();
        assert_eq!((answer.text(), answer.current_text()), ("Let me see.", ""));
        assert_eq!(answer.append(at(0, 1), "Four"), Some(appended("\n\nFour")));
        assert_eq!(answer.set_final(at(0, 2), "Four."), Some(appended(".")));
        assert_eq!(answer.set_whole("Four.".into()), None);
        assert_eq!((answer.text(), answer.current_text()), ("Let me see.\n\nFour.", "Four."));
    }

    #[test]
    fn cumulative_deltas_are_recognised() {
        let mut answer = AnswerText::default();
        for piece in ["I", "I am", "I am not", "I am not a", "I am not a parrot"] {
            answer.append(at(0, 1), piece);
        }
        assert_eq!(answer.text(), "I am not a parrot");
    }

    #[test]
    fn growing_runs_of_one_character_are_not_cumulative_deltas() {
        let mut answer = AnswerText::default();
        for piece in ["a", "aa", "aaa", "aaaa", "aaaaa"] {
            answer.append(at(0, 1), piece);
        }
        assert_eq!(answer.text(), "a".repeat(15));
    }
}
