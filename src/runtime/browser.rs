//! The system's browser, for one address.
//! May not start one that would draw on this terminal, nor one on a machine nobody sits at.

/// Has the browser show an address.
///
/// # Errors
/// The reason, when there is no browser to be seen here, or it cannot be started.
pub fn open(address: &str) -> Result<(), String> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("SSH_CONNECTION") || set("SSH_TTY") {
        return Err("this machine is reached over SSH".to_owned());
    }
    if cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        return Err("there is no graphical session".to_owned());
    }
    open::that_detached(address).map_err(|error| error.to_string())
}
