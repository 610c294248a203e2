//! A chats file that cannot be read is reported in the window, with what to do about it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::home::Home;
use crate::support::pty::Pty;

/// Makes a chats file that cannot be read, and says what the window has to say about it.
type Case = (&'static str, fn(&Home), &'static str);

const CASES: [Case; 4] = [
    (
        "damaged",
        |home| fs::write(home.file(), "{\"aa1\": {\"da").unwrap(),
        "Run `duologue doctor` to see whether it can be repaired.",
    ),
    ("a pipe", |home| make_pipe(&home.file()), "is not a regular file"),
    ("a folder", |home| fs::create_dir(home.file()).unwrap(), "Check the folder"),
    ("no folder", |home| fs::remove_dir(home.chats()).unwrap(), "--chats DIR"),
];

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// The text of the screen, whatever pane it is in and however it is wrapped.
fn unwrapped(pty: &Pty, columns: std::ops::Range<usize>) -> String {
    let text = pty.text();
    let pane = text.lines().map(|line| {
        let cells = line.chars().skip(columns.start).take(columns.len());
        cells.collect::<String>().trim().to_owned()
    });
    pane.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_list_says_why_there_are_no_conversations() {
    for (name, make, says) in CASES {
        let home = Home::new();
        make(&home);
        let mut pty = Pty::start(&home, &[], 110, 30);
        pty.wait(name, |pty| unwrapped(pty, 0..32).contains(says));
        let shown = pty.text();
        assert!(!shown.contains("Reading…"), "{name}: {shown}");
        // It stands once.
        assert!(!unwrapped(&pty, 32..110).contains(says), "{name}: {shown}");
    }
}

#[test]
fn on_a_narrow_screen_the_first_page_says_it() {
    for (name, make, says) in CASES {
        let home = Home::new();
        make(&home);
        let mut pty = Pty::start(&home, &[], 60, 20);
        pty.wait(name, |pty| unwrapped(pty, 0..60).contains(says));
        let shown = unwrapped(&pty, 0..60);
        assert_eq!(shown.matches(says).count(), 1, "{name}: {shown}");
    }
}

#[test]
fn a_file_that_breaks_later_is_reported_beside_its_last_conversations() {
    let home = Home::new();
    let whole = r#"{"aa1": {"data": {"id": "aa1", "created_at": 1750000000, "metadata": {}}, "chat_name": "One", "last_update": 1750000000, "messages": [], "last_response_id": null}}"#;
    fs::write(home.file(), whole).unwrap();
    let mut pty = Pty::start(&home, &[], 110, 30);
    pty.wait_for("One");
    fs::write(home.file(), "{\"aa1\": {\"da").unwrap();
    pty.wait("the remedy", |pty| {
        unwrapped(pty, 32..110).contains("Run `duologue doctor` to see whether it can be repaired.")
    });
    assert!(pty.text().contains("One"));
}

#[test]
fn presets_in_a_pipe_are_reported_and_nothing_waits_for_them() {
    let home = Home::new();
    let folder = home.path().join("config/duologue");
    fs::create_dir_all(&folder).unwrap();
    make_pipe(&folder.join("presets.json"));
    let mut pty = Pty::start(&home, &[], 110, 30);
    pty.wait_for("Ask anything");
    pty.press("/preset\r");
    pty.wait_for_sentence("is not a regular file");
}
