//! Reads the user's files for completion: what a folder contains, and whether a path can be attached.
//! Must not run on the loop's thread: a network disk may take minutes.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::images;
use crate::app::{FilesEffect, FilesEvent};
use crate::app::{FolderEntry, FolderEntryKind, FolderListing};
use crate::chat::attachment::FileProbe;
use crate::settings::expand_home;
use crate::store::state::attachments;

/// How many entries of a folder are read: more than people look through.
const MAX_ENTRIES: usize = 10_000;

/// Performs an effect; the attachments of questions are in a private folder.
pub(super) fn perform(effect: FilesEffect, state_folder: &Path) -> FilesEvent {
    match effect {
        FilesEffect::LoadImages(question) => {
            let images = images::thumbnails(state_folder, &question);
            FilesEvent::ImagesLoaded { question, images }
        }
        FilesEffect::Inspect(path) => {
            let inspection = attachments::probe(&expand_path(&path));
            FilesEvent::Inspected { path, inspection }
        }
        FilesEffect::ListFolder(folder) => {
            let listing = list(&expand_path(&folder), MAX_ENTRIES);
            FilesEvent::FolderListed { folder, listing }
        }
    }
}

/// What is reported where an effect panics: a decoder may, on a damaged image.
pub(super) fn event_after_panic(effect: &FilesEffect) -> FilesEvent {
    match effect {
        FilesEffect::LoadImages(question) => FilesEvent::ImagesLoaded {
            question: Arc::clone(question),
            images: images::undecodable(),
        },
        FilesEffect::Inspect(path) => FilesEvent::Inspected {
            path: path.clone(),
            inspection: FileProbe::Unusable("cannot be read".to_owned()),
        },
        FilesEffect::ListFolder(folder) => {
            FilesEvent::FolderListed { folder: folder.clone(), listing: FolderListing::default() }
        }
    }
}

/// Resolves a path as people write it: `~` is the home folder.
pub(super) fn expand_path(path: &str) -> PathBuf {
    expand_home(PathBuf::from(path), std::env::home_dir().as_deref())
}

/// Lists at most `limit` entries of a folder, folders first, by name regardless of case. A folder that
/// cannot be read is empty.
fn list(folder: &Path, limit: usize) -> FolderListing {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(read) = fs::read_dir(folder) else {
        return FolderListing::default();
    };
    let mut all = read.filter_map(Result::ok);
    let mut entries: Vec<FolderEntry> =
        all.by_ref().take(limit).filter_map(|entry_found| entry(&entry_found)).collect();
    let truncated = all.next().is_some();
    entries.sort_by_cached_key(|entry| (entry.kind, entry.name.to_lowercase()));
    FolderListing { entries, truncated }
}

/// Returns a file or a folder whose name can be written in a question.
fn entry(entry_found: &DirEntry) -> Option<FolderEntry> {
    let name = entry_found.file_name().into_string().ok()?;
    if name.contains(|c: char| c.is_control() || c == '"') {
        return None;
    }
    let kind = entry_found.file_type().ok()?;
    let kind =
        if kind.is_symlink() { fs::metadata(entry_found.path()).ok()?.file_type() } else { kind };
    let kind = match (kind.is_dir(), kind.is_file()) {
        (true, _) => FolderEntryKind::Folder,
        (_, true) => FolderEntryKind::File,
        // Pipes and devices may have no end.
        (false, false) => return None,
    };
    Some(FolderEntry { name, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first_and_a_long_listing_is_truncated() {
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
    fn a_symbolic_link_counts_as_its_target_and_a_dead_one_is_left_out() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("real")).unwrap();
        symlink(folder.path().join("real"), folder.path().join("link")).unwrap();
        symlink(folder.path().join("gone"), folder.path().join("dead")).unwrap();
        let listing = list(folder.path(), 100);
        let entries = listing.entries.iter();
        let kinds: Vec<_> = entries.map(|entry| (entry.name.as_str(), entry.kind)).collect();
        assert_eq!(kinds, [("link", FolderEntryKind::Folder), ("real", FolderEntryKind::Folder)]);
    }
}
