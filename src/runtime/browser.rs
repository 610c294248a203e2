//! Opens an address in the system's browser. Must not start a browser that draws on this terminal, nor
//! one on a machine nobody sits at.

/// Returns as soon as the browser has started.
///
/// # Errors
/// The reason, without a full stop, when no browser can be seen here or none can be started.
pub(crate) fn open(address: &str) -> Result<(), String> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("SSH_CONNECTION") || set("SSH_TTY") {
        return Err("this is an SSH session".to_owned());
    }
    if cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        return Err("there is no graphical session".to_owned());
    }
    open::that_detached(address).map_err(|error| error.to_string())
}
