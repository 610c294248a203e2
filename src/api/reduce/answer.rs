//! The text of an answer, put together from pieces, final texts and whole items.
//! May not know event names: the reducer says what a piece is.

/// Where a piece of text belongs, as far as the server says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
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
pub enum Change {
    /// More at the end.
    Appended(String),
    /// Another text altogether.
    Replaced(String),
}

/// How many pieces in a row must each repeat the piece before and go on, until the server is
/// taken to send everything so far each time instead of what is new.
const REPEATS_THAT_TELL: u8 = 3;

#[derive(Debug, Default)]
struct Slot {
    output: Option<u64>,
    part: u64,
    item: Option<String>,
    text: String,
    /// The number of the event that gave the final text.
    settled_at: Option<u64>,
    last_piece: String,
    repeats: u8,
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Added,
    Instead,
}

/// The text so far, by output item and part, and what the reader has been shown of it.
#[derive(Debug, Default)]
pub struct Answer {
    /// What was written before the model used tools; it stands in front of all that follows.
    base: String,
    /// In reading order.
    slots: Vec<Slot>,
    shown: String,
    /// Whether `shown` is of a text that was given up.
    stale: bool,
    /// Whether the next piece without any place begins a new slot.
    fresh: bool,
}

impl Answer {
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.shown
    }

    /// The text of the response under way.
    #[must_use]
    pub fn text_now(&self) -> &str {
        self.shown.strip_prefix(self.base.as_str()).unwrap_or(&self.shown)
    }

    /// A new message item begins; what comes without a place belongs to it.
    pub const fn begin_item(&mut self) {
        self.fresh = true;
    }

    /// What is written so far stands; what comes now is of another response and goes behind it.
    pub fn go_on(&mut self) {
        self.base.clone_from(&self.shown);
        self.slots.clear();
        self.fresh = false;
        self.stale = false;
    }

    /// Forgets everything but what the reader saw.
    pub fn restart(&mut self) {
        self.slots.clear();
        self.fresh = false;
        self.stale = true;
    }

    /// Adds a piece.
    pub fn append(&mut self, place: Place<'_>, piece: &str) -> Option<Change> {
        if piece.is_empty() {
            return None;
        }
        let index = self.slot(place);
        let is_last = index.saturating_add(1) == self.slots.len();
        let slot = self.slots.get_mut(index)?;
        // A piece numbered before the final text is already part of that text.
        if matches!((slot.settled_at, place.sequence), (Some(end), Some(now)) if now < end) {
            return None;
        }
        match slot.take(piece) {
            Taken::Added if is_last && !self.stale => {
                self.shown.push_str(piece);
                Some(Change::Appended(piece.to_owned()))
            }
            Taken::Added | Taken::Instead => self.show(),
        }
    }

    /// The final text of one part; an empty one says nothing.
    pub fn settle(&mut self, place: Place<'_>, text: &str) -> Option<Change> {
        if text.is_empty() {
            return None;
        }
        let index = self.slot(place);
        let slot = self.slots.get_mut(index)?;
        text.clone_into(&mut slot.text);
        slot.settled_at = place.sequence;
        self.show()
    }

    /// The final text of everything; an empty one says nothing.
    pub fn settle_whole(&mut self, text: String) -> Option<Change> {
        if text.is_empty() {
            return None;
        }
        self.slots.clear();
        self.slots.push(Slot { text, ..Slot::default() });
        self.show()
    }

    /// Brings the reader up to date.
    fn show(&mut self) -> Option<Change> {
        self.stale = false;
        let mut whole = self.base.clone();
        whole.extend(self.slots.iter().map(|slot| slot.text.as_str()));
        if whole == self.shown {
            return None;
        }
        let change = match whole.strip_prefix(self.shown.as_str()) {
            Some(more) => Change::Appended(more.to_owned()),
            None => Change::Replaced(whole.clone()),
        };
        self.shown = whole;
        Some(change)
    }

    /// The slot of a place: by position, then by item id, then the current one, else a new one.
    fn slot(&mut self, place: Place<'_>) -> usize {
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
        let current = || self.slots.len().checked_sub(1).filter(|_| placeless && !self.fresh);
        if let Some(index) = by_position().or_else(by_item).or_else(current) {
            return index;
        }
        self.fresh = false;
        let slot = Slot {
            output: place.output,
            part,
            item: place.item.map(str::to_owned),
            ..Slot::default()
        };
        let index = self.position_for(&slot);
        self.slots.insert(index, slot);
        index
    }

    /// Before the first slot that is known to come later; otherwise at the end.
    fn position_for(&self, new: &Slot) -> usize {
        let later = |slot: &Slot| match (slot.output, new.output) {
            (Some(theirs), Some(ours)) => (theirs, slot.part) > (ours, new.part),
            _ => false,
        };
        self.slots.iter().position(later).unwrap_or(self.slots.len())
    }
}

impl Slot {
    /// Takes a piece: added, or instead of everything where the server repeats everything.
    fn take(&mut self, piece: &str) -> Taken {
        let goes_on = piece.len() > self.last_piece.len()
            && !self.last_piece.is_empty()
            && piece.starts_with(&self.last_piece);
        self.repeats = if goes_on { self.repeats.saturating_add(1) } else { 0 };
        piece.clone_into(&mut self.last_piece);
        if self.repeats >= REPEATS_THAT_TELL && !is_a_stroke(piece) {
            piece.clone_into(&mut self.text);
            Taken::Instead
        } else {
            self.text.push_str(piece);
            Taken::Added
        }
    }
}

/// Whether a piece is one character over and over: a row of growing lines is no server that
/// repeats itself.
fn is_a_stroke(piece: &str) -> bool {
    let mut characters = piece.chars();
    let first = characters.next();
    characters.all(|character| Some(character) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(output: u64, sequence: u64) -> Place<'static> {
        Place { output: Some(output), part: Some(0), item: None, sequence: Some(sequence) }
    }

    fn appended(text: &str) -> Change {
        Change::Appended(text.into())
    }

    #[test]
    fn a_final_text_adds_only_what_is_missing() {
        let mut it = Answer::default();
        assert_eq!(it.append(at(0, 1), "Hel"), Some(appended("Hel")));
        assert_eq!(it.settle(at(0, 2), "Hello"), Some(appended("lo")));
        assert_eq!(it.settle(at(0, 3), "Hello"), None);
        assert_eq!(it.settle_whole("Hello".into()), None);
        assert_eq!(it.settle(at(0, 4), ""), None);
    }

    #[test]
    fn a_piece_behind_an_early_final_text_counts_and_a_late_one_does_not() {
        let mut it = Answer::default();
        it.append(at(0, 1), "a");
        it.settle(at(0, 2), "a");
        assert_eq!(it.append(at(0, 3), "b"), Some(appended("b")));
        it.settle(at(0, 9), "abc");
        assert_eq!(it.append(at(0, 5), "c"), None);
        assert_eq!(it.text(), "abc");
    }

    #[test]
    fn items_that_interleave_are_read_in_output_order() {
        let mut it = Answer::default();
        it.append(at(2, 1), "two");
        assert_eq!(it.append(at(1, 2), "one "), Some(Change::Replaced("one two".into())));
        assert_eq!(it.append(at(2, 3), "!"), Some(appended("!")));
        assert_eq!(it.text(), "one two!");
    }

    #[test]
    fn pieces_find_their_slot_by_item_and_then_by_being_current() {
        let mut it = Answer::default();
        let item = |id| Place { item: Some(id), ..Place::default() };
        it.append(item("a"), "x");
        it.append(item("b"), "z");
        it.append(item("a"), "y");
        assert_eq!(it.text(), "xyz");
        it.append(Place::default(), "!");
        assert_eq!(it.text(), "xyz!");
        it.begin_item();
        it.append(Place::default(), "n");
        it.settle(Place::default(), "new");
        assert_eq!(it.text(), "xyz!new");
    }

    #[test]
    fn an_item_whose_id_changes_with_every_event_stays_one_item() {
        let mut it = Answer::default();
        for (id, piece) in [("p", "a"), ("q", "b"), ("r", "c")] {
            it.append(Place { item: Some(id), ..at(0, 1) }, piece);
        }
        it.settle(Place { item: Some("s"), ..at(0, 9) }, "abc");
        assert_eq!(it.text(), "abc");
    }

    #[test]
    fn what_was_said_before_a_tool_stands_in_front_of_what_is_said_after() {
        let mut it = Answer::default();
        it.append(at(0, 1), "Let me see. ");
        it.go_on();
        assert_eq!(it.append(at(0, 1), "Four"), Some(appended("Four")));
        assert_eq!(it.settle(at(0, 2), "Four."), Some(appended(".")));
        assert_eq!(it.settle_whole("Four.".into()), None);
        assert_eq!(it.text(), "Let me see. Four.");
    }

    #[test]
    fn a_server_that_repeats_everything_each_time_is_found_out() {
        let mut it = Answer::default();
        for piece in ["I", "I am", "I am not", "I am not a", "I am not a parrot"] {
            it.append(at(0, 1), piece);
        }
        assert_eq!(it.text(), "I am not a parrot");
    }

    #[test]
    fn a_row_of_growing_strokes_is_written_out() {
        let mut it = Answer::default();
        for piece in ["a", "aa", "aaa", "aaaa", "aaaaa"] {
            it.append(at(0, 1), piece);
        }
        assert_eq!(it.text(), "a".repeat(15));
    }
}
