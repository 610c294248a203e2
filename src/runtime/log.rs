//! The log file: what was done, how long it took, what failed. Must not contain a key, a prompt or an
//! answer.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::store::file::private;

/// The size in bytes after which the log becomes `duologue.log.old`, replacing the one before.
const MAX_LOG_BYTES: u64 = 4 * 1024 * 1024;
/// How many bytes at the end of the log are shown.
const TAIL_BYTES: u64 = 256 * 1024;

/// Starts the log; `filter` has the form of `DUOLOGUE_LOG` (`info`, `duologue=debug`).
///
/// # Errors
/// When the filter is invalid or the file cannot be created; the program works without a log.
pub(crate) fn start(path: &Path, filter: &str) -> io::Result<()> {
    let filter: Targets = filter.parse().map_err(io::Error::other)?;
    let file = RotatingFile::open(path, MAX_LOG_BYTES)?;
    let lines = layer()
        .with_ansi(false)
        .with_target(false)
        // A full disk must not make the log print over the screen.
        .log_internal_errors(false)
        .with_writer(Mutex::new(file));
    tracing_subscriber::registry().with(lines).with(filter).try_init().map_err(io::Error::other)
}

/// Returns the last lines of the log, oldest first; none when there is no log.
pub(super) fn read_tail(path: &Path) -> Vec<String> {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let start = file.metadata()?.len().saturating_sub(TAIL_BYTES);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // Past the beginning of the file, the first line may lack its start.
        let first = if start == 0 { 0 } else { text.find('\n').map_or(0, |at| at + 1) };
        Ok(text.get(first..).unwrap_or_default().to_owned())
    };
    read().unwrap_or_default().lines().map(str::to_owned).collect()
}

/// A private file that is renamed and begun anew when it is full.
struct RotatingFile {
    path: PathBuf,
    file: File,
    length: u64,
    max_length: u64,
}

impl RotatingFile {
    fn open(path: &Path, max_length: u64) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            private::make_folder(folder)?;
        }
        let file = private::open(path, OpenOptions::new().create(true).append(true))?;
        let length = file.metadata()?.len();
        Ok(Self { path: path.to_path_buf(), file, length, max_length })
    }

    fn rotate(&mut self) -> io::Result<()> {
        // Another process may have renamed the file a moment ago; the one at the path is new then.
        if fs::metadata(&self.path).is_ok_and(|metadata| metadata.len() >= self.max_length / 2) {
            fs::rename(&self.path, self.path.with_extension("log.old"))?;
        }
        *self = Self::open(&self.path, self.max_length)?;
        Ok(())
    }
}

impl Write for RotatingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let added = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.length > 0 && self.length.saturating_add(added) > self.max_length {
            self.rotate()?;
        }
        let written = self.file.write(bytes)?;
        self.length = self.length.saturating_add(u64::try_from(written).unwrap_or(0));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_is_rotated_and_both_files_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/d.log");
        let mut log = RotatingFile::open(&path, 100).unwrap();
        for number in 0..30 {
            log.write_all(format!("line {number:04}\n").as_bytes()).unwrap();
        }
        let old = path.with_extension("log.old");
        let both = fs::read_to_string(&old).unwrap() + &fs::read_to_string(&path).unwrap();
        assert!(both.ends_with("line 0029\n") && both.len() <= 200, "{both}");
        assert_eq!(read_tail(&path).last().unwrap(), "line 0029");
        #[cfg(unix)]
        for file in [&path, &old] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn the_tail_of_a_missing_log_is_empty() {
        assert!(read_tail(Path::new("/nowhere/at/all.log")).is_empty());
    }
}
