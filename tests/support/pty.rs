//! The real program in a real pseudo-terminal, with an emulator that reads its screen.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::DEADLINE;
use super::home::Home;

/// The program in a terminal.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Every byte the program wrote.
    pub raw: Vec<u8>,
}

impl Pty {
    pub fn start(home: &Home, words: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_with(home, words, (columns, rows), &[])
    }

    /// The same with more in its environment.
    pub fn start_with(
        home: &Home,
        words: &[&str],
        (columns, rows): (u16, u16),
        more: &[(&str, &str)],
    ) -> Self {
        let mut all = vec![env!("CARGO_BIN_EXE_duologue")];
        all.extend(words);
        Self::start_command(home, &all, (columns, rows), more)
    }

    /// Another program in its place.
    pub fn start_command(
        home: &Home,
        words: &[&str],
        (columns, rows): (u16, u16),
        more: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(words[0]);
        command.args(&words[1..]);
        command.env_clear();
        command.cwd(home.path());
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        for (name, value) in more {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (tell, output) = channel();
        std::thread::spawn(move || {
            let mut piece = vec![0; 65536];
            while let Ok(got) = reader.read(&mut piece) {
                if got == 0 || tell.send(piece[..got].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keyboard = pair.master.take_writer().unwrap();
        // The emulator needs a cell even if the terminal reports no size.
        let rows = std::num::NonZeroU16::new(rows.max(1)).unwrap();
        let columns = std::num::NonZeroU16::new(columns.max(1)).unwrap();
        let screen = vt100::Parser::new(rows, columns, 0);
        Self { master: pair.master, child, keyboard, output, screen, raw: Vec::new() }
    }

    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Pastes text as a terminal with bracketed paste does.
    pub fn paste(&mut self, text: &str) {
        self.press(&format!("\x1b[200~{text}\x1b[201~"));
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
        let rows = std::num::NonZeroU16::new(rows).unwrap();
        let columns = std::num::NonZeroU16::new(columns).unwrap();
        self.screen.screen_mut().set_size(rows, columns);
    }

    /// Has the terminal hold back what is written to it, and the writers wait.
    #[cfg(unix)]
    pub fn hold_output(&self) {
        rustix::termios::tcflow(self.open_terminal(), rustix::termios::Action::OOff).unwrap();
    }

    /// Has the terminal go on.
    #[cfg(unix)]
    pub fn release_output(&self) {
        rustix::termios::tcflow(self.open_terminal(), rustix::termios::Action::OOn).unwrap();
    }

    /// Whether the terminal hands over whole lines, as it does for a shell.
    #[cfg(unix)]
    pub fn reads_lines(&self) -> bool {
        let modes = rustix::termios::tcgetattr(self.open_terminal()).unwrap();
        modes.local_modes.contains(rustix::termios::LocalModes::ICANON)
    }

    #[cfg(unix)]
    fn open_terminal(&self) -> std::os::fd::OwnedFd {
        use rustix::fs::{Mode, OFlags, open};
        let name = self.master.tty_name().unwrap();
        open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap()
    }

    /// Whether the program has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// The screen as text.
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// The screen, cell by cell.
    pub fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    pub fn in_alternate_screen(&self) -> bool {
        self.screen.screen().alternate_screen()
    }

    pub fn cursor(&self) -> (u16, u16) {
        self.screen.screen().cursor_position()
    }

    /// Waits until the screen shows something.
    pub fn wait_for(&mut self, what: &str) {
        let expected = what.to_owned();
        self.wait(what, move |pty| pty.text().contains(&expected));
    }

    /// Waits until the screen shows a sentence that may be broken over lines.
    pub fn wait_for_sentence(&mut self, what: &str) {
        let wanted = what.to_owned();
        self.wait(what, move |pty| {
            let text = pty.text();
            text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&wanted)
        });
    }

    /// Waits for output and shows it.
    pub fn take_output(&mut self) {
        let bytes = self.output.recv_timeout(DEADLINE);
        self.take(&bytes.unwrap_or_else(|_| panic!("no output\n{}", self.text())));
    }

    /// Waits until something holds.
    pub fn wait(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            let left = DEADLINE.saturating_sub(started.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(error) => panic!("never on screen: {what} ({error})\n{}", self.text()),
            }
        }
    }

    /// What each cell shows and in which colours, row by row.
    pub fn cells(&self) -> Vec<String> {
        let screen = self.screen.screen();
        let (rows, columns) = screen.size();
        let (rows, columns) = (u16::from(rows), u16::from(columns));
        let cell = |row, column| {
            let cell = screen.cell(row, column).unwrap();
            let looks = (cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.inverse());
            // A cell never written to looks like one with a space in it.
            let text = if cell.contents().is_empty() { " " } else { cell.contents() };
            format!("{text} {looks:?}")
        };
        (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .map(|(row, column)| cell(row, column))
            .collect()
    }

    /// Waits for the end; returns the exit code.
    pub fn wait_for_end(&mut self) -> u32 {
        let started = Instant::now();
        let left = || DEADLINE.saturating_sub(started.elapsed());
        while let Ok(bytes) = self.output.recv_timeout(left()) {
            self.take(&bytes);
        }
        assert!(!left().is_zero(), "it does not end\n{}", self.text());
        self.child.wait().unwrap().exit_code()
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        let done = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(done.success());
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.screen.process(bytes);
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
