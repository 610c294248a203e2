//! The real event loop with real workers and the demo server, on a terminal in memory.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::demo::{DemoServer, ServerOptions};

use crate::support::loop_harness::LoopHarness;
use crate::support::wait_until;
use crate::support::{demo_server, server_with_permits};

#[test]
fn each_delta_is_on_screen_before_the_next_one_is_sent() {
    let (server, permits) = server_with_permits();
    let home = tempfile::tempdir().unwrap();
    let running = LoopHarness::start(home.path(), &server);
    running.send("hello");
    running.wait_for("Waiting for the answer");
    // Created, in progress, item, part: nothing to see yet. Then word by word.
    permits.release(4);
    for word in ["You", "said:", "hello"] {
        assert!(!running.frame().text.contains("thoughts"));
        permits.release(1);
        running.wait_for(word);
    }
    permits.release(1000);
    running.wait_for("thoughts");
    wait_until("it is stored", || running.frame().text.contains("Ctrl+N new"));
    let state = running.quit();
    assert!(state.turns.is_empty());
}

#[test]
fn a_draft_is_on_the_disk_while_the_store_waits_for_another_program() {
    let server = demo_server();
    let home = tempfile::tempdir().unwrap();
    let running = LoopHarness::start(home.path(), &server);
    running.wait_for("None yet.");
    running.quit();
    let folder = fs::read_dir(home.path().join("state/files")).unwrap().next().unwrap();
    let folder = folder.unwrap().path();
    let lock = File::options().write(true).open(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let running = LoopHarness::start(home.path(), &server);
    running.type_text("not sent yet");
    let is_saved = || {
        let files = fs::read_dir(folder.join("drafts")).into_iter().flatten().flatten();
        files
            .map(|file| fs::read_to_string(file.path()).unwrap_or_default())
            .any(|text| text.contains("not sent yet"))
    };
    wait_until("the draft is on the disk", is_saved);
    assert!(!running.frame().text.contains("None yet."), "the store did not have to wait");
    drop(lock);
    running.quit();
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let server = DemoServer::start(ServerOptions::default()).unwrap();
    let home = tempfile::tempdir().unwrap();
    let running = LoopHarness::start(home.path(), &server);
    running.wait_for("None yet.");
    let before = running.frame().count;
    // A key that changes nothing is the only thing that happens, so it is the only frame.
    running.press(KeyCode::F(9), KeyModifiers::NONE);
    wait_until("the key is seen", || running.frame().count > before);
    assert_eq!(running.frame().count, before + 1);
    running.quit();
}

#[test]
fn many_deltas_share_a_frame_and_none_is_lost() {
    let server = demo_server();
    let home = tempfile::tempdir().unwrap();
    let running = LoopHarness::start(home.path(), &server);
    running.send("a long one");
    running.wait_for("Part 40");
    wait_until("it is stored", || running.frame().text.contains("Ctrl+N new"));
    let deltas = 5000;
    assert!(running.frame().count < deltas / 5, "{} frames", running.frame().count);
    let state = running.quit();
    let open = state.transcript.open.unwrap();
    assert_eq!(open.messages.len(), 2);
    assert!(open.messages[1].text.split_whitespace().count() > deltas);
}

#[test]
fn quitting_waits_for_the_disk_only() {
    let server = demo_server();
    let home = tempfile::tempdir().unwrap();
    let running = LoopHarness::start(home.path(), &server);
    running.send("a slow one");
    running.wait_for("You said:");
    running.flood();
    let ended = running.quit_with_result();
    assert_eq!(ended.messages, Vec::<String>::new());
    assert!(ended.failure.is_none());
    let file = std::fs::read_to_string(file_below(home.path())).unwrap();
    assert!(file.contains("You said"), "{file}");
}

#[test]
fn a_question_asked_right_before_quitting_is_stored_and_not_a_draft() {
    let server = demo_server();
    for _ in 0..5 {
        let home = tempfile::tempdir().unwrap();
        let running = LoopHarness::start(home.path(), &server);
        running.send("in the last moment");
        let state = running.quit();
        assert!(state.unsaved_questions.is_empty() && state.composer.text_is_empty());
        let file = std::fs::read_to_string(file_below(home.path())).unwrap();
        assert_eq!(file.matches("\"in the last moment\"").count(), 2, "{file}");
    }
}

#[test]
fn the_draft_of_an_earlier_run_is_kept_where_the_window_quits_at_once() {
    let home = tempfile::tempdir().unwrap();
    let server = demo_server();
    for text in ["from before", "typed since"] {
        let running = LoopHarness::start(home.path(), &server);
        running.type_text(text);
        running.quit();
    }
    let running = LoopHarness::start(home.path(), &server);
    running.wait_for("from before");
    running.wait_for("typed since");
    running.quit();
}

#[test]
fn an_answer_is_written_while_another_terminal_holds_the_lock() {
    let (server, permits) = server_with_permits();
    let home = tempfile::tempdir().unwrap();
    let running = LoopHarness::start(home.path(), &server);
    running.send("hello");
    running.wait_for("Waiting for the answer");
    permits.release(5);
    running.wait_for("You");
    let is_lock =
        |it: &PathBuf| it.ends_with("lock") && it.ancestors().nth(2).unwrap().ends_with("files");
    let lock = files_below(home.path()).into_iter().find(is_lock).unwrap();
    let lock = std::fs::File::open(lock).unwrap();
    lock.lock().unwrap();
    running.ctrl('n');
    running.send("another question");
    running.wait_for("Storing the question");
    permits.release(2);
    let is_journaled = || {
        let journals = files_below(home.path()).into_iter();
        let mut journals = journals.filter(|it| it.parent().unwrap().ends_with("journal"));
        journals.any(|it| String::from_utf8_lossy(&std::fs::read(it).unwrap()).contains("said:"))
    };
    wait_until("the text is in the journal", is_journaled);
    assert!(running.frame().text.contains("Storing the question"), "{}", running.frame().text);
    lock.unlock().unwrap();
    permits.release(1000);
    running.wait_for("Ctrl+N new");
    running.quit();
}

/// The conversations of the only user there is.
fn file_below(home: &Path) -> PathBuf {
    files_below(home).into_iter().find(|path| path.ends_with("ann.json")).unwrap()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|it| if it.is_dir() { files_below(&it) } else { vec![it] }).collect()
}
