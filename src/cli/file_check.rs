//! The line about a chats file that the web app would reject, found while a command does its work.

use std::thread::{self, JoinHandle};

use crate::cli::output;
use crate::runtime::{self, doctor_worker};
use crate::settings::Settings;

/// A check of the user's file; dropping it waits for its end and prints the line, if there is one.
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
