//! Finds the conflict copies a sync tool leaves where two machines changed the shared file at once.
//! Must not change or remove them: they may hold what nothing else does.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::chat::shell_quote;
use crate::store::file::store_paths::StorePaths;
use crate::store::state::StateFile;

/// The copies beside a shared file that were not merged as they are now.
#[must_use]
pub fn find_copies(paths: &StorePaths) -> Vec<PathBuf> {
    let user = paths.user().as_str();
    let entries = fs::read_dir(paths.chats_folder()).into_iter().flatten().flatten();
    let mut copies: Vec<PathBuf> = entries
        .filter(|entry| is_conflict_copy(&entry.file_name().to_string_lossy(), user))
        .map(|entry| entry.path())
        .collect();
    if copies.is_empty() {
        return copies;
    }
    let merged = merged_marks_file(paths).read_or_default();
    copies.retain(|path| file_mark(path).is_none_or(|mark| !merged.contains(&mark)));
    copies.sort();
    copies
}

/// A line that offers to merge them; `None` without copies.
#[must_use]
pub fn notice(paths: &StorePaths) -> Option<String> {
    let copies = find_copies(paths);
    let name = copies.first()?.to_string_lossy();
    let name = shell_quote(&name);
    Some(match copies.len() {
        1 => format!(
            "A sync tool left a second version of this file. Merge it with: duologue merge \
             {name}"
        ),
        many => format!(
            "Sync tools left {many} more versions of this file. Merge them one by one with: \
             duologue merge {name}"
        ),
    })
}

/// Records that a file was merged as it is now.
///
/// # Errors
/// When that cannot be written; the file is offered again then.
pub fn mark_merged(paths: &StorePaths, path: &Path) -> io::Result<()> {
    let Some(mark) = file_mark(path) else { return Ok(()) };
    merged_marks_file(paths).update(|marks| marks.extend([mark]))
}

/// The marks of the copies that were merged.
fn merged_marks_file(paths: &StorePaths) -> StateFile<BTreeSet<String>> {
    StateFile::at(paths.state_folder().join("merged.json"))
}

/// A name for the content of a file: its length, time and name.
fn file_mark(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {modified} {}", metadata.len(), path.file_name()?.display()))
}

/// Whether a file name is the user's with "conflict" in the middle. Dropbox, Nextcloud and Seafile
/// write ` (… conflict …)`, Syncthing `.sync-conflict-…`, others `_conflict-…`.
fn is_conflict_copy(name: &str, user: &str) -> bool {
    let middle = name.strip_prefix(user).and_then(|rest| rest.strip_suffix(".json"));
    middle.is_some_and(|middle| {
        middle.starts_with([' ', '.', '_', '-', '(']) && middle.to_lowercase().contains("conflict")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_every_sync_tool_are_found_and_those_of_other_users_are_not() {
        for name in [
            "ann (conflicted copy 2025-07-18).json",
            "ann (Bob's conflicted copy 2025-07-18).json",
            "ann (SFConflict bob 2025-07-18-05-02-08).json",
            "ann.sync-conflict-20250718-050208-ABCDEFG.json",
            "ann_conflict-20250718-050208.json",
        ] {
            assert!(is_conflict_copy(name, "ann"), "{name}");
        }
        for name in
            ["ann.json", "anna.json", "annconflict.json", "ann (1).json", "ann.conflict.tmp"]
        {
            assert!(!is_conflict_copy(name, "ann"), "{name}");
        }
        assert!(!is_conflict_copy("bob.sync-conflict-1.json", "ann"));
    }
}
