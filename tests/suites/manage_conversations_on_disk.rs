//! Managing conversations with the real event loop, store and demo server: the result on disk.

use std::path::Path;

use crossterm::event::{KeyCode, KeyModifiers};
use serde_json::Value;

use crate::support::demo_server;
use crate::support::loop_harness::LoopHarness;
use crate::support::wait_until;

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

fn answered(running: &LoopHarness, home: &Path, messages: usize) {
    wait_until("the answer is stored", || {
        conversations(home).last().is_some_and(|it| texts(it).len() == messages)
    });
    wait_until("it is shown", || running.frame().text.contains("Ctrl+N new"));
}

#[test]
fn a_copy_holds_the_same_messages_and_the_arrangement_outlives_the_program() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.send("first");
    answered(&running, home.path(), 2);
    running.ctrl('s');
    running.ctrl('s');
    running.press(KeyCode::Char('d'), KeyModifiers::ALT);
    running.wait_for("first copy");
    running.press(KeyCode::Char('p'), KeyModifiers::ALT);
    running.wait_for("★ first");
    running.press(KeyCode::Right, KeyModifiers::ALT);
    let width = running.quit().list.width;
    let stored = conversations(home.path());
    assert_eq!(texts(&stored[0]), texts(&stored[1]));
    assert_eq!(stored[0]["last_response_id"], stored[1]["last_response_id"]);
    let running = LoopHarness::start(home.path(), &server);
    running.wait_for("★ first");
    assert_eq!(running.quit().list.width, width);
}

#[test]
fn only_changes_of_other_programs_are_marked() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.send("mine");
    answered(&running, home.path(), 2);
    running.ctrl('n');
    let path = home.path().join("data/chats/ann.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"chat_name\": \"mine\"", "\"chat_name\": \"theirs\""))
        .unwrap();
    running.wait_for_row(&["  theirs ", " ~ "]);
    running.quit();
}

/// Response ids of the answers in a conversation, and the one it is chained from.
fn chain(conversation: &Value) -> (Vec<&str>, &str) {
    let messages = conversation["messages"].as_array().unwrap();
    let ids = messages.iter().filter_map(|it| it["response_id"].as_str()).collect();
    (ids, conversation["last_response_id"].as_str().unwrap_or_default())
}

#[test]
fn an_edited_question_forks_the_chain_and_switching_restores_each_branch() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.send("one");
    answered(&running, home.path(), 2);
    running.send("two");
    answered(&running, home.path(), 4);
    let before = conversations(home.path()).remove(0);
    running.press(KeyCode::Esc, KeyModifiers::NONE);
    running.press(KeyCode::Esc, KeyModifiers::NONE);
    running.wait_for("Editing question");
    running.send(" again");
    running.wait_for("‹2/2›");
    wait_until("the other answer is stored", || {
        let now = conversations(home.path()).remove(0);
        texts(&now).len() == 4 && now != before
    });
    running.wait_for("Ctrl+N new");
    let after = conversations(home.path()).remove(0);
    assert_eq!(texts(&after)[2], "two again");
    // The demo server knows what it is chained from: the new answer does not know the old one.
    let ((old, _), (new, last)) = (chain(&before), chain(&after));
    assert_eq!((new[0], last), (old[0], new[1]));
    assert_ne!(new[1], old[1]);
    running.press(KeyCode::Tab, KeyModifiers::NONE);
    running.press(KeyCode::Left, KeyModifiers::CONTROL);
    running.wait_for("‹1/2›");
    wait_until("the old line is in the file", || {
        let now = conversations(home.path()).remove(0);
        texts(&now) == texts(&before) && chain(&now) == chain(&before)
    });
    running.press(KeyCode::Right, KeyModifiers::CONTROL);
    wait_until("the new line is in the file", || {
        texts(&conversations(home.path())[0]) == texts(&after)
    });
    running.quit();
}

#[test]
fn another_answer_replaces_the_first_which_is_kept_as_a_branch() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.send("one");
    answered(&running, home.path(), 2);
    let before = conversations(home.path()).remove(0);
    running.press(KeyCode::F(5), KeyModifiers::NONE);
    wait_until("another answer is stored", || {
        let now = conversations(home.path()).remove(0);
        texts(&now).len() == 2 && chain(&now) != chain(&before)
    });
    running.wait_for("‹2/2›");
    running.quit();
    let running = LoopHarness::start(home.path(), &server);
    running.wait_for("  one");
    running.ctrl('s');
    running.ctrl('s');
    running.press(KeyCode::Enter, KeyModifiers::NONE);
    running.wait_for("‹2/2›");
    running.quit();
}

#[test]
fn words_are_found_in_every_conversation_and_enter_shows_where() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.send("where is the haystack");
    answered(&running, home.path(), 2);
    running.ctrl('n');
    running.send("something else");
    running.wait_for("something else");
    running.press(KeyCode::F(3), KeyModifiers::NONE);
    running.wait_for("Type a word or two");
    running.type_text("HAYstack");
    running.wait_for(" matches");
    running.press(KeyCode::Enter, KeyModifiers::NONE);
    wait_until("the conversation is shown", || {
        let text = running.frame().text;
        !text.contains("Search all") && text.contains("▌  where is")
    });
    let state = running.quit();
    assert_eq!(state.transcript.open.unwrap().title, "where is the haystack");
}

#[test]
fn a_small_model_writes_a_title_in_the_background() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let config = "title_model = \"demo-small\"";
    let running = LoopHarness::start_with(home.path(), &server, Some(config));
    running.send("haystack and needle");
    let title = |home: &Path| {
        let all = conversations(home);
        all.last().map(|it| it["chat_name"].as_str().unwrap_or_default().to_owned())
    };
    // The demo server answers by repeating what it was asked.
    wait_until("a title is written", || title(home.path()).as_deref() == Some("You said"));
    running.wait_for("  You said");
    running.quit();
}

#[test]
fn an_export_is_written_where_nothing_is_and_never_over_anything() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.send("one");
    answered(&running, home.path(), 2);
    for (name, format) in [("it.md", "Markdown"), ("it.html", "HTML"), ("it.json", "JSON")] {
        let path = home.path().join(name);
        running.send(&format!("/export {}", path.display()));
        wait_until("it is written", || {
            std::fs::read_to_string(&path).is_ok_and(|text| text.contains("You said"))
        });
        let before = std::fs::read(&path).unwrap();
        running.wait_for(&format!("Exported as {format} to"));
        running.send(&format!("/export {}", path.display()));
        running.wait_for("already exists");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
    running.quit();
}

#[test]
fn a_temporary_conversation_leaves_no_file() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.press(KeyCode::F(8), KeyModifiers::NONE);
    running.send("unmistakable words");
    running.wait_for("great thoughts");
    running.wait_for("Ctrl+N new");
    running.type_text("more unmistakable words");
    let state = running.quit();
    assert_eq!(state.transcript.open.unwrap().messages.len(), 2);
    let mut looked_at = 0;
    let mut folders = vec![home.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains("unmistakable"), "{}", path.display());
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 0);
}

#[test]
fn a_temporary_conversation_is_in_the_file_once_it_is_saved_and_goes_on_there() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.press(KeyCode::F(8), KeyModifiers::NONE);
    running.send("first");
    running.wait_for("great thoughts");
    running.wait_for("Ctrl+N new");
    assert!(conversations(home.path()).is_empty());
    // The next question does not wait for the disk.
    running.send("/save");
    running.send("second");
    answered(&running, home.path(), 4);
    running.quit();
    let all = conversations(home.path());
    assert_eq!(all.len(), 1);
    assert_eq!((texts(&all[0])[0], texts(&all[0])[2]), ("first", "second"));
}

#[test]
fn quitting_while_a_temporary_conversation_is_being_saved_loses_nothing() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.press(KeyCode::F(8), KeyModifiers::NONE);
    running.send("first");
    running.wait_for("great thoughts");
    running.wait_for("Ctrl+N new");
    running.send("/save");
    running.send("second");
    let state = running.quit();
    assert!(state.temporary.is_none() && state.unsaved_questions.is_empty());
    let all = conversations(home.path());
    let texts = texts(&all[0]);
    assert_eq!((all.len(), texts[0], texts[2]), (1, "first", "second"));
    assert_eq!(texts.iter().filter(|text| **text == "second").count(), 1);
}

#[test]
fn an_edit_resumed_after_a_restart_replaces_its_question() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let running = LoopHarness::start(home.path(), &server);
    running.send("first");
    answered(&running, home.path(), 2);
    running.send("second");
    answered(&running, home.path(), 4);
    running.press(KeyCode::Esc, KeyModifiers::NONE);
    running.press(KeyCode::Esc, KeyModifiers::NONE);
    running.wait_for("Editing question");
    running.type_text(" better");
    running.quit();
    let running = LoopHarness::start(home.path(), &server);
    running.wait_for("first");
    running.send("/resume first");
    running.wait_for("Editing question");
    running.press(KeyCode::Enter, KeyModifiers::NONE);
    wait_until("the edit is stored", || {
        let all = conversations(home.path());
        texts(&all[0])[2..].first() == Some(&"second better")
    });
    answered(&running, home.path(), 4);
    running.quit();
}

#[test]
fn what_another_window_has_undone_is_nothing_to_undo_here() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let here = LoopHarness::start(home.path(), &server);
    here.send("first");
    answered(&here, home.path(), 2);
    here.press(KeyCode::Delete, KeyModifiers::NONE);
    here.send("/delete");
    here.wait_for("Delete \"first\"?");
    here.press(KeyCode::Char('y'), KeyModifiers::NONE);
    wait_until("the conversation is deleted", || conversations(home.path()).is_empty());
    here.wait_for("Alt+U to undo");
    let other = LoopHarness::start(home.path(), &server);
    other.press(KeyCode::Char('u'), KeyModifiers::ALT);
    wait_until("the conversation is there again", || conversations(home.path()).len() == 1);
    other.quit();
    here.press(KeyCode::Char('u'), KeyModifiers::ALT);
    here.wait_for("Not undone: another terminal");
    here.quit();
}

#[test]
fn an_edit_is_undone_after_a_newer_one_of_another_window() {
    let (server, home) = (demo_server(), tempfile::tempdir().unwrap());
    let has_first = |text: &str| {
        let now = conversations(home.path());
        now.first().is_some_and(|it| texts(it).len() == 2 && texts(it)[0] == text)
    };
    let edit = |window: &LoopHarness, added: &str, text: &str| {
        window.press(KeyCode::Esc, KeyModifiers::NONE);
        window.press(KeyCode::Esc, KeyModifiers::NONE);
        window.wait_for("Editing question");
        window.send(added);
        wait_until("the edit is answered", || has_first(text));
        window.wait_for("Ctrl+N new");
    };
    let here = LoopHarness::start(home.path(), &server);
    here.send("one");
    answered(&here, home.path(), 2);
    edit(&here, " here", "one here");
    let other = LoopHarness::start(home.path(), &server);
    other.wait_for("  one");
    other.ctrl('s');
    other.ctrl('s');
    other.press(KeyCode::Enter, KeyModifiers::NONE);
    other.wait_for("‹2/2›");
    edit(&other, " there", "one here there");
    other.quit();
    here.wait_for("one here there");
    here.press(KeyCode::Char('u'), KeyModifiers::ALT);
    here.wait_for("Undid the edit");
    assert!(has_first("one here"), "{:?}", texts(&conversations(home.path())[0]));
    here.press(KeyCode::Char('u'), KeyModifiers::ALT);
    wait_until("the first edit is undone as well", || has_first("one"));
    here.quit();
}
