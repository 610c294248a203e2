//! Managing conversations with the real loop, store and demo server: what ends up on disk.

use std::path::Path;

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::demo::{Options, Pace, Server};
use serde_json::Value;

use crate::support::running::Running;
use crate::support::wait_until;

fn server() -> Server {
    Server::start(Options { pace: Pace::Instant, ..Options::default() }).unwrap()
}

/// The shared file, oldest conversation first.
fn conversations(home: &Path) -> Vec<Value> {
    let path = home.join("data/chats/ann.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|_| "{}".into());
    let file: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
    file.into_iter().map(|(_, value)| value).collect()
}

fn texts(conversation: &Value) -> Vec<&str> {
    let messages = conversation["messages"].as_array().unwrap();
    messages.iter().map(|it| it["text"].as_str().unwrap()).collect()
}

fn answered(running: &Running, home: &Path, messages: usize) {
    wait_until("the answer is stored", || {
        conversations(home).last().is_some_and(|it| texts(it).len() == messages)
    });
    wait_until("it is shown", || running.frame().text.contains("Ctrl+N new"));
}

#[test]
fn a_copy_holds_the_same_messages_and_the_arrangement_outlives_the_program() {
    let (server, home) = (server(), tempfile::tempdir().unwrap());
    let running = Running::start(home.path(), &server);
    running.send("first");
    answered(&running, home.path(), 2);
    running.ctrl('s');
    running.ctrl('s');
    running.type_text("c");
    running.wait_for("first copy");
    running.type_text("p");
    running.wait_for("*first");
    running.press(KeyCode::Right, KeyModifiers::ALT);
    let width = running.leave().list.width;
    let stored = conversations(home.path());
    assert_eq!(texts(&stored[0]), texts(&stored[1]));
    assert_eq!(stored[0]["last_response_id"], stored[1]["last_response_id"]);
    let running = Running::start(home.path(), &server);
    running.wait_for("*first");
    assert_eq!(running.leave().list.width, width);
}

#[test]
fn what_somebody_else_changes_is_marked_and_what_this_program_changes_is_not() {
    let (server, home) = (server(), tempfile::tempdir().unwrap());
    let running = Running::start(home.path(), &server);
    running.send("mine");
    answered(&running, home.path(), 2);
    running.ctrl('n');
    let path = home.path().join("data/chats/ann.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"chat_name\": \"mine\"", "\"chat_name\": \"theirs\""))
        .unwrap();
    running.wait_for("~ theirs");
    running.leave();
}
