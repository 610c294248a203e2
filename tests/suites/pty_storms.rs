//! The real program in a real terminal while everything happens at once: sizes by the hundred,
//! megabytes pasted, signals, a terminal that goes away, all in the middle of an answer.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use duologue::demo::{DemoServer, EventPermits, Pace, ServerOptions};
use serde_json::Value;

use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::wait_until;

/// A server whose next word comes when the test says so.
fn gated() -> (DemoServer, EventPermits) {
    let gate = EventPermits::default();
    let options = ServerOptions { pace: Pace::Instant, permits: Some(gate.clone()), port: 0 };
    (DemoServer::start(options).unwrap(), gate)
}

/// A program in the middle of an answer, which has begun.
fn answering(home: &Home, gate: &EventPermits, question: &str, size: (u16, u16)) -> Pty {
    let mut pty = Pty::start(home, &[], size.0, size.1);
    pty.wait_for("Ask anything");
    pty.press(&format!("{question}\r"));
    pty.wait_for("Waiting for the answer");
    gate.release(40);
    pty.wait_for("Answering");
    pty
}

fn leave(mut pty: Pty) {
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
}

#[test]
fn hundreds_of_sizes_in_the_middle_of_an_answer_end_as_a_fresh_start() {
    let (server, gate) = gated();
    let home = Home::new().with_server(server.base_url());
    let mut pty = answering(&home, &gate, "a long one", (100, 30));
    for step in 0..400_u16 {
        pty.resize(20 + step * 37 % 140, 5 + step * 11 % 45);
        gate.release(2);
    }
    // Away and back at once: the program may see but the last of these.
    for columns in [100, 60, 100, 140, 100] {
        pty.resize(columns, 30);
    }
    gate.release(100_000);
    pty.wait_for("Ctrl+N new");
    pty.wait_for("Part 40");
    // The lines over the answer tell how long ago it was; those of the answer are what counts.
    let answer = |pty: &Pty| pty.cells()[3 * 100..28 * 100].to_vec();
    let text = pty.text();
    let after = answer(&pty);
    leave(pty);
    let mut fresh = Pty::start(&home, &["-c"], 100, 30);
    fresh.wait_for("Part 40");
    fresh.wait("the same cells", |fresh| answer(fresh) == after);
    assert!(text.contains("Ask anything"), "{text}");
    leave(fresh);
}

#[test]
fn megabytes_are_pasted_while_an_answer_comes_and_nothing_of_either_is_lost() {
    for size in [1_000_000, 5_000_000] {
        let (server, gate) = gated();
        let home = Home::new().with_server(server.base_url());
        let mut pty = answering(&home, &gate, "a long one", (100, 30));
        let mut text = String::new();
        while text.len() < size {
            text.push_str(&format!("line {} with some words, 名前 and é\n", text.len()));
        }
        text.push_str("and its end");
        pty.paste(&text.replace('\n', "\r"));
        pty.wait_for("and its end");
        // The answer has not stopped for it, and keys come through.
        gate.release(100_000);
        pty.press("!");
        pty.wait_for("and its end!");
        pty.wait("the answer is stored", |pty| !pty.text().contains("Answering"));
        wait_until("the answer is in the file", || messages(&home) == 2);
        pty.press("\r");
        wait_until("the text is asked", || server.answer_requests().len() == 2);
        let asked = server.answer_requests().pop().unwrap();
        assert!(asked["input"] == format!("{text}!"), "the text is not what was pasted");
        wait_until("its answer is in the file", || messages(&home) == 4);
        leave(pty);
    }
}

/// Messages of the only conversation there is.
fn messages(home: &Home) -> usize {
    let text = fs::read_to_string(home.file()).unwrap_or_default();
    let file: Value = serde_json::from_str(&text).unwrap_or_default();
    let chat = file.as_object().and_then(|chats| chats.values().next());
    chat.and_then(|chat| chat["messages"].as_array()).map_or(0, Vec::len)
}

#[test]
fn a_program_put_aside_in_the_middle_of_an_answer_goes_on_with_it() {
    let (server, gate) = gated();
    let home = Home::new().with_server(server.base_url());
    let mut pty = answering(&home, &gate, "a long one", (100, 30));
    pty.press("\x1a");
    pty.wait("the terminal given and taken", |pty| {
        let raw = String::from_utf8_lossy(&pty.raw).into_owned();
        let given = raw.find("\x1b[?1049l");
        given.is_some_and(|at| raw[at..].contains("\x1b[?1049h"))
    });
    gate.release(100_000);
    pty.wait_for("Part 40");
    pty.wait_for("Ctrl+N new");
    leave(pty);
    assert_eq!(messages(&home), 2);
}

// ---- a terminal that goes away: this very binary holds it, and is killed ----

const HELD: &str = "DUOLOGUE_TEST_TERMINAL_HOME";
const SERVER: &str = "DUOLOGUE_TEST_TERMINAL_SERVER";

#[test]
#[ignore = "the terminal that goes away in the test below"]
fn helper_that_holds_a_terminal() {
    let Some(folder) = std::env::var_os(HELD) else {
        return;
    };
    let home = Home::at(Path::new(&folder)).with_server(std::env::var(SERVER).unwrap());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("a slow one\r");
    pty.wait_for("You said:");
    pty.press("half a thought");
    pty.wait_for("half a thought");
    println!("holds {}", pty.process());
    pty.wait("nothing more", |_| false);
}

#[test]
fn a_terminal_that_goes_away_loses_nothing() {
    let server =
        DemoServer::start(ServerOptions { pace: Pace::Instant, ..ServerOptions::default() })
            .unwrap();
    let home = Home::new().with_server(server.base_url());
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
        .arg("suites::pty_storms::helper_that_holds_a_terminal")
        .env(HELD, home.path())
        .env(SERVER, server.base_url())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let held = lines.find_map(|line| Some(line.unwrap().split_once("holds ")?.1.to_owned()));
    let process = held.expect("the terminal was never held");
    holder.kill().unwrap();
    holder.wait().unwrap();
    wait_until("what came of the answer is stored", || messages(&home) == 2);
    wait_until("the program has ended", || has_ended(&process));
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert!(chat["messages"][1]["text"].as_str().unwrap().starts_with("You said"));
    let mut pty = Pty::start(&home, &["-c"], 100, 30);
    pty.wait_for("half a thought");
    leave(pty);
}

/// Whether a process is gone, or nothing but its number is left of it.
fn has_ended(process: &str) -> bool {
    let asked = Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap();
    let state = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    state.is_empty() || state.starts_with('Z')
}
