//! Ways to a clipboard, tried in order: the system's, tmux, the terminal's, a file.
//! May not write to the terminal itself; frames are written there.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use tokio::sync::mpsc::Sender as Teller;

use crate::app::{Clip, Copied, Msg, Way};
use crate::view::clean;

/// Bytes of text terminals are known to take: xterm and others drop sequences over 100 000 bytes.
const MOST_FOR_TERMINAL: usize = 74_000;

/// A program that stands between this one and the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Between {
    /// None.
    #[default]
    Nothing,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// Where the program runs, as far as clipboards care.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether the person sits at another machine.
    pub remote: bool,
    /// What is between the program and the terminal.
    pub between: Between,
    /// Whether the terminal certainly has no clipboard.
    pub bare: bool,
}

impl Surroundings {
    /// What the environment tells.
    #[must_use]
    pub fn from_environment() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let term = std::env::var("TERM").unwrap_or_default();
        Self {
            remote: set("SSH_CONNECTION") || set("SSH_TTY"),
            between: if set("TMUX") {
                Between::Tmux
            } else if set("STY") {
                Between::Screen
            } else {
                Between::Nothing
            },
            bare: term == "linux" || term == "dumb",
        }
    }
}

/// A thread that copies. It holds the system's clipboard as long as the program runs: on some
/// systems what was copied is gone with the one who copied it.
#[derive(Debug)]
pub struct Clipboard {
    around: Surroundings,
    folder: PathBuf,
    tell: Teller<Msg>,
    jobs: Option<Sender<Clip>>,
}

impl Clipboard {
    /// A clipboard whose last resort is a file in a folder.
    #[must_use]
    pub const fn new(around: Surroundings, folder: PathBuf, tell: Teller<Msg>) -> Self {
        Self { around, folder, tell, jobs: None }
    }

    /// Copies; what came of it is told.
    pub fn copy(&mut self, clip: Clip) {
        let Err(clip) = self.hand_on(clip) else {
            return;
        };
        self.jobs = self.start();
        if let Err(clip) = self.hand_on(clip) {
            let way = Way::Nowhere("the system gives no thread.".to_owned());
            let _ = self.tell.try_send(Msg::Copied(Copied { what: clip.what, way, hidden: 0 }));
        }
    }

    fn hand_on(&self, clip: Clip) -> Result<(), Clip> {
        match &self.jobs {
            Some(jobs) => jobs.send(clip).map_err(|unsent| unsent.0),
            None => Err(clip),
        }
    }

    fn start(&self) -> Option<Sender<Clip>> {
        let (jobs, waiting) = channel();
        let (around, folder, tell) = (self.around, self.folder.clone(), self.tell.clone());
        let work = move || work(around, &folder, &tell, &waiting);
        thread::Builder::new().name("clipboard".into()).spawn(work).ok().map(|_| jobs)
    }
}

fn work(around: Surroundings, folder: &Path, tell: &Teller<Msg>, jobs: &Receiver<Clip>) {
    let mut native = None;
    while let Ok(Clip { text, what }) = jobs.recv() {
        let hidden = clean::hidden(&text);
        let way = way(around, folder, &mut native, text);
        // Nobody listens any more: the program is ending.
        let _ = tell.blocking_send(Msg::Copied(Copied { what, way, hidden }));
    }
}

fn way(
    around: Surroundings,
    folder: &Path,
    native: &mut Option<arboard::Clipboard>,
    text: String,
) -> Way {
    // The clipboard of a machine nobody sits at helps nobody.
    if !around.remote && to_system(native, &text) {
        return Way::Native;
    }
    if around.between == Between::Tmux && to_tmux(&text) {
        return Way::Tmux;
    }
    if !around.bare && text.len() <= MOST_FOR_TERMINAL {
        return Way::Terminal(text);
    }
    match to_file(folder, &text) {
        Ok(path) => Way::File(path.display().to_string()),
        Err(error) => Way::Nowhere(format!("{} cannot be written ({error}).", folder.display())),
    }
}

fn to_system(native: &mut Option<arboard::Clipboard>, text: &str) -> bool {
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
fn to_tmux(text: &str) -> bool {
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

fn to_file(folder: &Path, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".copied.tmp.").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    let path = folder.join("copied.txt");
    file.persist(&path)?;
    Ok(path)
}
