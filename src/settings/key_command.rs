//! Runs the command that prints the API key, with a limit to its time and its output.
//! Must not print or log what the command prints.

use std::io::{self, IsTerminal, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

use crate::chat::text_encoding::decode;
use crate::chat::{count, io_reason};

use super::error::SettingsError;

/// How long a command may take that asks nobody anything.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// The same for one that may ask its user for a password.
const PROMPT_TIMEOUT: Duration = Duration::from_mins(2);

/// The most bytes a command may print, or that are read of a key file.
pub(crate) const MAX_KEY_BYTES: u64 = 64 * 1024;

/// How long to wait between two looks at whether a command has ended, or has stopped.
const WAIT_INTERVAL: Duration = Duration::from_millis(5);

/// Whether the command that prints the key may ask its user something, such as the password of a
/// password manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPrompt {
    /// It may use the terminal, where there is one.
    OnTerminal,
    /// The terminal is in use: a window is drawn on it.
    Never,
}

/// Returns the first line that a command prints.
///
/// # Errors
/// When the command fails, prints nothing or too much, or does not end in time.
pub(super) fn run(command: &str, prompt: KeyPrompt) -> Result<SecretString, SettingsError> {
    let terminal = match prompt {
        KeyPrompt::OnTerminal if is_in_foreground() => Terminal::Shared,
        KeyPrompt::OnTerminal | KeyPrompt::Never => Terminal::None,
    };
    run_with(command, terminal, terminal.time_limit())
}

/// What a command has of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Terminal {
    /// It shares it with this program, being of the same process group.
    Shared,
    /// It is of a group in the background, which the system stops where it wants the terminal.
    None,
}

impl Terminal {
    const fn time_limit(self) -> Duration {
        match self {
            Self::Shared => PROMPT_TIMEOUT,
            Self::None => COMMAND_TIMEOUT,
        }
    }

    fn prepare(self, command: &mut Command) {
        let or_null = |is_terminal| if is_terminal { Stdio::inherit() } else { Stdio::null() };
        match self {
            // What is piped in is for this program.
            Self::Shared => {
                command.stdin(or_null(io::stdin().is_terminal()));
                command.stderr(or_null(io::stderr().is_terminal()));
            }
            Self::None => {
                command.stdin(Stdio::null()).stderr(Stdio::null());
                // Or the agent of GnuPG asks on that terminal, whoever draws on it.
                command.env_remove("GPG_TTY");
                #[cfg(unix)]
                std::os::unix::process::CommandExt::process_group(command, 0);
            }
        }
    }
}

/// Whether this program has the terminal it was started on.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    let group =
        std::fs::File::open("/dev/tty").and_then(|tty| Ok(rustix::termios::tcgetpgrp(tty)?));
    group.is_ok_and(|group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    io::stdin().is_terminal()
}

/// The shell of the system with a line to run.
pub(crate) fn shell_command(line: &str) -> Command {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(shell);
    command.arg(flag).arg(line);
    command
}

fn run_with(
    command: &str,
    terminal: Terminal,
    limit: Duration,
) -> Result<SecretString, SettingsError> {
    let failed = |why: String| SettingsError::KeyCommand(why);
    let mut shell = shell_command(command);
    shell.stdout(Stdio::piped());
    terminal.prepare(&mut shell);
    let mut child = shell.spawn().map_err(|error| failed(io_reason(&error)))?;
    let output = collect(&mut child, limit).inspect_err(|_| end(&mut child, terminal));
    let printed =
        decode(output.map_err(failed)?, None).map_err(|error| failed(error.to_string()))?;
    let key = first_line(&printed.text).ok_or_else(|| failed("it printed nothing".to_owned()))?;
    match variable_name(key.expose_secret()) {
        Some(name) => Err(failed(format!("it printed a line that sets the variable {name}"))),
        None => Ok(key),
    }
}

/// What a command prints, if it ends with success in time and prints no more than a key may have.
fn collect(child: &mut Child, limit: Duration) -> Result<Vec<u8>, String> {
    let too_late = || format!("it did not end within {}", count::phrase(limit.as_secs(), "second"));
    let deadline = Instant::now().checked_add(limit).ok_or_else(too_late)?;
    let output = read_output(child).map_err(|error| error.to_string())?;
    let bytes = loop {
        match output.recv_timeout(WAIT_INTERVAL) {
            Ok(Ok(bytes)) => break bytes,
            Ok(Err(error)) => return Err(error.to_string()),
            Err(RecvTimeoutError::Disconnected) => return Err(too_late()),
            Err(RecvTimeoutError::Timeout) if is_stopped(child) => {
                return Err(
                    "it asks for something on the terminal, which is in use here".to_owned()
                );
            }
            Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => return Err(too_late()),
            Err(RecvTimeoutError::Timeout) => {}
        }
    };
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_KEY_BYTES) {
        return Err(format!("it printed more than {} KB", MAX_KEY_BYTES / 1024));
    }
    // A command may close its output and go on.
    match wait_until(child, deadline) {
        Some(status) if status.success() => Ok(bytes),
        Some(status) => Err(status.to_string()),
        None => Err(too_late()),
    }
}

/// Reads what a command prints in a thread of its own, up to one byte more than a key may have.
fn read_output(child: &mut Child) -> io::Result<Receiver<io::Result<Vec<u8>>>> {
    let (done_tx, done) = channel();
    if let Some(output) = child.stdout.take() {
        thread::Builder::new().name("key-command".into()).spawn(move || {
            let mut bytes = Vec::new();
            let read = output.take(MAX_KEY_BYTES.saturating_add(1)).read_to_end(&mut bytes);
            let _ = done_tx.send(read.map(|_| bytes));
        })?;
    }
    Ok(done)
}

/// The first line that is not empty: the key, without the white space around it.
pub(super) fn first_line(text: &str) -> Option<SecretString> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(SecretString::from(line.to_owned()))
}

/// The name of the variable that a line of a shell script or of an `.env` file sets.
pub(super) fn variable_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, _) = line.split_once('=')?;
    let is_name = name.contains('_') && name.starts_with(|c: char| c.is_ascii_uppercase());
    let is_of_names = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    (is_name && name.chars().all(is_of_names)).then_some(name)
}

/// How a command ended; `None` where it has not by then.
fn wait_until(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(WAIT_INTERVAL);
    }
}

/// Whether the system has stopped a command, as it does where one in the background reads the terminal.
#[cfg(unix)]
fn is_stopped(child: &Child) -> bool {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let Some(id) = process_id(child.id()) else { return false };
    let only_look = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(id), only_look).is_ok_and(|status| status.is_some())
}

#[cfg(not(unix))]
const fn is_stopped(_: &Child) -> bool {
    false
}

/// Ends a command and every program it started.
fn end(child: &mut Child, terminal: Terminal) {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, kill_process, kill_process_group};
        match (terminal, process_id(child.id())) {
            (Terminal::None, Some(group)) => {
                let _ = kill_process_group(group, Signal::KILL);
            }
            (Terminal::Shared, _) => {
                // This program is of the same group, and so is whoever waits for it.
                for program in programs_below(child.id()).into_iter().filter_map(process_id) {
                    let _ = kill_process(program, Signal::KILL);
                }
            }
            (Terminal::None, None) => {}
        }
    }
    #[cfg(not(unix))]
    let _ = terminal;
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
fn process_id(number: u32) -> Option<rustix::process::Pid> {
    i32::try_from(number).ok().and_then(rustix::process::Pid::from_raw)
}

/// The programs that a process has started, and those they have; none on a system without `ps`.
#[cfg(unix)]
fn programs_below(process: u32) -> Vec<u32> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=", "-o", "ppid="]).output();
    let listed = listed.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    let listed = listed.unwrap_or_default();
    let pairs: Vec<(u32, u32)> = listed
        .lines()
        .filter_map(|line| {
            let (program, parent) = line.trim().split_once(char::is_whitespace)?;
            Some((program.parse().ok()?, parent.trim().parse().ok()?))
        })
        .collect();
    let mut below = Vec::new();
    let mut parents = vec![process];
    while let Some(parent) = parents.pop() {
        let started = pairs.iter().filter(|(_, of)| *of == parent).map(|(program, _)| *program);
        let started: Vec<u32> = started.collect();
        below.extend(&started);
        parents.extend(started);
    }
    below
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_command_gives_its_first_line_and_a_failing_one_says_so() {
        let key = run("printf 'sk-test\\nnoise'", KeyPrompt::Never).unwrap();
        assert_eq!(key.expose_secret(), "sk-test");
        let error = run("exit 3", KeyPrompt::Never).unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
        assert!(run("true", KeyPrompt::Never).is_err());
    }

    #[test]
    fn a_command_that_does_not_end_or_prints_for_ever_is_stopped() {
        for terminal in [Terminal::None, Terminal::Shared] {
            let run = |command, limit| {
                let started = Instant::now();
                let error = run_with(command, terminal, limit).unwrap_err().to_string();
                assert!(started.elapsed() < Duration::from_secs(9), "{command}");
                error
            };
            let endless = run("exec yes", COMMAND_TIMEOUT);
            assert!(endless.contains("more than 64 KB"), "{endless}");
            let silent = run("exec sleep 10", Duration::from_millis(50));
            assert!(silent.contains("did not end within"), "{silent}");
            let closed = run("echo sk; exec >&-; sleep 10", Duration::from_millis(50));
            assert!(closed.contains("did not end within"), "{closed}");
        }
    }

    #[test]
    fn a_command_that_is_stopped_takes_its_programs_with_it() {
        for terminal in [Terminal::None, Terminal::Shared] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("pid");
            let command = format!(
                "sleep 100 & echo $! > '{0}.new'; mv '{0}.new' '{0}'; wait",
                path.display()
            );
            run_with(&command, terminal, Duration::from_millis(700)).unwrap_err();
            let started: i32 = fs::read_to_string(path).unwrap().trim().parse().unwrap();
            let program = rustix::process::Pid::from_raw(started).unwrap();
            let deadline = Instant::now() + Duration::from_secs(5);
            let is_gone = || {
                let stat = fs::read_to_string(format!("/proc/{started}/stat")).unwrap_or_default();
                // Where nobody waits for orphans it stays a zombie.
                rustix::process::test_kill_process(program).is_err() || stat.contains(") Z ")
            };
            while !is_gone() {
                assert!(Instant::now() < deadline, "it still runs");
                thread::yield_now();
            }
        }
    }

    #[test]
    fn a_command_that_wants_a_terminal_in_use_is_told_from_a_slow_one() {
        // What the system does to it; there is no terminal in a test.
        let error = run("kill -s TTIN $$; echo sk", KeyPrompt::Never).unwrap_err().to_string();
        assert!(error.contains("asks for something on the terminal"), "{error}");
    }
}
