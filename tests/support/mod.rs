//! What the suites share: homes to run the program in, a pty, servers, the web app's stand-in.

pub mod desk;
pub mod echo;
pub mod home;
#[cfg(unix)]
pub mod ordinary;
pub mod pty;
pub mod running;
pub mod server;
pub mod shared_file;
pub mod stale_web;
pub mod talk;
pub mod web;
pub mod web_files;

use std::time::{Duration, Instant};

/// How long anything may take before it must have gone wrong.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Asks again until a condition holds; panics with `what` if it never does.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < DEADLINE, "this never happened: {what}");
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
