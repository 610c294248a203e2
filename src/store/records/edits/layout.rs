//! Lays out a new version of the file: which bytes stay, what comes in between, and the table of
//! contents it will have.
//! Must not change a byte outside the members that change: the others belong to other programs.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::store::index::{Index, IndexEntry, RecordOutline};
use crate::store::json::edit::{Piece, Splice};
use crate::store::records::record_text::RecordText;

/// What happens to one member of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberEdit {
    /// The member at this position of the table of contents gets another value.
    Value(usize, RecordText),
    /// The member at this position goes away, with its comma.
    Remove(usize),
    /// A new member comes before the one at this position; past the last, it comes at the end.
    Insert(usize, NewMember),
}

/// A member that is not in the file yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// Its entry, as if the text of the member were all there is.
    pub entry: IndexEntry,
    /// The text, from the first quote of its key to the end of its value.
    pub text: Piece,
}

impl NewMember {
    /// A member of which the text is at hand; `None` where the text is no member.
    #[must_use]
    pub fn of(text: String) -> Option<Self> {
        let entry = IndexEntry::of_member(&text)?;
        Some(Self { entry, text: Piece::Text(text) })
    }

    /// The text up to the value, and the value; `None` where the text is not at hand.
    pub(super) fn split(&self) -> Option<(&str, &str)> {
        match &self.text {
            Piece::Text(text) => text.split_at_checked(self.entry.value.start),
            Piece::OtherFile(_) => None,
        }
    }
}

/// The splices that make the edits, in order, and the table of contents after them.
#[must_use]
pub fn lay_out(index: &Index, edits: Vec<MemberEdit>) -> (Vec<Splice>, Index) {
    let plan = MemberEditPlan::of(index, edits);
    let mut out = LayoutBuilder {
        old_position: index.object.start,
        new_length: index.object.start,
        ..LayoutBuilder::default()
    };
    if plan.removed.len() == index.entries.len() {
        out.rewrite_object(index, plan);
    } else {
        out.edit_members(index, plan);
    }
    let object = index.object.start..out.new_length;
    (out.splices, Index { entries: out.entries, object })
}

/// The edits, by position.
#[derive(Default)]
struct MemberEditPlan {
    values: HashMap<usize, RecordText>,
    removed: HashSet<usize>,
    /// What comes before each position; the last is the end of the file.
    inserted: HashMap<usize, Vec<NewMember>>,
}

impl MemberEditPlan {
    fn of(index: &Index, edits: Vec<MemberEdit>) -> Self {
        let mut plan = Self::default();
        let mut inserted = Vec::new();
        for edit in edits {
            match edit {
                MemberEdit::Value(position, value) => {
                    plan.values.insert(position, value);
                }
                MemberEdit::Remove(position) => {
                    plan.removed.insert(position);
                }
                MemberEdit::Insert(slot, new) => inserted.push((slot, new)),
            }
        }
        for (slot, new) in inserted {
            // The record it goes before may be removed in the same step.
            let mut slot = slot.min(index.entries.len());
            while plan.removed.contains(&slot) {
                slot = slot.saturating_add(1);
            }
            plan.inserted.entry(slot).or_default().push(new);
        }
        plan
    }
}

/// The new file as far as it is laid out.
#[derive(Default)]
struct LayoutBuilder {
    splices: Vec<Splice>,
    entries: Vec<IndexEntry>,
    /// How far the old file is used up.
    old_position: usize,
    /// How long the new file is so far.
    new_length: usize,
}

impl LayoutBuilder {
    /// No member of the old file stays: the object is written anew.
    fn rewrite_object(&mut self, index: &Index, mut plan: MemberEditPlan) {
        let new = plan.inserted.remove(&index.entries.len()).unwrap_or_default();
        if new.is_empty() && index.entries.is_empty() {
            self.copy_until(index.object.end);
            return;
        }
        self.skip_until(index.object.end);
        let empty = new.is_empty();
        for (count, new) in new.into_iter().enumerate() {
            self.put_text(if count == 0 { "{\n  " } else { ",\n  " });
            self.put_member(new);
        }
        self.put_text(if empty { "{}" } else { "\n}" });
    }

    fn edit_members(&mut self, index: &Index, mut plan: MemberEditPlan) {
        let mut is_first = true;
        let mut before = index.object.start;
        let mut entries = index.entries.iter().enumerate().peekable();
        while let Some((position, entry)) = entries.next() {
            let end_before = std::mem::replace(&mut before, entry.member.end);
            if plan.removed.contains(&position) {
                // From the end of the previous member to the end of this one, comma and white space
                // included; at the very front, up to the beginning of what follows.
                match entries.peek() {
                    Some((_, next)) if is_first => {
                        self.copy_until(entry.member.start);
                        self.skip_until(next.member.start);
                    }
                    _ => {
                        self.copy_until(end_before);
                        self.skip_until(entry.member.end);
                    }
                }
                continue;
            }
            is_first = false;
            self.copy_until(entry.member.start);
            for new in plan.inserted.remove(&position).unwrap_or_default() {
                self.put_member(new);
                self.put_text(",\n  ");
            }
            self.copy_member(entry, plan.values.remove(&position));
        }
        self.copy_until(before);
        for new in plan.inserted.remove(&index.entries.len()).unwrap_or_default() {
            self.put_text(",\n  ");
            self.put_member(new);
        }
        self.copy_until(index.object.end);
    }

    /// Copies the old bytes up to a position.
    fn copy_until(&mut self, position: usize) {
        let length = position.saturating_sub(self.old_position);
        self.old_position = self.old_position.max(position);
        self.new_length = self.new_length.saturating_add(length);
    }

    /// Leaves the old bytes up to a position out.
    fn skip_until(&mut self, position: usize) {
        let at = self.old_position;
        let here = self.current_splice();
        here.range.end = here.range.end.max(position);
        self.old_position = at.max(position);
    }

    fn put_text(&mut self, text: &str) {
        self.put(Piece::Text(text.to_owned()));
    }

    fn put(&mut self, piece: Piece) {
        self.new_length = self.new_length.saturating_add(piece.len());
        self.current_splice().pieces.push(piece);
    }

    /// The splice that ends where the old file is used up to.
    fn current_splice(&mut self) -> &mut Splice {
        let at = self.old_position;
        if self.splices.last().is_none_or(|last| last.range.end != at) {
            self.splices.push(Splice { range: at..at, pieces: Vec::new() });
        }
        let last = self.splices.len().saturating_sub(1);
        #[allow(clippy::indexing_slicing, reason = "there is at least the one just pushed")]
        &mut self.splices[last]
    }

    fn put_member(&mut self, new: NewMember) {
        let entry = new.entry.moved(0, self.new_length);
        self.put(new.text);
        self.entries.push(entry);
    }

    fn copy_member(&mut self, old: &IndexEntry, value: Option<RecordText>) {
        let mut entry = old.moved(old.member.start, self.new_length);
        if let Some(value) = value {
            let RecordOutline { summary, message_keys, message_list } = value.outline(entry.id());
            (entry.summary, entry.message_keys) = (summary, message_keys);
            let start = entry.value.start;
            let moved = |list: Range<usize>| {
                list.start.saturating_add(start)..list.end.saturating_add(start)
            };
            entry.message_list = message_list.map(moved);
            entry.value.end = start.saturating_add(value.whole_length());
            entry.member.end = entry.value.end;
            self.copy_until(old.value.start);
            self.replace_value(old, value);
        } else {
            self.copy_until(old.member.end);
        }
        self.entries.push(entry);
    }

    /// Puts a value in the place of the old one, of which it may keep a part.
    fn replace_value(&mut self, old: &IndexEntry, value: RecordText) {
        let Some(omitted) = value.omitted() else {
            self.skip_until(old.value.end);
            self.put(Piece::Text(value.into_text()));
            return;
        };
        let (before, after) = value.parts();
        self.skip_until(omitted.range.start);
        self.put_text(before);
        self.copy_until(omitted.range.end);
        self.skip_until(old.value.end);
        self.put_text(after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::json::edit::apply_splices;
    use proptest::prelude::*;

    fn record(title: &str) -> String {
        format!(
            r#"{{"data": {{"id": "x", "created_at": 1, "metadata": {{}}}}, "chat_name": "{title}", "last_update": 1, "messages": []}}"#
        )
    }

    fn new(key: &str, title: &str) -> NewMember {
        NewMember::of(format!("\"{key}\": {}", record(title))).unwrap()
    }

    fn laid_out(text: &str, edits: Vec<MemberEdit>) -> String {
        let index = Index::of(text).unwrap();
        let (splices, after) = lay_out(&index, edits);
        let new = apply_splices(text, &splices);
        assert_eq!(after, Index::of(&new).unwrap(), "{new}");
        new
    }

    #[test]
    fn members_come_and_go_with_the_commas_and_spaces_between_them() {
        let text = "{\"a\": 1,  \"b\" : 2,\"c\":3 }\n";
        let member = || NewMember::of("\"n\": 9".into()).unwrap();
        for (edits, wanted) in [
            (vec![MemberEdit::Remove(0)], "{\"b\" : 2,\"c\":3 }\n"),
            (vec![MemberEdit::Remove(1)], "{\"a\": 1,\"c\":3 }\n"),
            (vec![MemberEdit::Remove(2)], "{\"a\": 1,  \"b\" : 2 }\n"),
            (vec![MemberEdit::Remove(0), MemberEdit::Remove(1)], "{\"c\":3 }\n"),
            (vec![MemberEdit::Remove(1), MemberEdit::Remove(2)], "{\"a\": 1 }\n"),
            ((0..3).map(MemberEdit::Remove).collect(), "{}\n"),
            (
                vec![MemberEdit::Value(1, "22".to_owned().into())],
                "{\"a\": 1,  \"b\" : 22,\"c\":3 }\n",
            ),
            (
                vec![MemberEdit::Insert(1, member()), MemberEdit::Insert(9, member())],
                "{\"a\": 1,  \"n\": 9,\n  \"b\" : 2,\"c\":3,\n  \"n\": 9 }\n",
            ),
            (
                vec![MemberEdit::Remove(2), MemberEdit::Insert(2, member())],
                "{\"a\": 1,  \"b\" : 2,\n  \"n\": 9 }\n",
            ),
        ] {
            assert_eq!(laid_out(text, edits.clone()), wanted, "{edits:?}");
        }
        assert_eq!(laid_out("{}", vec![MemberEdit::Insert(0, member())]), "{\n  \"n\": 9\n}");
        assert_eq!(laid_out(" {} ", Vec::new()), " {} ");
    }

    fn edit() -> impl Strategy<Value = MemberEdit> {
        (0_usize..6, 0_u8..3, "[a-z]{1,3}").prop_map(|(position, which, word)| match which {
            0 => MemberEdit::Value(position, record(&word).into()),
            1 => MemberEdit::Remove(position),
            _ => MemberEdit::Insert(position, new(&word, &word)),
        })
    }

    proptest! {
        #[test]
        fn the_table_of_contents_is_that_of_the_new_file(
            many in 0_usize..5, edits in prop::collection::vec(edit(), 0..6)
        ) {
            let all: Vec<String> =
                (0..many).map(|at| format!("\"{at}\":{}{}", " ".repeat(at), record("t"))).collect();
            let text = format!(" {{ {} }} ", all.join(" , "));
            let edits = edits.into_iter().filter(|edit| match edit {
                MemberEdit::Value(position, _) | MemberEdit::Remove(position) => *position < many,
                MemberEdit::Insert(..) => true,
            });
            laid_out(&text, edits.collect());
        }
    }
}
