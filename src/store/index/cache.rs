//! Caches the table of contents of a large file for the next start.
//! Must not trust the cache: it counts only if identity, samples and checksum match.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::contents::Index;
use super::packed::{pack, unpack};
use crate::store::file::open_file::OpenFile;
use crate::store::file::private::{self, Durability};
use crate::store::file::store_paths::StorePaths;

/// Smaller files are parsed faster than the cache is read, in bytes.
pub(super) const MIN_CACHED_FILE_SIZE: u64 = 1024 * 1024;

/// The start of a cache file; the number changes with the format.
const MAGIC: &[u8; 16] = b"duologue index 5";

/// How many bytes of the beginning, the middle and the end are part of the header.
const SAMPLE_SIZE: u64 = 4096;

/// The cache file of one shared file.
#[derive(Debug)]
pub(crate) struct IndexCache {
    /// `None` where there is no cache folder: then nothing is cached.
    path: Option<PathBuf>,
}

impl IndexCache {
    /// That of the shared file that `paths` are for.
    pub(crate) fn of(paths: &StorePaths) -> Self {
        Self { path: paths.index_cache().map(Path::to_path_buf) }
    }

    /// The table of exactly this version of the file, if it is cached.
    pub(crate) fn load(&self, open_file: &OpenFile) -> Option<Index> {
        let bytes = fs::read(self.path_for(open_file)?).ok()?;
        let body = bytes.strip_prefix(header(open_file).ok()?.as_slice())?;
        let (sum, body) = body.split_first_chunk()?;
        if u32::from_le_bytes(*sum) != crc32fast::hash(body) {
            return None;
        }
        unpack(body, usize::try_from(open_file.identity().size()).ok()?)
    }

    /// Caches the table of a version; a failure is only logged.
    pub(crate) fn save(&self, open_file: &OpenFile, index: &Index) {
        if let Some(path) = self.path_for(open_file)
            && let Err(error) = try_save(path, open_file, index)
        {
            tracing::warn!(%error, "the table of contents could not be cached");
        }
    }

    pub(crate) fn remove(&self) {
        let _ = self.path.as_ref().map(fs::remove_file);
    }

    /// Where the table of a file is cached; `None` where it is not.
    fn path_for(&self, open_file: &OpenFile) -> Option<&Path> {
        self.path.as_deref().filter(|_| open_file.identity().size() >= MIN_CACHED_FILE_SIZE)
    }
}

fn try_save(path: &Path, open_file: &OpenFile, index: &Index) -> io::Result<()> {
    let body = pack(index);
    let sum = crc32fast::hash(&body).to_le_bytes();
    let bytes = [header(open_file)?.as_slice(), &sum, &body].concat();
    private::replace(path, &bytes, Durability::Written)
}

/// The header of a cache file: magic number, identity of the version and checksum of samples.
fn header(open_file: &OpenFile) -> io::Result<Vec<u8>> {
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(&open_file.identity().to_bytes());
    let length = open_file.identity().size();
    let mut sample = crc32fast::Hasher::new();
    let size = SAMPLE_SIZE.min(length);
    let last = length.saturating_sub(size);
    let mut bytes = Vec::new();
    for start in [0, last.wrapping_div(2), last] {
        let start = usize::try_from(start).map_err(io::Error::other)?;
        let size = usize::try_from(size).map_err(io::Error::other)?;
        open_file.read_into(start..start.saturating_add(size), &mut bytes)?;
        sample.update(&bytes);
    }
    head.extend_from_slice(&sample.finalize().to_le_bytes());
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    /// A file large enough to be cached, with records of all kinds.
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

    fn open_file(path: &Path) -> OpenFile {
        OpenFile::of(File::open(path).unwrap()).unwrap()
    }

    #[test]
    fn a_table_is_loaded_for_its_own_version_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let cache = IndexCache { path: Some(folder.path().join("cache/index/u")) };
        let before = open_file(&path);
        let index = Index::read_file(before.file()).unwrap();
        assert_eq!(cache.load(&before), None);
        cache.save(&before, &index);
        assert_eq!(cache.load(&before).unwrap(), index);
        assert_eq!(cache.load(&open_file(&path)).unwrap(), index);
        // The same length, another version: a copy put in its place.
        let copy = folder.path().join("copy");
        fs::copy(&path, &copy).unwrap();
        fs::rename(&copy, &path).unwrap();
        assert_eq!(cache.load(&open_file(&path)), None);
    }

    #[test]
    fn a_truncated_or_changed_cache_is_not_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let cached = folder.path().join("index");
        let cache = IndexCache { path: Some(cached.clone()) };
        let open_file = open_file(&path);
        cache.save(&open_file, &Index::read_file(open_file.file()).unwrap());
        let good = fs::read(&cached).unwrap();
        for cut in (0..good.len()).step_by(3) {
            fs::write(&cached, &good[..cut]).unwrap();
            assert_eq!(cache.load(&open_file), None);
            let mut changed = good.clone();
            changed[cut] ^= 0x41;
            fs::write(&cached, &changed).unwrap();
            assert_eq!(cache.load(&open_file), None);
        }
        fs::write(&cached, &good).unwrap();
        assert!(cache.load(&open_file).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn the_cache_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let cached = folder.path().join("cache/index");
        let cache = IndexCache { path: Some(cached.clone()) };
        let open_file = open_file(&path);
        cache.save(&open_file, &Index::read_file(open_file.file()).unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&cached), 0o600);
        assert_eq!(mode(cached.parent().unwrap()), 0o700);
    }
}
