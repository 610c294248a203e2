//! The process between this program and the program of an MCP server. It passes standard input on and
//! ends the server's whole process group when that input ends: then this program has closed the server,
//! has ended, or was killed. Nothing else notices a kill without unsafe code.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long a server may take to end by itself once its input has ended (the specification, revision
/// 2025-11-25, "Lifecycle: Shutdown", names no time).
const GRACE: Duration = Duration::from_secs(2);
/// How long the program may take to end after SIGTERM.
const TERM_GRACE: Duration = Duration::from_secs(1);
/// The beginning of the reason on standard error, to tell it from output of the program.
pub(super) const NOT_STARTED_MARK: &str = "duologue: not started: ";
/// The exit code of shells for a program that was not found.
const NOT_STARTED: u8 = 127;

enum ProcessEvent {
    /// Nobody writes to standard input any more.
    InputEnded,
    /// The program has ended.
    Exited,
}

/// Runs the program of a server until it or standard input ends; returns the exit code.
#[must_use]
pub fn supervise(command: &[OsString]) -> u8 {
    name_process();
    let Some((program, args)) = command.split_first() else {
        return NOT_STARTED;
    };
    let mut process = Command::new(program);
    process.args(args).stdin(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut process, 0);
    let mut child = match process.spawn() {
        Ok(child) => child,
        Err(error) => {
            let name = program.to_string_lossy();
            let why = if error.kind() == io::ErrorKind::NotFound {
                format!("there is no program \"{name}\"")
            } else {
                format!("\"{name}\" cannot be run: {}", error.kind())
            };
            let _ = writeln!(io::stderr(), "{NOT_STARTED_MARK}{why}");
            return NOT_STARTED;
        }
    };
    let (tx, rx) = channel();
    if let Some(input) = child.stdin.take() {
        let input_tx = tx.clone();
        thread::spawn(move || {
            pass_input(input);
            if cfg!(not(unix)) {
                let _ = input_tx.send(ProcessEvent::InputEnded);
            }
        });
    }
    watch_input(tx.clone());
    let status = wait_for_end(&mut child, tx, &rx);
    status.and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Copies standard input to the program until either ends.
fn pass_input(mut to: impl Write) {
    let mut from = io::stdin().lock();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let sent = buffer.get(..count).unwrap_or_default();
        // A server that reads no more may go on all the same: only the end of input ends it.
        let _ = to.write_all(sent).and_then(|()| to.flush());
    }
}

/// Reports the end of standard input also while a server that hangs does not take what came before.
#[cfg(unix)]
fn watch_input(tx: Sender<ProcessEvent>) {
    use rustix::event::{PollFd, PollFlags, poll};

    thread::spawn(move || {
        let input = io::stdin();
        loop {
            let mut fds = [PollFd::new(&input, PollFlags::empty())];
            match poll(&mut fds, None) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) | Err(_) => break,
            }
        }
        let _ = tx.send(ProcessEvent::InputEnded);
    });
}

#[cfg(not(unix))]
fn watch_input(_tx: Sender<ProcessEvent>) {}

/// Waits for the program to end, or ends it. What is left of its group is killed in any case.
fn wait_for_end(
    child: &mut Child,
    tx: Sender<ProcessEvent>,
    rx: &Receiver<ProcessEvent>,
) -> Option<ExitStatus> {
    let id = child.id();
    watch_exit(id, tx);
    if next_event(child, rx, None) == Some(ProcessEnd::ByInput) {
        let has_ended = |child: &mut Child, time| next_event(child, rx, Some(time)).is_some();
        if !has_ended(child, GRACE) {
            signal_group(child, Signal::End);
            has_ended(child, TERM_GRACE);
        }
    }
    signal_group(child, Signal::Kill);
    child.wait().ok()
}

#[derive(PartialEq, Eq)]
enum ProcessEnd {
    ByInput,
    ByItself,
}

/// Waits for the next event; `None` when the time is over.
fn next_event(
    child: &mut Child,
    rx: &Receiver<ProcessEvent>,
    time: Option<Duration>,
) -> Option<ProcessEnd> {
    let event = match time {
        Some(time) => rx.recv_timeout(time),
        None => recv_or_look(child, rx),
    };
    match event {
        Ok(ProcessEvent::InputEnded) => Some(ProcessEnd::ByInput),
        Ok(ProcessEvent::Exited) | Err(RecvTimeoutError::Disconnected) => {
            Some(ProcessEnd::ByItself)
        }
        Err(RecvTimeoutError::Timeout) => None,
    }
}

#[cfg(unix)]
fn recv_or_look(
    _child: &mut Child,
    rx: &Receiver<ProcessEvent>,
) -> Result<ProcessEvent, RecvTimeoutError> {
    rx.recv().map_err(|_| RecvTimeoutError::Disconnected)
}

/// Where nothing waits for a process without taking its exit status, it is looked at now and then.
#[cfg(not(unix))]
fn recv_or_look(
    child: &mut Child,
    rx: &Receiver<ProcessEvent>,
) -> Result<ProcessEvent, RecvTimeoutError> {
    loop {
        match rx.recv_timeout(Duration::from_millis(200)) {
            Err(RecvTimeoutError::Timeout) if !matches!(child.try_wait(), Ok(None)) => {
                return Ok(ProcessEvent::Exited);
            }
            Err(RecvTimeoutError::Timeout) => {}
            event => return event,
        }
    }
}

/// Reports the program's end without taking its exit status: until that is taken, no other process can
/// get its number, which is also the number of its group.
#[cfg(unix)]
fn watch_exit(id: u32, tx: Sender<ProcessEvent>) {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    thread::spawn(move || {
        let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let wait = || waitid(WaitId::Pid(pid), options).err();
            while wait() == Some(rustix::io::Errno::INTR) {}
        }
        let _ = tx.send(ProcessEvent::Exited);
    });
}

#[cfg(not(unix))]
fn watch_exit(_id: u32, tx: Sender<ProcessEvent>) {
    drop(tx);
}

#[derive(Clone, Copy)]
enum Signal {
    End,
    Kill,
}

#[cfg(unix)]
fn signal_group(child: &mut Child, signal: Signal) {
    use rustix::process::{Pid, Signal as System, kill_process_group};

    let signal = match signal {
        Signal::End => System::TERM,
        Signal::Kill => System::KILL,
    };
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // Fails where the group has no process any more.
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(not(unix))]
fn signal_group(child: &mut Child, signal: Signal) {
    if matches!(signal, Signal::Kill) {
        let _ = child.kill();
    }
}

/// Gives the process a name of its own: who kills all processes called `duologue` must not kill the one
/// that ends the servers.
fn name_process() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::set_name(c"mcp-supervisor");
}
