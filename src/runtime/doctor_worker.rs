//! Whether the web app would take the open file, judged beside everything else and said in one line.
//! May not change the file: the line names the command that does.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::Sender;

use crate::app::{Msg, Notice, NoticeKind, StoreEvent};
use crate::store::doctor::{Impact, Report, Verdict, WebVersion, examine};

/// Judges one file, now and again.
#[derive(Debug)]
pub struct DoctorWorker {
    file: PathBuf,
    msg_tx: Sender<Msg>,
    running: Option<JoinHandle<()>>,
    has_started: bool,
}

impl DoctorWorker {
    /// Has not judged anything yet.
    #[must_use]
    pub const fn of(file: PathBuf, tell: Sender<Msg>) -> Self {
        Self { file, msg_tx: tell, running: None, has_started: false }
    }

    /// Judges the file for the first time; later calls do nothing.
    pub fn run_first(&mut self) {
        if !self.has_started {
            self.run();
        }
    }

    /// Judges the file as it is now, unless that is being done.
    pub fn run(&mut self) {
        self.has_started = true;
        if self.running.as_ref().is_some_and(|running| !running.is_finished()) {
            return;
        }
        let (file, tell) = (self.file.clone(), self.msg_tx.clone());
        let judge = move || {
            if let Some(text) = check_file(&file) {
                let notice = Notice { kind: NoticeKind::Error, text };
                // Nobody listens any more: the program is ending.
                let _ = tell.blocking_send(Msg::Store(StoreEvent::FileChecked(notice)));
            }
        };
        match thread::Builder::new().name("checkup".into()).spawn(judge) {
            Ok(running) => self.running = Some(running),
            Err(error) => tracing::warn!(%error, "the file could not be judged"),
        }
    }
}

/// The line about a file that a web app version would reject or could not save.
#[must_use]
pub fn check_file(file: &Path) -> Option<String> {
    // One that cannot be read is reported by whoever lists it; opening a pipe would wait for ever.
    if !file.is_file() {
        return None;
    }
    let report = examine(File::open(file).ok()?).ok()?;
    if !report.is_json {
        return None;
    }
    let worst = |verdict| {
        [WebVersion::Current, WebVersion::V2025].iter().any(|era| report.verdict(*era) == verdict)
    };
    // The way out first: a narrow window cuts the end.
    let (does, effect) = if worst(Verdict::Rejected) {
        ("would reject", Impact::Rejected)
    } else if worst(Verdict::Unsavable) {
        ("could not save", Impact::Unsavable)
    } else {
        return None;
    };
    let many = describe_count(&report, effect);
    Some(format!("Run `duologue doctor --fix`: the web app {does} this file ({many})."))
}

fn describe_count(report: &Report, effect: Impact) -> String {
    match report.findings.iter().filter(|it| it.impact == effect).count() {
        1 => "1 bad value".to_owned(),
        count => format!("{count} bad values"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::channel;

    fn notice_for(text: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("u.json");
        std::fs::write(&file, text).unwrap();
        let (tell, mut told) = channel(4);
        let mut checkup = DoctorWorker::of(file, tell);
        checkup.run_first();
        checkup.run_first();
        checkup.running.take().unwrap().join().unwrap();
        drop(checkup);
        let first = told.blocking_recv();
        assert_eq!(told.blocking_recv(), None);
        first.map(|fact| match fact {
            Msg::Store(StoreEvent::FileChecked(notice)) => notice.text,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_file_the_web_app_would_not_take_is_said_once_with_the_way_out() {
        let record = |time: &str, title: &str| {
            format!(
                "{{\"a\": {{\"data\": {{\"id\": \"a\", \"created_at\": {time}}}, \"chat_name\": \
                 \"{title}\", \"last_update\": {time}}}}}"
            )
        };
        let text = notice_for(&record("1.5", "T")).unwrap();
        assert!(text.contains("would reject this file (2 bad values)"), "{text}");
        assert!(text.contains("doctor --fix"), "{text}");
        let text = notice_for(&record("1", "\\ud83d")).unwrap();
        assert!(text.contains("could not save this file (1 bad value)"), "{text}");
        assert_eq!(notice_for(&record("1", "T")), None);
        assert_eq!(notice_for("not json"), None);
    }
}
