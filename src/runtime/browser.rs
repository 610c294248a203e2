//! Opens an address in the system's browser. Must not start a browser that draws on this terminal, nor
//! one on a remote machine.

use std::io;
use std::process::{Command, Stdio};
use std::thread;

use crate::chat::io_reason;
use crate::settings::hide_api_key;

use super::environment::{is_remote, is_set, variable};

/// Returns as soon as the browser has started.
///
/// # Errors
/// The reason, without a full stop, when no browser can be seen here or none can be started.
pub(crate) fn open(address: &str) -> Result<(), String> {
    if is_remote(&variable) {
        return Err("this is an SSH session".to_owned());
    }
    let has_session = is_set(&variable, "DISPLAY") || is_set(&variable, "WAYLAND_DISPLAY");
    if cfg!(target_os = "linux") && !has_session {
        return Err("there is no graphical session".to_owned());
    }
    let mut reason = "no browser is set on this system".to_owned();
    for mut command in open::commands(address) {
        match start_detached(&mut command) {
            Ok(()) => return Ok(()),
            Err(error) => reason = io_reason(&error),
        }
    }
    Err(reason)
}

/// Starts a program that goes on by itself, in a process group of its own: Ctrl+C here does not end it.
fn start_detached(command: &mut Command) -> io::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = hide_api_key(command).spawn()?;
    // Without this, the ended child would stay as a zombie.
    let _ = thread::Builder::new().name("browser".to_owned()).spawn(move || child.wait());
    Ok(())
}
