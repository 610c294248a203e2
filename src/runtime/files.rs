//! The user's own files: what is in a folder, and what is at a path that may go with a question.
//! May not write, and may not be waited for.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

use crate::app::{FilesEffect, FilesEvent};
use crate::app::{FolderEntry, FolderEntryKind, FolderListing};
use crate::settings::expand_home;
use crate::store::state::attachments;

/// Entries of a folder that are read: enough for every folder people look at by eye.
const MAX_ENTRIES: usize = 10_000;

/// Does a wish; it may take as long as the disk does.
#[must_use]
pub fn perform(wish: FilesEffect) -> FilesEvent {
    match wish {
        FilesEffect::Inspect(path) => {
            let look = attachments::probe(&expand_path(&path));
            FilesEvent::Inspected { path, inspection: look }
        }
        FilesEffect::ListFolder(folder) => {
            let listing = list(&expand_path(&folder), MAX_ENTRIES);
            FilesEvent::FolderListed { folder, listing }
        }
    }
}

/// A path as people write it: `~` is the home folder, what is not whole begins in the working one.
#[must_use]
pub fn expand_path(path: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    expand_home(PathBuf::from(path), home.as_deref())
}

/// What is in a folder, folders first, in the order people look for names; nothing where it
/// cannot be read.
fn list(folder: &Path, most: usize) -> FolderListing {
    let here = Path::new(".");
    let folder = if folder.as_os_str().is_empty() { here } else { folder };
    let Ok(read) = fs::read_dir(folder) else {
        return FolderListing::default();
    };
    let mut all = read.filter_map(Result::ok);
    let mut entries: Vec<FolderEntry> =
        all.by_ref().take(most).filter_map(|it| entry(&it)).collect();
    let more = all.next().is_some();
    entries.sort_by_cached_key(|entry| (entry.kind, entry.name.to_lowercase()));
    FolderListing { entries, truncated: more }
}

/// An entry a question can mention: a file or a folder with a name that can be written.
fn entry(found: &DirEntry) -> Option<FolderEntry> {
    let name = found.file_name().into_string().ok()?;
    if name.contains(|c: char| c.is_control() || c == '"') {
        return None;
    }
    let kind = found.file_type().ok()?;
    let kind = if kind.is_symlink() { fs::metadata(found.path()).ok()?.file_type() } else { kind };
    let kind = match (kind.is_dir(), kind.is_file()) {
        (true, _) => FolderEntryKind::Folder,
        (_, true) => FolderEntryKind::File,
        // Pipes and devices have no end.
        (false, false) => return None,
    };
    Some(FolderEntry { name, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first_and_a_huge_folder_is_read_to_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "A.txt", "bad\nname", "it \"is\""] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("zoo")).unwrap();
        let names = |listing: &FolderListing| -> Vec<String> {
            listing.entries.iter().map(|entry| entry.name.clone()).collect()
        };
        let listing = list(folder.path(), 100);
        assert_eq!(names(&listing), ["zoo", "A.txt", "b.txt"]);
        assert!(!listing.truncated);
        assert!(list(folder.path(), 2).truncated);
        assert_eq!(list(&folder.path().join("none"), 2), FolderListing::default());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_what_it_leads_to_and_a_dead_one_is_nothing() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("real")).unwrap();
        symlink(folder.path().join("real"), folder.path().join("link")).unwrap();
        symlink(folder.path().join("gone"), folder.path().join("dead")).unwrap();
        let listing = list(folder.path(), 100);
        let kinds: Vec<_> = listing.entries.iter().map(|it| (it.name.as_str(), it.kind)).collect();
        assert_eq!(kinds, [("link", FolderEntryKind::Folder), ("real", FolderEntryKind::Folder)]);
    }
}
