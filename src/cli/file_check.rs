//! Checks the chats file while a command runs, and prints a line where the web app would reject it.

use std::fs;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use crate::runtime::{self, doctor_worker};
use crate::settings::Settings;

use super::output;

/// The size in bytes up to which a file is checked in a moment, so that a command waits for it.
const MAX_AWAITED_BYTES: u64 = 4 * 1024 * 1024;

/// A check of the user's file; dropping it prints its line, if any. That of a large file is not waited
/// for: it would delay the end of every command.
#[must_use]
pub(super) struct FileCheck {
    file: PathBuf,
    is_large: bool,
    check: Option<JoinHandle<Option<String>>>,
}

impl FileCheck {
    /// Reads and checks the file on a thread of its own, beside the work of the command.
    pub(super) fn start(settings: &Settings) -> Self {
        let mut check = Self::start_if_small(settings);
        check.start_if_large();
        check
    }

    /// Starts to check a file, unless it is large: for a command that needs the processor first.
    pub(super) fn start_if_small(settings: &Settings) -> Self {
        let file = runtime::start::store_paths(settings).chats_file();
        let is_large = fs::metadata(&file).is_ok_and(|about| about.len() > MAX_AWAITED_BYTES);
        let mut check = Self { file, is_large, check: None };
        if !is_large {
            check.start_thread();
        }
        check
    }

    /// Starts to check a large file, once.
    pub(super) fn start_if_large(&mut self) {
        if self.is_large && self.check.is_none() {
            self.start_thread();
        }
    }

    fn start_thread(&mut self) {
        let file = self.file.clone();
        let check = thread::Builder::new().name("check".into());
        // The command itself says what it cannot do where the system has no more threads.
        self.check = check.spawn(move || doctor_worker::check_file(&file)).ok();
    }
}

impl Drop for FileCheck {
    fn drop(&mut self) {
        let is_awaited = |check: &JoinHandle<_>| !self.is_large || check.is_finished();
        let line = self.check.take().filter(is_awaited).and_then(|it| it.join().ok()).flatten();
        if let Some(line) = line {
            output::print_message(&line);
        }
    }
}
