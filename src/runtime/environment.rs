//! What the environment variables tell of where this program runs.

/// Returns the value of a variable of this process.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// The value of a variable, unless it is blank.
pub(super) fn value(env: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    env(name).filter(|value| !value.trim().is_empty())
}

/// Whether a variable is set, and not blank.
pub(super) fn is_set(env: &dyn Fn(&str) -> Option<String>, name: &str) -> bool {
    value(env, name).is_some()
}

/// Whether the program runs over SSH: the clipboard and the browser of this system are not the user's.
pub(super) fn is_remote(env: &dyn Fn(&str) -> Option<String>) -> bool {
    is_set(env, "SSH_CONNECTION") || is_set(env, "SSH_TTY")
}
