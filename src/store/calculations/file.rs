//! The file of a history, beside the chats: `USER/CONVERSATION/calculator.json`, as the web app has it
//! (hcorion/ai-multitool bdc7763, measured on 2026-11-29).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::Builder;

use crate::chat::{Calculation, ConversationId, Timestamp, ToolUse};
use crate::store::file::error::StoreError;
use crate::store::file::free_name;
use crate::store::file::identity::modified_at;
use crate::store::file::store_paths::{ChatsFolder, StorePaths};
use crate::store::file::text_file::{self, TextEdit, TextFile};

use super::history::{self, AppendError, HistoryEntry, NewHistory};

/// The tool that has a history.
const CALCULATOR: &str = "calculator";

const FILE_NAME: &str = "calculator.json";

/// The longest name of a folder on the usual file systems, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// The prefix of the names of temporary files.
const TEMPORARY_PREFIX: &str = ".calculator.tmp.";

/// The folder the web app keeps for the tools of one conversation.
#[derive(Debug)]
pub(crate) struct CalculationHistory {
    folder: PathBuf,
}

impl CalculationHistory {
    /// That of a conversation. `None` where there is no web app, because nothing else reads it, and for
    /// an id that is not the name of a folder.
    pub(crate) fn of(paths: &StorePaths, id: &ConversationId) -> Option<Self> {
        let name = Path::new(id.as_str());
        let is_name = matches!(name.components().next(), Some(Component::Normal(first)) if first == name)
            && id.as_str().len() <= MAX_NAME_BYTES;
        let is_shared = paths.folder_kind() == ChatsFolder::Shared;
        let of_user = paths.chats_folder().join(paths.user().as_str());
        (is_name && is_shared).then(|| Self { folder: of_user.join(name) })
    }

    /// Adds what a call brought. The folder is there from the first call on, the file from the first
    /// result on. The lock is held.
    pub(crate) fn record(&self, tool: &ToolUse) -> Result<(), StoreError> {
        if tool.name != CALCULATOR {
            return Ok(());
        }
        let path = self.folder.join(FILE_NAME);
        let failed = |error| StoreError::io("written", &path, error);
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let Some(entry) = HistoryEntry::of(tool) else { return Ok(()) };
        let mut edit =
            AppendEdit { path: &path, entry, at: tool.at, is_damaged: false, copy: None };
        text_file::replace_text(&path, TEMPORARY_PREFIX, &mut edit)
    }

    /// The calculations, oldest first; none where they cannot be read.
    pub(crate) fn read(&self) -> Vec<Calculation> {
        let file = TextFile::read(&self.folder.join(FILE_NAME)).ok();
        let bytes = file.as_ref().and_then(TextFile::bytes);
        bytes.map(history::calculations).unwrap_or_default()
    }

    /// Moves the files away, for a conversation that was deleted.
    pub(crate) fn move_to(&self, folder: &Path) -> io::Result<()> {
        move_files(&self.folder, folder)
    }

    /// Moves the files back, for a conversation that was restored.
    pub(crate) fn move_back(&self, folder: &Path) -> io::Result<()> {
        move_files(folder, &self.folder)
    }
}

/// Appends one calculation to the web app's history file.
struct AppendEdit<'a> {
    path: &'a Path,
    entry: HistoryEntry,
    at: Timestamp,
    is_damaged: bool,
    /// The copy of a damaged file.
    copy: Option<PathBuf>,
}

impl TextEdit for AppendEdit<'_> {
    type Error = StoreError;

    fn plan(&mut self, bytes: Option<&[u8]>) -> Result<Option<String>, StoreError> {
        let appended = history::append(bytes, &self.entry).map_err(|AppendError(why)| {
            StoreError::UnusableHistory(self.path.to_path_buf(), why)
        })?;
        self.is_damaged = matches!(appended, NewHistory::Rebuilt(_));
        let (NewHistory::Extended(text) | NewHistory::Rebuilt(text)) = appended;
        Ok(Some(text))
    }

    fn preserve(&mut self, bytes: Option<&[u8]>) -> Result<(), StoreError> {
        if let Some(bytes) = bytes.filter(|_| self.is_damaged) {
            let failed = |error| StoreError::io("written", self.path, error);
            // Named and readable as the web app's own copies are.
            let name = free_name::web_backup(self.path, self.at);
            let (copy, mut file) =
                free_name::create_free(name, |name| File::create_new(name)).map_err(failed)?;
            self.copy = Some(copy);
            file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
        }
        Ok(())
    }

    fn roll_back(&mut self) {
        if let Some(copy) = self.copy.take() {
            let _ = fs::remove_file(copy);
        }
    }
}

/// Moves the files of a folder to another, which may be on another disk. A name that is taken there
/// becomes that of a copy. The emptied folder goes.
fn move_files(from: &Path, to: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    fs::create_dir_all(to)?;
    for entry in entries {
        let entry = entry?;
        if !entry.file_type()?.is_file() {
            continue;
        }
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        match move_file(&old, &new) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let name = free_name::web_backup(&new, modified_at(&old).unwrap_or_default());
                free_name::create_free(name, |name| move_file(&old, name))?;
            }
            moved => moved?,
        }
    }
    // What is no file stays, and its folder with it.
    let _ = fs::remove_dir(from);
    Ok(())
}

/// Moves a file, and fails where the new name is taken: the web app may take it at any time. It is
/// whole under the new name before it goes from the old one.
fn move_file(old: &Path, new: &Path) -> io::Result<()> {
    match fs::hard_link(old, new) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
        // The folders are on two disks, or there are no second names.
        Err(_) => copy_file(old, new)?,
    }
    fs::remove_file(old)
}

fn copy_file(old: &Path, new: &Path) -> io::Result<()> {
    let folder = new.parent().unwrap_or(Path::new("."));
    let mut copy = Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(folder)?;
    let mut file = File::open(old)?;
    io::copy(&mut file, &mut copy)?;
    // The web app may run as another user.
    copy.as_file().set_permissions(file.metadata()?.permissions())?;
    copy.as_file().sync_all()?;
    copy.persist_noclobber(new).map(drop).map_err(|error| error.error)
}
