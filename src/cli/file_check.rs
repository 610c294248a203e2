//! Checks the chats file while a command runs, and prints a line where the web app would reject it.

use std::thread::{self, JoinHandle};

use crate::runtime::{self, doctor_worker};
use crate::settings::Settings;

use super::output;

/// A check of the user's file; dropping it waits until the check is done and prints its line, if any.
#[must_use]
pub(super) struct FileCheck(Option<JoinHandle<Option<String>>>);

impl FileCheck {
    /// Starts to check the file.
    pub(super) fn start(settings: &Settings) -> Self {
        let file = runtime::start::store_paths(settings).chats_file();
        Self(Some(thread::spawn(move || doctor_worker::check_file(&file))))
    }
}

impl Drop for FileCheck {
    fn drop(&mut self) {
        let line = self.0.take().and_then(|check| check.join().ok()).flatten();
        if let Some(line) = line {
            output::print_message(&line);
        }
    }
}
