//! Drafts: text being written, kept across restarts and crashes.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, Draft};

use super::process_log::{DeadLog, LogState, ProcessLog};
use crate::store::file::private::Durability;

/// The drafts of one process.
#[derive(Debug)]
pub struct Drafts {
    log: ProcessLog<DraftMap>,
    /// Drafts of dead processes that whoever writes has not read yet, so that no draft it saves has them in it.
    unread: DraftMap,
}

/// The draft of each conversation; `None` is one that is not created yet.
#[derive(Debug, Default)]
struct DraftMap(BTreeMap<Option<ConversationId>, Draft>);

/// The current draft of a conversation.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct DraftLine {
    conversation: Option<ConversationId>,
    /// Empty where there is none any more.
    #[serde(flatten)]
    draft: Draft,
}

impl LogState for DraftMap {
    type LogLine = DraftLine;

    fn apply(&mut self, DraftLine { conversation, draft }: DraftLine) {
        if draft.is_empty() {
            self.0.remove(&conversation);
        } else {
            self.0.insert(conversation, draft);
        }
    }

    fn lines(&self) -> Vec<DraftLine> {
        let drafts = self.0.clone().into_iter();
        drafts.map(|(conversation, draft)| DraftLine { conversation, draft }).collect()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The drafts of dead processes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecoveredDrafts {
    /// The newest draft of each conversation; `None` is the new one.
    pub drafts: Vec<(Option<ConversationId>, Draft)>,
    /// The texts of older drafts of the same conversations, from other terminals.
    pub older: Vec<String>,
}

impl Drafts {
    /// The drafts in a private folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { log: ProcessLog::new(&folder.join("drafts")), unread: DraftMap::default() }
    }

    /// Takes over the drafts of dead processes. Their logs are removed after this process has written
    /// the drafts and `keep_older` has kept the older ones of the same conversations. Until `mark_read` what is
    /// saved goes after them.
    ///
    /// # Errors
    /// When a draft cannot be written; everything stays where it was then.
    pub fn take_over(
        &mut self,
        keep_older: impl FnMut(&String) -> io::Result<()>,
    ) -> io::Result<RecoveredDrafts> {
        let mut dead = self.log.dead_logs();
        dead.sort_by_key(|log| std::cmp::Reverse(log.modified));
        let mut recovered = RecoveredDrafts::default();
        for draft in dead.iter_mut().flat_map(|log| std::mem::take(&mut log.state.0)) {
            let newer = recovered.drafts.iter().find(|(conversation, _)| *conversation == draft.0);
            match newer {
                None => recovered.drafts.push(draft),
                Some((_, newer)) if newer.text != draft.1.text => {
                    recovered.older.push(draft.1.text);
                }
                Some(_) => {}
            }
        }
        recovered.older.iter().try_for_each(keep_older)?;
        let own = &self.log.state().0;
        let lines: Vec<DraftLine> = recovered
            .drafts
            .iter()
            .map(|(conversation, draft)| {
                // What was typed since the start comes after it.
                let since = own.get(conversation).cloned().unwrap_or_default();
                let draft = draft.clone().followed_by(since);
                DraftLine { conversation: conversation.clone(), draft }
            })
            .collect();
        self.log.append(&lines, Durability::Synced)?;
        self.unread.0.extend(recovered.drafts.iter().cloned());
        dead.into_iter().for_each(DeadLog::remove);
        Ok(recovered)
    }

    /// Forgets what ended processes kept as a draft of a question that was sent, in its conversation or
    /// before that existed. What was typed after it stays.
    pub(crate) fn forget_sent(folder: &Path, conversation: &ConversationId, text: &str) {
        for mut log in Self::in_folder(folder).log.dead_logs() {
            for conversation in [None, Some(conversation.clone())] {
                let draft = log.state.0.get(&conversation);
                let Some(rest) = draft.and_then(|draft| rest_after(&draft.text, text)) else {
                    continue;
                };
                let line = DraftLine { conversation, draft: rest.into() };
                if let Err(error) = log.append(&line) {
                    tracing::warn!(%error, "a draft that was sent could not be forgotten");
                }
            }
        }
    }

    /// Records that what is saved from now on has the drafts of dead processes in it.
    pub fn mark_read(&mut self) {
        self.unread = DraftMap::default();
    }

    /// Saves a draft; an empty one is removed.
    ///
    /// # Errors
    /// When it cannot be written; the next call writes it.
    pub fn save(&mut self, conversation: Option<&ConversationId>, draft: &Draft) -> io::Result<()> {
        let conversation = conversation.cloned();
        let unread = self.unread.0.get(&conversation).cloned().unwrap_or_default();
        let draft = unread.followed_by(draft.clone());
        let before = self.log.state().0.get(&conversation);
        if before.map_or(!draft.is_empty(), |before| *before != draft) {
            self.log.add(&DraftLine { conversation, draft })?;
        } else if self.log.is_written() {
            return Ok(());
        }
        self.log.flush(Durability::Synced)?;
        self.log.compact()
    }
}

/// What a draft has after a question that was sent; `None` where it does not begin with that. What follows it
/// is on a new line, as in joined drafts, or after an empty one, as in a stored draft with several parts.
fn rest_after<'a>(draft: &'a str, sent: &str) -> Option<&'a str> {
    let rest = draft.trim_start().strip_prefix(sent.trim())?;
    if rest.trim().is_empty() {
        return Some("");
    }
    let rest = rest.trim_start_matches([' ', '\t']).strip_prefix('\n')?;
    Some(rest.strip_prefix('\n').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::super::process_log::replay;
    use super::*;
    use crate::chat::{Fingerprint, Message, Timestamp};

    fn found(drafts: &[(Option<&str>, &str)]) -> Vec<(Option<ConversationId>, Draft)> {
        let mut all: Vec<_> = drafts
            .iter()
            .map(|(whose, text)| (whose.map(ConversationId::new), Draft::from(*text)))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    fn file(folder: &Path) -> PathBuf {
        fs::read_dir(folder.join("drafts")).unwrap().next().unwrap().unwrap().path()
    }

    fn take_over(folder: &Path) -> (Drafts, RecoveredDrafts) {
        let mut drafts = Drafts::in_folder(folder);
        let mut all = drafts.take_over(|_| Ok(())).unwrap();
        all.drafts.sort_by(|a, b| a.0.cmp(&b.0));
        (drafts, all)
    }

    #[test]
    fn an_edit_is_one_after_a_restart_and_a_line_without_the_field_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let question = Message::question("q", Timestamp::from_seconds(1));
        let edit = Draft { text: "q, better".into(), edits: Some(Fingerprint::of(&question)) };
        let id = ConversationId::new("a");
        let mut drafts = Drafts::in_folder(folder.path());
        drafts.save(Some(&id), &"q, better".into()).unwrap();
        drafts.save(Some(&id), &edit).unwrap();
        drop(drafts);
        assert_eq!(take_over(folder.path()).1.drafts, [(Some(id), edit)]);
        let old = br#"{"conversation":"b","text":"as it was written before"}"#;
        let line: DraftLine = serde_json::from_slice(old).unwrap();
        assert_eq!(line.draft, "as it was written before".into());
        // An ordinary draft is written as it always was.
        let line = DraftLine { conversation: None, draft: "text".into() };
        assert_eq!(serde_json::to_string(&line).unwrap(), r#"{"conversation":null,"text":"text"}"#);
    }

    #[test]
    fn a_draft_survives_a_restart_and_empty_text_removes_it() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("not there yet");
        let id = ConversationId::new("a");
        let mut drafts = Drafts::in_folder(&below);
        drafts.save(None, &"for a new".into()).unwrap();
        drafts.save(Some(&id), &"for a".into()).unwrap();
        drafts.save(None, &"for a new one".into()).unwrap();
        drop(drafts);
        let (mut again, all) = take_over(&below);
        assert_eq!(all.drafts, found(&[(None, "for a new one"), (Some("a"), "for a")]));
        again.mark_read();
        again.save(Some(&id), &"".into()).unwrap();
        drop(again);
        let (mut again, all) = take_over(&below);
        assert_eq!(all.drafts, found(&[(None, "for a new one")]));
        again.mark_read();
        again.save(None, &"".into()).unwrap();
        assert_eq!(fs::read_dir(below.join("drafts")).unwrap().count(), 0);
    }

    #[test]
    fn a_draft_saved_before_the_found_one_is_read_goes_after_it() {
        let folder = tempfile::tempdir().unwrap();
        Drafts::in_folder(folder.path()).save(None, &"found".into()).unwrap();
        let (mut drafts, _) = take_over(folder.path());
        for text in ["typed", "typed more"] {
            drafts.save(None, &text.into()).unwrap();
        }
        drop(drafts);
        let (mut drafts, all) = take_over(folder.path());
        assert_eq!(all.drafts, found(&[(None, "found\ntyped more")]));
        drafts.mark_read();
        drafts.save(None, &"found, typed more".into()).unwrap();
        drop(drafts);
        assert_eq!(take_over(folder.path()).1.drafts, found(&[(None, "found, typed more")]));
    }

    #[test]
    fn what_was_typed_after_a_sent_question_stays_however_it_was_joined() {
        for (draft, rest) in [
            ("Sent?", Some("")),
            (" Sent? \n", Some("")),
            ("Sent?\nmore", Some("more")),
            ("Sent? \n\nmore\n\nand more", Some("more\n\nand more")),
            ("Sent? Or not?", None),
            ("Not sent", None),
        ] {
            assert_eq!(rest_after(draft, "Sent?"), rest, "{draft:?}");
        }
    }

    #[test]
    fn drafts_of_two_terminals_are_both_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut one = Drafts::in_folder(folder.path());
        one.save(None, &"from one".into()).unwrap();
        let (mut two, all) = take_over(folder.path());
        assert_eq!(all, RecoveredDrafts::default(), "one is alive");
        two.save(None, &"from two".into()).unwrap();
        drop(one);
        drop(two);
        let (_three, all) = take_over(folder.path());
        let mut texts: Vec<String> = all.older.clone();
        texts.extend(all.drafts.into_iter().map(|(_, draft)| draft.text));
        texts.sort();
        assert_eq!(texts, ["from one", "from two"]);
    }

    #[test]
    fn an_older_draft_that_cannot_be_kept_stays_in_its_log() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["from one", "from two"] {
            Drafts::in_folder(folder.path()).save(None, &text.into()).unwrap();
        }
        let mut drafts = Drafts::in_folder(folder.path());
        assert!(drafts.take_over(|_| Err(io::ErrorKind::StorageFull.into())).is_err());
        drop(drafts);
        assert_eq!(take_over(folder.path()).1.older.len(), 1);
    }

    #[test]
    fn a_removed_file_is_written_anew_with_every_draft() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::in_folder(folder.path());
        let id = ConversationId::new("a");
        drafts.save(Some(&id), &"for a".into()).unwrap();
        fs::remove_file(file(folder.path())).unwrap();
        drafts.save(None, &"for a new one".into()).unwrap();
        drop(drafts);
        assert_eq!(take_over(folder.path()).1.drafts.len(), 2);
    }

    #[test]
    fn a_file_cut_at_any_byte_still_has_the_last_whole_draft() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::in_folder(folder.path());
        drafts.save(None, &"first".into()).unwrap();
        drafts.save(None, &"first, then more".into()).unwrap();
        let bytes = fs::read(file(folder.path())).unwrap();
        let first_line = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        for cut in first_line..=bytes.len() {
            let text = replay::<DraftMap>(&bytes[..cut]).0.remove(&None).unwrap();
            assert!(["first", "first, then more"].contains(&text.text.as_str()), "{text:?}");
        }
    }

    #[test]
    fn much_typing_does_not_fill_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::in_folder(folder.path());
        let long = "x".repeat(1 << 20);
        for step in 0..12 {
            drafts.save(None, &format!("{long}{step}").into()).unwrap();
        }
        assert!(fs::metadata(file(folder.path())).unwrap().len() < 8 << 20);
        drop(drafts);
        assert!(take_over(folder.path()).1.drafts[0].1.text.ends_with("x11"));
    }

    #[test]
    fn a_draft_that_could_not_be_written_is_written_by_the_next_call() {
        let folder = tempfile::tempdir().unwrap();
        // A file in the place of the folder: nothing can be written there.
        fs::write(folder.path().join("drafts"), "").unwrap();
        let mut drafts = Drafts::in_folder(folder.path());
        let long = "x".repeat(1 << 20);
        for text in ["a", &long, &(long.clone() + "more"), "b"] {
            assert!(drafts.save(None, &text.into()).is_err());
        }
        assert!(drafts.save(None, &"b".into()).is_err(), "it still is not");
        fs::remove_file(folder.path().join("drafts")).unwrap();
        drafts.save(None, &"b".into()).unwrap();
        drop(drafts);
        assert_eq!(take_over(folder.path()).1.drafts, found(&[(None, "b")]));
    }
}
