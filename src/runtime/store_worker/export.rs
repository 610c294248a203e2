//! Writes a conversation to a new file, in a thread of its own, and reports how far it is.

use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::app::{ExportProgress, StoreEvent};
use crate::chat::{AnswerRecord, ConversationId, Failure, FailureKind, io_reason};
use crate::runtime::event_sender::EventSender;
use crate::runtime::export::{self, DocumentFormat, ExportStep};
use crate::runtime::new_file::{format_of, write_failure, write_new_file, written_sentence};
use crate::store::{Store, StoredConversation};

/// How long an export runs before its progress is reported.
const REPORT_AFTER: Duration = Duration::from_secs(1);
/// How often its progress is reported.
const REPORT_INTERVAL: Duration = Duration::from_millis(500);

/// Starts exports, one at a time.
#[derive(Debug)]
pub(super) struct ExportStarter {
    events: EventSender,
    running: Option<RunningExport>,
}

#[derive(Debug)]
struct RunningExport {
    is_cancelled: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl ExportStarter {
    pub(super) const fn new(events: EventSender) -> Self {
        Self { events, running: None }
    }

    /// Writes to `path`, or to a file in the working folder named after the title. Never replaces a file.
    pub(super) fn start(&mut self, store: &mut Store, id: &ConversationId, path: Option<String>) {
        if self.running.as_ref().is_some_and(|running| !running.thread.is_finished()) {
            let sentence = "Another export is still being written.";
            let failure =
                Failure::new(FailureKind::Storage, sentence, "Wait, or cancel it with Esc.");
            return self.events.send_failure(failure);
        }
        match Self::spawn(store, id, path, self.events.clone()) {
            Ok(running) => self.running = Some(running),
            Err(failure) => self.events.send_failure(failure),
        }
    }

    /// Ends the running export and removes its file.
    pub(super) fn cancel(&self) {
        if let Some(running) = &self.running {
            running.is_cancelled.store(true, Ordering::Relaxed);
        }
    }

    fn spawn(
        store: &mut Store,
        id: &ConversationId,
        path: Option<String>,
        events: EventSender,
    ) -> Result<RunningExport, Failure> {
        let stored = store.stored_conversation(id).map_err(|error| error.to_failure())?;
        export::check_readable(&stored, format_of(path.as_deref()))
            .map_err(|error| error.to_failure())?;
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let mut export = ExportTask {
            records: store.answer_records().records(id),
            events,
            is_cancelled: Arc::clone(&is_cancelled),
            progress: ExportProgress { done: 0, total: stored.message_count },
            report_at: Instant::now() + REPORT_AFTER,
            is_reported: false,
            stored,
        };
        let thread =
            thread::Builder::new().name("export".into()).spawn(move || export.run(path.as_deref()));
        let thread = thread.map_err(|error| {
            let sentence = format!("The export could not start: {}.", io_reason(&error));
            Failure::new(FailureKind::Storage, sentence, "Try again.")
        })?;
        Ok(RunningExport { is_cancelled, thread })
    }
}

/// A program that ends leaves no half of a file.
impl Drop for ExportStarter {
    fn drop(&mut self) {
        self.cancel();
        if let Some(running) = self.running.take() {
            let _ = running.thread.join();
        }
    }
}

/// An export that is being written.
struct ExportTask {
    stored: StoredConversation,
    records: Vec<AnswerRecord>,
    events: EventSender,
    is_cancelled: Arc<AtomicBool>,
    progress: ExportProgress,
    report_at: Instant,
    is_reported: bool,
}

impl ExportTask {
    fn run(&mut self, named: Option<&str>) {
        let about = self.stored.about.clone();
        let written = write_new_file(&about, named, |format, to| self.write(format, to));
        if self.is_reported {
            self.events.send(StoreEvent::ExportEnded);
        }
        match written {
            Ok(path) => self.events.send_notice(written_sentence(named, path)),
            Err(_) if self.is_cancelled.load(Ordering::Relaxed) => {
                self.events.send_notice("The export was cancelled.".to_owned());
            }
            Err(error) => self.events.send_failure(write_failure(named, &error)),
        }
    }

    fn write(&mut self, format: DocumentFormat, to: &mut dyn Write) -> io::Result<()> {
        let Self { stored, records, events, is_cancelled, progress, report_at, is_reported } = self;
        export::write_document(stored, records, format, to, &mut |step| {
            if is_cancelled.load(Ordering::Relaxed) {
                return Err(ErrorKind::Interrupted.into());
            }
            progress.done = progress.done.saturating_add(usize::from(step == ExportStep::Written));
            if Instant::now() >= *report_at {
                *report_at = Instant::now() + REPORT_INTERVAL;
                *is_reported = true;
                events.send(StoreEvent::Exporting(*progress));
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tokio::sync::mpsc;

    use super::*;
    use crate::app::{Msg, Notice};
    use crate::chat::Timestamp;
    use crate::settings::UserName;
    use crate::store::{ChatsFolder, StorePaths};

    /// An export of three messages that reports each step, and the events it sends.
    fn export(folder: &Path) -> (ExportTask, mpsc::Receiver<Msg>) {
        let message = r#"{"role": "user", "text": "q", "timestamp": 1, "response_id": null}"#;
        let text = format!(
            r#"{{"c": {{"data": {{"id": "c"}}, "chat_name": "T", "last_update": 1, "messages": [{}],
                "last_response_id": null}}}}"#,
            [message; 3].join(",")
        );
        fs::write(folder.join("ann.json"), text).unwrap();
        let user = UserName::new("ann").unwrap();
        let paths = StorePaths::new(folder, user, ChatsFolder::Own, &folder.join("state"));
        let mut store = Store::open(paths, Timestamp::from_seconds(1)).unwrap().store;
        let stored = store.stored_conversation(&ConversationId::new("c")).unwrap();
        let (sender, events) = mpsc::channel(100);
        let export = ExportTask {
            records: Vec::new(),
            events: EventSender::new(sender),
            is_cancelled: Arc::new(AtomicBool::new(false)),
            progress: ExportProgress { done: 0, total: stored.message_count },
            report_at: Instant::now(),
            is_reported: false,
            stored,
        };
        (export, events)
    }

    fn received(mut events: mpsc::Receiver<Msg>) -> Vec<StoreEvent> {
        let mut all = Vec::new();
        while let Ok(Msg::Store(event)) = events.try_recv() {
            all.push(event);
        }
        all
    }

    #[test]
    fn an_export_that_takes_long_reports_how_far_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (mut export, events) = export(folder.path());
        let path = folder.path().join("page.html");
        export.run(Some(path.to_str().unwrap()));
        assert!(fs::read_to_string(&path).unwrap().ends_with("</html>\n"));
        let events = received(events);
        let first = StoreEvent::Exporting(ExportProgress { done: 1, total: 3 });
        assert_eq!(events[..2], [first, StoreEvent::ExportEnded]);
        assert!(matches!(&events[2], StoreEvent::Notice(Notice { text, .. })
            if text.starts_with("Exported as HTML to ")));
    }

    #[test]
    fn a_cancelled_export_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["page.html", "text.md"] {
            let (mut export, events) = export(folder.path());
            export.is_cancelled.store(true, Ordering::Relaxed);
            let path = folder.path().join(name);
            export.run(Some(path.to_str().unwrap()));
            assert!(!path.exists(), "{name}");
            let events = received(events);
            assert!(matches!(&events[..], [StoreEvent::Notice(notice)]
                if notice.text == "The export was cancelled."));
        }
    }
}
