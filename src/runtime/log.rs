//! The log file: what was called, how long it took, what failed. Never a key, a prompt or an answer.
//! May not print anything to the screen.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::store::file::private;

/// Bytes after which the log is set aside as `….old`, in place of what was set aside before.
const MAX_LOG_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes at the end of the log that are read to be shown.
const TAIL_BYTES: u64 = 256 * 1024;

/// Starts writing the log; `filter` is in the form of `DUOLOGUE_LOG` (`info`, `duologue=debug`).
///
/// # Errors
/// When the folder or the file cannot be made; the program works without a log.
pub fn start(path: &Path, filter: &str) -> io::Result<()> {
    let filter = EnvFilter::try_new(filter).map_err(io::Error::other)?;
    let file = RotatingFile::open(path, MAX_LOG_BYTES)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        // Or the library prints over the screen what it cannot write.
        .log_internal_errors(false)
        .with_target(false)
        .with_writer(Mutex::new(file))
        .try_init()
        .map_err(io::Error::other)
}

/// The last lines of the log, oldest first; none where there is no log.
#[must_use]
pub fn read_tail(path: &Path) -> Vec<String> {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let start = file.metadata()?.len().saturating_sub(TAIL_BYTES);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // The first line is whole only at the beginning of the file.
        let whole = if start == 0 { 0 } else { text.find('\n').map_or(0, |at| at + 1) };
        Ok(text.get(whole..).unwrap_or_default().to_owned())
    };
    read().unwrap_or_default().lines().map(str::to_owned).collect()
}

/// A private file that starts over when it is full; what was in it stays for one more round.
struct RotatingFile {
    path: PathBuf,
    file: File,
    length: u64,
    largest: u64,
}

impl RotatingFile {
    fn open(path: &Path, largest: u64) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            private::make_folder(folder)?;
        }
        let file = private::open(path, OpenOptions::new().create(true).append(true))?;
        let length = file.metadata()?.len();
        Ok(Self { path: path.to_path_buf(), file, length, largest })
    }

    fn rotate(&mut self) -> io::Result<()> {
        // Another terminal may have set the file aside a moment ago: then ours is the old one.
        if fs::metadata(&self.path).is_ok_and(|about| about.len() >= self.largest / 2) {
            fs::rename(&self.path, self.path.with_extension("log.old"))?;
        }
        *self = Self::open(&self.path, self.largest)?;
        Ok(())
    }
}

impl Write for RotatingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let more = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.length > 0 && self.length.saturating_add(more) > self.largest {
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
    fn a_full_log_is_set_aside_and_only_its_owner_can_read_either() {
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
    fn without_a_log_there_is_nothing_to_show() {
        assert!(read_tail(Path::new("/nowhere/at/all.log")).is_empty());
    }
}
