//! Files that go with questions: from the command line and from the composer.

use std::fs;

use duologue::app::{
    Effect, FilesEffect, FilesEvent, FolderEntry, FolderEntryKind, FolderListing, Msg,
    SessionEffect, StoreEvent, question::attach,
};
use duologue::demo::DemoServer;
use serde_json::{Value, json};

use crate::support::app_harness::{AppHarness, stored_msg};
use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crossterm::event::KeyCode;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

fn content(server: &DemoServer, question: usize) -> Value {
    let input = server.answer_requests()[question]["input"].clone();
    input.as_array().unwrap().last().unwrap()["content"].clone()
}

#[test]
fn ask_sends_files_stores_only_their_mention_and_asks_again_alike() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::write(home.path().join("notes.txt"), "first version").unwrap();
    fs::write(home.path().join("my picture.png"), PNG).unwrap();
    let notes = home.path().join("notes.txt").display().to_string();
    let picture = home.path().join("my picture.png").display().to_string();
    let words = ["ask", "unauthorized", "--attach", &notes, "--attach", &picture];
    assert_eq!(home.run(&words).code, 1);
    let expected = json!([
        { "type": "input_text", "text": format!("unauthorized\n\n@{notes}\n\n@\"{picture}\"") },
        { "type": "input_text", "text": "The file notes.txt:\n\nfirst version" },
        {
            "type": "input_image",
            "image_url": "data:image/png;base64,iVBORw0KGgpyZXN0",
            "detail": "auto"
        },
    ]);
    assert_eq!(content(&server, 0), expected);
    // What goes with a question is what it was then, also when another question replays it.
    fs::write(home.path().join("notes.txt"), "second version").unwrap();
    home.run(&["ask", "-c", "and now?"]);
    let replayed = server.answer_requests().last().unwrap()["input"][0]["content"].clone();
    assert_eq!(replayed, expected);
    let file = home.text();
    assert!(!file.contains("first version") && !file.contains("iVBOR"), "{file}");
    assert!(file.contains("notes.txt"));
}

#[test]
fn a_file_that_cannot_go_with_a_question_is_named_and_nothing_is_stored_or_sent() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::write(home.path().join("binary"), b"\0\x01").unwrap();
    let binary = home.path().join("binary").display().to_string();
    for (path, why) in [("/no/such/file", "does not exist"), (binary.as_str(), "neither text")] {
        let ran = home.run(&["ask", "look", "-a", path]);
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.contains(why) && ran.stderr.contains(path), "{}", ran.stderr);
    }
    assert!(server.answer_requests().is_empty());
    assert!(!home.file().exists() || !home.text().contains("look"));
}

#[test]
fn a_file_is_named_mentioned_at_the_caret_and_shown_as_long_as_it_is_mentioned() {
    let mut app = AppHarness::new();
    app.paste("/attach src/main.rs");
    let effects = app.press(KeyCode::Enter);
    assert_eq!(effects, [Effect::Session(SessionEffect::CheckAttachment("src/main.rs".into()))]);
    app.type_text("Explain");
    app.send_msg(stored_msg(StoreEvent::AttachmentAccepted {
        path: "src/main.rs".into(),
        bytes: 2048,
    }));
    assert_eq!(app.state.composer.text(), "Explain @src/main.rs ");
    assert_eq!(attach::current_attachments(&app.state).len(), 1);
    app.ctrl('w');
    app.ctrl('w');
    assert_eq!(attach::current_attachments(&app.state).len(), 0);
    app.ctrl('z');
    app.ctrl('z');
    assert_eq!(attach::current_attachments(&app.state).len(), 1);
}

/// A quote belongs to the name unless there is one at either end.
#[test]
fn a_file_to_attach_may_be_in_quotes_and_may_have_one_in_its_name() {
    for (typed, path) in [
        ("\"my notes.md\"", "my notes.md"),
        ("@'my notes.md'", "my notes.md"),
        ("notes'", "notes'"),
        ("\"5 inch", "\"5 inch"),
    ] {
        let mut app = AppHarness::new();
        app.paste(&format!("/attach {typed}"));
        let effects = app.press(KeyCode::Enter);
        let check = Effect::Session(SessionEffect::CheckAttachment(path.to_owned()));
        assert_eq!(effects, [check], "{typed}");
    }
}

#[test]
fn tab_after_attach_completes_the_file_and_keeps_another_argument() {
    let mut app = AppHarness::new();
    app.type_text("/attach ma");
    let effects = app.press(KeyCode::Tab);
    assert!(
        effects.contains(&Effect::Files(FilesEffect::ListFolder(String::new()))),
        "{effects:?}"
    );
    let file = FolderEntry { name: "main.rs".into(), kind: FolderEntryKind::File };
    let listing = FolderListing { entries: vec![file], truncated: false };
    app.send_msg(Msg::Files(FilesEvent::FolderListed { folder: String::new(), listing }));
    app.press(KeyCode::Tab);
    assert_eq!(app.state.composer.text(), "@main.rs ");
    // The quote at the end is not typed yet.
    let mut app = AppHarness::new();
    app.type_text("/attach \"my no");
    app.press(KeyCode::Tab);
    assert_eq!(app.state.composer.text(), "@\"my no");
    let mut app = AppHarness::new();
    app.type_text("/rename My title");
    app.press(KeyCode::Tab);
    assert!(app.screen().contains("/rename My title"), "{}", app.screen());
}

#[test]
fn a_file_attached_in_the_program_goes_with_the_question() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::write(home.path().join("notes.txt"), "the notes").unwrap();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.paste("/attach notes.txt");
    pty.press("\r");
    pty.wait_for("with  notes.txt 9 B");
    pty.press("sum up\r");
    pty.wait_for("Ctrl+N new");
    crate::support::wait_until("it is asked", || !server.answer_requests().is_empty());
    let content = content(&server, 0);
    assert_eq!(content[0]["text"], "@notes.txt sum up");
    assert_eq!(content[1]["text"], "The file notes.txt:\n\nthe notes");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}
