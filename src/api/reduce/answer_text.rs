//! The text of an answer, put together from pieces, final texts and whole items.
//! May not know event names: the reducer says what a piece is.

/// Where a piece of text belongs, as far as the server says.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputPosition<'a> {
    /// Position of the item in the output.
    pub output: Option<u64>,
    /// Position of the part in the item.
    pub part: Option<u64>,
    /// The item's id; some servers give every event of one item another.
    pub item: Option<&'a str>,
    /// The event's number.
    pub sequence: Option<u64>,
}

/// What a reader sees change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextChange {
    /// More at the end.
    Appended(String),
    /// Another text altogether.
    Replaced(String),
}

/// How many pieces in a row must each repeat the piece before and go on, until the server is
/// taken to send everything so far each time instead of what is new.
const CUMULATIVE_PIECES: u8 = 3;

#[derive(Debug, Default)]
struct TextSlot {
    output: Option<u64>,
    part: u64,
    item: Option<String>,
    text: String,
    /// The number of the event that gave the final text.
    finalized_at: Option<u64>,
    last_piece: String,
    repeats: u8,
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PieceEffect {
    Appended,
    Replaced,
}

/// The text so far, by output item and part, and what the reader has been shown of it.
#[derive(Debug, Default)]
pub struct AnswerText {
    /// What was written before the model used tools; it stands in front of all that follows.
    earlier_text: String,
    /// In reading order.
    slots: Vec<TextSlot>,
    shown: String,
    /// Whether `shown` is of a text that was given up.
    is_stale: bool,
    /// Whether the next piece without any place begins a new slot.
    starts_new_slot: bool,
}

impl AnswerText {
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.shown
    }

    /// The text of the response under way.
    #[must_use]
    pub fn current_text(&self) -> &str {
        self.shown.strip_prefix(self.earlier_text.as_str()).unwrap_or(&self.shown)
    }

    /// A new message item begins; what comes without a place belongs to it.
    pub const fn begin_item(&mut self) {
        self.starts_new_slot = true;
    }

    /// What is written so far stands; what comes now is of another response and goes behind it.
    pub fn start_next_response(&mut self) {
        self.earlier_text.clone_from(&self.shown);
        self.slots.clear();
        self.starts_new_slot = false;
        self.is_stale = false;
    }

    /// Forgets everything but what the reader saw.
    pub fn restart(&mut self) {
        self.slots.clear();
        self.starts_new_slot = false;
        self.is_stale = true;
    }

    /// Adds a piece.
    pub fn append(&mut self, place: OutputPosition<'_>, piece: &str) -> Option<TextChange> {
        if piece.is_empty() {
            return None;
        }
        let index = self.find_or_insert_slot(place);
        let is_last = index.saturating_add(1) == self.slots.len();
        let slot = self.slots.get_mut(index)?;
        // A piece numbered before the final text is already part of that text.
        if matches!((slot.finalized_at, place.sequence), (Some(end), Some(now)) if now < end) {
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

    /// The final text of one part; an empty one says nothing.
    pub fn set_final(&mut self, place: OutputPosition<'_>, text: &str) -> Option<TextChange> {
        if text.is_empty() {
            return None;
        }
        let index = self.find_or_insert_slot(place);
        let slot = self.slots.get_mut(index)?;
        text.clone_into(&mut slot.text);
        slot.finalized_at = place.sequence;
        self.publish()
    }

    /// The final text of everything; an empty one says nothing.
    pub fn set_whole(&mut self, text: String) -> Option<TextChange> {
        if text.is_empty() {
            return None;
        }
        self.slots.clear();
        self.slots.push(TextSlot { text, ..TextSlot::default() });
        self.publish()
    }

    /// Brings the reader up to date.
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

    /// The slot of a place: by position, then by item id, then the current one, else a new one.
    fn find_or_insert_slot(&mut self, place: OutputPosition<'_>) -> usize {
        let part = place.part.unwrap_or(0);
        let by_position = || {
            let output = place.output?;
            self.slots.iter().position(|slot| slot.output == Some(output) && slot.part == part)
        };
        let by_item = || {
            let item = place.item?;
            self.slots
                .iter()
                .position(|slot| slot.item.as_deref() == Some(item) && slot.part == part)
        };
        let placeless = place.output.is_none() && place.item.is_none();
        let current =
            || self.slots.len().checked_sub(1).filter(|_| placeless && !self.starts_new_slot);
        if let Some(index) = by_position().or_else(by_item).or_else(current) {
            return index;
        }
        self.starts_new_slot = false;
        let slot = TextSlot {
            output: place.output,
            part,
            item: place.item.map(str::to_owned),
            ..TextSlot::default()
        };
        let index = self.position_for(&slot);
        self.slots.insert(index, slot);
        index
    }

    /// Before the first slot that is known to come later; otherwise at the end.
    fn position_for(&self, new: &TextSlot) -> usize {
        let later = |slot: &TextSlot| match (slot.output, new.output) {
            (Some(theirs), Some(ours)) => (theirs, slot.part) > (ours, new.part),
            _ => false,
        };
        self.slots.iter().position(later).unwrap_or(self.slots.len())
    }
}

impl TextSlot {
    /// Takes a piece: added, or instead of everything where the server repeats everything.
    fn append(&mut self, piece: &str) -> PieceEffect {
        let goes_on = piece.len() > self.last_piece.len()
            && !self.last_piece.is_empty()
            && piece.starts_with(&self.last_piece);
        self.repeats = if goes_on { self.repeats.saturating_add(1) } else { 0 };
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

/// Whether a piece is one character over and over: a row of growing lines is no server that
/// repeats itself.
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
        let mut it = AnswerText::default();
        assert_eq!(it.append(at(0, 1), "Hel"), Some(appended("Hel")));
        assert_eq!(it.set_final(at(0, 2), "Hello"), Some(appended("lo")));
        assert_eq!(it.set_final(at(0, 3), "Hello"), None);
        assert_eq!(it.set_whole("Hello".into()), None);
        assert_eq!(it.set_final(at(0, 4), ""), None);
    }

    #[test]
    fn a_piece_behind_an_early_final_text_counts_and_a_late_one_does_not() {
        let mut it = AnswerText::default();
        it.append(at(0, 1), "a");
        it.set_final(at(0, 2), "a");
        assert_eq!(it.append(at(0, 3), "b"), Some(appended("b")));
        it.set_final(at(0, 9), "abc");
        assert_eq!(it.append(at(0, 5), "c"), None);
        assert_eq!(it.text(), "abc");
    }

    #[test]
    fn items_that_interleave_are_read_in_output_order() {
        let mut it = AnswerText::default();
        it.append(at(2, 1), "two");
        assert_eq!(it.append(at(1, 2), "one "), Some(TextChange::Replaced("one two".into())));
        assert_eq!(it.append(at(2, 3), "!"), Some(appended("!")));
        assert_eq!(it.text(), "one two!");
    }

    #[test]
    fn pieces_find_their_slot_by_item_and_then_by_being_current() {
        let mut it = AnswerText::default();
        let item = |id| OutputPosition { item: Some(id), ..OutputPosition::default() };
        it.append(item("a"), "x");
        it.append(item("b"), "z");
        it.append(item("a"), "y");
        assert_eq!(it.text(), "xyz");
        it.append(OutputPosition::default(), "!");
        assert_eq!(it.text(), "xyz!");
        it.begin_item();
        it.append(OutputPosition::default(), "n");
        it.set_final(OutputPosition::default(), "new");
        assert_eq!(it.text(), "xyz!new");
    }

    #[test]
    fn an_item_whose_id_changes_with_every_event_stays_one_item() {
        let mut it = AnswerText::default();
        for (id, piece) in [("p", "a"), ("q", "b"), ("r", "c")] {
            it.append(OutputPosition { item: Some(id), ..at(0, 1) }, piece);
        }
        it.set_final(OutputPosition { item: Some("s"), ..at(0, 9) }, "abc");
        assert_eq!(it.text(), "abc");
    }

    #[test]
    fn what_was_said_before_a_tool_stands_in_front_of_what_is_said_after() {
        let mut it = AnswerText::default();
        it.append(at(0, 1), "Let me see. ");
        it.start_next_response();
        assert_eq!(it.append(at(0, 1), "Four"), Some(appended("Four")));
        assert_eq!(it.set_final(at(0, 2), "Four."), Some(appended(".")));
        assert_eq!(it.set_whole("Four.".into()), None);
        assert_eq!(it.text(), "Let me see. Four.");
    }

    #[test]
    fn a_server_that_repeats_everything_each_time_is_found_out() {
        let mut it = AnswerText::default();
        for piece in ["I", "I am", "I am not", "I am not a", "I am not a parrot"] {
            it.append(at(0, 1), piece);
        }
        assert_eq!(it.text(), "I am not a parrot");
    }

    #[test]
    fn a_row_of_growing_strokes_is_written_out() {
        let mut it = AnswerText::default();
        for piece in ["a", "aa", "aaa", "aaaa", "aaaaa"] {
            it.append(at(0, 1), piece);
        }
        assert_eq!(it.text(), "a".repeat(15));
    }
}
