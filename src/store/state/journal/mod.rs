//! The journal: what this process is about to do, on disk before it is done.

mod record;
mod state;

use super::process_log::ProcessLog;

pub use record::{ApplyState, JournalEntry, JournalRecord};
pub use state::{JournalState, OpenTurn};

/// The journal of this process.
pub type Journal = ProcessLog<JournalState>;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::log_file::LogFile;
    use super::super::process_log::LogState;
    use super::*;
    use crate::chat::{Change, ChangeId, ConversationId, LoggedChange, Message, Timestamp, TurnId};
    use crate::store::file::private::Durability;

    fn intended(name: &str, text: &str) -> JournalRecord {
        let message = Message::question(text, Timestamp::from_seconds(1));
        let change = Change::Append { id: ConversationId::new("c"), message };
        let logged = LoggedChange::new(ChangeId::new(name), change, Timestamp::from_seconds(1));
        JournalRecord::Intended(Box::new(JournalEntry::new(logged, None)))
    }

    fn taken_over(folder: &Path) -> Journal {
        let mut journal = Journal::new(folder);
        journal.take_over_dead_logs();
        journal
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn the_journal_of_a_dead_process_is_taken_over_and_that_of_a_living_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut living = taken_over(folder.path());
        living.append(&[intended("a", "a")], Durability::Synced).unwrap();
        let mut other = taken_over(folder.path());
        assert!(other.state().is_empty());
        assert_eq!(other.other_states().len(), 1);
        other.append(&[intended("b", "b")], Durability::Written).unwrap();
        drop(living);
        // The dead one's lines are in the living one's now, and nowhere else.
        other.take_over_dead_logs();
        assert_eq!(other.state().entries.len(), 2);
        assert_eq!(files(folder.path()), 1);
        drop(other);
        let again = taken_over(folder.path());
        assert_eq!(again.state().entries.len(), 2);
    }

    #[test]
    fn an_incomplete_line_is_cut_off_before_anything_is_added() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = taken_over(folder.path());
        journal.append(&[intended("a", "a"), intended("b", "b")], Durability::Synced).unwrap();
        drop(journal);
        let path = LogFile::all_in(folder.path()).remove(0);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
        let mut journal = taken_over(folder.path());
        assert_eq!(journal.state().entries.len(), 1);
        journal.append(&[intended("c", "c")], Durability::Written).unwrap();
        drop(journal);
        assert_eq!(taken_over(folder.path()).state().entries.len(), 2);
    }

    #[test]
    fn a_journal_with_lines_of_another_version_is_copied_before_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let foreign = br#"{"a_record_of_a_later_version":{"text":"a question"}}"#;
        fs::write(LogFile::path(folder.path(), "dead"), [&foreign[..], b"\n"].concat()).unwrap();
        assert!(taken_over(folder.path()).state().is_empty());
        assert!(LogFile::all_in(folder.path()).is_empty());
        let kept = fs::read(folder.path().join("dead.jsonl.broken")).unwrap();
        assert!(kept.starts_with(foreign));
    }

    #[test]
    fn settled_changes_leave_no_file_and_a_long_journal_is_compacted() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = taken_over(folder.path());
        assert_eq!(files(folder.path()), 0);
        let long = "x".repeat(2 << 20);
        journal.append(&[intended("a", &long), intended("b", "b")], Durability::Written).unwrap();
        journal
            .append(
                &[JournalRecord::Settled { ids: vec![ChangeId::new("a")] }],
                Durability::Written,
            )
            .unwrap();
        journal.compact().unwrap();
        assert!(fs::metadata(LogFile::all_in(folder.path()).remove(0)).unwrap().len() < 1000);
        journal.append(&[intended("c", "c")], Durability::Written).unwrap();
        assert!(taken_over(folder.path()).state().is_empty(), "the lock went with the old file");
        drop(journal);
        let mut journal = taken_over(folder.path());
        assert_eq!(journal.state().entries.len(), 2);
        let ids = vec![ChangeId::new("b"), ChangeId::new("c")];
        journal.append(&[JournalRecord::Settled { ids }], Durability::Written).unwrap();
        drop(journal);
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn an_unfinished_turn_keeps_its_partial_answer() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = taken_over(folder.path());
        let turn = TurnId::new("t");
        let conversation = ConversationId::new("c");
        let begun = JournalRecord::TurnBegun {
            turn: turn.clone(),
            conversation,
            question: None,
            typed: None,
        };
        journal
            .append(
                &[begun, JournalRecord::AnswerDelta { turn, text: "x".into() }],
                Durability::Written,
            )
            .unwrap();
        drop(journal);
        assert_eq!(taken_over(folder.path()).state().turns[0].partial_text, "x");
    }

    #[test]
    fn a_removed_journal_is_written_anew_with_all_its_records() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = taken_over(folder.path());
        journal.append(&[intended("a", "a")], Durability::Written).unwrap();
        for path in LogFile::all_in(folder.path()) {
            fs::remove_file(path).unwrap();
        }
        journal.append(&[intended("b", "b")], Durability::Written).unwrap();
        drop(journal);
        let mut again = taken_over(folder.path());
        let ids: Vec<_> = again.state().entries.iter().map(|it| it.logged.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        // Of nothing, nothing is written.
        for path in LogFile::all_in(folder.path()) {
            fs::remove_file(path).unwrap();
        }
        let ids = vec![ChangeId::new("a"), ChangeId::new("b")];
        again.append(&[JournalRecord::Settled { ids }], Durability::Written).unwrap();
        drop(again);
        assert_eq!(files(folder.path()), 0);
    }
}
