//! Ways to a clipboard, tried in order: the system's, tmux, the terminal's, a file.
//! May not write to the terminal itself; frames are written there.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use tokio::sync::mpsc::Sender as Teller;

use crate::app::{ClipboardText, CopyMethod, CopyResult, Msg};
use crate::view::clean;

/// Bytes of text terminals are known to take: xterm and others drop sequences over 100 000 bytes.
const MAX_OSC52_TEXT_BYTES: usize = 74_000;

/// A program that stands between this one and the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Multiplexer {
    /// None.
    #[default]
    None,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// Where the program runs, as far as clipboards care.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TerminalEnvironment {
    /// Whether the person sits at another machine.
    pub is_remote: bool,
    /// What is between the program and the terminal.
    pub multiplexer: Multiplexer,
    /// Whether the terminal certainly has no clipboard.
    pub lacks_clipboard: bool,
}

impl TerminalEnvironment {
    /// What the environment tells.
    #[must_use]
    pub fn from_environment() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let term = std::env::var("TERM").unwrap_or_default();
        Self {
            is_remote: set("SSH_CONNECTION") || set("SSH_TTY"),
            multiplexer: if set("TMUX") {
                Multiplexer::Tmux
            } else if set("STY") {
                Multiplexer::Screen
            } else {
                Multiplexer::None
            },
            lacks_clipboard: term == "linux" || term == "dumb",
        }
    }
}

/// A thread that copies. It holds the system's clipboard as long as the program runs: on some
/// systems what was copied is gone with the one who copied it.
#[derive(Debug)]
pub struct Clipboard {
    environment: TerminalEnvironment,
    folder: PathBuf,
    msg_tx: Teller<Msg>,
    jobs: Option<Sender<ClipboardText>>,
}

impl Clipboard {
    /// A clipboard whose last resort is a file in a folder.
    #[must_use]
    pub const fn new(around: TerminalEnvironment, folder: PathBuf, tell: Teller<Msg>) -> Self {
        Self { environment: around, folder, msg_tx: tell, jobs: None }
    }

    /// Copies; what came of it is told.
    pub fn copy(&mut self, clip: ClipboardText) {
        let Err(clip) = self.send_to_thread(clip) else {
            return;
        };
        self.jobs = self.start();
        if let Err(clip) = self.send_to_thread(clip) {
            let way = CopyMethod::Failed("the system gives no thread.".to_owned());
            let _ = self.msg_tx.try_send(Msg::Copied(CopyResult {
                description: clip.description,
                method: way,
                hidden_characters: 0,
            }));
        }
    }

    fn send_to_thread(&self, clip: ClipboardText) -> Result<(), ClipboardText> {
        match &self.jobs {
            Some(jobs) => jobs.send(clip).map_err(|unsent| unsent.0),
            None => Err(clip),
        }
    }

    fn start(&self) -> Option<Sender<ClipboardText>> {
        let (jobs, waiting) = channel();
        let (around, folder, tell) = (self.environment, self.folder.clone(), self.msg_tx.clone());
        let work = move || work(around, &folder, &tell, &waiting);
        thread::Builder::new().name("clipboard".into()).spawn(work).ok().map(|_| jobs)
    }
}

fn work(
    around: TerminalEnvironment,
    folder: &Path,
    tell: &Teller<Msg>,
    jobs: &Receiver<ClipboardText>,
) {
    let mut native = None;
    while let Ok(ClipboardText { text, description: what }) = jobs.recv() {
        let hidden = clean::count_hidden(&text);
        let way = copy_text(around, folder, &mut native, text);
        // Nobody listens any more: the program is ending.
        let _ = tell.blocking_send(Msg::Copied(CopyResult {
            description: what,
            method: way,
            hidden_characters: hidden,
        }));
    }
}

fn copy_text(
    around: TerminalEnvironment,
    folder: &Path,
    native: &mut Option<arboard::Clipboard>,
    text: String,
) -> CopyMethod {
    // The clipboard of a machine nobody sits at helps nobody.
    if !around.is_remote && try_copy_to_system(native, &text) {
        return CopyMethod::Native;
    }
    if around.multiplexer == Multiplexer::Tmux && try_copy_to_tmux(&text) {
        return CopyMethod::Tmux;
    }
    if !around.lacks_clipboard && text.len() <= MAX_OSC52_TEXT_BYTES {
        return CopyMethod::Terminal(text);
    }
    match copy_to_file(folder, &text) {
        Ok(path) => CopyMethod::File(path.display().to_string()),
        Err(error) => {
            CopyMethod::Failed(format!("{} cannot be written ({error}).", folder.display()))
        }
    }
}

fn try_copy_to_system(native: &mut Option<arboard::Clipboard>, text: &str) -> bool {
    let mut board = match native.take() {
        Some(board) => board,
        None => match arboard::Clipboard::new() {
            Ok(board) => board,
            Err(error) => {
                tracing::info!(%error, "no system clipboard");
                return false;
            }
        },
    };
    match board.set_text(text) {
        Ok(()) => {
            *native = Some(board);
            true
        }
        Err(error) => {
            tracing::info!(%error, "the system clipboard does not take it");
            false
        }
    }
}

/// tmux drops what programs send to the terminal's clipboard unless it is told otherwise; its own
/// command always works.
fn try_copy_to_tmux(text: &str) -> bool {
    let load = |words: &[&str]| {
        let mut command = Command::new("tmux");
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(text.as_bytes())?;
        }
        Ok::<bool, io::Error>(child.wait()?.success())
    };
    // Versions before 3.2 do not know -w.
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
