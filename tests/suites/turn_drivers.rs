//! One turn in the window, `ask` and plain mode: failures to print, send or wait end in the same way.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};

use duologue::app::Msg;
use duologue::chat::{ConversationId, Failure, FailureKind, ReplyOutcome, TurnId};
use duologue::demo::{DemoServer, EventPermits, Pace, ServerOptions};
use serde_json::Value;

use crate::support::app_harness::{AppHarness, stored_ending};
use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::scripted_server::{ScriptedServer, http_answer};
use crate::support::wait_until;

/// The messages of the only conversation, without a look by the program.
fn messages(home: &Home) -> Vec<Value> {
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chats = file.as_object().unwrap();
    assert_eq!(chats.len(), 1);
    chats.values().next().unwrap()["messages"].as_array().unwrap().clone()
}

#[cfg(target_os = "linux")]
#[test]
fn a_partial_answer_is_stored_when_standard_output_fails() {
    for (flag, stored, asked) in [("", 2, 1), ("--json", 2, 1), ("--events", 1, 0)] {
        let server = demo_server();
        let home = Home::new().with_server(server.base_url());
        let words: Vec<&str> =
            ["ask", flag, "a long answer"].into_iter().filter(|it| !it.is_empty()).collect();
        let full = File::options().write(true).open("/dev/full").unwrap();
        let ran = home.command(&words).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(1), "{flag}: {stderr}");
        assert!(stderr.contains("Standard output cannot be written"), "{flag}: {stderr}");
        assert_eq!(messages(&home).len(), stored, "{flag}");
        assert_eq!(server.answer_requests().len(), asked, "{flag}");
        if flag.is_empty() {
            assert!(stderr.contains("The partial answer is kept."), "{stderr}");
        }
        // Nothing of the turn is left over for the next start to put in order.
        assert_eq!(home.run(&["list"]).stderr, "", "{flag}");
        assert_eq!(messages(&home).len(), stored, "{flag}");
    }
}

#[test]
fn unreadable_presets_prevent_storing_a_question() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let create = ["presets", "create", "Poet", "--instructions", "Write verse."];
    assert_eq!(home.run(&create).code, 0);
    let file = home.path().join("config/duologue/presets.json");
    let good = std::fs::read_to_string(&file).unwrap();
    let mut pty = Pty::start(&home, &["--plain", "--preset", "Poet"], 100, 30);
    pty.wait_for("You: ");
    std::fs::write(&file, "{\"cut").unwrap();
    pty.press("hello\n");
    pty.wait_for("cannot be read");
    assert!(server.answer_requests().is_empty());
    assert!(!home.file().exists(), "the question was stored");
    std::fs::write(&file, good).unwrap();
    pty.press("again\n");
    pty.wait_for("End of the answer.");
    let reported = server.answer_requests()[0]["instructions"].as_str().unwrap().to_owned();
    assert!(reported.ends_with("\nWrite verse."), "{reported}");
}

/// Makes it impossible to send anything: no header can carry this key.
const UNSENDABLE: (&str, &str) = ("OPENAI_API_KEY", "sk-a\u{1}b");

#[test]
fn without_a_client_nothing_is_stored_and_a_stored_question_can_be_asked_again() {
    let failing = ScriptedServer::start((0..3).map(|_| http_answer(503, &[], "")).collect());
    let home = Home::new().with_server(failing.base_url());
    let mut command = home.command(&["ask", "hello"]);
    let ran = command.env(UNSENDABLE.0, UNSENDABLE.1).output().unwrap();
    let stderr = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("that no key has"), "{stderr}");
    assert!(!home.file().exists(), "the question was stored");
    let ran = home.run(&["ask", "hello"]);
    assert!(ran.stderr.contains("Ask again with: duologue ask -r "), "{}", ran.stderr);
    assert_eq!(messages(&home).len(), 1);
    let server = demo_server();
    let home = home.with_server(server.base_url());
    let mut pty = Pty::start_with(&home, &["--plain"], (100, 30), &[UNSENDABLE]);
    pty.wait_for("You: ");
    pty.press("/open 1\n");
    pty.wait_for("has no answer");
    pty.press("/retry\n");
    pty.wait_for("that no key has");
    pty.wait_for("Use /retry to ask again.");
    drop(pty);
    let ran = home.run(&["ask", "--retry"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(messages(&home).len(), 2);

    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    let failure = Failure::new(FailureKind::ApiKey, "It cannot be sent.", "Check it.");
    let effects = app.send_msg(Msg::ClientFailed { turn: turn.clone(), failure });
    assert!(matches!(stored_ending(&effects).unwrap().outcome, ReplyOutcome::Failed(_)));
    app.send_msg(answer_stored(turn, &id));
    assert_eq!(app.notice(), "It cannot be sent. Check it.");
    assert!(app.state.transcript.open.as_ref().unwrap().failure.is_some());
}

/// A home whose answers are made in the background, and a server that waits before each piece.
fn background() -> (DemoServer, EventPermits, Home) {
    let permits = EventPermits::default();
    let options = ServerOptions {
        pace: Pace::Instant,
        permits: Some(permits.clone()),
        ..ServerOptions::default()
    };
    let server = DemoServer::start(options).unwrap();
    let home = Home::new().with_server(server.base_url());
    std::fs::create_dir_all(home.path().join("config/duologue")).unwrap();
    std::fs::write(home.path().join("config/duologue/config.toml"), "background = true\n").unwrap();
    (server, permits, home)
}

fn contains(path: &Path, words: &str) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| text.contains(words))
}

/// Starts a command; its two outputs go to files named `out` and `err`.
fn spawn(home: &Home, words: &[&str], input: Stdio) -> Child {
    let file = |name: &str| File::create(home.path().join(name)).unwrap();
    let mut command = home.command(words);
    command.stdin(input).stdout(file("out")).stderr(file("err")).spawn().unwrap()
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    assert!(
        std::process::Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success()
    );
}

/// Asks, and quits after the first words; returns the conversation.
fn leave_an_answer(home: &Home, permits: &EventPermits) -> String {
    permits.release(8);
    let mut child = spawn(home, &["ask", "hello there"], Stdio::null());
    wait_until("the first words come", || contains(&home.path().join("out"), "You"));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    file.as_object().unwrap().keys().next().unwrap().clone()
}

fn left(home: &Home) -> usize {
    let files = home.path().join("state/duologue/files");
    let users = std::fs::read_dir(files).unwrap().map(|it| it.unwrap().path().join("running"));
    users.filter_map(|it| std::fs::read_dir(it).ok()).map(Iterator::count).sum()
}

#[test]
fn without_a_client_a_pending_answer_stays_pending_and_its_conversation_is_readable() {
    let (_server, permits, home) = background();
    let id = leave_an_answer(&home, &permits);
    assert!(contains(&home.path().join("err"), "still running on the server"));
    let mut command = home.command(&["show", &id]);
    let ran = command.env(UNSENDABLE.0, UNSENDABLE.1).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!((messages(&home).len(), left(&home)), (1, 1));
}

#[test]
fn without_waiting_for_a_pending_answer_nothing_is_asked() {
    let (server, permits, home) = background();
    let id = leave_an_answer(&home, &permits);
    let mut child = spawn(&home, &["ask", "-r", &id, "and now?"], Stdio::null());
    wait_until("it waits", || contains(&home.path().join("err"), "Waiting for the last answer"));
    // It waits for Ctrl+C from when it begins to listen.
    wait_until("it listens", || {
        server.recorded_requests().iter().any(|it| it.request_line.starts_with("GET"))
    });
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(contains(&home.path().join("err"), "still running on the server"));
    assert_eq!((messages(&home).len(), left(&home), server.answer_requests().len()), (1, 1, 1));
}

#[test]
fn plain_mode_fetches_a_pending_answer_instead_of_asking_again() {
    use std::io::Write;
    let (server, permits, home) = background();
    leave_an_answer(&home, &permits);
    let mut child = spawn(&home, &["--plain"], Stdio::piped());
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"/open 1\n/retry\n").unwrap();
    wait_until("it waits", || contains(&home.path().join("err"), "Waiting for the last answer"));
    permits.release(10_000);
    wait_until("it reads out", || {
        contains(&home.path().join("out"), "Ask me to `show` you something.")
    });
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!((messages(&home).len(), left(&home), server.answer_requests().len()), (2, 0, 1));
}

#[test]
fn ctrl_c_in_plain_mode_cancels_a_background_answer_and_keeps_its_part() {
    let (server, permits, home) = background();
    permits.release(8);
    let mut pty = Pty::start(&home, &["--plain"], 100, 30);
    pty.wait_for("You: ");
    pty.press("show me\n");
    pty.wait_for("The assistant answers:");
    pty.press("\x03");
    pty.wait_for("Stopped. The partial answer is kept.");
    wait_until("it is cancelled", || {
        server.recorded_requests().iter().any(|it| it.request_line.ends_with("/cancel"))
    });
    assert_eq!((messages(&home).len(), left(&home)), (2, 0));
    pty.press("/quit\n");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn quitting_right_after_ctrl_c_still_cancels_the_answer_at_the_server() {
    let (server, permits, home) = background();
    let mut pty = Pty::start(&home, &["--plain"], 100, 30);
    pty.wait_for("You: ");
    pty.press("show me\n");
    wait_until("it is asked", || server.answer_requests().len() == 1);
    pty.press("\x03");
    pty.wait_for("Stopped before the answer started.");
    pty.press("/quit\n");
    pty.wait_for("Waiting for the server to cancel the answer.");
    // Only now does the server name the response that is to be cancelled.
    permits.release(10_000);
    assert_eq!(pty.wait_for_end(), 0);
    let requests = server.recorded_requests();
    assert!(requests.iter().any(|it| it.request_line.ends_with("/cancel")), "{requests:?}");
}

/// Asserts that the answer of a turn is in the file, after its question.
fn answer_stored(turn: TurnId, id: &ConversationId) -> Msg {
    let question = duologue::chat::Message::question("q", crate::support::app_harness::at(1000));
    let conversation = crate::support::app_harness::opened_conversation(id, &[question]);
    Msg::Store(duologue::app::StoreEvent::AnswerStored { turn, conversation })
}

#[test]
fn a_turn_stopped_before_its_question_was_stored_is_stored_as_unanswered() {
    use crossterm::event::KeyCode;
    let mut app = AppHarness::new();
    let (turn, id, _) = app.send("q");
    app.press(KeyCode::Esc);
    assert_eq!(app.notice(), "Stopped before anything was sent.");
    let question = duologue::chat::Message::question("q", crate::support::app_harness::at(1000));
    let kept = crate::support::app_harness::opened_conversation(&id, &[question]);
    let effects = app.send_msg(Msg::Store(duologue::app::StoreEvent::QuestionStored {
        turn: turn.clone(),
        conversation: kept,
    }));
    assert!(stored_ending(&effects).is_some(), "{effects:?}");
    app.send_msg(answer_stored(turn, &id));
    assert_eq!(app.notice(), "Stopped before the answer started. The question is kept.");
}
