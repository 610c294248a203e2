//! Drafts as the first version of the program kept them: one `drafts.json` for all terminals.
//! May not remove it before everything in it is somewhere else.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use serde::Deserialize;

use crate::chat::ConversationId;

use super::{Line, Own};

/// The file's content.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    /// The draft of a conversation that exists nowhere yet.
    new: Option<String>,
    conversations: BTreeMap<ConversationId, String>,
}

/// Makes a file of today out of one of the first version, if there is one: as if a process had
/// ended and left it behind. Done twice at once, the same drafts are there twice, which is one.
///
/// # Errors
/// When it cannot be read, understood or written; then it stays as it is.
pub(super) fn convert(folder: &Path) -> io::Result<()> {
    let path = folder.with_file_name("drafts.json");
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let Content { new, conversations } = serde_json::from_slice(&bytes)?;
    let new = new.into_iter().map(|text| (None, text));
    let rest = conversations.into_iter().map(|(id, text)| (Some(id), text));
    let mut lines = Vec::new();
    for (conversation, text) in new.chain(rest).filter(|(_, text)| !text.is_empty()) {
        serde_json::to_writer(&mut lines, &Line { conversation, draft: text.into() })?;
        lines.push(b'\n');
    }
    if !lines.is_empty() {
        let mut own = Own::start(folder)?;
        own.append(&lines)?;
        let written = fs::metadata(&path).and_then(|it| it.modified());
        // The newest draft of a conversation counts.
        own.file.set_modified(written.unwrap_or(SystemTime::UNIX_EPOCH))?;
    }
    fs::remove_file(&path)
}

#[cfg(test)]
mod tests {
    use super::super::Drafts;
    use super::*;

    #[test]
    fn drafts_of_the_first_version_are_taken_over_and_what_is_no_such_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drafts.json");
        fs::write(&path, r#"{"new":"for a new one","conversations":{"a":"for a","b":""}}"#)
            .unwrap();
        let found = Drafts::in_folder(folder.path()).take_over(|_| Ok(())).unwrap();
        let a = Some(ConversationId::new("a"));
        assert_eq!(found.drafts, [(None, "for a new one".into()), (a, "for a".into())]);
        assert!(!path.exists());
        let again = Drafts::in_folder(folder.path()).take_over(|_| Ok(())).unwrap();
        assert_eq!(again, found, "they are today's now");
        fs::write(&path, "{broken").unwrap();
        assert_eq!(Drafts::in_folder(folder.path()).take_over(|_| Ok(())).unwrap(), found);
        assert_eq!(fs::read_to_string(&path).unwrap(), "{broken");
    }

    #[test]
    fn a_newer_draft_of_the_same_conversation_counts_and_the_old_one_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drafts.json");
        fs::write(&path, r#"{"new":"old","conversations":{}}"#).unwrap();
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(SystemTime::UNIX_EPOCH)
            .unwrap();
        let mut before = Drafts::in_folder(folder.path());
        before.keep(None, &"new".into()).unwrap();
        drop(before);
        let found = Drafts::in_folder(folder.path()).take_over(|_| Ok(())).unwrap();
        assert_eq!(found.drafts, [(None, "new".into())]);
        assert_eq!(found.older, ["old"]);
    }
}
