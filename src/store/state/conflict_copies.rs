//! Copies of the shared file that a sync tool leaves where two machines changed it at once.
//! May not change or remove them: they may hold what nothing else does.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::store::file::store_paths::StorePaths;
use crate::store::state::StateFile;

/// The copies beside a shared file that have not been merged as they are now.
#[must_use]
pub fn find_copies(place: &StorePaths) -> Vec<PathBuf> {
    let user = place.user().as_str();
    let entries = fs::read_dir(place.chats_folder()).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| is_conflict_copy(&entry.file_name().to_string_lossy(), user))
        .map(|entry| entry.path())
        .collect();
    if found.is_empty() {
        return found;
    }
    let merged = merged_marks_file(place).read_or_default();
    found.retain(|path| file_mark(path).is_none_or(|mark| !merged.contains(&mark)));
    found.sort();
    found
}

/// One line that offers to merge them; none where there are none.
#[must_use]
pub fn notice(place: &StorePaths) -> Option<String> {
    let copies = find_copies(place);
    let name = copies.first()?.display();
    Some(match copies.len() {
        1 => format!(
            "A sync tool left a second version of this file. Merge it with: duologue merge \
             \"{name}\""
        ),
        many => format!(
            "Sync tools left {many} more versions of this file. Merge them one by one with: \
             duologue merge \"{name}\""
        ),
    })
}

/// Remembers that a file was merged as it is now.
///
/// # Errors
/// When that cannot be written down; then it is offered again.
pub fn mark_merged(place: &StorePaths, path: &Path) -> io::Result<()> {
    let Some(mark) = file_mark(path) else {
        return Ok(());
    };
    merged_marks_file(place).update(|marks| {
        marks.insert(mark);
    })
}

/// The marks of the copies that were merged.
fn merged_marks_file(place: &StorePaths) -> StateFile<BTreeSet<String>> {
    StateFile::at(place.state_folder().join("merged.json"))
}

/// What tells a file as it is now from any other.
fn file_mark(path: &Path) -> Option<String> {
    let about = fs::metadata(path).ok()?;
    let changed = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {changed} {}", about.len(), path.file_name()?.display()))
}

/// Whether a name is that of a copy: the user's, something with "conflict" in it, the ending.
/// Dropbox, Nextcloud and Seafile write ` (… conflict …)`, Syncthing `.sync-conflict-…`, others
/// `_conflict-…`.
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
    fn copies_of_every_sync_tool_are_known_and_other_users_are_not() {
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
