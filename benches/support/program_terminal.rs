//! A program in a pseudo-terminal, with an emulator that reads its screen and timestamps of every
//! write.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use std::{fs, thread};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long anything may take before it must have gone wrong.
const DEADLINE: Duration = Duration::from_secs(30);

/// The usual size of the terminal in columns and rows.
pub(crate) const SIZE: (u16, u16) = (120, 40);

/// How a frame begins.
const FRAME: &[u8] = b"\x1b[?2026h";

/// A running program and what is on its screen.
pub(crate) struct ProgramTerminal {
    _master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    /// Every byte the program wrote.
    pub(crate) raw: Vec<u8>,
    /// Just before the program was started.
    pub(crate) started: Instant,
}

/// What a program has used up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ResourceUse {
    /// Time on a processor, of all threads there are.
    pub(crate) processor: Duration,
    /// How often a thread went to sleep, and so was woken.
    pub(crate) sleeps: u64,
    /// How many frames it drew.
    pub(crate) frames: usize,
    /// How many bytes it wrote to the terminal.
    pub(crate) bytes: usize,
}

impl ProgramTerminal {
    /// Starts a program in a fresh terminal, with nothing but this environment.
    pub(crate) fn start(
        words: &[&str],
        environment: &[(String, String)],
        (columns, rows): (u16, u16),
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(words[0]);
        command.args(&words[1..]);
        command.env_clear();
        for (name, value) in environment {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (tell, output) = channel();
        thread::spawn(move || {
            let mut piece = vec![0; 65536];
            while let Ok(got) = reader.read(&mut piece) {
                if got == 0 || tell.send((Instant::now(), piece[..got].to_vec())).is_err() {
                    return;
                }
            }
        });
        let keyboard = pair.master.take_writer().unwrap();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let size = |cells| std::num::NonZeroU16::new(cells).unwrap();
        let screen = vt100::Parser::new(size(rows), size(columns), 0);
        let raw = Vec::new();
        Self { _master: pair.master, child, keyboard, output, screen, raw, started }
    }

    /// Writes keys; the time is taken before the write.
    pub(crate) fn press(&mut self, keys: &str) -> Instant {
        let now = Instant::now();
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        now
    }

    /// Waits until something holds; the time is when the bytes that made it so could be read.
    pub(crate) fn wait(&mut self, what: &str, holds: impl Fn(&Self) -> bool) -> Instant {
        let started = Instant::now();
        let mut came = started;
        while !holds(self) {
            let left = DEADLINE.saturating_sub(started.elapsed());
            match self.output.recv_timeout(left) {
                Ok((at, bytes)) => {
                    came = at;
                    self.take(&bytes);
                }
                Err(error) => panic!("never: {what} ({error})\n{}", self.text()),
            }
        }
        came
    }

    pub(crate) fn wait_for(&mut self, text: &str) -> Instant {
        self.wait(text, |terminal| terminal.text().contains(text))
    }

    /// Waits for the end.
    pub(crate) fn wait_for_end(&mut self) -> Instant {
        self.child.wait().unwrap();
        Instant::now()
    }

    /// Lets time pass, reading what comes.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Ok((_, bytes)) =
            self.output.recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            self.take(&bytes);
        }
    }

    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// What a cell shows.
    pub(crate) fn cell(&self, (row, column): (u16, u16)) -> &str {
        self.screen.screen().cell(row, column).map_or("", vt100::Cell::contents)
    }

    /// Whether a cell has a light background of its own.
    pub(crate) fn is_light(&self, (row, column): (u16, u16)) -> bool {
        let background = self.screen.screen().cell(row, column).map(vt100::Cell::bgcolor);
        matches!(background, Some(vt100::Color::Rgb(red, green, blue)) if red.min(green).min(blue) > 128)
    }

    /// The row and the column of the cursor.
    pub(crate) fn cursor(&self) -> (u16, u16) {
        self.screen.screen().cursor_position()
    }

    pub(crate) fn wrote(&self, text: &str) -> bool {
        memchr::memmem::find(&self.raw, text.as_bytes()).is_some()
    }

    /// Returns its CPU time and memory so far; 0 if the system does not report them.
    pub(crate) fn used(&self) -> ResourceUse {
        let id = self.child.process_id().unwrap();
        let frames = memchr::memmem::find_iter(&self.raw, FRAME).count();
        let mut used = ResourceUse { frames, bytes: self.raw.len(), ..ResourceUse::default() };
        let threads = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
        for thread in threads {
            let reported = |name| fs::read_to_string(thread.path().join(name)).unwrap_or_default();
            let ran = reported("schedstat").split(' ').next().and_then(|it| it.parse().ok());
            used.processor += Duration::from_nanos(ran.unwrap_or(0));
            let status = reported("status");
            let sleeps = status.lines().find_map(|it| it.strip_prefix("voluntary_ctxt_switches:"));
            used.sleeps += sleeps.and_then(|it| it.trim().parse::<u64>().ok()).unwrap_or(0);
        }
        used
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.screen.process(bytes);
    }
}

impl Drop for ProgramTerminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl ResourceUse {
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            processor: self.processor.saturating_sub(before.processor),
            sleeps: self.sleeps.saturating_sub(before.sleeps),
            frames: self.frames.saturating_sub(before.frames),
            bytes: self.bytes.saturating_sub(before.bytes),
        }
    }
}
