//! The real program in a real terminal under load: hundreds of resizes, megabytes pasted and signals,
//! all during an answer.

use std::fs;

use duologue::demo::EventPermits;
use serde_json::Value;

use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::{server_with_permits, wait_until};

/// A program in the middle of an answer, which has begun.
fn answering(home: &Home, permits: &EventPermits, question: &str, size: (u16, u16)) -> Pty {
    let mut pty = Pty::start(home, &[], size.0, size.1);
    pty.wait_for("Ask anything");
    pty.press(&format!("{question}\r"));
    pty.wait_for("Waiting for the answer");
    permits.release(40);
    pty.wait_for("Answering");
    pty
}

fn leave(mut pty: Pty) {
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
}

#[test]
fn hundreds_of_sizes_in_the_middle_of_an_answer_end_as_a_fresh_start() {
    let (server, permits) = server_with_permits();
    let home = Home::new().with_server(server.base_url());
    let mut pty = answering(&home, &permits, "a long one", (100, 36));
    for step in 0..400_u16 {
        pty.resize(20 + step * 37 % 140, 5 + step * 11 % 45);
        permits.release(2);
    }
    // Away and back at once: the program may see but the last of these.
    for columns in [100, 60, 100, 140, 100] {
        pty.resize(columns, 36);
    }
    permits.release(100_000);
    pty.wait_for("Ctrl+N new");
    pty.wait_for("Part 40");
    // The list tells how long ago it was; the answer beside it is what counts.
    let answer = |pty: &Pty| {
        let cells = pty.cells();
        cells[..30 * 100].chunks(100).map(|row| row[32..].to_vec()).collect::<Vec<_>>()
    };
    let text = pty.text();
    let after = answer(&pty);
    leave(pty);
    let mut fresh = Pty::start(&home, &["-c"], 100, 36);
    fresh.wait_for("Part 40");
    fresh.wait("the same cells", |fresh| answer(fresh) == after);
    assert!(text.contains("Ask anything"), "{text}");
    leave(fresh);
}

#[test]
fn megabytes_are_pasted_while_an_answer_comes_and_nothing_of_either_is_lost() {
    for size in [1_000_000, 5_000_000] {
        let (server, permits) = server_with_permits();
        let home = Home::new().with_server(server.base_url());
        let mut pty = answering(&home, &permits, "a long one", (100, 30));
        let mut text = String::new();
        while text.len() < size {
            text.push_str(&format!("line {} with some words, 名前 and é\n", text.len()));
        }
        text.push_str("and its end");
        pty.paste(&text.replace('\n', "\r"));
        pty.wait_for("and its end");
        // The answer has not stopped for it, and keys come through.
        permits.release(100_000);
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
