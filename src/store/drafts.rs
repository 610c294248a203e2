//! Text being written, kept across restarts: one private JSON file in the state folder.
//! May not touch the shared file; drafts are nobody else's.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::Builder;

use crate::chat::ConversationId;

/// The drafts of one user.
#[derive(Debug)]
pub struct Drafts {
    path: PathBuf,
}

/// The file's content.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Content {
    /// The draft of a conversation that exists nowhere yet.
    new: Option<String>,
    conversations: BTreeMap<ConversationId, String>,
}

impl Drafts {
    /// The drafts kept in a folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("drafts.json") }
    }

    /// Every draft; `None` is the new conversation's.
    ///
    /// # Errors
    /// When the file is there and cannot be read. One that is not JSON counts as empty: it is
    /// written whole or not at all, so it was not this program that broke it.
    pub fn all(&self) -> io::Result<Vec<(Option<ConversationId>, String)>> {
        let content = self.read()?;
        let new = content.new.map(|text| (None, text));
        let rest = content.conversations.into_iter().map(|(id, text)| (Some(id), text));
        Ok(new.into_iter().chain(rest).collect())
    }

    /// Keeps a draft; empty text forgets it. Other terminals' drafts stay.
    ///
    /// # Errors
    /// When the folder cannot be made or the file cannot be written.
    pub fn keep(&self, conversation: Option<&ConversationId>, text: &str) -> io::Result<()> {
        let mut content = self.read()?;
        let kept = (!text.is_empty()).then(|| text.to_owned());
        match (conversation, kept) {
            (None, kept) => content.new = kept,
            (Some(id), Some(text)) => {
                content.conversations.insert(id.clone(), text);
            }
            (Some(id), None) => {
                content.conversations.remove(id);
            }
        }
        self.write(&content)
    }

    fn read(&self) -> io::Result<Content> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Content::default()),
            Err(error) => Err(error),
        }
    }

    fn write(&self, content: &Content) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        // A temporary file of this crate is readable by its owner only, which is what drafts need.
        let mut file = Builder::new().prefix(".drafts.tmp.").tempfile_in(folder)?;
        file.write_all(&serde_json::to_vec(content)?)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_outlives_the_program_and_empty_text_forgets_it() {
        let folder = tempfile::tempdir().unwrap();
        let id = ConversationId::new("a");
        let drafts = Drafts::in_folder(&folder.path().join("not there yet"));
        drafts.keep(None, "for a new one").unwrap();
        drafts.keep(Some(&id), "for a").unwrap();
        let again = Drafts::in_folder(&folder.path().join("not there yet"));
        let mut all = again.all().unwrap();
        all.sort();
        assert_eq!(all, [(None, "for a new one".into()), (Some(id.clone()), "for a".into())]);
        again.keep(Some(&id), "").unwrap();
        assert_eq!(again.all().unwrap(), [(None, "for a new one".to_owned())]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_drafts() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Drafts::in_folder(folder.path()).keep(None, "private").unwrap();
        let mode = fs::metadata(folder.path().join("drafts.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
