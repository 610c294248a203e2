//! Answers that cannot be stored when they end, as on a full disk: the real event loop with real workers.

use std::fs;
use std::path::{Path, PathBuf};

use duologue::chat::UnstoredCopy;
use duologue::demo::{DemoServer, EventPermits, Pace, ServerOptions};

use crate::support::loop_harness::LoopHarness;
use crate::support::wait_until;

/// The private folders of a home, which can be made unusable: a file stands in their place.
struct PrivateFolders(PathBuf);

impl PrivateFolders {
    fn of(home: &Path) -> Self {
        Self(home.join("state/files"))
    }

    fn block(&self) {
        fs::rename(&self.0, self.0.with_extension("away")).unwrap();
        fs::write(&self.0, "").unwrap();
    }

    fn unblock(&self) {
        fs::remove_file(&self.0).unwrap();
        fs::rename(self.0.with_extension("away"), &self.0).unwrap();
    }
}

/// A server that sends an event only with a permit.
fn server(permits: &EventPermits) -> DemoServer {
    let options = ServerOptions { pace: Pace::Instant, permits: Some(permits.clone()), port: 0 };
    DemoServer::start(options).unwrap()
}

/// A window in which an answer has just ended that could not be stored.
fn unstored(home: &Path) -> (LoopHarness, PrivateFolders) {
    let permits = EventPermits::default();
    let server = server(&permits);
    let running = LoopHarness::start(home, &server);
    running.send("hello");
    running.wait_for("Waiting for the answer");
    permits.release(5);
    running.wait_for("You");
    let folders = PrivateFolders::of(home);
    folders.block();
    permits.release(1000);
    running.wait_for("Not stored: ");
    (running, folders)
}

fn stored_text(home: &Path) -> String {
    fs::read_to_string(home.join("data/chats/ann.json")).unwrap()
}

#[test]
fn an_answer_that_cannot_be_stored_stays_on_screen_until_it_is_stored_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let (running, folders) = unstored(home.path());
    running.wait_for("Only this program has the answer.");
    assert!(running.frame().text.contains("thoughts"));
    assert!(!stored_text(home.path()).contains("thoughts"));
    folders.unblock();
    running.wait_for("The answer is stored now.");
    assert!(!running.frame().text.contains("Not stored: "));
    assert_eq!(stored_text(home.path()).matches("thoughts").count(), 1);
    let state = running.quit();
    assert!(state.turns.is_empty());
    assert_eq!(state.transcript.open.unwrap().messages.len(), 2);
}

#[test]
fn what_another_program_lost_meanwhile_is_named_when_the_answer_is_stored() {
    let home = tempfile::tempdir().unwrap();
    let chats = home.path().join("data/chats/ann.json");
    fs::create_dir_all(chats.parent().unwrap()).unwrap();
    let old = r#""old": {"data": {"id": "old", "created_at": 1700000000, "metadata": {}, "object": "conversation"},
        "chat_name": "Old", "last_update": 1700000000, "last_response_id": null,
        "messages": [{"role": "user", "text": "kept?", "timestamp": 1700000000}]}"#;
    fs::write(&chats, format!("{{{old}}}")).unwrap();
    let (running, folders) = unstored(home.path());
    let mut saved: serde_json::Value = serde_json::from_str(&stored_text(home.path())).unwrap();
    saved.as_object_mut().unwrap().remove("old").unwrap();
    let new = chats.with_extension("new");
    fs::write(&new, saved.to_string()).unwrap();
    folders.unblock();
    fs::rename(&new, &chats).unwrap();
    running.wait_for("Another program overwrote");
    assert!(!running.frame().text.contains("earlier session"), "{}", running.frame().text);
    assert!(stored_text(home.path()).contains("thoughts"));
    running.quit();
}

#[test]
fn an_answer_is_stored_by_itself_while_another_one_arrives() {
    let home = tempfile::tempdir().unwrap();
    let options = ServerOptions { pace: Pace::Natural, permits: None, port: 0 };
    let server = DemoServer::start(options).unwrap();
    let running = LoopHarness::start(home.path(), &server);
    running.send("long");
    running.wait_for("Part 1");
    running.ctrl('n');
    running.send("slow");
    running.wait_for("You said");
    let folders = PrivateFolders::of(home.path());
    folders.block();
    running.wait_for("Not stored: ");
    folders.unblock();
    running.wait_for("The answer is stored now.");
    assert!(!stored_text(home.path()).contains("## Part"), "the other one has not ended");
    running.quit();
}

#[test]
fn quitting_asks_first_where_it_would_lose_an_answer() {
    let home = tempfile::tempdir().unwrap();
    let (running, _folders) = unstored(home.path());
    running.ctrl('q');
    running.wait_for("could not be stored and will be lost.");
    let state = running.quit();
    let unstored = state.turns[0].unstored().unwrap();
    assert_eq!(unstored.copy, UnstoredCopy::Memory);
    assert!(state.turns[0].answer().contains("thoughts"));
}

#[test]
fn an_answer_is_stored_at_the_end_where_there_is_space_again() {
    let home = tempfile::tempdir().unwrap();
    let (running, folders) = unstored(home.path());
    running.ctrl('q');
    running.wait_for("could not be stored and will be lost.");
    folders.unblock();
    let state = running.quit();
    assert!(state.turns.is_empty());
    wait_until("it is stored", || stored_text(home.path()).contains("thoughts"));
}
