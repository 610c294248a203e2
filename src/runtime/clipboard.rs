//! Copies text to the first clipboard that takes it: the system's, tmux's, the terminal's, a file; and
//! reads the system's. Must not write to the terminal, because a frame may be under way: the event loop does.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use tokio::sync::mpsc::Sender;

use crate::app::{ClipboardContent, ClipboardText, CopyMethod, CopyResult, Msg};
use crate::chat::io_reason;
use crate::settings::hide_api_key;
use crate::store::PastedImages;
use crate::view::clean;

use super::clipboard_reader;
use super::environment::{is_remote, variable};
use super::multiplexer::Multiplexer;
use super::system_clipboard::SystemClipboard;

/// The longest text in bytes that is sent to the terminal: encoded as base64 the sequence stays below
/// 100,000 bytes, the limit of hterm (`OSC_52_MAX_SEQUENCE` in its osc52.sh, read 2026-11-29), which
/// other terminals follow.
const MAX_OSC52_TEXT_BYTES: usize = 74_000;

/// What decides which clipboards can be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TerminalEnvironment {
    /// Whether the program runs over SSH: the system's clipboard is not the user's.
    pub is_remote: bool,
    /// What the sequence for the terminal has to pass.
    pub multiplexer: Multiplexer,
    /// Whether the terminal ignores OSC 52, as the Linux console does.
    pub lacks_clipboard: bool,
}

impl TerminalEnvironment {
    pub(super) fn from_environment() -> Self {
        let term = variable("TERM").unwrap_or_default();
        Self {
            is_remote: is_remote(&variable),
            multiplexer: Multiplexer::from_environment(),
            lacks_clipboard: term == "linux" || term == "dumb",
        }
    }
}

/// Copies on a thread of its own, which holds the system's clipboard as long as the program runs: on
/// some systems a copied text is gone with the program that copied it.
#[derive(Debug)]
pub(super) struct Clipboard {
    environment: TerminalEnvironment,
    folders: ClipboardFolders,
    msg_tx: Sender<Msg>,
    jobs_tx: Option<mpsc::Sender<ClipboardJob>>,
}

/// Where files go that stand for a clipboard's content.
#[derive(Debug, Clone)]
pub(super) struct ClipboardFolders {
    /// For a copied text, when there is no clipboard.
    pub(super) copied: PathBuf,
    /// For images that were pasted, which a question mentions by path.
    pub(super) pasted: PastedImages,
}

/// One task for the thread.
#[derive(Debug)]
enum ClipboardJob {
    Copy(ClipboardText),
    Read,
}

impl Clipboard {
    pub(super) const fn new(
        environment: TerminalEnvironment,
        folders: ClipboardFolders,
        msg_tx: Sender<Msg>,
    ) -> Self {
        Self { environment, folders, msg_tx, jobs_tx: None }
    }

    /// Copies a text and sends how.
    pub(super) fn copy(&mut self, clipboard_text: ClipboardText) {
        self.send_to_thread(ClipboardJob::Copy(clipboard_text));
    }

    /// Reads the clipboard and sends what is in it.
    pub(super) fn read(&mut self) {
        self.send_to_thread(ClipboardJob::Read);
    }

    /// Starts the thread at the first use.
    fn send_to_thread(&mut self, job: ClipboardJob) {
        let Err(job) = self.try_send_to_thread(job) else { return };
        self.jobs_tx = self.start();
        let Err(job) = self.try_send_to_thread(job) else { return };
        let why = "could not start a thread.".to_owned();
        let msg = match job {
            ClipboardJob::Copy(ClipboardText { description, .. }) => Msg::Copied(CopyResult {
                description,
                method: CopyMethod::Failed(why),
                hidden_characters: 0,
            }),
            ClipboardJob::Read => {
                let text = format!("The clipboard cannot be read: {why}");
                Msg::ClipboardRead(ClipboardContent::Nothing(text))
            }
        };
        let _ = self.msg_tx.try_send(msg);
    }

    fn try_send_to_thread(&self, job: ClipboardJob) -> Result<(), ClipboardJob> {
        match &self.jobs_tx {
            Some(jobs_tx) => jobs_tx.send(job).map_err(|unsent| unsent.0),
            None => Err(job),
        }
    }

    fn start(&self) -> Option<mpsc::Sender<ClipboardJob>> {
        let (jobs_tx, jobs_rx) = mpsc::channel();
        let (environment, folders) = (self.environment, self.folders.clone());
        let msg_tx = self.msg_tx.clone();
        let work = move || perform_all(environment, &folders, &jobs_rx, &msg_tx);
        thread::Builder::new().name("clipboard".into()).spawn(work).ok().map(|_| jobs_tx)
    }
}

/// The clipboards of a program that writes no escape codes to its terminal.
#[derive(Debug)]
pub(crate) struct LineClipboard {
    environment: TerminalEnvironment,
    folder: PathBuf,
    /// Held as long as the program runs, as above.
    system: SystemClipboard,
}

impl LineClipboard {
    /// Where there is no clipboard, a file in the folder takes its place.
    pub(crate) fn new(folder: PathBuf) -> Self {
        let environment = TerminalEnvironment {
            lacks_clipboard: true,
            ..TerminalEnvironment::from_environment()
        };
        Self { environment, folder, system: SystemClipboard::default() }
    }

    /// Copies a text, and says where it went; `what` names it in the middle of a sentence.
    pub(crate) fn copy(&mut self, what: &str, text: String) -> String {
        copy_text(self.environment, &self.folder, &mut self.system, text).sentence(what)
    }
}

fn perform_all(
    environment: TerminalEnvironment,
    folders: &ClipboardFolders,
    jobs_rx: &mpsc::Receiver<ClipboardJob>,
    msg_tx: &Sender<Msg>,
) {
    let mut system = SystemClipboard::default();
    while let Ok(job) = jobs_rx.recv() {
        let msg = match job {
            ClipboardJob::Copy(ClipboardText { text, description }) => {
                let hidden_characters = clean::count_hidden(&text);
                let method = copy_text(environment, &folders.copied, &mut system, text);
                Msg::Copied(CopyResult { description, method, hidden_characters })
            }
            ClipboardJob::Read => {
                Msg::ClipboardRead(clipboard_reader::read(&mut system, &folders.pasted))
            }
        };
        let _ = msg_tx.blocking_send(msg);
    }
}

fn copy_text(
    environment: TerminalEnvironment,
    folder: &Path,
    system: &mut SystemClipboard,
    text: String,
) -> CopyMethod {
    if system.set_text(&text).is_ok() {
        return CopyMethod::Native;
    }
    if environment.multiplexer == Multiplexer::Tmux && try_copy_to_tmux(&text) {
        return CopyMethod::Tmux;
    }
    if !environment.lacks_clipboard && text.len() <= MAX_OSC52_TEXT_BYTES {
        return CopyMethod::Terminal(text);
    }
    match copy_to_file(folder, &text) {
        Ok(path) => CopyMethod::File(path.display().to_string()),
        Err(error) => {
            let why = io_reason(&error);
            CopyMethod::Failed(format!("{} cannot be written: {why}.", folder.display()))
        }
    }
}

/// tmux drops the terminal's own sequence unless configured otherwise; its command always works.
fn try_copy_to_tmux(text: &str) -> bool {
    let load = |args: &[&str]| {
        let mut command = Command::new("tmux");
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = hide_api_key(&mut command).spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(text.as_bytes())?;
        }
        Ok::<bool, io::Error>(child.wait()?.success())
    };
    // -w, which sets the terminal's clipboard as well, exists since tmux 3.2 (2021).
    load(&["load-buffer", "-w", "-"]).unwrap_or(false)
        || load(&["load-buffer", "-"]).unwrap_or(false)
}

fn copy_to_file(folder: &Path, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".copied.tmp.").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    let path = folder.join("copied.txt");
    file.persist(&path)?;
    Ok(path)
}
