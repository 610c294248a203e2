//! Checks on a thread of its own whether the web app would reject the open file, and reports it in
//! one line. Must not change the file: the line names the command that does.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::app::{Notice, NoticeKind, StoreEvent};
use crate::chat::count;
use crate::store::doctor::{Impact, Report, Verdict, WebVersion, examine};

use super::event_sender::EventSender;

/// Checks one file after each change of it.
#[derive(Debug)]
pub(super) struct DoctorWorker {
    file: PathBuf,
    events: EventSender,
    /// Wakes the thread that checks; `None` until the first check.
    requests: Option<Sender<()>>,
}

impl DoctorWorker {
    pub(super) const fn new(file: PathBuf, events: EventSender) -> Self {
        Self { file, events, requests: None }
    }

    /// Checks the file if it was never checked.
    pub(super) fn run_first(&mut self) {
        if self.requests.is_none() {
            self.run();
        }
    }

    /// Checks the file as it is now. Where a check is under way, another one follows it.
    pub(super) fn run(&mut self) {
        if self.requests.is_none() {
            self.requests = self.start_thread();
        }
        if let Some(requests) = &self.requests {
            let _ = requests.send(());
        }
    }

    /// Starts the thread, which ends with this worker.
    fn start_thread(&self) -> Option<Sender<()>> {
        let (requests, requests_rx) = channel();
        let (file, events) = (self.file.clone(), self.events.clone());
        let check = move || {
            while requests_rx.recv().is_ok() {
                // One check is enough for all changes before it.
                requests_rx.try_iter().for_each(drop);
                if let Some(text) = check_file(&file) {
                    let notice = Notice { kind: NoticeKind::Error, text };
                    events.send(StoreEvent::Notice(notice));
                }
            }
        };
        match thread::Builder::new().name("doctor".into()).spawn(check) {
            Ok(_) => Some(requests),
            Err(error) => {
                tracing::warn!(%error, "the check of the file could not be started");
                None
            }
        }
    }
}

/// Returns a line about a file the web app would not read or save.
pub(crate) fn check_file(file: &Path) -> Option<String> {
    // The list reports a file that cannot be read; opening a named pipe would wait forever.
    if !file.is_file() {
        return None;
    }
    let report = examine(File::open(file).ok()?).ok()?;
    // Nor is one that holds no object to be reported twice.
    if !report.is_json || report.conversations == 0 {
        return None;
    }
    let has = |verdict| {
        let versions = [WebVersion::Current, WebVersion::V2025];
        versions.iter().any(|version| report.verdict(*version) == verdict)
    };
    // The command comes first: a narrow window cuts the end.
    let (consequence, impact) = if has(Verdict::Rejected) {
        ("would reject", Impact::Rejected)
    } else if has(Verdict::Unsavable) {
        ("could not save", Impact::Unsavable)
    } else {
        return None;
    };
    let count = describe_count(&report, impact);
    Some(format!("Run `duologue doctor --fix`: the web app {consequence} this file ({count})."))
}

fn describe_count(report: &Report, impact: Impact) -> String {
    let bad = report.findings.iter().filter(|finding| finding.impact == impact);
    count::phrase(bad.count(), "bad value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use tokio::sync::mpsc::channel;

    fn record(time: &str, title: &str) -> String {
        format!(
            "{{\"a\": {{\"data\": {{\"id\": \"a\", \"created_at\": {time}}}, \"chat_name\": \
             \"{title}\", \"last_update\": {time}}}}}"
        )
    }

    fn notice_for(text: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("u.json");
        std::fs::write(&file, text).unwrap();
        let (msg_tx, mut messages) = channel(4);
        let mut doctor = DoctorWorker::new(file, EventSender::new(msg_tx));
        doctor.run_first();
        doctor.run_first();
        drop(doctor);
        let first = messages.blocking_recv();
        assert_eq!(messages.blocking_recv(), None);
        first.map(|msg| match msg {
            Msg::Store(StoreEvent::Notice(notice)) => notice.text,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_file_the_web_app_would_reject_is_reported_once_with_the_command_that_repairs_it() {
        let text = notice_for(&record("1.5", "T")).unwrap();
        assert!(text.contains("would reject this file (2 bad values)"), "{text}");
        assert!(text.contains("doctor --fix"), "{text}");
        let text = notice_for(&record("1", "\\ud83d")).unwrap();
        assert!(text.contains("could not save this file (1 bad value)"), "{text}");
        assert_eq!(notice_for(&record("1", "T")), None);
        assert_eq!(notice_for("not json"), None);
    }

    /// Checks a file that changes while it is checked; returns the last notice.
    fn last_notice_after_a_change(folder: &Path) -> String {
        let file = folder.join("u.json");
        std::fs::write(&file, record("1", "\\ud83d")).unwrap();
        let (msg_tx, mut messages) = channel(1);
        // With a full channel the first check goes on until the test reads.
        msg_tx.blocking_send(Msg::Terminated).unwrap();
        let mut doctor = DoctorWorker::new(file.clone(), EventSender::new(msg_tx));
        doctor.run_first();
        thread::yield_now();
        std::fs::write(&file, record("1.5", "T")).unwrap();
        doctor.run();
        drop(doctor);
        let all = std::iter::from_fn(|| messages.blocking_recv());
        match all.last() {
            Some(Msg::Store(StoreEvent::Notice(notice))) => notice.text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_change_during_a_check_is_checked_as_well() {
        let folder = tempfile::tempdir().unwrap();
        // Whether the first check sees the file before or after the change is not known.
        for _ in 0..50 {
            let text = last_notice_after_a_change(folder.path());
            assert!(text.contains("would reject"), "{text}");
        }
    }
}
