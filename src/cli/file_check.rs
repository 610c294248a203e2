//! Checks the chats file while a command runs, and prints a line where the web app would reject it.

use std::fs;
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
    check: Option<JoinHandle<Option<String>>>,
    is_large: bool,
}

impl FileCheck {
    /// Reads and checks the file on a thread of its own, beside the work of the command.
    pub(super) fn start(settings: &Settings) -> Self {
        let file = runtime::start::store_paths(settings).chats_file();
        // The command itself says what it cannot do where the system has no more threads.
        let is_large = fs::metadata(&file).is_ok_and(|about| about.len() > MAX_AWAITED_BYTES);
        let check = thread::Builder::new().name("check".into());
        let check = check.spawn(move || doctor_worker::check_file(&file)).ok();
        Self { check, is_large }
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
