//! Keys, replies and pastes in a real terminal, as slow networks and unusual terminals deliver them.

use std::time::Duration;

use duologue::demo::EventPermits;

use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::terminal_tables::{Row, rows};
use crate::support::{server_with_permits, wait_until};

/// The pause between two pieces: a packet may be later than another, and a key is still one key.
const GAP: Duration = Duration::from_millis(5);

fn demo(home: &Home) -> Pty {
    let mut pty = Pty::start(home, &["--demo"], 100, 30);
    pty.wait_for("Ask anything");
    pty
}

/// A program in the middle of an answer, which goes on when its events are permitted.
fn answering(home: &Home, permits: &EventPermits) -> Pty {
    let mut pty = Pty::start(home, &[], 100, 36);
    pty.wait_for("Ask anything");
    pty.press("a long one\r");
    pty.wait_for("Waiting for the answer");
    permits.release(40);
    pty.wait_for("Answering");
    pty
}

/// Writes pieces with a pause in between.
fn press_pieces<'text>(pty: &mut Pty, pieces: impl IntoIterator<Item = &'text str>) {
    for piece in pieces {
        pty.press(piece);
        std::thread::sleep(GAP);
    }
}

fn leave(mut pty: Pty) {
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
}

/// Everything of the tables that the terminal tells unasked: whole, cut behind each ESC, and byte by byte.
fn tell_everything(pty: &mut Pty) {
    let rows: Vec<_> = rows().into_iter().filter(Row::is_told_unasked).collect();
    assert!(rows.len() > 60, "{} rows", rows.len());
    for row in rows {
        let Ok(told) = String::from_utf8(row.bytes) else { continue };
        pty.press(&told);
        press_pieces(pty, told.split_inclusive('\x1b'));
        for byte in told.split_inclusive(|_| true) {
            pty.press(byte);
        }
    }
}

#[test]
fn what_the_terminal_tells_is_never_text_and_never_a_key() {
    let home = Home::new();
    let mut pty = demo(&home);
    tell_everything(&mut pty);
    pty.press("ok");
    pty.wait_for("▌  ok");
    assert!(pty.in_alternate_screen(), "no editor was opened");
    leave(pty);
}

#[test]
fn what_the_terminal_tells_stops_no_answer() {
    let (server, permits) = server_with_permits();
    let home = Home::new().with_server(server.base_url());
    let mut pty = answering(&home, &permits);
    tell_everything(&mut pty);
    pty.press("ok");
    pty.wait_for("▌  ok");
    permits.release(100_000);
    pty.wait_for("Part 40");
    pty.wait_for("Ctrl+N new");
    assert!(!pty.text().contains("Stopped"), "{}", pty.text());
    pty.press("\x15");
    leave(pty);
}

#[test]
fn a_key_in_pieces_is_that_key_while_an_answer_comes() {
    let (server, permits) = server_with_permits();
    let home = Home::new().with_server(server.base_url());
    let mut pty = answering(&home, &permits);
    for key in ["\x1b[5~", "\x1b[6~", "\x1b[1;5H", "\x1bOF", "\x1b[<64;50;10M", "\x1b[1;5F"] {
        press_pieces(&mut pty, key.split_inclusive(|_| true));
    }
    // As macOS Terminal, urxvt and PuTTY send Alt+Up: it takes a waiting question back.
    pty.press("the next one\r");
    pty.wait_for("the next one");
    press_pieces(&mut pty, ["\x1b", "\x1b[A"]);
    pty.wait_for("▌  the next one");
    permits.release(100_000);
    pty.wait_for("Part 40");
    pty.wait_for("Ctrl+N new");
    assert!(!pty.text().contains("Stopped"), "{}", pty.text());
    assert_eq!(server.answer_requests().len(), 1);
    leave(pty);
}

#[test]
fn lines_pasted_without_marks_are_one_question_and_typed_lines_are_sent() {
    let (server, permits) = server_with_permits();
    permits.release(1_000_000);
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("line one\rline two\rline three");
    pty.wait_for("line three");
    assert!(server.answer_requests().is_empty());
    pty.press("\r");
    wait_until("they are asked", || server.answer_requests().len() == 1);
    assert_eq!(server.answer_requests()[0]["input"], "line one\nline two\nline three");
    pty.wait_for("Ctrl+N new");
    pty.press("typed\r");
    wait_until("it is asked", || server.answer_requests().len() == 2);
    leave(pty);
}

#[test]
fn shortcuts_work_on_layouts_with_other_letters() {
    for quit in ["\x1b[1081::113;5u", "\x1b[1081;5u", "\x1b[27;5;1081~"] {
        let home = Home::new();
        let mut pty = demo(&home);
        pty.press(quit);
        assert_eq!(pty.wait_for_end(), 0, "{quit:?}\n{}", pty.text());
    }
}

#[test]
fn alt_with_control_codes_deletes_a_word_or_does_nothing() {
    let home = Home::new();
    let mut pty = demo(&home);
    pty.press("one two three");
    for key in ["\x1b\x08", "\x1b\x7f"] {
        pty.press(key);
    }
    pty.press("\x1b\x01\x1b\x18!");
    pty.wait_for("▌  one !");
    leave(pty);
}

#[test]
fn every_form_of_shift_enter_is_a_new_line() {
    let home = Home::new();
    let mut pty = demo(&home);
    pty.press("one\x1b[13;2utwo\x1b[27;2;13~three");
    pty.wait("three rows", |pty| {
        let text = pty.text();
        let row = |what: &str| text.lines().position(|line| line.trim_end().ends_with(what));
        row("one").is_some_and(|at| row("two") == Some(at + 1) && row("three") == Some(at + 2))
    });
    leave(pty);
}

#[test]
fn shift_enter_of_konsole_is_a_new_line() {
    let home = Home::new();
    let konsole = [("KONSOLE_VERSION", "221203")];
    let mut pty = Pty::start_with(&home, &["--demo"], (100, 30), &konsole);
    pty.wait_for("Ask anything");
    pty.press("one\x1bOMtwo");
    pty.wait("two rows", |pty| {
        let text = pty.text();
        let row = |what: &str| text.lines().position(|line| line.trim_end().ends_with(what));
        row("one").is_some_and(|at| row("two") == Some(at + 1))
    });
    leave(pty);
}

#[test]
fn keyboard_modes_are_enabled_and_restored() {
    let home = Home::new();
    let mut pty = Pty::start_with(&home, &["--demo"], (100, 30), &[("TMUX", "/tmp/tmux,1,0")]);
    pty.wait_for("Ask anything");
    let raw = |pty: &Pty| String::from_utf8_lossy(&pty.raw).into_owned();
    for asked in ["\x1b[>5u", "\x1b[>4;1m", "\x1b[?1036s\x1b[?1036h", "\x1b="] {
        assert!(raw(&pty).contains(asked), "{asked:?}");
    }
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let raw = raw(&pty);
    for given_back in ["\x1b[<1u", "\x1b[>4m", "\x1b[?1036r", "\x1b>"] {
        assert!(raw.rfind(given_back) < raw.rfind("\x1b[?1049l"), "{given_back:?}");
        assert!(raw.contains(given_back), "{given_back:?}");
    }
}

/// GNU screen has none by default: what the shell wrote would stay in the first frame, and the shell would
/// go on in the middle of the last one.
#[test]
fn a_terminal_without_an_alternate_screen_is_cleared_first_and_left_below_the_last_frame() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("\x11");
    pty.wait_for_end();
    let raw = String::from_utf8_lossy(&pty.raw);
    let taken = raw.find("\x1b[?1049h").unwrap();
    let cleared = raw.find("\x1b[2J").unwrap();
    let drawn = raw.find("Ask anything").unwrap();
    assert!(taken < cleared && cleared < drawn, "{taken} {cleared} {drawn}");
    let below = raw.rfind(";1H\n").unwrap();
    assert!(raw.rfind("Ask anything").unwrap() < below);
    assert!(below < raw.rfind("\x1b[?1049l").unwrap());
}
