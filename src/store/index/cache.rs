//! The table of contents of a large file, kept in the cache folder for the next start.
//! May not be needed, nor believed: what does not fit the file to the last detail is not read.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::contents::Index;
use super::packed::{PackedIndex, pack};
use crate::store::file::open_file::OpenFile;
use crate::store::file::private::make_folder;

/// Smaller files are read anew faster than another file is opened.
pub const MIN_CACHED_FILE_SIZE: u64 = 1024 * 1024;

/// What the file begins with; the number moves with the format.
const MAGIC: &[u8; 16] = b"duologue index 2";

/// How much of the beginning, the middle and the end tells contents apart.
const SAMPLE_SIZE: u64 = 4096;

/// Where the table of one shared file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexCache {
    path: PathBuf,
}

impl IndexCache {
    /// The cache in a file of that name.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The table of exactly this version of the file, if it was kept.
    #[must_use]
    pub fn load(&self, snapshot: &OpenFile) -> Option<PackedIndex> {
        if snapshot.identity().size() < MIN_CACHED_FILE_SIZE {
            return None;
        }
        let bytes = fs::read(&self.path).ok()?;
        let body = bytes.strip_prefix(header(snapshot).ok()?.as_slice())?;
        let (sum, body) = body.split_first_chunk()?;
        if u32::from_le_bytes(*sum) != crc32fast::hash(body) {
            return None;
        }
        let from = bytes.len().checked_sub(body.len())?;
        let length = usize::try_from(snapshot.identity().size()).ok()?;
        PackedIndex::new(bytes, from, length)
    }

    /// Keeps the table of a version; that it could not is nothing to stop for.
    pub fn save(&self, snapshot: &OpenFile, index: &Index) {
        if snapshot.identity().size() < MIN_CACHED_FILE_SIZE {
            return;
        }
        if let Err(error) = self.try_save(snapshot, index) {
            tracing::warn!(%error, "the table of contents could not be kept");
        }
    }

    fn try_save(&self, snapshot: &OpenFile, index: &Index) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        make_folder(folder)?;
        let mut body = Vec::with_capacity(index.entries.len().saturating_mul(96));
        pack(index, &mut body);
        let mut bytes = header(snapshot)?;
        bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        // A temporary file of this crate is readable by its owner only, which is what titles need.
        let mut file = tempfile::Builder::new().prefix(".tmp.").tempfile_in(folder)?;
        file.write_all(&bytes)?;
        file.write_all(&body)?;
        file.persist(&self.path)?;
        Ok(())
    }

    /// Forgets the table.
    pub fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// What tells this version of the file from any other, in front of its table.
fn header(snapshot: &OpenFile) -> io::Result<Vec<u8>> {
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(&snapshot.identity().to_bytes());
    let length = snapshot.identity().size();
    let mut sample = crc32fast::Hasher::new();
    let size = SAMPLE_SIZE.min(length);
    let last = length.saturating_sub(size);
    let mut bytes = Vec::new();
    for start in [0, last.wrapping_div(2), last] {
        let start = usize::try_from(start).map_err(io::Error::other)?;
        let size = usize::try_from(size).map_err(io::Error::other)?;
        snapshot.read_into(start..start.saturating_add(size), &mut bytes)?;
        sample.update(&bytes);
    }
    head.extend_from_slice(&sample.finalize().to_le_bytes());
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    /// A file large enough to be worth it, with some of everything in its table.
    fn file(folder: &Path) -> PathBuf {
        let text = "x".repeat(usize::try_from(MIN_CACHED_FILE_SIZE).unwrap());
        let path = folder.join("u.json");
        let records = format!(
            "{{\"a\": {{\"chat_name\": \"名\", \"last_update\": -3, \"messages\": [{{\"role\": \
             \"system\", \"text\": \"{text}\"}}]}}, \"b\": [], \"t\": {{\"chat_name\": \"T\", \
             \"last_update\": 1, \"data\": {{\"object\": \"thread\", \"created_at\": 7}}}}}}"
        );
        fs::write(&path, records).unwrap();
        path
    }

    fn snapshot(path: &Path) -> OpenFile {
        OpenFile::of(File::open(path).unwrap()).unwrap()
    }

    #[test]
    fn the_same_table_comes_back_for_the_same_version_and_for_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let cache = IndexCache::at(folder.path().join("cache/index/u"));
        let before = snapshot(&path);
        let index = Index::read(before.file()).unwrap();
        assert_eq!(cache.load(&before), None);
        cache.save(&before, &index);
        assert_eq!(cache.load(&before).unwrap().unpack(), index);
        assert_eq!(cache.load(&snapshot(&path)).unwrap().unpack(), index);
        // The same length, another version: a copy put in its place.
        let copy = folder.path().join("copy");
        fs::copy(&path, &copy).unwrap();
        fs::rename(&copy, &path).unwrap();
        assert_eq!(cache.load(&snapshot(&path)), None);
    }

    #[test]
    fn a_torn_or_changed_table_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let cache = IndexCache::at(folder.path().join("index"));
        let snapshot = snapshot(&path);
        cache.save(&snapshot, &Index::read(snapshot.file()).unwrap());
        let good = fs::read(&cache.path).unwrap();
        for cut in (0..good.len()).step_by(3) {
            fs::write(&cache.path, &good[..cut]).unwrap();
            assert_eq!(cache.load(&snapshot), None);
            let mut changed = good.clone();
            changed[cut] ^= 0x41;
            fs::write(&cache.path, &changed).unwrap();
            assert_eq!(cache.load(&snapshot), None);
        }
        fs::write(&cache.path, &good).unwrap();
        assert!(cache.load(&snapshot).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_titles_in_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let cache = IndexCache::at(folder.path().join("cache/index"));
        let snapshot = snapshot(&path);
        cache.save(&snapshot, &Index::read(snapshot.file()).unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&cache.path), 0o600);
        assert_eq!(mode(cache.path.parent().unwrap()), 0o700);
    }
}
