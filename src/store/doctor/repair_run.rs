//! Repairs a file in place, after a backup.
//! Must not lose text, nor change a byte that no finding is about.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use crate::chat::{Timestamp, count};

use crate::store::doctor::newer_records::add_newer;
use crate::store::doctor::{Finding, Report, examine, syntax};
use crate::store::file::commit::{self, CommitTarget};
use crate::store::file::error::{StoreError, VersionError};
use crate::store::file::free_name;
use crate::store::file::identity::FileIdentity;
use crate::store::file::last_good::LastGood;
use crate::store::file::lock;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::file::store_paths::StorePaths;
use crate::store::json::edit::{self, ByteEdit, CopySource};
use crate::store::records::verdict::{MAX_REPAIR_ROUNDS, repair_edits};
use crate::store::state::SeenFile;

/// What changed in the file, and what is still wrong with it.
#[derive(Debug, Default)]
pub struct RepairResult {
    /// The backup; `None` where nothing was changed.
    pub backup: Option<PathBuf>,
    /// What was done to the text as a whole, in sentences for people.
    pub text_repairs: Vec<String>,
    /// Faults that the file no longer has.
    pub repaired: Vec<Finding>,
    /// What is found in the file now.
    pub remaining: Report,
    /// Whether an earlier version took the place of the file.
    is_restored: bool,
}

/// Repairs the shared file, under its lock.
///
/// # Errors
/// When something cannot be read or written; the file is unchanged then.
pub fn repair_file(paths: &StorePaths, now: Timestamp) -> Result<RepairResult, StoreError> {
    rewrite_file(paths, now, |file, result| {
        let file = repair_text(file, result, paths)?;
        repair_values(file, result, paths)
    })
}

/// The last version of a shared file that was read whole, where the file has been emptied, cut off or
/// damaged beyond repair since.
#[must_use]
pub fn find_last_good(paths: &StorePaths) -> Option<PathBuf> {
    let saved = LastGood::of(paths);
    let is_good = |path: &&Path| path.exists() && !is_lost(path);
    // What was written into a large file is in its last version too.
    let found = || [saved.path(), saved.earlier_path()].into_iter().find(is_good);
    is_lost(&paths.chats_file()).then(found).flatten().map(Path::to_path_buf)
}

/// Whether the shared file is there and holds no text.
#[must_use]
pub fn is_empty(paths: &StorePaths) -> bool {
    std::fs::read(paths.chats_file()).is_ok_and(|bytes| syntax::is_blank(&bytes))
}

/// Whether a repair can make a file with conversations, or without any, of the shared file.
#[must_use]
pub fn is_repairable(paths: &StorePaths) -> bool {
    let Ok(bytes) = std::fs::read(paths.chats_file()) else { return false };
    syntax::is_blank(&bytes) || has_object(&bytes) || find_last_good(paths).is_some()
}

/// Puts the last good version in the place of the file, with what the file has newer, under its lock.
///
/// # Errors
/// When something cannot be read or written; the file is then as it was.
pub fn restore_last_good(
    paths: &StorePaths,
    last_good: &Path,
    now: Timestamp,
) -> Result<RepairResult, StoreError> {
    rewrite_file(paths, now, |cut_off, result| {
        let (merged, newer) = add_newer(File::open(last_good)?, &cut_off, paths)?;
        let was = if is_empty(paths) { "empty" } else { "cut off or damaged" };
        let mut repair = format!("The file was {was}; the last good version took its place.");
        if let Some(conversations) = count::some(newer, "conversation") {
            let verb = count::form(&newer, "was", "were");
            repair.push_str(&format!(
                " {conversations} that {verb} saved later {verb} taken from the damaged file."
            ));
        }
        result.text_repairs = vec![repair];
        result.is_restored = true;
        repair_values(merged, result, paths)
    })
}

/// Whether a file ends before its JSON value does, holds one that cannot have conversations, or nothing
/// can be made of it.
fn is_lost(path: &Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else { return false };
    let is_cut_off =
        || serde_json::from_slice::<IgnoredAny>(&bytes).is_err_and(|error| error.is_eof());
    syntax::is_blank(&bytes) || is_cut_off() || !has_object(&bytes)
}

/// Whether bytes are a JSON object, or can be made one; nothing else can have conversations.
fn has_object(bytes: &[u8]) -> bool {
    let is_object = |json: &[u8]| json.trim_ascii_start().starts_with(b"{");
    if serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
        return is_object(bytes);
    }
    syntax::repair_bytes(bytes).is_some_and(|(text, _)| is_object(text.as_bytes()))
}

/// Replaces the shared file by what `rewrite` makes of it and reports. Where another program saves
/// meanwhile, its version is rewritten instead.
pub(super) fn rewrite_file(
    paths: &StorePaths,
    now: Timestamp,
    rewrite: impl FnMut(File, &mut RepairResult) -> io::Result<File>,
) -> Result<RepairResult, StoreError> {
    let _lock = lock::acquire(&paths.lock_file())?;
    let mut target = RepairTarget { paths, now, rewrite, result: RepairResult::default() };
    commit::commit(&mut target)?;
    Ok(target.result)
}

/// The shared file during a repair.
struct RepairTarget<'a, M> {
    paths: &'a StorePaths,
    now: Timestamp,
    rewrite: M,
    result: RepairResult,
}

impl<M> RepairTarget<'_, M> {
    fn io_error(&self, did: &'static str, error: io::Error) -> StoreError {
        StoreError::io(did, &self.paths.chats_file(), error)
    }
}

impl<M: FnMut(File, &mut RepairResult) -> io::Result<File>> CommitTarget for RepairTarget<'_, M> {
    type Base = OpenFile;
    type CommitPlan = File;
    type Error = StoreError;

    fn path(&self) -> PathBuf {
        self.paths.chats_file()
    }

    fn temporary_prefix(&self) -> String {
        self.paths.temporary_prefix()
    }

    fn open(&mut self) -> Result<OpenFile, StoreError> {
        let file = open_file::open(self.paths)?;
        file.ok_or_else(|| self.io_error("read", io::ErrorKind::NotFound.into()))
    }

    fn identity(&self, base: &OpenFile) -> Option<FileIdentity> {
        Some(base.identity())
    }

    fn plan(&mut self, base: &OpenFile) -> Result<Option<File>, VersionError> {
        let read = base.file().try_clone().map_err(|error| self.io_error("read", error))?;
        self.result = RepairResult::default();
        let new = (self.rewrite)(read, &mut self.result);
        let new = new.map_err(|error| self.io_error("repaired", error))?;
        self.result.remaining = examine(&new).map_err(|error| self.io_error("read", error))?;
        let same = self.result.repaired.is_empty() && self.result.text_repairs.is_empty();
        Ok((!same).then_some(new))
    }

    fn write(&self, _: &OpenFile, new: &File, to: &mut File) -> io::Result<()> {
        edit::copy_spliced(CopySource::of(new)?, &[], to)
    }

    fn preserve_removed(&mut self, base: &OpenFile, _: &File) -> Result<(), VersionError> {
        self.result.backup = Some(back_up(self.paths, base, self.now)?);
        Ok(())
    }

    fn roll_back(&mut self, _: OpenFile) {
        if let Some(backup) = self.result.backup.take() {
            let _ = std::fs::remove_file(backup);
        }
    }

    /// A version that was restored is one that was seen before: counted as another program's, it would win over
    /// what was changed here long after it was made.
    fn finish_commit(&mut self, _: OpenFile, _: File, new: File) {
        if !self.result.is_restored {
            return;
        }
        // Saving it may give it a second name, which changes its identity.
        LastGood::of(self.paths).save(&self.paths.chats_file());
        if let Ok(identity) = FileIdentity::of(&new) {
            SeenFile::of(self.paths).update(|seen| {
                seen.set_last_seen(Some(identity));
                seen.reapplied = None;
            });
        }
    }
}

fn repair_text(file: File, result: &mut RepairResult, paths: &StorePaths) -> io::Result<File> {
    let Some((repaired, notes)) = syntax::repair_syntax(&file)? else { return Ok(file) };
    let mut new = tempfile::tempfile_in(paths.state_folder())?;
    io::Write::write_all(&mut new, repaired.as_bytes())?;
    result.text_repairs = notes;
    Ok(new)
}

fn repair_values(
    mut file: File,
    result: &mut RepairResult,
    paths: &StorePaths,
) -> io::Result<File> {
    for _ in 0..MAX_REPAIR_ROUNDS {
        let report = examine(&file)?;
        let open = OpenFile::of(file.try_clone()?)?;
        let (edits, repaired) = repair_edits(report.findings, |range| open.read_range(range))?;
        if edits.is_empty() {
            break;
        }
        file = edited_copy(&file, edits, paths)?;
        result.repaired.extend(repaired);
    }
    Ok(file)
}

/// A temporary copy of a file with edits applied.
pub(super) fn edited_copy(
    file: &File,
    edits: Vec<ByteEdit>,
    paths: &StorePaths,
) -> io::Result<File> {
    let mut new = tempfile::tempfile_in(paths.state_folder())?;
    edit::copy_edited(file, edits, &mut new)?;
    Ok(new)
}

/// Copies the file into the private folder.
fn back_up(paths: &StorePaths, file: &OpenFile, now: Timestamp) -> Result<PathBuf, StoreError> {
    let folder = paths.state_folder().join("backups");
    let stamp = jiff::Timestamp::from_second(now.seconds()).unwrap_or_default();
    let name = format!("{}.{}", paths.user().file_name(), stamp.strftime("%Y%m%dT%H%M%SZ"));
    let numbered = |number: u32| match number {
        0 => folder.join(&name),
        _ => folder.join(format!("{name}.{number}")),
    };
    let source = CopySource::of(file.file());
    free_name::write_private(&folder, numbered, |copy| edit::copy_spliced(source?, &[], copy))
        .map_err(|error| StoreError::io("written", &folder, error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::settings::UserName;
    use crate::store::file::store_paths::ChatsFolder;

    #[test]
    fn a_save_in_between_is_repaired_and_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let chats = folder.path().join("chats");
        fs::create_dir(&chats).unwrap();
        let user = UserName::new("ann").unwrap();
        let paths =
            StorePaths::new(&chats, user, ChatsFolder::Shared, &folder.path().join("state"));
        fs::write(paths.chats_file(), "{ \"first\" ").unwrap();
        let mut saves = vec!["{ \"second\" "];
        let result = rewrite_file(&paths, Timestamp::from_seconds(1), |mut file, result| {
            let mut text = String::new();
            io::Read::read_to_string(&mut file, &mut text)?;
            if let Some(theirs) = saves.pop() {
                let other = chats.join("theirs");
                fs::write(&other, theirs)?;
                fs::rename(&other, paths.chats_file())?;
            }
            result.text_repairs.push("It was cut short.".to_owned());
            let mut new = tempfile::tempfile()?;
            io::Write::write_all(&mut new, format!("{text}: null}}").as_bytes())?;
            Ok(new)
        });
        let result = result.unwrap();
        assert_eq!(fs::read_to_string(paths.chats_file()).unwrap(), "{ \"second\" : null}");
        // Only records that were really replaced are preserved.
        assert_eq!(fs::read_to_string(result.backup.unwrap()).unwrap(), "{ \"second\" ");
        assert_eq!(fs::read_dir(paths.state_folder().join("backups")).unwrap().count(), 1);
    }
}
