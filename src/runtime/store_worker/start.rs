//! Starts the store thread: opens the session files and the store, and watches the chats folder.

use std::io;
use std::path::Path;
use std::sync::mpsc::Sender;

use crate::app::StoreEvent;
use crate::chat::FileNotice;
use crate::runtime::clock;
use crate::runtime::doctor_worker::DoctorWorker;
use crate::runtime::event_sender::EventSender;
use crate::runtime::session_files::{SessionFiles, SharedDrafts};
use crate::store::{OpenedStore, Store, Watch};

use super::config::StoreWorkerConfig;
use super::export::ExportStarter;
use super::handle::{StoreHandle, StoreInbox};
use super::job::Job;
use super::presets::PresetWorker;
use super::rows::RowSender;
use super::search::SearchStarter;
use super::unavailable::run_without_store;
use super::unstored::UnstoredAnswers;
use super::worker::StoreWorker;

/// Starts the store thread; opening the store is its first work.
///
/// # Errors
/// When the system cannot start a thread.
pub(in crate::runtime) fn start(
    config: StoreWorkerConfig,
    events: EventSender,
) -> io::Result<StoreHandle> {
    let drafts = SharedDrafts::in_folder(config.paths.state_folder());
    StoreHandle::start(drafts.clone(), events.clone(), move |inbox| {
        // Opening the store comes first: it forgets drafts whose questions were sent.
        let opened = Store::open(config.paths.clone(), clock::now());
        let (folder, state) = (config.paths.state_folder(), &config.settings.paths.state);
        let session_files = SessionFiles::open(folder, state, drafts, events.clone());
        match opened {
            Ok(opened) => run_with_store(opened, config, inbox, events, session_files),
            Err(error) => {
                let log_file = &config.log_file;
                let failure = error.to_failure();
                run_without_store(&failure, inbox.jobs, &events, session_files, log_file);
            }
        }
    })
}

fn run_with_store(
    opened: OpenedStore,
    config: StoreWorkerConfig,
    inbox: StoreInbox,
    events: EventSender,
    session_files: SessionFiles,
) {
    let read_only = opened.read_only_notice();
    let chats_file = config.paths.chats_file();
    let jobs_tx = inbox.jobs_tx.clone();
    let (mut store, deltas) = (opened.store, inbox.deltas.clone());
    store.set_waiting_work(move |store| {
        deltas.take(store);
        deltas.write_if_due(store);
    });
    let mut worker = StoreWorker {
        store,
        jobs: inbox.jobs,
        deltas: inbox.deltas,
        confirm_at: None,
        session_files,
        rows: RowSender::new(&config.paths, events.clone()),
        search: SearchStarter::new(events.clone()),
        export: ExportStarter::new(events.clone()),
        presets: PresetWorker::new(config.presets.clone(), events.clone(), inbox.jobs_tx),
        doctor: DoctorWorker::new(chats_file.clone(), events.clone()),
        unstored: UnstoredAnswers::default(),
        events,
        config,
    };
    worker.rows.send_arrangement();
    let notices = read_only.map(FileNotice::info).into_iter().chain(opened.notice);
    if let Some(notice) = FileNotice::join(notices) {
        worker.send(StoreEvent::FileChanged(Some(notice)));
    }
    // The start waits for the list, and for nothing that follows.
    worker.list();
    let _watch = watch_chats(&chats_file, jobs_tx);
    // The file may have changed between the opening of the store and the start of the watch.
    worker.refresh();
    worker.doctor.run_first();
    worker.run();
}

/// Watches the folder of the chats file; every change asks the thread for a refresh.
fn watch_chats(chats_file: &Path, jobs_tx: Sender<Job>) -> Option<Watch> {
    let watch = Watch::start(chats_file, move || {
        let _ = jobs_tx.send(Job::Refresh);
    });
    watch.inspect_err(|error| tracing::warn!(error, "the chats folder cannot be watched")).ok()
}
