//! A disk that is full at any write: a clear error, nothing lost, nothing half done.

#![cfg(unix)]

use std::process::Command;

use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::{Home, RunOutput};

/// A file of the web app with some text in it, so that writing it takes several blocks.
fn with_chats() -> Home {
    let home = Home::new();
    let chat = |id: &str| {
        let message = |role: &str, text: String| {
            json!({ "role": role, "text": text, "timestamp": 1, "response_id": null,
                "reasoning_data": null, "agent_preset_id": null, "model": null,
                "reasoning_level": null })
        };
        json!({
            "data": { "id": id, "created_at": 1, "metadata": {}, "object": "conversation" },
            "chat_name": format!("Chat {id}"), "last_update": 1,
            "messages": [message("user", "q".repeat(700)), message("assistant", "a".repeat(900))],
            "last_response_id": null,
        })
    };
    let file = json!({ "a": chat("a"), "b": chat("b") });
    std::fs::write(home.file(), serde_json::to_string_pretty(&file).unwrap()).unwrap();
    home
}

/// Runs the program where no file may get longer than so many blocks of 512 bytes.
fn run_in(home: &Home, blocks: usize, words: &[&str]) -> RunOutput {
    let mut command = Command::new("sh");
    // A write that is refused is an error and not the end of the program.
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    command.arg(env!("CARGO_BIN_EXE_duologue")).args(words);
    command.env_clear().envs(home.environment()).stdin(std::process::Stdio::null());
    RunOutput::from(command.output().unwrap())
}

fn file(home: &Home) -> Value {
    serde_json::from_str(&home.text()).unwrap()
}

#[test]
fn a_full_disk_at_any_write_is_reported_and_loses_nothing() {
    for words in [&["rename", "a", "Better"][..], &["delete", "--yes", "a"], &["undo"]] {
        let mut refused = 0;
        for blocks in 0..16 {
            let home = with_chats();
            if words[0] == "undo" {
                assert_eq!(home.run(&["delete", "--yes", "a"]).code, 0);
            }
            let before = file(&home);
            let ran = run_in(&home, blocks, words);
            if ran.code != 0 {
                refused += 1;
                assert!(ran.stderr.contains("could not be"), "{words:?} {blocks}: {}", ran.stderr);
                assert_eq!(file(&home), before, "{words:?} {blocks}");
            }
            let done = file(&home);
            // With space again, nothing else happens.
            assert_eq!(home.run(&["list"]).code, 0);
            assert_eq!(file(&home), done, "{words:?} {blocks}: {}", ran.stderr);
            if ran.code == 0 && !ran.stderr.contains("Nothing to undo") {
                assert_ne!(done, before, "{words:?} {blocks}");
            }
        }
        assert!((3..16).contains(&refused), "{words:?} was refused {refused} times");
    }
}

#[test]
fn on_a_full_disk_no_question_is_asked_and_an_answer_waits_in_the_journal() {
    let server = demo_server();
    let (mut refused, mut asked) = (0, 0);
    for blocks in 0..24 {
        let home = with_chats().with_server(server.base_url());
        let before = file(&home);
        let questions = server.answer_requests().len();
        let ran = run_in(&home, blocks, &["ask", "-r", "a", "Is there room?"]);
        let sent = server.answer_requests().len() > questions;
        let there = |file: &Value| {
            let all = file["a"]["messages"].as_array().unwrap().clone();
            all.iter().filter(|it| it["text"] == "Is there room?").count()
        };
        if !sent {
            refused += 1;
            assert_ne!(ran.code, 0);
            assert_eq!(file(&home), before, "{blocks}: {}", ran.stderr);
            assert_eq!(home.run(&["list"]).code, 0);
            assert_eq!(file(&home), before, "{blocks}: it came back: {}", ran.stderr);
            continue;
        }
        asked += 1;
        // With space again the paid answer is stored, unless no file had space for it
        // and that was reported.
        assert_eq!(home.run(&["list"]).code, 0);
        let after = file(&home);
        assert_eq!(there(&after), 1, "{blocks}");
        let many = after["a"]["messages"].as_array().unwrap().len();
        let report = ran.stderr.contains("cannot be written either");
        assert!(many == 4 || (many == 3 && report), "{blocks}: {many} messages; {}", ran.stderr);
    }
    assert!(refused > 2 && asked > 2, "{refused} refused, {asked} asked");
}

/// Runs the program where the chats folder can be written to, but not opened; root may do that only
/// without its powers.
fn run_blind(home: &Home, words: &[&str]) -> RunOutput {
    use std::os::unix::fs::PermissionsExt;
    let mode = |mode| {
        std::fs::set_permissions(home.chats(), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o300);
    let mut command = Command::new("sh");
    let script = "if [ $(id -u) = 0 ]; then exec setpriv --inh-caps=-all --bounding-set=-all \"$0\" \
                  \"$@\"; else exec \"$0\" \"$@\"; fi";
    command.args(["-c", script, env!("CARGO_BIN_EXE_duologue")]).args(words);
    command.env_clear().envs(home.environment()).stdin(std::process::Stdio::null());
    let ran = RunOutput::from(command.output().unwrap());
    mode(0o700);
    ran
}

#[test]
#[cfg(target_os = "linux")]
fn a_change_is_reported_as_made_where_the_folder_cannot_be_synced() {
    let home = with_chats();
    let server = demo_server();
    let home = home.with_server(server.base_url());
    let renamed = run_blind(&home, &["rename", "a", "Better"]);
    assert_eq!(
        (renamed.code, renamed.stderr.contains("could not")),
        (0, false),
        "{}",
        renamed.stderr
    );
    let asked = run_blind(&home, &["ask", "-r", "a", "only once"]);
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    let file = file(&home);
    assert_eq!(file["a"]["chat_name"], "Better");
    let messages = file["a"]["messages"].as_array().unwrap();
    assert_eq!(messages.iter().filter(|it| it["text"] == "only once").count(), 1);
    assert_eq!(messages.len(), 4, "question and answer");
}

#[test]
fn a_question_rejected_on_a_full_disk_does_not_appear_later() {
    let server = demo_server();
    let mut refused = 0;
    for blocks in 0..24 {
        let home = with_chats().with_server(server.base_url());
        // Something is open in a journal, so that its file stays.
        assert_eq!(home.run(&["rename", "a", "Better"]).code, 0);
        let ran = run_in(&home, blocks, &["ask", "-r", "a", "never asked"]);
        if ran.stderr.contains("Not sent") {
            refused += 1;
            assert_eq!(home.run(&["list"]).code, 0);
            assert!(!home.text().contains("never asked"), "{blocks}: {}", ran.stderr);
        }
    }
    assert!(refused > 3, "{refused}");
}
