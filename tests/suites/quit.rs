//! Quitting in a real terminal while the disk blocks.

#![cfg(unix)]

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::wait_until;

/// The lock of the only user there is.
fn lock_below(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found = entries.filter_map(|path| {
        if path.is_dir() { lock_below(&path) } else { path.ends_with("lock").then_some(path) }
    });
    found.next()
}

#[test]
fn a_signal_before_the_first_frame_gives_the_terminal_back() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait("the terminal is taken over", |pty| !pty.raw.is_empty());
    pty.signal("TERM");
    assert_eq!(pty.wait_for_end(), 143);
    assert!(!pty.in_alternate_screen());
}

/// The program in a terminal that takes no output: it is setting the modes, and stays there.
fn start_held(home: &Home) -> Pty {
    let program = env!("CARGO_BIN_EXE_duologue");
    let words = ["sh", "-c", "read line; exec \"$0\"", program];
    let mut pty = Pty::start_command(home, &words, (100, 30), &[]);
    pty.hold_output();
    pty.press("\n");
    wait_until("it takes the terminal over", || !pty.reads_lines());
    pty
}

#[test]
fn a_second_signal_ends_a_start_that_the_terminal_holds_up() {
    for name in ["TERM", "INT", "HUP"] {
        let home = Home::new();
        let mut pty = start_held(&home);
        pty.signal(name);
        // Two that come at once are one to the system.
        wait_until("it ends", || {
            pty.signal(name);
            pty.has_ended()
        });
        assert!(pty.reads_lines(), "{name}");
    }
}

#[test]
fn a_signal_before_the_first_frame_counts_once_the_terminal_goes_on() {
    let home = Home::new();
    let mut pty = start_held(&home);
    pty.signal("TERM");
    pty.release_output();
    assert_eq!(pty.wait_for_end(), 143);
    assert!(!pty.in_alternate_screen());
}

#[test]
fn the_terminal_is_released_at_once_and_a_second_signal_ends_the_wait() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("a slow one\r");
    pty.wait_for("You said:");
    // Another terminal that writes and never comes to an end.
    let lock = File::options().write(true).open(lock_below(home.path()).unwrap()).unwrap();
    lock.lock().unwrap();
    pty.signal("TERM");
    pty.wait("the terminal is given back", |pty| !pty.in_alternate_screen());
    pty.wait_for("Waiting until everything is written to disk.");
    pty.signal("TERM");
    assert_ne!(pty.wait_for_end(), 0);
    let text = pty.text();
    assert!(!text.contains("over twenty seconds"), "{text}");
    drop(lock);
    // What came of the answer was in the journal.
    let shown = home.run(&["show", "a slow one"]).stdout;
    assert!(shown.contains("You said:"), "{shown}");
}
