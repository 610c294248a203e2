//! Finds out for whom standard input is: for this command, or for the program that called it, such as
//! the lines of a `while read` loop.
//! Must not read anything.

/// Whom standard input is for, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))] // others tell less
pub(super) enum StdinOwner {
    /// This command, or nothing is there.
    Command,
    /// The caller, which has begun to read it.
    Caller,
    /// The caller has the same pipe, and may have been given it to pass it on, as `timeout` is.
    Unclear,
}

/// Shells, which run loops over the lines of their standard input.
#[cfg(target_os = "linux")]
const SHELLS: [&str; 12] =
    ["ash", "bash", "busybox", "dash", "elvish", "fish", "ksh", "mksh", "nu", "sh", "yash", "zsh"];

/// Whom standard input is for. A device such as `/dev/null` can be read by both.
#[cfg(unix)]
pub(super) fn find_owner() -> StdinOwner {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let input = std::io::stdin();
    let Ok(own) = input.as_fd().try_clone_to_owned().map(std::fs::File::from) else {
        return StdinOwner::Command;
    };
    let Ok(metadata) = own.metadata() else { return StdinOwner::Command };
    if metadata.file_type().is_char_device() {
        return StdinOwner::Command;
    }
    if metadata.is_file() {
        // Another program has read the beginning of the file. Shells may hold it open also where only this
        // program reads it.
        let is_begun = rustix::fs::tell(&own).is_ok_and(|offset| offset > 0);
        return if is_begun { StdinOwner::Caller } else { StdinOwner::Command };
    }
    pipe_owner(&own, &metadata)
}

#[cfg(not(unix))]
pub(super) const fn find_owner() -> StdinOwner {
    StdinOwner::Command
}

/// Whom a pipe is for. Only Linux tells what the caller has open and whether it has read anything: a
/// shell that runs a function or a group of commands in a pipeline has not, one that runs a loop has.
#[cfg(target_os = "linux")]
fn pipe_owner(own: &std::fs::File, metadata: &std::fs::Metadata) -> StdinOwner {
    use std::os::unix::fs::MetadataExt;
    let caller = format!("/proc/{}", std::os::unix::process::parent_id());
    let is_shared = std::fs::metadata(format!("{caller}/fd/0"))
        .is_ok_and(|theirs| (theirs.dev(), theirs.ino()) == (metadata.dev(), metadata.ino()));
    if !is_shared || is_at_end(own) {
        return StdinOwner::Command;
    }
    let name = std::fs::read_to_string(format!("{caller}/comm")).unwrap_or_default();
    let counts = std::fs::read_to_string(format!("{caller}/io")).unwrap_or_default();
    let has_read = counts.lines().next() != Some("rchar: 0");
    if has_read && SHELLS.contains(&name.trim_end()) {
        StdinOwner::Caller
    } else {
        StdinOwner::Unclear
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
const fn pipe_owner(_: &std::fs::File, _: &std::fs::Metadata) -> StdinOwner {
    StdinOwner::Command
}

/// Whether a pipe is empty and no process can write to it any more.
#[cfg(target_os = "linux")]
fn is_at_end(pipe: &std::fs::File) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut polled = [PollFd::new(pipe, PollFlags::IN)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut polled, Some(&at_once)).is_ok_and(|ready| ready > 0)
        && polled.iter().all(|it| it.revents() == PollFlags::HUP)
}
