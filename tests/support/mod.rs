//! Helpers that the tests share: home folders, a pty, servers, simulated web apps.

pub mod app_harness;
pub mod ask_server;
pub mod echo_server;
pub mod fake_web_app;
pub mod fake_web_calculator;
pub mod fake_web_presets;
pub mod home;
pub mod loop_harness;
pub mod mcp_program;
#[cfg(unix)]
pub mod processes;
pub mod pty;
pub mod screen_states;
pub mod scripted_server;
pub mod shared_file;
pub mod socks_server;
pub mod stale_web;
pub mod terminal_tables;
#[cfg(unix)]
pub mod unprivileged_user;
pub mod web_files;

use std::time::{Duration, Instant};

use duologue::demo::{DemoServer, EventPermits, Pace, ServerOptions};

/// A demo server that answers at once.
pub fn demo_server() -> DemoServer {
    DemoServer::start(ServerOptions { pace: Pace::Instant, ..ServerOptions::default() }).unwrap()
}

/// A demo server that sends each event when the test permits it.
pub fn server_with_permits() -> (DemoServer, EventPermits) {
    let permits = EventPermits::default();
    let options = ServerOptions { pace: Pace::Instant, permits: Some(permits.clone()), port: 0 };
    (DemoServer::start(options).unwrap(), permits)
}

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
