//! The program as a job of a shell: suspended, stopped from outside, and continued.

use std::fs;
use std::process::Command;

use crate::support::home::Home;
use crate::support::processes::program_below;
use crate::support::pty::Pty;
use crate::support::server_with_permits;

const PROGRAM: &str = env!("CARGO_BIN_EXE_duologue");
/// What the shell writes when it waits for a command.
const PROMPT: &str = "ready> ";

/// A shell with job control.
struct Shell {
    pty: Pty,
    /// How often it has asked for a command.
    prompts: usize,
}

impl Shell {
    fn start(home: &Home) -> Self {
        let words = ["bash", "--norc", "--noprofile", "-i"];
        let more = [("PS1", PROMPT), ("TMUX", "/tmp/tmux,1,0")];
        let mut shell =
            Self { pty: Pty::start_command(home, &words, (100, 36), &more), prompts: 0 };
        shell.wait_for_prompt();
        shell
    }

    /// Whatever is typed before that may still be the program's.
    fn wait_for_prompt(&mut self) {
        self.prompts += 1;
        let expected = self.prompts;
        self.pty.wait("the shell asks for a command", |pty| {
            String::from_utf8_lossy(&pty.raw).matches(PROMPT).count() >= expected
        });
    }

    fn run(&mut self, command: &str) {
        self.pty.press(&format!("{command}\r"));
        self.reads_keys();
    }

    /// The first frame is drawn before the program watches for signals; it does once it reads keys.
    fn reads_keys(&mut self) {
        self.pty.wait_for("Ask anything");
        self.pty.press("\x1bOP");
        self.pty.wait_for("New conversation");
        self.pty.press("\x1b");
        self.pty.wait("help closed", |pty| !pty.text().contains("New conversation"));
    }

    /// The shell has the terminal, and nothing of the program's is left in it.
    fn has_the_terminal(&mut self) {
        self.wait_for_prompt();
        assert!(!self.pty.in_alternate_screen());
        // Whatever else is on screen, only a shell that reads adds up.
        self.pty.press("   echo sum$((20+22))\r");
        self.pty.wait_for("sum42");
        self.prompts += 1;
        let raw = String::from_utf8_lossy(&self.pty.raw).into_owned();
        for (on, off) in
            [("\x1b[?1000h", "\x1b[?1000l"), ("\x1b[>5u", "\x1b[<1u"), ("\x1b[>4;1m", "\x1b[>4m")]
        {
            assert!(raw.rfind(on) < raw.rfind(off), "{on:?} is still on");
        }
    }

    /// The program has the terminal again: it draws, and reads a key without Enter.
    fn continues(&mut self) {
        let taken = |pty: &Pty| String::from_utf8_lossy(&pty.raw).matches("\x1b[?1049h").count();
        let before = taken(&self.pty);
        self.pty.press("fg\r");
        self.pty.wait("the program takes the terminal", |pty| taken(pty) > before);
        self.reads_keys();
    }

    fn leave(mut self) {
        self.pty.press("\x11");
        self.wait_for_prompt();
        self.pty.press("exit\r");
        assert_eq!(self.pty.wait_for_end(), 0, "{}", self.pty.text());
    }
}

fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap();
    assert!(sent.success());
}

fn is_stopped(process: u32) -> bool {
    let asked = Command::new("ps").args(["-o", "stat=", "-p", &process.to_string()]).output();
    String::from_utf8_lossy(&asked.unwrap().stdout).trim().starts_with('T')
}

#[test]
fn ctrl_z_suspends_to_the_shell_also_through_another_shell() {
    for command in
        [format!("{PROGRAM} --demo"), format!("sh -c '{PROGRAM} --demo; echo it has ended'")]
    {
        let home = Home::new();
        let mut shell = Shell::start(&home);
        shell.run(&command);
        for _ in 0..2 {
            shell.pty.press("\x1a");
            shell.has_the_terminal();
            shell.continues();
        }
        shell.leave();
    }
}

#[test]
fn an_answer_continues_when_the_program_does() {
    let (server, permits) = server_with_permits();
    let home = Home::new().with_server(server.base_url());
    let mut shell = Shell::start(&home);
    shell.run(PROGRAM);
    shell.pty.press("a long one\r");
    shell.pty.wait_for("Waiting for the answer");
    permits.release(40);
    shell.pty.wait_for("Answering");
    // In the list Ctrl+Z is not undo.
    shell.pty.press("\t\x1a");
    shell.has_the_terminal();
    permits.release(100_000);
    shell.pty.press("fg\r");
    shell.pty.wait_for("Part 40");
    shell.pty.wait("the answer is whole", |pty| !pty.text().contains("Answering"));
    shell.leave();
}

#[test]
fn a_program_stopped_from_outside_releases_and_retakes_the_terminal() {
    let home = Home::new();
    let mut shell = Shell::start(&home);
    shell.run(&format!("{PROGRAM} --demo"));
    let process = program_below(shell.pty.process());
    for _ in 0..2 {
        signal(process, "TSTP");
        shell.has_the_terminal();
        assert!(is_stopped(process));
        shell.continues();
    }
    shell.leave();
}

#[test]
fn a_program_stopped_by_sigstop_retakes_the_terminal_when_continued() {
    let home = Home::new();
    let mut shell = Shell::start(&home);
    shell.run(&format!("{PROGRAM} --demo"));
    let process = program_below(shell.pty.process());
    signal(process, "STOP");
    shell.wait_for_prompt();
    assert!(is_stopped(process));
    shell.continues();
    shell.leave();
}

#[test]
fn ctrl_z_in_the_editor_suspends_both_and_both_continue() {
    let home = Home::new();
    let script = home.path().join("edit.sh");
    fs::write(&script, "echo editing\nread line\necho \"$line\" > \"$1\"\n").unwrap();
    let mut shell = Shell::start(&home);
    shell.run(&format!("EDITOR='sh {}' {PROGRAM} --demo", script.display()));
    shell.pty.press("\x07");
    shell.pty.wait_for("editing");
    shell.pty.press("\x1a");
    shell.has_the_terminal();
    let named = |pty: &Pty| String::from_utf8_lossy(&pty.raw).matches("edit.sh").count();
    let before = named(&shell.pty);
    shell.pty.press("fg\r");
    // What is typed before that the shell has read in its own mode, in which no line ends.
    shell.pty.wait("the shell names the job", |pty| named(pty) > before);
    shell.pty.press("a line for the editor\r");
    shell.pty.wait("the program's screen", Pty::in_alternate_screen);
    shell.pty.wait_for("▌  a line for the editor");
    shell.pty.press("\x15");
    shell.leave();
}
